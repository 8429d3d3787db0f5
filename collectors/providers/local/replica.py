"""One server process as its parent sees it: start, wait until ready, end."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from typing import IO

from collectors.providers.local.cpu_clock import process_cpu_s
from data.errors import ProviderError

SERVER = "collectors.providers.local.llama_server"
START_LIMIT_S = 120.0
ROOT = Path(__file__).resolve().parents[3]
"""What must be importable in the child, whatever its working folder."""


class Replica:
    """A model server of our own. It answers one request at a time, so CPU seconds are exact."""

    def __init__(self, gguf: Path, alias: str) -> None:
        self.gguf = gguf
        self.alias = alias
        self.url = ""
        self.met: set[str] = set()
        """Digests of the prompt prefixes that this server's cache has seen."""
        self._process: subprocess.Popen[bytes] | None = None
        self._stderr: IO[bytes] | None = None

    @property
    def alive(self) -> bool:
        return self._process is not None and self._process.poll() is None

    @property
    def pid(self) -> int:
        if self._process is None:
            raise ProviderError(f"The local server of '{self.alias}' is not running: start it.")
        return self._process.pid

    def cpu_s(self) -> float:
        """CPU seconds the server has used since it started."""
        return process_cpu_s(self.pid)

    def start(self) -> None:
        """Start the server and wait until it answers; a failure is one line."""
        self.stop()
        self.met.clear()
        self._stderr = tempfile.TemporaryFile()  # noqa: SIM115 - closed by stop()
        paths = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
        self._process = subprocess.Popen(
            [sys.executable, "-m", SERVER, "--model", str(self.gguf), "--alias", self.alias],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._stderr,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
        )
        line = self._first_line(self._process)
        if not line:
            reason = self._last_error()
            self.stop()
            raise ProviderError(
                f"The local server of '{self.alias}' did not start from {self.gguf}: {reason}. "
                "Run `make install`."
            )
        self.url = str(json.loads(line)["url"])

    def stop(self) -> None:
        """End the server, by its id and at once: it holds nothing that a slow end would save."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait()
            for pipe in (process.stdin, process.stdout):
                if pipe:
                    pipe.close()
        if self._stderr:
            self._stderr.close()
            self._stderr = None

    @staticmethod
    def _first_line(process: subprocess.Popen[bytes]) -> bytes:
        """The ready line; empty when the process ended or took too long."""
        lines: list[bytes] = []

        def read() -> None:
            if process.stdout:
                lines.append(process.stdout.readline())

        # A thread, because select() can't wait for a pipe on Windows.
        reader = threading.Thread(target=read, daemon=True)
        reader.start()
        reader.join(START_LIMIT_S)
        return lines[0] if lines else b""

    def _last_error(self) -> str:
        """The last thing the server wrote before it gave up."""
        if self._stderr is None:
            return "no message"
        self._stderr.seek(0)
        lines = self._stderr.read().decode(errors="replace").strip().splitlines()
        return lines[-1].strip().rstrip(".")[:300] if lines else "no message"
