"""What both calculations are asked to price: usages, service modes and moments."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from data.price import MODES, Price
from data.records import Usage

WORKDAY = datetime(2026, 11, 23, 2, 0)
"""Naive UTC, a Monday."""
OTHER_HOURS = (datetime(2026, 11, 23, 12, 0), datetime(2026, 11, 28, 2, 0))
"""The same Monday at noon and a Saturday: asked too where a price depends on the hour."""
THRESHOLDS = (100_000, 128_000, 200_000, 256_000, 272_000, 512_000)
"""Input tokens at which price lists change; asked exactly at each and one token above."""

STANDARD: dict[str, Usage] = {
    "short": Usage(12, 3, 0, 0, 0, 0),
    "usual": Usage(1000, 500, 0, 0, 0, 0),
    "no output": Usage(1000, 0, 0, 0, 0, 0),
    **{f"{n:,} in": Usage(n, 500, 0, 0, 0, 0) for t in THRESHOLDS for n in (t, t + 1)},
    "cached read": Usage(10_000, 500, 8000, 0, 0, 0),
    "cache write": Usage(10_000, 500, 0, 8000, 0, 0),
    "cache write, 1 h": Usage(10_000, 500, 0, 8000, 3000, 0),
    "reasoning": Usage(1000, 800, 0, 0, 0, 700),
    "all parts": Usage(10_000, 800, 4000, 3000, 1000, 700),
    "all parts, long": Usage(600_000, 800, 400_000, 30_000, 10_000, 700),
}
"""Names of usages and their tokens; parts are within their totals."""
IN_MODES = ("usual", "cached read", "272,001 in", "all parts", "all parts, long")
"""Usages that are asked in the other service modes too."""
IMPOSSIBLE = Usage(1000, 500, 0, 0, 0, 700)
"""More reasoning than output, which some relays report."""


@dataclass(frozen=True)
class Question:
    """One usage to price; `group` is the row of the report that it counts in."""

    group: str
    name: str
    usage: Usage
    mode: str = "standard"
    at: datetime = WORKDAY


def questions(price: Price, kind: str) -> Iterator[Question]:
    """Everything that is asked of one model; `kind` is its mode in the map.

    Embedding models and rerankers only read: they are asked for input alone.
    """
    reads_only = kind in ("embedding", "rerank")
    for name, usage in STANDARD.items():
        if not (reads_only and (usage.cache_read_tokens or usage.cache_write_tokens)):
            own = _inputs(usage) if reads_only else usage
            yield Question("standard", name, own)
            for at in OTHER_HOURS if price.off_peak is not None else ():
                yield Question("other hours", name, own, at=at)
    for mode in MODES:
        group = f"{mode}, listed" if mode in price.modes else f"{mode}, not listed"
        for name in IN_MODES:
            usage = STANDARD[name]
            if not (reads_only and usage.cache_read_tokens):
                yield Question(group, name, _inputs(usage) if reads_only else usage, mode)
    if not reads_only:
        yield Question("impossible usage", "700 reasoning in 500 output", IMPOSSIBLE)


def _inputs(usage: Usage) -> Usage:
    return replace(usage, output_tokens=0, reasoning_tokens=0)
