"""One look at a plan: dollars, hours and what it can detect, from one read of the history."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import numpy as np
import polars as pl

from collectors import preflight
from collectors.estimate.cost import Expected, Total, expected, total
from collectors.estimate.detectable import Detectable, differences
from collectors.estimate.fits import FitCost, fits
from collectors.estimate.history import history
from collectors.estimate.hours import Hours, hours
from collectors.estimate.stored import values
from collectors.estimate.tally import Part, tally
from collectors.experiment import Experiment
from collectors.plan import Plan

SEED = 1
"""The same plan and history give the same figures."""


@dataclass(frozen=True)
class Line:
    """What is expected of one contestant."""

    part: Part
    expected: Expected
    hours: Hours
    stored: int
    """Stored attempts that this is told from: the newest of each level, over all campaigns."""
    answered: bool
    """Whether any of those has a score."""
    budget_usd: float | None
    """The ceiling that holds for it: the lower of the run's and its own."""

    @property
    def name(self) -> str:
        return self.part.entrant.contestant.name

    @property
    def unaffordable(self) -> bool:
        """Whether no call of it may be sent: any could cost more than the ceiling."""
        return self.budget_usd is not None and self.part.least_worst_usd > self.budget_usd


@dataclass(frozen=True)
class Estimate:
    """A plan before it is sent."""

    experiment: Experiment
    plan: Plan
    lines: tuple[Line, ...]
    """One per contestant with something left to do, in the experiment's order."""
    total: Total
    hours: Hours
    """Of the whole run, of the contestants whose hours are known."""
    detectable: tuple[Detectable, ...]
    fits: tuple[FitCost, ...] = ()
    """Heads to be fitted before; their cost is in no other figure."""

    @property
    def unheard(self) -> tuple[Line, ...]:
        """Contestants that have answered nothing yet: a pilot would tell what they cost."""
        return tuple(line for line in self.lines if not line.answered)


def estimate(experiment: Experiment, plan: Plan, db: Path, now: datetime) -> Estimate:
    """Expected dollars, hours and smallest difference of a plan; sends and writes nothing.

    `now`: the moment whose prices hold, naive UTC. StoreError when the database can't be read.
    """
    entrants = experiment.entrants
    prices = preflight.prices(entrants, now)
    caps = preflight.caps(entrants)
    parts = tally(plan, entrants, prices, caps)
    rows = history(db, entrants, prices)
    rng = np.random.default_rng(SEED)
    paid = values(rows, "usd")
    dollars = [
        expected(p, prices[c], caps[c], paid.get(c, {}), rng)
        for p in parts
        for c in [p.contestant_id]
    ]
    each, whole = hours(parts, rows, values(rows, "busy_s"), rng)
    seen = _seen(rows)
    lines = tuple(
        Line(part, usd, took, *seen.get(part.contestant_id, (0, False)), _ceiling(part, experiment))
        for part, (usd, _), took in zip(parts, dollars, each, strict=True)
    )
    return Estimate(
        experiment,
        plan,
        lines,
        total([x for x, _ in dollars], [d for _, d in dollars], experiment.budget_usd),
        whole,
        tuple(differences(experiment, rows)),
        tuple(fits(parts, [c.task for c in experiment.tasks], prices)),
    )


def _seen(rows: pl.DataFrame) -> dict[str, tuple[int, bool]]:
    """Stored attempts of each contestant, and whether any has a score."""
    counted = rows.group_by("contestant_id").agg(
        pl.col("attempts").sum(), pl.col("score").is_not_null().any()
    )
    return {name: (attempts, answered) for name, attempts, answered in counted.iter_rows()}


def _ceiling(part: Part, experiment: Experiment) -> float | None:
    given = (experiment.budget_usd, part.entrant.budget_usd)
    return min((usd for usd in given if usd is not None), default=None)
