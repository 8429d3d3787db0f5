"""The budget: ceilings in dollars that hold while requests are in flight.

The worst case of a call is reserved before it is sent and settled to its real cost after. When a
reservation doesn't fit, the call waits for others to settle: fewer are in flight. When none is in
flight and it still doesn't fit, its contestant stops. A call whose end nobody told us (a lost
answer, an answer without usage) counts with its worst case: the provider may have charged it.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass

from collectors.plan import Planned
from data.price import Price
from data.pricing import BILLED, lines_of

UNLIMITED_OUTPUT = 32_768
"""Tokens reserved for an answer when neither a limit nor the model's own is known."""
DUST = 1e-12


@dataclass
class Purse:
    """One ceiling: the run's, or one contestant's."""

    ceiling_usd: float | None = None
    spent_usd: float = 0.0
    """Known costs."""
    unsettled_usd: float = 0.0
    """Worst cases of calls whose cost nobody told us."""
    reserved_usd: float = 0.0
    in_flight: int = 0

    def fits(self, usd: float) -> bool:
        if self.ceiling_usd is None:
            return True
        held = self.spent_usd + self.unsettled_usd + self.reserved_usd
        return held + usd <= self.ceiling_usd + DUST

    @property
    def waits(self) -> bool:
        """Whether something in flight may still give room."""
        return self.in_flight > 0 and self.reserved_usd > DUST


class Budget:
    """The run's purse and those of its contestants. Used from one event loop only."""

    def __init__(
        self, ceiling_usd: float | None, contestants: Mapping[str, float | None] | None = None
    ) -> None:
        """`contestants`: ceilings by contestant_id."""
        self.run = Purse(ceiling_usd)
        self.own = {name: Purse(usd) for name, usd in (contestants or {}).items()}
        self._waiting: deque[asyncio.Future[None]] = deque()

    async def reserve(self, contestant_id: str, worst_usd: float) -> bool:
        """Wait until `worst_usd` fits under every ceiling; False when it never will."""
        purses = self._purses(contestant_id)
        while tight := [p for p in purses if not p.fits(worst_usd)]:
            if not all(p.waits for p in tight):
                return False
            turn = asyncio.get_running_loop().create_future()
            self._waiting.append(turn)
            await turn
        for purse in purses:
            purse.reserved_usd += worst_usd
            purse.in_flight += 1
        return True

    def settle(
        self, contestant_id: str, worst_usd: float, cost_usd: float | None, unsettled_usd: float
    ) -> None:
        """Replace a reservation by what was spent, and by what may have been."""
        for purse in self._purses(contestant_id):
            purse.in_flight -= 1
            # In binary, sums of reservations leave dust behind.
            left = purse.reserved_usd - worst_usd
            purse.reserved_usd = left if purse.in_flight else 0.0
            purse.spent_usd += cost_usd or 0.0
            purse.unsettled_usd += unsettled_usd
        waiting, self._waiting = self._waiting, deque()
        for turn in waiting:
            if not turn.done():
                turn.set_result(None)

    def _purses(self, contestant_id: str) -> list[Purse]:
        mine = self.own.get(contestant_id)
        return [self.run] if mine is None else [self.run, mine]


class WorstCase:
    """What one call of a contestant can cost at most."""

    def __init__(self, price: Price, output_cap: int | None = None, timeout_s: float = 0.0) -> None:
        """`output_cap`: the model's own limit, for calls without one of ours; 0: it only reads.
        `timeout_s`: how long a call may keep a machine busy that is paid by the hour."""
        lines = lines_of(price, BILLED)
        self._cap = UNLIMITED_OUTPUT if output_cap is None else output_cap
        told = price.told_usd_at_most or 0.0
        self._lines = [
            (
                line.over,
                float(max(line.input, line.cache_read, line.cache_write, line.cache_write_1h)),
                float(max(line.output, line.reasoning)),
                float(line.request) + float(line.busy_s) * timeout_s + told,
            )
            for line in ([] if isinstance(lines, str) else lines)
        ]

    def usd(self, planned: Planned) -> float:
        """Dollars; 0 where a call is charged by CPU seconds, or not priced.

        A token is at least one byte, so the prompt's bytes bound its tokens; the dearest tier and
        hour that such a prompt can fall into are meant.
        """
        text = planned.prompt.most_tokens
        answer = planned.max_tokens or self._cap
        return max(
            (i * text + o * answer + fee for over, i, o, fee in self._lines if over < text),
            default=0.0,
        )


def worst_case_usd(planned: Planned, price: Price, output_cap: int | None = None) -> float:
    """Dollars that one call of an attempt can cost at most; see WorstCase."""
    return WorstCase(price, output_cap, planned.entrant.timeout_s).usd(planned)
