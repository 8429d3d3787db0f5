"""The budget: a ceiling in dollars that holds while requests are in flight.

The worst case of a request is reserved before it is sent and settled to its real cost after;
when the reservation doesn't fit, the request waits for others to settle, and when nothing is in
flight and it still doesn't fit, the run stops.
"""

from __future__ import annotations

import asyncio

from collectors.plan import Planned
from data.records import Price

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


def worst_case_usd(planned: Planned, price: Price | None) -> float:
    """Dollars that one attempt can cost at most; 0 where it is charged by time or unpriced.

    A token is at least one byte, so the prompt's bytes bound its tokens.
    """
    if price is None or price.basis != "tokens":
        return 0.0
    text = sum(len(m["content"].encode("utf-8", "replace")) + 16 for m in planned.prompt.messages)
    dearest_input = max(
        price.input_usd_per_mtok or 0.0,
        price.cache_read_usd_per_mtok or 0.0,
        price.cache_write_usd_per_mtok or 0.0,
    )
    dearest_output = max(price.output_usd_per_mtok or 0.0, price.reasoning_usd_per_mtok or 0.0)
    answer = planned.max_tokens or UNLIMITED_OUTPUT
    return (text * dearest_input + answer * dearest_output) / 1e6
