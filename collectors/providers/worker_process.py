"""A worker: LiteLLM's calls in a process of its own; `python -m` of this module starts one.

Its standard input is a socket to the collector, and the only way in or out: what libraries print
can't reach it. It ends when that socket closes, so a collector that was killed leaves nothing.
"""

from __future__ import annotations

import asyncio
import gc
import os
import select
import signal
import socket
import sys
import threading
from importlib import import_module
from typing import Any

from collectors.providers.litellm_redact import error_line, secrets
from collectors.providers.router import Endpoint
from collectors.providers.worker_frames import Frames, Outbox, packed
from data.records import Completion, Contestant, Message, Usage


class Worker(asyncio.Protocol):
    """Does what the collector's frames ask, hundreds of calls at a time."""

    def __init__(self, door: Any) -> None:
        """`door` is the module litellm_door, whose import takes seconds."""
        self._door = door
        self._frames = Frames()
        self._outbox = Outbox()
        self._entrants: dict[str, tuple[Contestant, Endpoint]] = {}
        self._calls: dict[int, asyncio.Task[None]] = {}

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._outbox.open(transport)

    def data_received(self, data: bytes) -> None:
        for word, *rest in self._frames.feed(data):
            getattr(self, f"on_{word}")(*rest)

    def connection_lost(self, error: Exception | None) -> None:
        os._exit(1 if error else 0)

    def ready(self) -> None:
        """Tell the collector that calls can come."""
        self._outbox.add("ready")

    def on_ping(self) -> None:
        self._outbox.add("pong")

    def on_keys(self, models: list[str]) -> None:
        self._outbox.add("keys", {model: self._door.missing_keys(model) for model in models})

    def on_entrant(self, name: str, contestant: dict[str, Any], endpoint: dict[str, Any]) -> None:
        """What stays the same for a contestant's calls: sent once, then meant by its name."""
        self._entrants[name] = Contestant(**contestant), Endpoint(**endpoint)

    def on_call(self, number: int, name: str, messages: list[Message], *rest: Any) -> None:
        task = asyncio.create_task(self._call(number, *self._entrants[name], messages, *rest))
        self._calls[number] = task
        task.add_done_callback(lambda _: self._calls.pop(number, None))

    def on_cancel(self, number: int) -> None:
        """The collector has gone on: nobody waits for this answer, and the connection is closed."""
        if task := self._calls.get(number):
            task.cancel()

    async def _call(
        self,
        number: int,
        contestant: Contestant,
        endpoint: Endpoint,
        messages: list[Message],
        max_tokens: int | None,
        response_format: dict[str, Any] | None,
        timeout_s: float,
        stream: bool,
    ) -> None:
        try:
            completion: Completion = await self._door.complete(
                contestant,
                messages,
                api_base=endpoint.api_base,
                api_key=endpoint.api_key,
                max_tokens=max_tokens,
                timeout_s=timeout_s,
                response_format=response_format,
                extra=endpoint.extra,
                stream=stream,
            )
            self._outbox.add("done", number, packed(completion))
        except Exception as error:
            # The door's promise is broken, or the answer is nothing that can be sent. Whatever it
            # is, the collector waits for an answer to this call.
            line = error_line(type(error).__name__, str(error), secrets(endpoint.api_key))
            self._outbox.add("done", number, packed(Completion("", Usage(), "infra_error", line)))


def end_with(connection: socket.socket) -> None:
    """End this process at once when the other end is closed, even while its loop is busy."""
    hang_up = select.poll()
    hang_up.register(connection, 0)
    hang_up.poll()
    os._exit(0)


async def serve(connection: socket.socket, door: Any) -> None:
    """Answer until the collector goes away."""
    worker = Worker(door)
    await asyncio.get_running_loop().create_connection(lambda: worker, sock=connection)
    await door.warm_up()
    # LiteLLM's modules are a million objects that never die: no need to look at them again.
    gc.collect()
    gc.freeze()
    worker.ready()
    await asyncio.Event().wait()


def main() -> None:
    """Serve the collector at the other end of standard input."""
    # Ctrl-C, and a service manager's stop, are the collector's to handle: it closes the socket.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    connection = socket.socket(fileno=os.dup(sys.stdin.fileno()))
    os.close(sys.stdin.fileno())
    threading.Thread(target=end_with, args=(connection,), daemon=True).start()
    asyncio.run(serve(connection, import_module("collectors.providers.litellm_door")))


if __name__ == "__main__":
    main()
