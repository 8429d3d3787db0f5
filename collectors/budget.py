"""The budget: a ceiling in dollars that holds while requests are in flight.

The worst case of a request is reserved before it is sent and settled to its real cost after;
when the reservation doesn't fit, the request waits for others to settle, and when nothing is in
flight and it still doesn't fit, the run stops.
"""

from __future__ import annotations

import asyncio

from collectors.plan import Planned
from data.price import Price
from data.pricing import BILLED, lines_of

UNLIMITED_OUTPUT = 32_768
"""Tokens reserved for an answer without an output limit."""


class Budget:
    """Dollars spent and reserved against an optional ceiling."""

    def __init__(self, ceiling_usd: float | None) -> None:
        self.ceiling_usd = ceiling_usd
        self.spent_usd = 0.0
        self.exhausted = False
        self._reserved = 0.0
        self._changed = asyncio.Condition()

    async def reserve(self, worst_usd: float) -> bool:
        """Wait until `worst_usd` fits under the ceiling; False when it never will."""
        async with self._changed:
            while not self._fits(worst_usd):
                if self.exhausted or self._reserved <= 1e-15:
                    self.exhausted = True
                    self._changed.notify_all()
                    return False
                await self._changed.wait()
            self._reserved += worst_usd
            return True

    async def settle(self, worst_usd: float, cost_usd: float | None) -> None:
        """Replace a reservation by what was really spent."""
        async with self._changed:
            self._reserved -= worst_usd
            self.spent_usd += cost_usd or 0.0
            self._changed.notify_all()

    def _fits(self, worst_usd: float) -> bool:
        if self.ceiling_usd is None:
            return True
        if self.exhausted:
            return False
        return self.spent_usd + self._reserved + worst_usd <= self.ceiling_usd


def worst_case_usd(planned: Planned, price: Price) -> float:
    """Dollars that one attempt can cost at most; 0 where it is charged by time or unpriced.

    A token is at least one byte, so the prompt's bytes bound its tokens; the dearest tier and hour
    that such a prompt can fall into are meant.
    """
    lines = lines_of(price, BILLED)
    if isinstance(lines, str):
        return 0.0
    text = sum(len(m["content"].encode("utf-8", "replace")) + 16 for m in planned.prompt.messages)
    answer = planned.max_tokens or UNLIMITED_OUTPUT
    return max(
        float(
            text * max(line.input, line.cache_read, line.cache_write, line.cache_write_1h)
            + answer * max(line.output, line.reasoning)
            + line.request
        )
        for line in lines
        if line.over < text
    )
