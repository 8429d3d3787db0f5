"""Workload: what N documents cost, how long they take, and which limit holds them up."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import polars as pl

from data import wording
from data.analysis.plan import SHARED_TIME, TIMELESS, plan
from data.analysis.projection import MOST, Projection, Workload, break_even, project
from data.errors import CostError

__all__ = [
    "Projection", "Workload", "break_even", "cheapest", "judged", "plan", "project", "sentence",
]  # fmt: skip
FEW = "answered too few of these samples"
TINY = 1e-12
"""Less than this is a rounding error, of a share or of an hour."""


def cheapest(
    plan: pl.DataFrame,
    quality: float | None = None,
    hours: float | None = None,
    confident: bool = True,
) -> pl.DataFrame:
    """Who reaches the accuracy `quality` (0..1) within `hours`, cheapest first; None: any.

    Adds `sure`: the lower end of the accuracy and the upper end of the hours satisfy both too
    (hours without an interval: the point). With `confident` those who are sure come first. When
    nobody does, the one row is the nearest (smallest sum of the misses, points over the accuracy
    asked for and hours over the hours asked for, then cheapest) and `lacks` says what it lacks; it
    is null otherwise. Only feasible rows are considered; without `hours` also those of which only
    the time is not known. No such row: an empty frame.
    """
    frame = _measured(plan, quality, hours).filter("able").drop("able")
    met = frame.filter((pl.col("points") == 0) & (pl.col("late") == 0))
    order = ["usd", "hours", "contestant_id"]
    if met.is_empty():
        missed = pl.col("points") / (quality or 1.0) + pl.col("late") / (hours or 1.0)
        met = frame.sort(missed.round(12), *order, nulls_last=True).head(1)
    elif confident:
        met = met.sort(~pl.col("sure"), *order, nulls_last=True)
    else:
        met = met.sort(*order, nulls_last=True)
    lacks = [_lacks(row["points"], row["late"]) for row in met.iter_rows(named=True)]
    return met.drop("points", "late").with_columns(lacks=pl.Series(lacks, dtype=pl.String))


def judged(
    plan: pl.DataFrame, quality: float | None = None, hours: float | None = None
) -> pl.DataFrame:
    """All of a plan, best first, with `sure` and `lacks` as `cheapest` has them.

    First who will do for sure, then who will do by its points, then the others, who lack something
    or have a reason why they can't; each cheapest first.
    """
    frame = _measured(plan, quality, hours)
    rows = frame.select("able", "points", "late", "reason").iter_rows()
    lacks = [_lacks(points, late) if able else reason for able, points, late, reason in rows]
    frame = frame.with_columns(
        lacks=pl.Series(lacks, dtype=pl.String), sure=pl.col("sure") & pl.col("able")
    )
    will = pl.col("lacks").is_null()
    order = (~will, ~pl.col("sure") & will, *map(pl.col, ("usd", "hours", "contestant_id")))
    return frame.sort(*order, nulls_last=True).drop("able", "points", "late")


def _measured(plan: pl.DataFrame, quality: float | None, hours: float | None) -> pl.DataFrame:
    """The plan with `able`: can be planned; `sure`; `points` and `late`: what is missed."""
    if quality is not None and not 0 <= quality <= 1:
        raise CostError(f"Accuracy is asked for as a share from 0 to 1; it is {quality!r}.")
    if hours is not None and not 0 < hours <= MOST:
        raise CostError(f"Hours must be above 0 and at most 10^15; they are {hours!r}.")
    q, t = quality or 0.0, math.inf if hours is None else hours
    timeless = pl.col("reason").is_in(TIMELESS).fill_null(False) & pl.lit(hours is None)
    able = (pl.col("feasible") | timeless) & pl.col("usd").is_not_null()
    took, slowest = pl.col("hours").fill_null(0.0), pl.coalesce("hours_high", "hours", pl.lit(0.0))
    points, late = q - pl.col("accuracy").fill_null(0.0), took - t
    points, late = (pl.when(miss > TINY).then(miss).otherwise(0.0) for miss in (points, late))
    sure = slowest <= t + TINY
    if quality:
        sure &= pl.col("accuracy_low").fill_null(-1.0) >= q - TINY
    return plan.with_columns(able=able, sure=sure, points=points, late=late)


def _lacks(points: float, late: float) -> str | None:
    lost = wording.points(points) if points >= 0.0005 else "less than 0.1"
    short = f"{lost} points of accuracy" if points > 0 else ""
    long = f"{wording.hours(late)} of time" if late > 0 else ""
    return " and ".join(part for part in (short, long) if part) or None


def sentence(
    plan: pl.DataFrame,
    quality: float | None = None,
    hours: float | None = None,
    confident: bool = True,
    period: str | None = None,
) -> str:
    """One Markdown sentence on the cheapest; `period` ('month'): the documents come each one."""
    if plan.is_empty():
        return "Nothing was collected for this selection, so no workload can be projected."
    found = cheapest(plan, quality, hours, confident)
    if found.is_empty():
        # Those that answered different shares share a reason.
        reasons = plan["reason"].drop_nulls().str.replace(r"^answered .*", FEW)
        counted = reasons.value_counts().sort("count", "reason", descending=[True, False])
        first, n = counted.row(0)
        within = "" if hours is None else f" within {wording.hours(hours)}"
        return f"Nothing can be planned for this workload{within}: {first} ({n} of {plan.height})."
    row = found.row(0, named=True)
    work = documents(row["documents"]) + (f" a {period}" if period else "")
    limit = f" (the limit: {row['binding']})" if row["binding"] else ""
    time = (
        _unknown_time(row) if row["hours"] is None else f"in {wording.hours(row['hours'])}{limit}"
    )
    does = f"{work} for **{wording.amount(row['usd'])}**{_range(row)} {time}"
    if row["lacks"]:
        return (
            f"Nothing here {_asked(quality, hours, 1)}: **{row['name']}** comes nearest, does "
            f"{does}, and lacks {row['lacks']}."
        )
    n = found.filter("sure").height if confident and row["sure"] else found.height
    return (
        f"**{row['name']}** does {does}, the cheapest{f' of {n}' if n > 1 else ''} that "
        f"{_asked(quality, hours, n)}{_doubt(found, quality, confident)}; {_wrong(row, quality)}."
    )


def _unknown_time(row: Mapping[str, Any]) -> str:
    if row["reason"] == SHARED_TIME:
        return "in a time not known (a shared server's, without its documents per second)"
    return "in a time not measured"


def _wrong(row: Mapping[str, Any], quality: float | None) -> str:
    """What will be wrong, and where nobody asked for a quality, that one should be asked for."""
    lost = documents(round(row["expected_wrong"]))
    if quality is None and row["accuracy"] < 0.5 and row["documents"]:
        share = wording.percent(1 - row["accuracy"])
        return f"it gets {share} wrong, {lost} if yours are like the samples: ask for a quality"
    return f"expect {lost} wrong, if yours are like the samples"


def _doubt(found: pl.DataFrame, quality: float | None, confident: bool) -> str:
    """How sure the first row is of what was asked, in words."""
    row = found.row(0, named=True)
    if row["sure"]:
        cheaper = found.filter(pl.col("usd") < row["usd"]).height if confident else 0
        return f" for sure ({cheaper} cheaper may)" if cheaper else ""
    low = row["accuracy_low"]
    if quality is None or (low is not None and low >= quality):
        return " but may take longer than that"
    reach = "has no interval" if low is None else f"may be {wording.points(low)}%"
    return f", though its accuracy {reach}: grade more samples to be sure"


def _asked(quality: float | None, hours: float | None, n: int) -> str:
    one = n == 1
    within = "" if hours is None else f" within {wording.hours(hours)}"
    if quality is None:
        return f"{'is' if one else 'are'} done{within}" if within else "can do it"
    return f"{'reaches' if one else 'reach'} {100 * quality:g}%{within}"


def _range(row: Mapping[str, Any]) -> str:
    if row["usd_low"] is None:
        return ""
    return f" [{wording.amount(row['usd_low'])}–{wording.amount(row['usd_high'])}]"


def documents(n: int) -> str:
    """'1 document', '12,000 documents', '10M documents', '1 trillion documents'."""
    return f"{_count(n)} document{'' if n == 1 else 's'}"


def _count(n: int) -> str:
    for factor, unit in ((1e12, " trillion"), (1e9, "B"), (1e6, "M")):
        # From where three digits round up to the unit: 999,999,999 is 1B, not 1,000M.
        if n >= 0.9995 * factor:
            value = n / factor
            return (f"{value:.3g}" if value < 999.5 else f"{value:,.0f}") + unit
    return f"{n:,}"
