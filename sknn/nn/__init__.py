"""The numbers: parts of a network and the network itself, on NumPy and SciPy alone."""
