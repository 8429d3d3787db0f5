"""Events as JSON lines: one object a line, in a file that several collectors may share."""

from __future__ import annotations

import contextlib
import json
import os
import queue
import sys
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from collectors.keys import hide, secret_values
from data.errors import StoreError
from data.records import Attempt, Contestant

Say = Callable[[str], None]
_Line = Callable[[], dict[str, Any]]
"""A line that is made when it is written."""

STANDARD_OUTPUT = "-"
MOST_WAITING = 10_000
"""Lines that wait for a slow disk or reader; further ones are left out and counted."""
MOST_CHARS = 1_000
"""Of one field: a log line is no place for a model's text."""
CLOSE_S = 3.0
LINES_A_WRITE = 200
STUCK_S = 0.05
_ATTEMPT_FIELDS = (
    "task",
    "level",
    "sample_id",
    "epoch",
    "purpose",
    "status",
    "score",
    "input_tokens",
    "cache_read_tokens",
    "cache_write_tokens",
    "output_tokens",
    "reasoning_tokens",
    "usage_source",
    "usage_flags",
    "cost_usd",
    "unsettled_usd",
    "duration_s",
    "ttft_s",
    "retries",
    "retry_wait_s",
    "finish_reason",
    "served_model",
    "served_by",
    "error",
)


class JsonLines:
    """One JSON object a line, appended to a file or written to standard output ('-')."""

    def __init__(self, target: str, say: Say) -> None:
        self._name = "standard output" if target == STANDARD_OUTPUT else target
        self._file = _open(target)
        self._say = say
        self._hidden = secret_values()
        self._waiting: queue.Queue[_Line | None] = queue.Queue(MOST_WAITING)
        self._left_out = 0
        self._broken = False
        self._thread = threading.Thread(target=self._write_all, name="isocost-log", daemon=True)
        self._thread.start()

    def event(self, moment: float, name: str, fields: Mapping[str, Any]) -> None:
        self._put(lambda: {"time": _iso(moment), "event": name, **fields})

    def attempt(self, moment: float, attempt: Attempt, contestant: Contestant) -> None:
        self._put(lambda: {"time": _iso(moment), **_attempt_fields(attempt, contestant)})

    def retry(self, moment: float, contestant: Contestant, fields: Mapping[str, Any]) -> None:
        who = {"contestant": contestant.name, "contestant_id": contestant.contestant_id}
        self._put(lambda: {"time": _iso(moment), "event": "retry", **who, **fields})

    def close(self) -> None:
        """Write what waits; a log that takes nothing is left after a few seconds."""
        try:
            self._waiting.put(None, timeout=CLOSE_S)
            self._thread.join(CLOSE_S)
        except queue.Full:
            self._left_out += self._waiting.qsize()
        if self._thread.is_alive():
            self._say(f"The log {self._name} takes no more lines; the last ones are missing.")
        elif self._left_out:
            self._say(f"{self._left_out:,} lines did not reach the log {self._name} in time.")

    def _put(self, line: _Line) -> None:
        if self._broken:
            return
        try:
            self._waiting.put_nowait(line)
        except queue.Full:
            self._left_out += 1

    def _write_all(self) -> None:
        more = True
        while more:
            batch = self._batch()
            more = batch[-1] is not None
            if not self._broken:
                self._write(b"".join(self._line(item) for item in batch if item))
        with contextlib.suppress(OSError):
            self._file.close()

    def _batch(self) -> list[_Line | None]:
        """What waits now, at least one; it ends with None where the log does."""
        batch = [self._waiting.get()]
        while batch[-1] is not None and len(batch) < LINES_A_WRITE:
            try:
                batch.append(self._waiting.get_nowait())
            except queue.Empty:
                break
        return batch

    def _write(self, lines: bytes) -> None:
        left = memoryview(lines)
        try:
            while left:
                written = self._file.write(left)
                if not written:
                    # A pipe that was set not to wait, and is full.
                    time.sleep(STUCK_S)
                left = left[written or 0 :]
        except OSError as error:
            self._broken = True
            self._say(f"No more lines go to the log {self._name}: {_why(error)}. The run goes on.")

    def _line(self, make: _Line) -> bytes:
        try:
            known = {name: self._plain(value) for name, value in make().items()}
            # ASCII: a model's odd line separators must not end a line.
            return json.dumps(known).encode() + b"\n"
        except Exception as error:
            # A field of an odd kind, or one that changed meanwhile, costs its line and no more.
            left = {"event": "unreadable", "error": type(error).__name__}
            return json.dumps(left).encode() + b"\n"

    def _plain(self, value: Any) -> Any:
        if isinstance(value, str):
            return hide(value, self._hidden)[:MOST_CHARS]
        if isinstance(value, float):
            # NaN and infinity are not JSON.
            return value if abs(value) < float("inf") else None
        if isinstance(value, Mapping):
            return {self._plain(str(k)): self._plain(v) for k, v in value.items()}
        if isinstance(value, Iterable):
            return [self._plain(v) for v in value]
        if value is None or isinstance(value, int):
            return value
        return hide(str(value), self._hidden)[:MOST_CHARS]


def _attempt_fields(attempt: Attempt, contestant: Contestant) -> dict[str, Any]:
    return {
        "event": "attempt",
        "run_id": attempt.run_id,
        "campaign": attempt.campaign,
        "contestant": contestant.name,
        "contestant_id": attempt.contestant_id,
        "attempt_id": attempt.attempt_id,
        "try": attempt.try_,
        **{name: getattr(attempt, name) for name in _ATTEMPT_FIELDS},
    }


def _open(target: str) -> Any:
    """The log, unbuffered and appended to, so that two collectors can share it."""
    try:
        if target == STANDARD_OUTPUT:
            sys.stdout.flush()
            return open(os.dup(sys.stdout.fileno()), "wb", buffering=0)
        # Without O_NONBLOCK, opening a pipe that nobody reads would wait for ever.
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | getattr(os, "O_NONBLOCK", 0)
        handle = os.open(target, flags, 0o644)
    except (OSError, ValueError) as error:
        raise StoreError(
            f"Can't write the log {target}: {_why(error)}. Name a file in a folder that is there, "
            "or - for standard output."
        ) from error
    if os.name == "posix":
        os.set_blocking(handle, True)
    return open(handle, "wb", buffering=0)


def _iso(moment: float) -> str:
    text = datetime.fromtimestamp(moment, UTC).isoformat(timespec="milliseconds")
    return text.replace("+00:00", "Z")


def _why(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error) or type(error).__name__
