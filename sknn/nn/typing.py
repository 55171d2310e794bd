"""Array types shared by the numerical core."""

from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import scipy.sparse

__all__ = ["Array", "IndexArray", "Matrix"]

#: A dense array of float32 or float64.
Array: TypeAlias = npt.NDArray[np.floating[Any]]
#: Row numbers or class labels.
IndexArray: TypeAlias = npt.NDArray[np.intp]
#: A dense or sparse table, one row a sample.
Matrix: TypeAlias = Array | scipy.sparse.csr_array[Any] | scipy.sparse.csr_matrix[Any]
