"""Requests and tokens a minute: who may send, and when.

Sends are spread evenly instead of in bursts, so that no window of a minute, wherever it begins,
holds more than the limit: a provider's own window is not known to us.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

Clock = Callable[[], float]


class Pace:
    """An even spacing of `per_minute` units."""

    def __init__(self, per_minute: float, clock: Clock = time.monotonic) -> None:
        self._rate = per_minute / 60.0
        self._clock = clock
        self._free_at = 0.0

    def book(self, amount: float) -> float:
        """Take the next free place for `amount` units; seconds until it comes."""
        now = self._clock()
        start = max(now, self._free_at)
        self._free_at = start + amount / self._rate
        return start - now

    def correct(self, amount: float) -> None:
        """Book (or give back, when negative) units that turned out otherwise."""
        self._free_at += amount / self._rate


class Limits:
    """What the contestants of one [[contestant]] table share: their provider counts them together.

    A provider that asks for a pause is left alone by all of them until it ends.
    """

    def __init__(
        self, rpm: float | None = None, tpm: float | None = None, clock: Clock = time.monotonic
    ) -> None:
        self._requests = Pace(rpm, clock) if rpm else None
        self._tokens = Pace(tpm, clock) if tpm else None
        self._clock = clock
        self._paused_until = 0.0

    @property
    def paused_s(self) -> float:
        """Seconds left of the pause that the provider asked for."""
        return max(0.0, self._paused_until - self._clock())

    def pause(self, seconds: float) -> None:
        """Send nothing for so long."""
        self._paused_until = max(self._paused_until, self._clock() + seconds)

    async def turn(self, tokens: float) -> None:
        """Wait until a request of about `tokens` tokens may be sent."""
        while True:
            wait = self._requests.book(1.0) if self._requests else 0.0
            if self._tokens:
                wait = max(wait, self._tokens.book(tokens))
            if wait > 0:
                await asyncio.sleep(wait)
            if self.paused_s <= 0:
                return
            while (left := self.paused_s) > 0:
                await asyncio.sleep(left)
            # The place that came during the pause is gone: all at once would be too many.
            if not self._requests and not self._tokens:
                return

    def settle(self, expected: float, used: float) -> None:
        """Correct the tokens that `turn` booked once the answer tells what they were."""
        if self._tokens:
            self._tokens.correct(used - expected)
