"""scikit-learn's own networks: fitted ones made of ours, and ours made of them."""

from sknn.persist.sklearn.adopt import from_sklearn
from sknn.persist.sklearn.export import to_sklearn

__all__ = ["from_sklearn", "to_sklearn"]
