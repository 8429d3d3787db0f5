"""Connections that send what is written at once.

An answer is written in two parts, and so is most of what a session says. Unless a connection is
told otherwise, the second part waits until the reader's machine has confirmed the first, some 40 ms
later: ten times over while a page loads. asyncio tells connections so only where the listening
socket was made with its protocol named, and Streamlit's is not; they inherit it from the socket.
"""

from __future__ import annotations

import os
import socket
from contextlib import suppress
from pathlib import Path

OPEN = Path("/dev/fd")
"""The open files of this process, on Linux and macOS."""


def send_at_once() -> int:
    """Tell every listening TCP socket of this process; how many there are."""
    told = 0
    for name in os.listdir(OPEN) if OPEN.is_dir() else []:
        # What is listed may be closed already, and most of it is no socket.
        with suppress(OSError), socket.socket(fileno=os.dup(int(name))) as one:
            listens = one.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN)
            if listens and one.family in (socket.AF_INET, socket.AF_INET6):
                one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                told += 1
    return told
