"""Plain values and arrays in one file that holds no code."""
