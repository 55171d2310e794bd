"""From where on a number is a sign of trouble, each with its reason or source.

"Measured" are fits of iris, digits, breast cancer and diabetes that learn well, with default and
other settings; their numbers stay on the good side with room to spare.
"""

# -- gradients from layer to layer --------------------------------------------------------------

#: |dL/dz| of the first layer over that of the output layer. Ideal is 1: Glorot, Bengio (2010),
#: eq. 9, and He et al. (2015), eq. 13, choose weights for it. Measured: 0.1 to 50 in fits that
#: learn. Below a thousandth, the first layer learns at a thousandth of the pace, a range that no
#: one learning rate covers.
VANISHING = 1e-3
#: Above a hundred, a step that suits the output layer is too far for the first one.
EXPLODING = 1e2
#: A gradient that is 0 because nearly all units of a layer are dead has dead units for a cause.
ALL_DEAD = 0.99

# -- units --------------------------------------------------------------------------------------

#: Share of dead units in a layer. Karpathy's lecture notes (CS231n, "Neural networks part 1")
#: tell of 40 percent under a learning rate that is too high; but in fits that learn well up to 50
#: percent were measured, where the columns of X are all positive.
DEAD = 0.6
#: From here on little of the layer is left.
MOSTLY_DEAD = 0.9
#: Fewer rows than this cannot tell a dead unit from one that is seldom active.
ROWS_FOR_DEAD = 30
#: Share of values at which an activation has less than a twentieth of its slope, in a layer:
#: Glorot, Bengio (2010), section 3, show how saturated layers stop learning. Measured: up to 0.43.
SATURATED = 0.5
#: A loss that lost more than this share of itself was learned all the same: where nothing is left
#: to learn, as after L-BFGS on a small table, saturation is the end and not an obstacle.
LEARNED = 0.95

# -- learning rate ------------------------------------------------------------------------------

#: |dW| / |W| of a step: Karpathy's lecture notes (CS231n, "Neural networks part 3") call 1e-3
#: about right. A hundred times that replaces the weights in ten steps.
UPDATE_TOO_LARGE = 0.1
#: Ten times that, together with a loss that goes up as often as down.
UPDATE_LARGE = 1e-2
#: Share of epochs in the second half of training in which the loss rose. Measured: up to 0.17
#: in fits that learn; 0.45 to 0.8 where the rate is too high.
RISES = 0.4
#: Mean change of the loss from epoch to epoch, beside its median, in the second half: what to go
#: by where no updates were recorded. Measured: up to 0.2 in fits that learn.
JUMPS = 0.3
#: The same of a loss that stands still, whatever the weights do.
STILL = 0.01
#: Share of its whole fall by which the loss ends above its lowest point. Measured: below 0.01 in
#: fits that learn.
RELAPSE = 0.25
#: A third of 1e-3, together with a loss that still falls when training ends.
UPDATE_SMALL = 3e-4
#: Share of the whole fall of the loss that the last tenth of the epochs brought. A straight line
#: down, whose rate could be higher, has 0.1; measured: below 0.04 where the curve has bent.
STRAIGHT = 0.06

# -- loss and score -----------------------------------------------------------------------------

#: The same share above which the loss still falls, when max_iter ends training.
STILL_FALLING = 0.01
#: Fewest epochs whose curve says anything.
FEWEST_EPOCHS = 5
#: A loss that falls by less than this share of itself after the first epoch has not moved.
UNMOVED = 0.05
#: Loss, or score, this near to that of guessing is no better than it: a share of the way.
GUESSING = 0.05
#: Rise of the validation loss above its lowest point, as a share of that. Measured: up to 0.15
#: where the validation score did not suffer.
VALIDATION_RISE = 0.2
#: Fall of the validation score below its best, both smoothed over five epochs (accuracy or R^2).
SCORE_FALL = 0.05
#: Score on rows trained on minus validation score.
SCORE_GAP = 0.2

# -- inputs -------------------------------------------------------------------------------------

#: Root mean square of the largest column. LeCun et al. (1998), "Efficient BackProp", section 4.3,
#: ask for a mean near 0 and the same variance in all columns. Measured: pixels from 0 to 16 (12)
#: train well.
LARGE_INPUT = 30.0
#: Ratio of the root mean squares of columns: the one above 90 percent of them to the one above 10.
UNEQUAL_INPUTS = 100.0
