"""Dollars that a plan will cost: from stored attempts, else from list prices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from collectors.estimate.predictive import DRAWS, Array, interval, predicted
from collectors.estimate.stored import Matched, match
from collectors.estimate.tally import CellKey, Part
from data.price import Price
from data.pricing import BILLED, Line, cost, lines_of
from data.records import Usage

ASSUMED_ANSWER = 300
"""Output tokens assumed for an answer without history and without a lower limit."""
NO_HISTORY = "time_missing"
"""Charged by time, and none of its times is stored."""


@dataclass(frozen=True)
class Expected:
    """Dollars of one contestant's part of a plan."""

    source: Literal["history", "list", "none"]
    """What they are told from; 'none': they can't be told, see `missing`."""
    usd: float | None
    """The mean: what it costs on average."""
    median_usd: float | None = None
    low_usd: float | None = None
    """With high_usd the 95 % interval of what it will cost; None without history."""
    high_usd: float | None = None
    at_most_usd: float | None = None
    """The worst case by the output limit, each call sent once; None where there is no limit."""
    missing: str = ""
    """Reason code (data.pricing.cost.REASONS) why no dollars are known."""
    borrowed: int = 0
    """Attempts for which another level's stored attempts stand."""
    foreign: int = 0
    """Of those, for which another task's do."""


@dataclass(frozen=True)
class Total:
    """Dollars of the whole plan, of the contestants whose dollars are known."""

    usd: float
    from_history: int
    """Contestants told from history: the interval is theirs alone."""
    median_usd: float | None
    low_usd: float | None
    high_usd: float | None
    from_list: int
    """Contestants told from list prices."""
    list_usd: float
    list_at_most_usd: float | None
    """What those can cost at most; None when one of them has no limit."""
    unknown: int
    """Contestants whose dollars are not known beforehand."""
    over_budget: float | None = None
    """Chance that those told from history alone cost more than the budget; None without one."""


def expected(
    part: Part,
    price: Price,
    cap: int | None,
    stored: Mapping[CellKey, Array],
    rng: np.random.Generator,
) -> tuple[Expected, Array]:
    """One contestant's dollars, with (DRAWS,) draws of them; no draw without history."""
    at_most = _at_most(part, price, cap)
    lines = lines_of(price, BILLED)
    if isinstance(lines, str):
        return Expected("none", None, missing=lines), np.zeros(0)
    found = match(part.cells, stored)
    if found.sources:
        draws = predicted(found.sources, rng, at_most)
        return _from_history(found, draws, at_most), draws
    if lines[0].needs != "tokens":
        return Expected("none", None, missing=NO_HISTORY), np.zeros(0)
    return Expected("list", _listed(part, lines), at_most_usd=at_most), np.zeros(0)


def _listed(part: Part, lines: Sequence[Line]) -> float:
    """By list price: the prompts' tokens and assumed answers."""
    return sum(
        attempts * (cost(lines, Usage(tokens, answer_tokens(limit))).as_float or 0.0)
        for tokens, limit, attempts in part.prompts
    )


def answer_tokens(limit: int | None) -> int:
    """Assumed of an answer under an output limit."""
    return min(limit or ASSUMED_ANSWER, ASSUMED_ANSWER)


def _from_history(found: Matched, draws: Array, at_most: float | None) -> Expected:
    median, low, high = interval(draws)
    mean = found.expected if at_most is None else min(found.expected, at_most)
    return Expected(
        "history", mean, median, low, high, at_most, borrowed=found.borrowed, foreign=found.foreign
    )


def _at_most(part: Part, price: Price, cap: int | None) -> float | None:
    """The worst case, where calls are charged by tokens and something limits them."""
    if price.price_basis not in ("tokens", "shared"):
        return None
    endless = cap is None and any(limit is None for _, limit, _ in part.prompts)
    return None if endless else part.worst_usd


def total(found: Sequence[Expected], draws: Sequence[Array], budget_usd: float | None) -> Total:
    """All contestants together; their costs are independent of each other."""
    known = [d for d in draws if len(d)]
    whole = sum(known, np.zeros(DRAWS))
    median, low, high = interval(whole) if known else (None, None, None)
    listed = [x for x in found if x.source == "list"]
    limits = [x.at_most_usd for x in listed]
    return Total(
        usd=sum(x.usd for x in found if x.usd is not None),
        from_history=len(known),
        median_usd=median,
        low_usd=low,
        high_usd=high,
        from_list=len(listed),
        list_usd=sum(x.usd or 0.0 for x in listed),
        list_at_most_usd=sum(x for x in limits if x is not None) if None not in limits else None,
        unknown=sum(x.source == "none" for x in found),
        over_budget=float((whole > budget_usd).mean()) if known and budget_usd else None,
    )
