"""A question on the terminal, and its answer."""

from __future__ import annotations

import signal
import sys


def read_line() -> str:
    """The next line of standard input with its line's end; '' at the end of it.

    Raises KeyboardInterrupt at Ctrl-C: Polars asks the system to go on reading after a signal.
    """
    if hasattr(signal, "siginterrupt"):
        signal.siginterrupt(signal.SIGINT, True)
    return sys.stdin.readline()
