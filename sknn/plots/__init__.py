"""Pictures of networks and of searches, as scikit-learn's displays (``pip install 'sknn[plots]'``).

A display is made with ``from_estimator``, keeps what it draws (``ax_``, ``figure_`` and the lines
and texts themselves), and draws it again, elsewhere, with ``plot(ax)``. It shows nothing by itself:
that is ``matplotlib.pyplot.show()``'s.
"""

from sknn.plots.activation import ActivationDisplay
from sknn.plots.boundary import DecisionBoundaryDisplay
from sknn.plots.loss_curve import LossCurveDisplay
from sknn.plots.network import NetworkDisplay
from sknn.plots.search.history import SearchHistoryDisplay
from sknn.plots.search.importance import ParameterImportanceDisplay
from sknn.plots.search.parallel import ParallelCoordinatesDisplay
from sknn.plots.search.rungs import RungsDisplay

__all__ = [
    "ActivationDisplay",
    "DecisionBoundaryDisplay",
    "LossCurveDisplay",
    "NetworkDisplay",
    "ParallelCoordinatesDisplay",
    "ParameterImportanceDisplay",
    "RungsDisplay",
    "SearchHistoryDisplay",
]
