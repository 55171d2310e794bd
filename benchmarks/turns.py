"""Two tasks that take turns, so that whatever else the machine does meets both.

To be imported before NumPy: it limits BLAS to one thread, and lets it pick the kernels of this
machine.
"""

import os
import statistics
import time

for variable in ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE"):
    os.environ.pop(variable, None)
for variable in ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS"):
    os.environ[variable] = "1"


def processor_time(work):
    """Milliseconds of processor time that a call takes."""
    start = time.process_time()
    work()
    return 1e3 * (time.process_time() - start)


def compare(tasks, rounds):
    """Median time of each of two tasks, and the median ratio of first to second."""
    for task in tasks:
        task()  # warm up
    times = []
    for turn in range(rounds):
        order = (0, 1) if turn % 2 == 0 else (1, 0)
        measured = {i: processor_time(tasks[i]) for i in order}
        times.append((measured[0], measured[1]))
    first, second = (statistics.median(column) for column in zip(*times, strict=True))
    return first, second, statistics.median(a / b for a, b in times)
