"""Requests and tokens a minute: who may send, and when.

No minute, wherever it begins, holds more than the limit: a provider's own window is not known to
us. What is in flight counts with what it may take, what has ended for a minute after its end.
Sends are also spaced evenly, so that a limit is not used up in one burst.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

Clock = Callable[[], float]
WINDOW_S = 61.0
"""A minute, and what the way to the server may vary."""
POLL_S = 0.5
"""How often a waiting request looks whether its contestant was stopped, or others came back."""


class Window:
    """Units of the last minute, and those in flight."""

    def __init__(self, per_minute: float, clock: Clock) -> None:
        self._limit = per_minute
        self._clock = clock
        self._spacing_s = 60.0 / per_minute
        self._next_at = 0.0
        self._in_flight = 0.0
        self._past: deque[tuple[float, float]] = deque()
        self._sum = 0.0

    def wait_s(self, amount: float) -> float:
        """Seconds until `amount` units may be taken; 0: now."""
        now = self._clock()
        while self._past and self._past[0][0] <= now:
            self._sum -= self._past.popleft()[1]
        if not self._past:
            self._sum = 0.0  # In binary, sums leave dust behind.
        held = self._sum + self._in_flight
        # What is larger than the limit itself goes when nothing else does.
        if held > 0 and held + amount > self._limit:
            return max(self._past[0][0] - now, 0.0) if self._past else POLL_S
        return max(0.0, self._next_at - now)

    def take(self, amount: float, usual: float) -> None:
        """Count `amount` units as in flight; the next send follows `usual` units later."""
        self._in_flight += amount
        self._next_at = max(self._clock(), self._next_at) + usual * self._spacing_s

    def settle(self, taken: float, used: float) -> None:
        """What was taken has ended, and used so much."""
        self._in_flight = max(0.0, self._in_flight - taken)
        if used > 0:
            self._past.append((self._clock() + WINDOW_S, used))
            self._sum += used


@dataclass(frozen=True)
class Ticket:
    """The right to send one request; hand it back with `settle`."""

    tokens: float


class Limits:
    """What the contestants of one [[contestant]] table share: their provider counts them together.

    A provider that asks for a pause is left alone by all of them until it ends.
    """

    def __init__(
        self, rpm: float | None = None, tpm: float | None = None, clock: Clock = time.monotonic
    ) -> None:
        self._requests = Window(rpm, clock) if rpm else None
        self._tokens = Window(tpm, clock) if tpm else None
        self._limited = bool(rpm or tpm)
        self._turns = asyncio.Lock()
        self._clock = clock
        self._paused_until = 0.0

    @property
    def paused_s(self) -> float:
        """Seconds left of the pause that the provider asked for."""
        return max(0.0, self._paused_until - self._clock())

    def pause(self, seconds: float) -> None:
        """Send nothing for so long."""
        self._paused_until = max(self._paused_until, self._clock() + seconds)

    async def turn(
        self, most: float, usual: float, stopped: Callable[[], bool] = lambda: False
    ) -> Ticket | None:
        """Wait until a request may be sent; None when `stopped` says so meanwhile.

        `most`: tokens that it may take; `usual`: those that requests have taken so far. Requests
        come in the order in which they asked.
        """
        if not self._limited:
            while (left := self.paused_s) > 0:
                await asyncio.sleep(min(left, POLL_S))
                if stopped():
                    return None
            return Ticket(most)
        async with self._turns:
            while (wait := self._wait_s(most)) > 0:
                await asyncio.sleep(min(wait, POLL_S))
                if stopped():
                    return None
            if self._requests:
                self._requests.take(1.0, 1.0)
                self._requests.settle(1.0, 1.0)
            if self._tokens:
                self._tokens.take(most, usual)
        return Ticket(most)

    def _wait_s(self, tokens: float) -> float:
        return max(
            self.paused_s,
            self._requests.wait_s(1.0) if self._requests else 0.0,
            self._tokens.wait_s(tokens) if self._tokens else 0.0,
        )

    def settle(self, ticket: Ticket, used: float | None) -> None:
        """The answer is there; `used`: its tokens, None when nobody told (then all are meant)."""
        if self._tokens:
            self._tokens.settle(ticket.tokens, ticket.tokens if used is None else used)
