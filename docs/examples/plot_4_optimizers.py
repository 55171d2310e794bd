"""
Optimizers in a valley
======================

Plain gradient descent goes back and forth between the walls of a narrow valley. Momentum smooths
the way, and Adam and RMSprop rescale the steep direction.
"""

import matplotlib.pyplot as plt
import numpy as np

from sknn.nn.optimizers import SGD, Adam, RMSprop

steepness = np.array([1.0, 30.0])


def path(solver, rate, steps=60):
    """The points that a solver visits on the way down from (-4, 1)."""
    w = np.array([-4.0, 1.0])
    state, points = solver.init(w), [w.copy()]
    for _ in range(steps):
        solver.step(w, steepness * w, state, rate)
        points.append(w.copy())
    return np.array(points)


paths = {
    "gradient descent": path(SGD(momentum=0), rate=0.06),
    "momentum": path(SGD(momentum=0.8, nesterovs_momentum=False), rate=0.02),
    "RMSprop": path(RMSprop(), rate=0.1),
    "Adam": path(Adam(), rate=0.3),
}

# %%
# The contours are lines of equal loss, and each dot is a step.

a, b = np.meshgrid(np.linspace(-4.5, 2.5, 200), np.linspace(-1.3, 1.3, 200))
loss = 0.5 * (steepness[0] * a**2 + steepness[1] * b**2)
figure, panels = plt.subplots(2, 2, figsize=(8.4, 5.2), sharex=True, sharey=True)
for i, (panel, (name, points)) in enumerate(zip(panels.flat, paths.items(), strict=True)):
    panel.contour(a, b, loss, levels=np.geomspace(0.05, 30, 10), colors="#b4bcc6", linewidths=0.8)
    panel.plot(*points.T, "o-", markersize=3, linewidth=1, color=f"C{i}")
    panel.plot(0, 0, "x", color="#1f2328", markersize=8)
    panel.set_title(name)
    panel.grid(visible=False)
plt.show()

# %%
# How far from the bottom after each step:

figure, axes = plt.subplots(figsize=(7, 3.6))
for (name, points), line in zip(paths.items(), ("-", "--", "-.", ":"), strict=True):
    axes.plot(np.linalg.norm(points, axis=1), line, label=name)
axes.set(yscale="log", xlabel="step", title="Distance from the bottom")
axes.legend()
plt.show()
