"""Python functions of the user's own as contestants: called in a thread, timed, never trusted.

Whatever one raises or returns becomes a completion. A call that outlives its time limit is left
behind with its thread, because no thread can be stopped; the next call gets another one.
"""

from __future__ import annotations

import asyncio
import inspect
import math
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace
from operator import index
from queue import SimpleQueue
from typing import Any

from collectors.own_code import OwnCodeError, loaded
from collectors.providers.litellm_redact import clean, error_line, secrets
from collectors.providers.local.cpu_clock import thread_cpu_s
from collectors.providers.model_names import PYTHON
from data.errors import ProviderError
from data.records import Completion, Contestant, Failure, Message, Usage

MOST_LEFT_BEHIND = 16
"""Calls that still run after their time limit: with more of them its contestant stops."""
MOST_TOKENS = 1_000_000_000
MOST_USD = 1_000_000.0
"""Of one call; more is a mistake."""
MESSAGES, TASK = "messages", "task"
FIELDS = ("text", "input_tokens", "output_tokens", "usd")
BY_PLACE = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)


class InvalidResultError(Exception):
    """A function returned what is no answer."""


@dataclass(frozen=True)
class Function:
    """A user's function, and how it wants to be called."""

    name: str
    """'module:function'."""
    call: Callable[..., Any]
    chats: bool = False
    """It gets the chat messages instead of the text."""
    task: str | None = None
    """How it gets the task's name: 'place' (a second argument), 'name' (`task=`), or not."""

    @property
    def waits(self) -> bool:
        """It is `async`: its CPU seconds can't be told from others'."""
        called = getattr(self.call, "__call__", None)  # noqa: B004 (an object's own method)
        return inspect.iscoroutinefunction(self.call) or inspect.iscoroutinefunction(called)

    def bound(self, messages: Sequence[Message]) -> Callable[[], Any]:
        """The call that a prompt makes."""
        if self.chats:
            turns = [dict(message) for message in messages]
            return lambda: self.call(turns)
        by_role = {message["role"]: message["content"] for message in messages}
        text, task = by_role.get("user", ""), by_role.get("system", "")
        if self.task == "place":
            return lambda: self.call(text, task)
        if self.task == "name":
            return lambda: self.call(text, task=task)
        return lambda: self.call(text)


def function(model: str) -> Function:
    """The function behind 'python:module:function'; ProviderError when it can't be called."""
    name = model.removeprefix(PYTHON)
    module, _, attribute = name.partition(":")
    if not module or not attribute:
        raise ProviderError(f"model = '{model}': write 'python:module:function'.")
    try:
        return _taking(name, loaded(name))
    except OwnCodeError as error:
        raise ProviderError(
            f"model = '{model}' can't be loaded: {error}. It is looked for beside the experiment "
            "and in the environment."
        ) from error


def _taking(name: str, found: Callable[..., Any]) -> Function:
    """With what its parameters say of how it is called."""
    try:
        parameters = list(inspect.signature(found).parameters.values())
    except (TypeError, ValueError):
        return Function(name, found)
    places = [p for p in parameters if p.kind in BY_PLACE]
    needed = [p for p in places if p.default is inspect.Parameter.empty]
    named = [p.name for p in parameters if p.kind is inspect.Parameter.KEYWORD_ONLY]
    any_number = any(p.kind is inspect.Parameter.VAR_POSITIONAL for p in parameters)
    chats = bool(places) and places[0].name == MESSAGES
    if not (places or any_number) or len(needed) > (1 if chats else 2):
        raise OwnCodeError(
            f"it takes {len(needed)} arguments: write (text), (text, task) or (messages)"
        )
    if chats:
        return Function(name, found, chats=True)
    if TASK in named:
        return Function(name, found, task="name")
    # A second argument with a default of its own may be anything, unless it is called so.
    second = any_number or len(needed) == 2 or (len(places) > 1 and places[1].name == TASK)
    return Function(name, found, task="place" if second else None)


@dataclass(frozen=True)
class Done:
    """What became of a call in a thread."""

    result: Any
    error: BaseException | None
    duration_s: float
    cpu_s: float


class Hand:
    """A thread that makes one call at a time. It never keeps the program from ending."""

    def __init__(self, name: str) -> None:
        self._work: SimpleQueue[tuple[Callable[[], Any], Future[Done]] | None] = SimpleQueue()
        threading.Thread(target=self._run, name=name, daemon=True).start()

    def give(self, call: Callable[[], Any]) -> Future[Done]:
        """Make a call soon."""
        done: Future[Done] = Future()
        # It can't be called off any more: a thread that runs is not stopped.
        done.set_running_or_notify_cancel()
        self._work.put((call, done))
        return done

    def leave(self) -> None:
        """End once the work that was given is done."""
        self._work.put(None)

    def _run(self) -> None:
        while (given := self._work.get()) is not None:
            call, done = given
            done.set_result(timed(call))


def timed(call: Callable[[], Any]) -> Done:
    """Make a call here and now."""
    result, error = None, None
    started, cpu_s = time.perf_counter(), thread_cpu_s()
    try:
        result = call()
    except BaseException as raised:  # also SystemExit: it is one answer's failure, not ours
        error = raised
    return Done(result, error, time.perf_counter() - started, thread_cpu_s() - cpu_s)


