"""Tonight against the nights before it: canaries first, then drift, then slow drift."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import polars as pl

from data.analysis import drift as lens
from data.analysis import probes
from data.analysis.cusum import cusum
from data.analysis.grid import Grid
from data.nights import grids, rows
from data.pricing.sql import Charges
from data.store import Reader

HISTORY = 30
"""Nights that slow drift looks back on, tonight included."""
FEWEST = 5
"""Nights that a sum over nights takes."""
RESAMPLES = 200
"""For the standard errors of slow drift; its nights need no tests of their own."""
SLOW: dict[str, type[pl.DataType]] = {
    "contestant_id": pl.String, "metric": pl.String, "signal": pl.String, "new": pl.Boolean,
    "sum": pl.Float64, "nights": pl.Int64,
}  # fmt: skip


@dataclass(frozen=True)
class Compared:
    """What tonight looks like beside the nights before."""

    reference: str | None
    """The campaign that changes are against; None on a first night."""
    between: str | None
    """The night that can confirm them."""
    silenced: bool
    """A canary failed: the harness moved, and no change of tonight counts."""
    canaries: pl.DataFrame
    changes: pl.DataFrame
    """A frame of `data.analysis.drift`; costs of all nights at tonight's prices."""
    slow: pl.DataFrame
    """Signals of tonight: contestant_id, metric, signal, new, sum, nights."""


def compare(
    reader: Reader,
    campaign: str,
    earlier: Sequence[str],
    say: Callable[[str], None] = lambda text: None,
    creeping: bool = True,
) -> Compared:
    """`earlier`: the nights before, newest first; `creeping`: whether to look for slow drift, too.

    The last night that is alike by its canaries confirms what has changed since the one before it
    (METHOD 9); where there is one night only, nothing can be confirmed. All costs are at tonight's
    prices: a price list that changed is told by itself, and is no drift of anybody's.
    """
    canaries, silenced, alike = harness(reader, campaign, earlier)
    # With a harness that moved there is nothing to trust, but something to look at.
    nights = alike[:2] if alike or not silenced else list(earlier[:2])
    charges = grids.at_prices(rows.prices(reader, [campaign]))
    tonight = _Night.of(reader, campaign, charges)
    found = pl.DataFrame(schema=lens.SCHEMA)
    between = nights[0] if len(nights) == 2 else None
    if nights and tonight.grid.ids:
        before = _Night.of(reader, nights[-1], charges)
        previous = None
        if between:
            last = _Night.of(reader, between, charges)
            previous = lens.drift(before.grid, last.grid, same_hour=before.hour == last.hour)
        found = lens.drift(
            before.grid,
            tonight.grid,
            same_hour=before.hour == tonight.hour,
            previous=previous,
            canary=canaries,
        )
    slow = pl.DataFrame(schema=SLOW)
    if creeping and not silenced and tonight.grid.ids:
        slow = slow_drift(reader, tonight, alike[: HISTORY - 1], charges, say)
        # What came in one step is told by the step.
        steps = found.filter(pl.col("alarm") != "none")
        slow = slow.join(steps, on=["contestant_id", "metric"], how="anti", maintain_order="left")
    reference = nights[-1] if nights else None
    return Compared(reference, between, silenced, canaries, found, slow)


def harness(
    reader: Reader, campaign: str, earlier: Sequence[str]
) -> tuple[pl.DataFrame, bool, list[str]]:
    """(canary frame, whether one failed, nights that are alike tonight by it, newest first).

    Against the night before; where that one fails, against the one before it, so that a night that
    went astray and back does not cost a second one. What moved for good is so for one night: the
    next is alike the first that had it, and comparisons begin there anew.
    """
    tonight = rows.probes(reader, campaign)
    found = [probes.compared(rows.probes(reader, name), tonight) for name in earlier[:HISTORY]]
    alike = [n for n, frame in zip(earlier, found, strict=False) if not probes.failed(frame)]
    told = probes.compared(None, tonight)
    if found:
        second = len(found) > 1 and probes.failed(found[0]) and not probes.failed(found[1])
        told = found[1] if second else found[0]
    silenced = probes.failed(told)
    before = rows.served(reader, earlier[0]) if earlier else None
    names = probes.served(before, rows.served(reader, campaign))
    return pl.concat([told, names]), silenced, [] if silenced else alike


def last_heard(reader: Reader, earlier: Sequence[str]) -> str | None:
    """The newest of these nights (newest first) whose alerts were told: no canary silenced it.

    What happened in a silenced night is news to the next one.
    """
    for i, night in enumerate(earlier[:HISTORY]):
        if not harness(reader, night, earlier[i + 1 :])[1]:
            return night
    return None


@dataclass(frozen=True)
class _Night:
    campaign: str
    grid: Grid
    hour: int | None

    @staticmethod
    def of(reader: Reader, campaign: str, charges: Charges) -> _Night:
        found = grids.night(reader, campaign, charges)
        return _Night(campaign, found, grids.began_at(reader, campaign))


def slow_drift(
    reader: Reader,
    tonight: _Night,
    alike: Sequence[str],
    charges: Charges,
    say: Callable[[str], None],
) -> pl.DataFrame:
    """CUSUM over these nights (newest first) and tonight, against the oldest of them."""
    if len(alike) + 1 < FEWEST:
        return pl.DataFrame(schema=SLOW)
    say(f"Looking for slow drift over {len(alike) + 1} nights.")
    oldest = _Night.of(reader, alike[-1], charges)
    frames = []
    for name in [*reversed(alike[:-1]), None]:
        night = tonight if name is None else _Night.of(reader, name, charges)
        found = lens.drift(
            oldest.grid,
            night.grid,
            same_hour=oldest.hour == night.hour,
            resamples=RESAMPLES,
            flips=1,
        )
        frames.append(found.select("contestant_id", "metric", "z", night=pl.lit(night.campaign)))
    sums = cusum(pl.concat(frames))
    keys = ["contestant_id", "metric"]
    last = sums.filter(pl.col("night") != tonight.campaign).group_by(keys, maintain_order=True)
    before = last.agg(before=pl.col("signal").last())
    signals = sums.filter((pl.col("night") == tonight.campaign) & pl.col("signal").is_not_null())
    return (
        signals.join(before, on=keys, how="left", maintain_order="left")
        .with_columns(
            new=pl.col("signal").ne_missing(pl.col("before")),
            sum=pl.max_horizontal("up", "down"),
            nights=pl.lit(len(alike) + 1, pl.Int64),
        )
        .select(SLOW.keys())
    )
