"""One worker process as the collector sees it: start, ask, notice its end."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from collectors.providers.litellm_redact import CONTROL, hidden, secrets
from collectors.providers.worker_frames import Frames, Outbox, encode, unpacked
from data.errors import ProviderError
from data.records import Completion, Failure, Status, Usage

WORKER = "collectors.providers.worker_process"
ROOT = Path(__file__).resolve().parents[2]
"""What must be importable in the child, whatever its working folder."""
END_LIMIT_S = 10.0
STDERR_BYTES = 4096
REASON_CHARS = 200


@dataclass(frozen=True)
class Call:
    """A call in flight."""

    answer: asyncio.Future[Completion]
    overdue_at: float
    """On the event loop's clock; a worker that lives should have answered long before."""


class Link(asyncio.Protocol):
    """A process and the socket to it. First blocking (`ask_keys`), then on an event loop."""

    def __init__(self, answered: Callable[[], None]) -> None:
        """Starts the process and returns at once; `answered` is called with every answer."""
        self.calls: dict[int, Call] = {}
        self.known: set[str] = set()
        """The contestants that the worker has been told of."""
        self.silent_pings = 0
        """Pings since the worker was last heard of."""
        self.stopped_for = ""
        """Why we killed it, if we did."""
        self.ready = asyncio.Event()
        """Calls can be sent, or the process has ended first."""
        self.ended = asyncio.Event()
        self._answered = answered
        self._frames = Frames()
        self._outbox = Outbox()
        self._transport: asyncio.WriteTransport | None = None
        self._stderr = b""
        self._socket, self._process = start()
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()

    @property
    def pid(self) -> int:
        return self._process.pid

    def ask_keys(self, models: list[str], limit_s: float) -> dict[str, list[str]]:
        """The variables that each model's provider needs and that aren't set. Blocks."""
        self._socket.settimeout(limit_s)
        try:
            self._socket.sendall(encode("keys", models))
            while data := self._socket.recv(65536):
                for word, *rest in self._frames.feed(data):
                    if word == "keys":
                        return dict(rest[0])
                    self._heard(word, rest)
        except OSError as error:
            self.stopped_for = f"did not say which keys it needs: {error}"
        self.kill()
        raise ProviderError(f"A worker process did not start: {self.how_it_ended()}.")

    async def attach(self) -> None:
        """Go on with the socket on the running event loop."""
        self._socket.setblocking(False)
        loop = asyncio.get_running_loop()
        self._transport, _ = await loop.create_connection(lambda: self, sock=self._socket)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._outbox.open(transport)

    def data_received(self, data: bytes) -> None:
        self.silent_pings = 0
        for word, *rest in self._frames.feed(data):
            self._heard(word, rest)

    def connection_lost(self, error: Exception | None) -> None:
        self._process.kill()
        self.ended.set()
        self.ready.set()

    def _heard(self, word: str, rest: list[Any]) -> None:
        if word == "done":
            self._done(*rest)
        elif word == "ready":
            self.ready.set()

    def _done(self, number: int, values: dict[str, Any]) -> None:
        self._answered()
        call = self.calls.pop(number, None)
        if call and not call.answer.done():
            call.answer.set_result(unpacked(values))

    def send(self, *frame: Any) -> None:
        """Send a frame at the end of this turn of the event loop."""
        self._outbox.add(*frame)

    def ping(self) -> None:
        """Ask for a sign of life."""
        self.silent_pings += 1
        self._outbox.add("ping")

    def kill(self, why: str = "") -> None:
        """End the process at once, by its id: it holds nothing that a slow end would save."""
        self.stopped_for = self.stopped_for or why
        self._process.kill()

    def drop(self, reason: str) -> None:
        """Answer every call in flight: the process has ended."""
        calls, self.calls = self.calls, {}
        for call in calls.values():
            if not call.answer.done():
                call.answer.set_result(lost("infra_error", f"WorkerDied: {reason}"))

    def fail(self, error: Exception) -> None:
        """End every call in flight with an error: there will be no more workers."""
        for call in self.calls.values():
            if not call.answer.done():
                call.answer.set_exception(error)

    def give_up(self, now: float) -> None:
        """Answer the calls that should have ended long ago."""
        for call in self.calls.values():
            if call.overdue_at < now and not call.answer.done():
                line = f"TimeoutError: worker {self.pid} did not end the call at its limit"
                call.answer.set_result(lost("timeout", line))

    def close(self) -> None:
        """Close the socket and kill the process; `end` waits for it."""
        if self._transport:
            self._transport.abort()
        else:
            self._socket.close()
        self._process.kill()

    def end(self) -> None:
        """Wait until nothing of the process is left. Blocks, for a moment."""
        self._process.wait(END_LIMIT_S)
        self._listener.join(END_LIMIT_S)

    def how_it_ended(self, hide: Iterable[str] = ()) -> str:
        """'worker 123 was killed by SIGKILL', once the process has ended. Waits for that."""
        self.end()
        code = self._process.returncode
        if self.stopped_for:
            return f"worker {self.pid} {self.stopped_for}"
        if code < 0:
            return f"worker {self.pid} was killed by {signal.Signals(-code).name}"
        line = last_line(self._stderr, hide)
        return f"worker {self.pid} ended with code {code}" + (f": {line}" if line else "")

    def _listen(self) -> None:
        """Keep the end of what the process prints: nobody wants to see it unless it crashes."""
        pipe: IO[bytes] | None = self._process.stderr
        if pipe is None:
            return
        with pipe:
            while data := os.read(pipe.fileno(), STDERR_BYTES):
                self._stderr = (self._stderr + data)[-STDERR_BYTES:]


def start() -> tuple[socket.socket, subprocess.Popen[bytes]]:
    """A worker process and our end of the socket to it."""
    ours, theirs = socket.socketpair()
    try:
        process = subprocess.Popen(
            # -P: a folder named `data` where the user stands must not be taken for ours.
            [sys.executable, "-P", "-m", WORKER],
            stdin=theirs.fileno(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            env=environment(),
            # A group of its own: Ctrl-C in a terminal doesn't reach it while it starts.
            process_group=0,
        )
    except OSError as error:
        ours.close()
        raise ProviderError(f"A worker process can't be started: {error}.") from error
    finally:
        theirs.close()
    return ours, process


def lost(status: Status, error: str) -> Completion:
    """A call whose answer will never be known: it may have been made, and charged."""
    failure = Failure(retryable=True, maybe_billed=True)
    return Completion("", Usage(), status, error, failure=failure)


def environment() -> dict[str, str]:
    """The worker's environment: ours, keys included, and where to find this code."""
    paths = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(paths)}


def last_line(output: bytes, hide: Iterable[str]) -> str:
    """The last line that a process printed, short and without secrets."""
    lines = output.decode(errors="replace").strip().splitlines()
    line = hidden(lines[-1], {*secrets(None), *hide}) if lines else ""
    return CONTROL.sub("", line).strip().rstrip(".")[:REASON_CHARS]
