"""What a plan would send and about what it would cost, before anything is sent."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from collectors.plan import Plan, Planned
from data.price import Price
from data.pricing import cost_usd
from data.records import Usage
from data.store import Reader

BYTES_PER_TOKEN = 4
"""A usual figure for English text; used only where there is no history."""
ASSUMED_ANSWER = 300
"""Output tokens assumed for an answer without history and without a lower limit."""

History = Mapping[tuple[str, str, int], float]
"""Mean cost in dollars of a stored attempt by (contestant_id, task, level)."""


@dataclass
class Line:
    """One contestant's part of a plan."""

    name: str
    attempts: int = 0
    input_tokens: int = 0
    """Estimated from the prompts' length."""
    usd: float | None = 0.0
    """None when any of it can't be priced beforehand."""
    missing: str = ""
    """Reason code why no price is known; empty when one is."""
    from_history: int = 0
    """Attempts whose cost is the mean of stored ones."""


def history(db: Path) -> History:
    """Mean stored cost per contestant, task and level over all campaigns."""
    if not db.exists():
        return {}
    rows = Reader(db).sql(
        "SELECT contestant_id, task, level, sum(cost_usd) / sum(priced) AS usd FROM rollup "
        "WHERE priced > 0 GROUP BY ALL"
    )
    return {(c, t, n): usd for c, t, n, usd in rows.iter_rows()}


def estimate(plan: Plan, prices: Mapping[str, Price], past: History) -> list[Line]:
    """One line per contestant, in the experiment's order."""
    lines: dict[str, Line] = defaultdict(lambda: Line(""))
    for planned in plan.todo:
        contestant = planned.entrant.contestant
        line = lines[contestant.contestant_id]
        line.name = contestant.name
        line.attempts += 1
        line.missing = prices[contestant.contestant_id].missing
        tokens = _input_tokens(planned)
        line.input_tokens += tokens
        key = (contestant.contestant_id, planned.prompt.task.name, planned.prompt.sample.level)
        usd = past.get(key)
        line.from_history += usd is not None
        if usd is None:
            usd = _list_cost(planned, prices[contestant.contestant_id], tokens)
        line.usd = None if usd is None or line.usd is None else line.usd + usd
    return list(lines.values())


def _input_tokens(planned: Planned) -> int:
    size = sum(len(m["content"].encode("utf-8", "replace")) for m in planned.prompt.messages)
    return max(1, size // BYTES_PER_TOKEN)


def _list_cost(planned: Planned, price: Price, input_tokens: int) -> float | None:
    answer = min(planned.max_tokens or ASSUMED_ANSWER, ASSUMED_ANSWER)
    return cost_usd(price, Usage(input_tokens=input_tokens, output_tokens=answer))
