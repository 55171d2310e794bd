"""Tasks that take turns, so that whatever else the machine does meets all of them.

To be imported before NumPy: it limits BLAS to one thread, and lets it pick the kernels of this
machine.
"""

import os
import pathlib
import platform
import statistics
import time

for variable in ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE"):
    os.environ.pop(variable, None)
for variable in ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS"):
    os.environ[variable] = "1"


def _processor():
    """The name of the processor, as far as the system tells it, and how many cores it has here."""
    info = pathlib.Path("/proc/cpuinfo")
    names = [
        line.partition(":")[2].strip()
        for line in (info.read_text().splitlines() if info.exists() else [])
        if line.startswith("model name")
    ]
    return f"{names[0] if names else platform.machine()} with {os.cpu_count()} cores"


PROCESSOR = _processor()


def processor_time(work):
    """Milliseconds of processor time that a call takes."""
    start = time.process_time()
    work()
    return 1e3 * (time.process_time() - start)


def in_turns(tasks, rounds):
    """Times of each task, one for each round; who is first changes from round to round."""
    for task in tasks:
        task()  # warm up
    times = [[] for _ in tasks]
    for turn in range(rounds):
        for k in range(len(tasks)):
            i = (k + turn) % len(tasks)
            times[i].append(processor_time(tasks[i]))
    return times


def compare(tasks, rounds):
    """Median time of each of two tasks, and the median ratio of first to second."""
    first, second = in_turns(tasks, rounds)
    ratios = [a / b for a, b in zip(first, second, strict=True)]
    return statistics.median(first), statistics.median(second), statistics.median(ratios)