class Functions:
    """The functions of one collection."""

    def __init__(self, models: Iterable[str]) -> None:
        self._known = {model: function(model) for model in sorted(set(models))}
        self._idle: dict[str, list[Hand]] = {model: [] for model in self._known}
        self._left_behind = dict.fromkeys(self._known, 0)

    def stop(self) -> None:
        """End the threads that have nothing to do."""
        for hands in self._idle.values():
            while hands:
                hands.pop().leave()

    async def complete(
        self, contestant: Contestant, messages: list[Message], timeout_s: float
    ) -> Completion:
        """One answer. A failure is a completion too; only cancellation is raised."""
        model = contestant.model
        if self._left_behind[model] >= MOST_LEFT_BEHIND:
            return _failed(
                "StillRunningError",
                f"{MOST_LEFT_BEHIND} calls still run after their time limit",
                Failure(stops=True),
            )
        started = time.perf_counter()
        known = self._known[model]
        try:
            async with asyncio.timeout(timeout_s):
                done = await self._called(model, known, messages)
        except TimeoutError:
            duration_s = time.perf_counter() - started
            said = f"no answer within {duration_s:.1f} s"
            failed = _failed("Timeout", said, Failure(maybe_billed=True))
            return replace(failed, status="timeout", duration_s=duration_s)
        return _read(done, contestant, known.waits)

    async def _called(self, model: str, known: Function, messages: list[Message]) -> Done:
        call = known.bound(messages)
        if known.waits:
            return await _awaited(call)
        done = await self._in_thread(model, call)
        if inspect.isawaitable(done.result):
            rest = await _awaited(lambda: done.result)
            return replace(rest, duration_s=done.duration_s + rest.duration_s)
        return done

    async def _in_thread(self, model: str, call: Callable[[], Any]) -> Done:
        idle = self._idle[model]
        hand = idle.pop() if idle else Hand(model)
        future = hand.give(call)
        try:
            # Shielded: the future is the thread's, and ends when it does.
            done = await asyncio.shield(asyncio.wrap_future(future))
        except BaseException:
            self._leave(model, hand, future)
            raise
        idle.append(hand)
        return done

    def _leave(self, model: str, hand: Hand, future: Future[Done]) -> None:
        """A call that nobody waits for any longer."""
        hand.leave()
        self._left_behind[model] += 1

        def ended(_: Future[Done]) -> None:
            self._left_behind[model] -= 1

        future.add_done_callback(ended)


async def _awaited(call: Callable[[], Any]) -> Done:
    """A call on the event loop."""
    result, error = None, None
    started = time.perf_counter()
    try:
        result = await call()
    except Exception as raised:  # our own limit is a cancellation, and passes
        error = raised
    return Done(result, error, time.perf_counter() - started, math.nan)


def _read(done: Done, contestant: Contestant, waits: bool) -> Completion:
    """What a call brought, as a completion."""
    cpu_s = None if waits or math.isnan(done.cpu_s) else done.cpu_s
    error = done.error
    if error is None:
        try:
            completion = read_result(done.result, contestant.kind)
        except Exception as raised:  # also what a strange object raises when it is looked at
            error = raised
    if error is not None:
        passing = isinstance(error, ConnectionError | TimeoutError)
        completion = _failed(
            type(error).__name__, _said(error), Failure(retryable=passing, maybe_billed=True)
        )
    return replace(completion, duration_s=done.duration_s, cpu_s=cpu_s)


def read_result(result: Any, kind: str) -> Completion:
    """A function's result: a text, or {text, input_tokens, output_tokens, usd} in any form."""
    found = {"text": result} if isinstance(result, str) else _fields(result)
    text = found.get("text")
    if not isinstance(text, str):
        raise InvalidResultError(
            f"returned {type(result).__name__}: return a text, or a dict with 'text'"
        )
    tokens_in, tokens_out = (_tokens(found, name) for name in FIELDS[1:3])
    told = tokens_in is not None or tokens_out is not None
    if tokens_out is None and kind != "writer":
        # Readers and rules generate nothing.
        tokens_out = 0
    usage = Usage(tokens_in, tokens_out, source="provider" if told else "rule")
    if tokens_in is None and tokens_out is None:
        usage = Usage(source=None)
    return Completion(clean(str(text), ()), usage, billed_usd=_usd(found.get("usd")))


def _fields(result: Any) -> Mapping[str, Any]:
    if not isinstance(result, Mapping):
        return {name: getattr(result, name, None) for name in FIELDS}
    for name in result:
        if name not in FIELDS:
            raise InvalidResultError(
                f"returned an unknown key {name!r}; known: {', '.join(FIELDS)}"
            )
    return result


def _tokens(found: Mapping[str, Any], name: str) -> int | None:
    value = found.get(name)
    if value is None:
        return None
    try:
        number = -1 if isinstance(value, bool) else index(value)
    except TypeError:
        number = -1
    if not 0 <= number <= MOST_TOKENS:
        raise InvalidResultError(f"returned {name} = {value!r}: write a whole number from 0")
    return number


def _usd(value: Any) -> float | None:
    if value is None:
        return None
    try:
        usd = math.nan if isinstance(value, bool | str) else float(value)
    except (TypeError, ValueError, OverflowError):
        usd = math.nan
    if not 0 <= usd <= MOST_USD:
        raise InvalidResultError(f"returned usd = {value!r}: write dollars from 0")
    return usd


def _said(error: BaseException) -> str:
    try:
        return str(error)
    except Exception:
        return "no message"


def _failed(kind: str, text: str, failure: Failure) -> Completion:
    line = error_line(kind, text, secrets(None))
    return Completion("", Usage(source=None), "infra_error", line, failure=failure)
