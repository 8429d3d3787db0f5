"""The server as a process of its own, so that its CPU time is not that of what it tests."""

from __future__ import annotations

import json
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

from collectors.faultserver import ledger
from collectors.faultserver.kinds import FaultServerError
from collectors.faultserver.ledger import Ledger
from collectors.faultserver.settings import arguments

ROOT = Path(__file__).parents[2]
TIMEOUT_S = 60.0


class FaultServer:
    """`with FaultServer(faults=0.3) as server:` — the options are those of `Settings`.

    It ends with the block, and with this process, however that ends.
    """

    def __init__(self, **options: Any) -> None:
        self._line = arguments({"with_parent": True, **options})
        self._process: subprocess.Popen[str] | None = None
        self.base = ""
        """The address to give a client: http://127.0.0.1:PORT/v1."""
        self.pid = 0

    def start(self) -> FaultServer:
        """Start it and wait until it listens; raises FaultServerError when it doesn't."""
        if self._process is not None:
            return self
        self._process = subprocess.Popen(
            [sys.executable, "-m", "collectors.faultserver", *self._line],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT,
        )  # fmt: skip
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            code = self._process.wait(TIMEOUT_S)
            self.stop()
            raise FaultServerError(f"The fault server didn't start: exit code {code}, see above.")
        said = json.loads(line)
        self.base, self.pid = said["base"], said["pid"]
        return self

    def stop(self) -> None:
        """End it: its stdin closes, and if that is not enough it is killed."""
        process, self._process = self._process, None
        if process is None:
            return
        if process.stdin is not None:
            process.stdin.close()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if process.stdout is not None:
            process.stdout.close()

    def __enter__(self) -> FaultServer:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def alive(self) -> bool:
        """Whether the process is running."""
        return self._process is not None and self._process.poll() is None

    def ledger(self, bodies: bool = True) -> Ledger:
        """The server's count so far; without the bodies it is small however much was asked."""
        return ledger.read(self._asked(f"/ledger?bodies={int(bodies)}"))

    def admin(self, **changes: Any) -> dict[str, Any]:
        """Change settings while it runs; `reset=True` starts the counts anew."""
        return self._asked("/admin", json.dumps(changes).encode())

    def reset(self) -> None:
        """Start the counts anew, of bodies too: the same requests meet the same faults again."""
        self.admin(reset=True)

    def _asked(self, path: str, body: bytes | None = None) -> dict[str, Any]:
        # Loopback: whatever proxy the environment names is not asked.
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        address = self.base.removesuffix("/v1") + path
        request = urllib.request.Request(address, body, {"Content-Type": JSON})  # noqa: S310
        try:
            with opener.open(request, timeout=TIMEOUT_S) as response:
                answer: dict[str, Any] = json.load(response)
                return answer
        except urllib.error.HTTPError as error:
            with error:
                raise FaultServerError(json.load(error)["error"]["message"]) from None


JSON = "application/json"
