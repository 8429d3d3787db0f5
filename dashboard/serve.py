"""Start the dashboard as a process of its own and end it by pid."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from types import TracebackType

from dashboard.listening import ANYWHERE, HOST, LOGIN, Listening
from data.errors import ServeError
from data.location import VARIABLE


def check_port(port: int, host: str = HOST) -> None:
    """ServeError when something else listens on the port already, or the address isn't ours."""
    if not 1 <= port <= 65535:
        raise ServeError(f"Can't serve on port {port}: choose one from 1 to 65535 with --port N.")
    bare = host.strip("[]")
    with socket.socket(socket.AF_INET6 if ":" in bare else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((bare, port))
        except OSError as error:
            wrong = "--host ADDRESS" if isinstance(error, socket.gaierror) else "--port N"
            raise ServeError(
                f"Can't serve on {host} port {port}: {error.strerror or error}. "
                f"Choose another with {wrong}."
            ) from error


class Dashboard:
    """A running dashboard process."""

    def __init__(self, db: Path, port: int, listening: Listening | None = None) -> None:
        where = listening or Listening()
        check_port(port, where.host)
        bare = HOST if where.host in ANYWHERE else where.host.strip("[]")
        self.url = f"http://{f'[{bare}]' if ':' in bare else bare}:{port}"
        named = {LOGIN: where.login} if where.login else {}
        # A login that somebody else's environment names is none of this server's.
        inherited = {k: v for k, v in os.environ.items() if k != LOGIN}
        self._log = tempfile.TemporaryFile()  # noqa: SIM115 (closed by stop)
        # A session of its own: Ctrl-C in the terminal reaches us alone, and we end it by pid.
        self._process = subprocess.Popen(
            [sys.executable, "-m", "dashboard.server", str(port), where.to_json()],
            env={**inherited, **named, VARIABLE: str(db.resolve())},
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=self._log,
            start_new_session=True,
        )

    def wait_ready(self, timeout_s: float = 60.0) -> None:
        """Return when it answers; ServeError with its last words when it ends instead."""
        deadline = time.monotonic() + timeout_s
        while time.monotonic() < deadline:
            if self._process.poll() is not None:
                raise ServeError(f"The dashboard ended at once: {self._last_words()}")
            try:
                with urllib.request.urlopen(f"{self.url}/_stcore/health", timeout=2):  # noqa: S310
                    return
            except OSError:
                time.sleep(0.1)
        raise ServeError(f"The dashboard did not answer at {self.url} within {timeout_s:g} s.")

    @property
    def pid(self) -> int:
        """The server's process."""
        return self._process.pid

    def wait(self) -> int:
        """Block until it ends."""
        return self._process.wait()

    def stop(self) -> None:
        if self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(5)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        if self._process.stdin:
            self._process.stdin.close()
        self._log.close()

    def _last_words(self) -> str:
        self._log.seek(0)
        text = self._log.read().decode("utf-8", "replace")
        lines = [line for line in text.splitlines() if line.strip()]
        return lines[-1] if lines else f"exit code {self._process.returncode}"

    def __enter__(self) -> Dashboard:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        self.stop()
