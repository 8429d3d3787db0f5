"""CPU seconds used so far, by another process or by the calling thread.

What a local contestant costs is the difference of two readings around its work.
"""

from __future__ import annotations

import sys
import time

import psutil


def process_cpu_s(pid: int) -> float:
    """User plus system CPU seconds of a running process, all its threads included."""
    if sys.platform == "linux":
        try:
            # The kernel's name for a process's CPU clock (clock_getcpuclockid(3)): nanoseconds,
            # where /proc and psutil count in hundredths of a second.
            return time.clock_gettime(((~pid) << 3) | 2)
        except OSError:
            pass
    times = psutil.Process(pid).cpu_times()
    return float(times.user + times.system)


def thread_cpu_s() -> float:
    """CPU seconds of the calling thread."""
    return time.thread_time()
