"""What happens during a run, for other programs: JSON lines, and spans where telemetry is set up.

Telling must never stop or slow a run: lines are written by a thread of their own, and a sink that
fails is said once and dropped. With no sink an event costs next to nothing.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Any, Protocol

from collectors.json_lines import JsonLines
from data.records import Attempt, Contestant

Say = Callable[[str], None]


class Sink(Protocol):
    """Where events go. `moment` is seconds since 1970; no method may wait."""

    def event(self, moment: float, name: str, fields: Mapping[str, Any]) -> None: ...

    def attempt(self, moment: float, attempt: Attempt, contestant: Contestant) -> None: ...

    def retry(self, moment: float, contestant: Contestant, fields: Mapping[str, Any]) -> None: ...

    def close(self) -> None: ...


class Events:
    """Tells every sink; a context manager that closes them."""

    def __init__(
        self, *sinks: Sink, run_id: str = "", campaign: str = "", say: Say | None = None
    ) -> None:
        self._sinks = sinks
        self._run = {"run_id": run_id, "campaign": campaign}
        self._say = say or to_stderr

    def emit(self, name: str, /, **fields: Any) -> None:
        """An event with its fields: run_started, paused, stopped, published, budget, ..."""
        if self._sinks:
            self._tell(lambda sink, at: sink.event(at, name, {**self._run, **fields}))

    def attempt(self, attempt: Attempt, contestant: Contestant) -> None:
        """An attempt has ended: say so at once, for its span ends now."""
        if self._sinks:
            self._tell(lambda sink, at: sink.attempt(at, attempt, contestant))

    def retry(
        self, contestant: Contestant, *, error: str, wait_s: float, duration_s: float | None,
        **fields: Any,
    ) -> None:  # fmt: skip
        """A call has failed just now, after `duration_s`, and is made again in `wait_s`."""
        if self._sinks:
            told = {**self._run, "error": error, "wait_s": wait_s, "duration_s": duration_s}
            self._tell(lambda sink, at: sink.retry(at, contestant, {**told, **fields}))

    def _tell(self, tell: Callable[[Sink, float], None]) -> None:
        moment = time.time()
        for sink in self._sinks:
            try:
                tell(sink, moment)
            except Exception as error:
                self._drop(sink, error)

    def _drop(self, sink: Sink, error: Exception) -> None:
        self._sinks = tuple(s for s in self._sinks if s is not sink)
        why = getattr(error, "strerror", None) or str(error) or type(error).__name__
        self._say(f"Events no longer go to {type(sink).__name__}: {why}. The run goes on.")

    def __enter__(self) -> Events:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for sink in self._sinks:
            try:
                sink.close()
            except Exception as trouble:
                self._drop(sink, trouble)


def open_events(log: str | None, *, run_id: str, campaign: str, say: Say | None = None) -> Events:
    """The sinks that `--log` and the environment ask for; StoreError for a log we can't write."""
    from collectors.telemetry import spans

    told = say or to_stderr
    sinks: list[Sink] = [JsonLines(log, told)] if log else []
    if (exported := spans(told)) is not None:
        sinks.append(exported)
    return Events(*sinks, run_id=run_id, campaign=campaign, say=told)


def to_stderr(text: str) -> None:
    """A line for people, if anyone is there to be told."""
    try:
        sys.stderr.write(text + "\n")
        sys.stderr.flush()
    except (OSError, ValueError):
        return
