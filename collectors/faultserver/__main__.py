"""`python -m collectors.faultserver`: prints one JSON line when it is ready."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import Sequence

from collectors.faultserver.app import serve
from collectors.faultserver.kinds import FaultServerError
from collectors.faultserver.settings import parsed


def ready(base: str) -> None:
    """Tell whoever started us where we are; raises FaultServerError when nobody can hear it."""
    if sys.stdout is None:
        raise FaultServerError("stdout is closed, so the address can't be told.")
    sys.stdout.write(json.dumps({"base": base, "pid": os.getpid()}) + "\n")
    sys.stdout.flush()


def more_files() -> None:
    """As many connections as the system lets us have."""
    try:
        import resource
    except ImportError:  # Windows has no such limit
        return
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    except (OSError, ValueError):
        return


def main(argv: Sequence[str] | None = None) -> int:
    """Serve until the end; 2 when the options or the port make it impossible."""
    try:
        settings = parsed(argv)
        more_files()
        asyncio.run(serve(settings, ready))
    except (FaultServerError, OSError) as error:
        sys.stderr.write(f"faultserver: {error}\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
