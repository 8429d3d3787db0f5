"""Claims: what one becomes, on which evidence, and the thresholds that a verdict takes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from data.analysis.intervals import wilson
from data.analysis.verdicts import BETTER, MATCHES, TOO_CLOSE, WORSE

Tables = Mapping[str, pl.DataFrame]

HOLDS, FAILS, CLOSE, OPEN = "holds", "does not hold", TOO_CLOSE, "not enough data"
VERDICTS = (HOLDS, FAILS, CLOSE, OPEN)
SETTLED = (HOLDS, FAILS)
FEWEST = 5
"""Contestants, tasks or models below which a share says nothing."""
FEWEST_TASKS = 3
"""Tasks below which most of them are no majority."""
P = 0.05
OWN, PUBLISHED = "own attempts", "published scores"


@dataclass(frozen=True)
class Finding:
    """What became of a claim."""

    verdict: str
    """One of VERDICTS."""
    said: str
    """One sentence with its numbers and their interval; its bold is left out of the table."""
    collect: str | None = None
    """What would settle an open claim; None for a settled one."""
    samples: str = ""
    """On which samples it stands, where these are not all of the view."""
    who: str = ""
    """Who is counted, where that is not everybody of the view; of published scores, what is."""


@dataclass(frozen=True)
class Own:
    """The user's own attempts that a view holds."""

    samples: int
    contestants: int
    writers: Sequence[str]
    """Names of those that write."""

    @property
    def who(self) -> str:
        """'7 contestants, of which one writes (SmolLM2)'."""
        said = f"{self.contestants} contestant{'' if self.contestants == 1 else 's'}"
        if len(self.writers) == 1:
            return f"{said}, of which one writes ({self.writers[0]})"
        return f"{said}, of which {len(self.writers) or 'none'} write"


def evidence(stands: str, found: Finding, own: Own) -> str:
    """What a finding stands on: 'own attempts: 48 samples, 15 contestants that write'."""
    if stands == PUBLISHED:
        return f"{PUBLISHED}, none of your own samples: {found.who or 'none'}"
    samples = f"{own.samples:,} sample{'' if own.samples == 1 else 's'}"
    return f"{OWN}: {found.samples or samples}, {found.who or own.who}"


def sure_share(good: int, n: int) -> str:
    """HOLDS or FAILS when a 95 % Wilson interval of good in n lies on one side of a half."""
    low, high = wilson(good, n)
    return HOLDS if low > 0.5 else FAILS if high < 0.5 else CLOSE


def most(good: int, bad: int, n: int) -> str:
    """HOLDS or FAILS where over half of n are surely good, or surely bad; each by its interval."""
    return HOLDS if 2 * good > n else FAILS if 2 * bad > n else CLOSE


def of_tasks(rows: pl.DataFrame) -> str:
    """By counting verdicts: a majority of the tasks compared, whatever is too close to call."""
    if rows.height < FEWEST_TASKS:
        return OPEN
    good = rows.filter(pl.col("verdict").is_in([BETTER, MATCHES])).height
    return most(good, rows.filter(pl.col("verdict") == WORSE).height, rows.height)


def beside_zero(low: float, high: float) -> str:
    """HOLDS above 0, FAILS below it, CLOSE where the interval reaches it."""
    return HOLDS if low > 0 else FAILS if high < 0 else CLOSE
