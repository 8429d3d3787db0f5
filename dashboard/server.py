"""The dashboard's own process: Streamlit, until it is told to end or its parent is gone.

Run as `python -m dashboard.server PORT [LISTENING]` with a pipe as standard input: when the pipe
closes, even because the parent was killed, the server ends.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from pathlib import Path

from dashboard.listening import Listening
from dashboard.uploading import announce

APP = Path(__file__).with_name("security.py")
GRACE_S = 3.0


def home() -> Path:
    """The folder whose .streamlit/config.toml is ours: the package's own in a wheel, the checkout's
    otherwise. Streamlit looks for it in the working directory and beside the script.
    """
    beside = APP.parent
    return beside if (beside / ".streamlit").is_dir() else beside.parent


def main(port: str, listening: str | None = None) -> None:
    """Serve until the end; every setting not named here stands in .streamlit/config.toml."""
    where = Listening() if listening is None else Listening.from_json(listening)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    announce(where)
    os.chdir(home())
    from streamlit.web import cli

    sys.argv = [
        "streamlit",
        "run",
        str(APP),
        f"--server.port={port}",
        f"--server.address={where.host.strip('[]')}",
        "--server.headless=true",
        "--browser.gatherUsageStats=false",
        *(f"--server.allowedHosts={name}" for name in ("localhost", "127.0.0.1", *where.names)),
        *([f"--secrets.files={where.login}"] if where.login else []),
    ]
    cli.main()


def _end_with_parent() -> None:
    sys.stdin.buffer.read()
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(GRACE_S)
    os._exit(0)


if __name__ == "__main__":
    main(*sys.argv[1:3])
