"""Bill: dollars that went where something cheaper does as well on one's own graded samples.

Spend is joined to what is in use for each task and to the samples graded for it. Spend without a
measured counterpart is listed apart: nothing is ever inferred about it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from data.analysis.cheaper import APART, CHEAPER, NOTHING, free, judge, samples
from data.analysis.grid import Grid
from data.analysis.spend import groups
from data.errors import CostError
from data.wording import amount

MARGIN = 0.02
"""How much less accuracy (share of 1) still counts as doing as well."""
SCHEMA: dict[str, Any] = {
    "task": pl.String, "model": pl.String, "contestant_id": pl.String, "name": pl.String,
    "usd": pl.Float64, "calls": pl.Int64, "alternative_id": pl.String,
    "alternative_name": pl.String, "saving_usd": pl.Float64, "saving_low": pl.Float64,
    "saving_high": pl.Float64, "instead_usd": pl.Float64, "instead_usd_low": pl.Float64,
    "instead_usd_high": pl.Float64, "difference": pl.Float64, "difference_low": pl.Float64,
    "difference_high": pl.Float64, "samples": pl.Int64, "compared": pl.Int64, "needed": pl.Int64,
    "margin": pl.Float64, "verdict": pl.String, "reason": pl.String,
}  # fmt: skip


def bill(
    spend: pl.DataFrame,
    in_use: pl.DataFrame,
    grid: Grid,
    summary: pl.DataFrame | None = None,
    *,
    margin: float = MARGIN,
    strict: bool = True,
    resamples: int = 400,
    seed: int = 1,
) -> pl.DataFrame:
    """What was spent on each task's contestant in use, and what of it a cheaper one would save.

    spend: task (null: not logged), model (as logged), usd, calls, and if known contestant_id.
    in_use: task, contestant_id, and if wanted the model its log entries carry. Spend belongs to the
    contestant in use for its task that is called `model` there, in `summary` or by its id; with
    contestant_id to that one. Everything else is 'not measured', with a reason.

    Another contestant does as well when its paired difference in accuracy on the task is not
    detectably negative and has its 95 % interval above -margin (non-inferiority; never two
    intervals compared; cheaper.differences), and it answered 95 % of the samples. Each such test
    stands alone: of many contestants that are exactly `margin` worse one in forty passes, and with
    thirty of them every third row names one. `strict` widens the intervals by the number of cheaper
    contestants (Bonferroni), so that a row errs as seldom as one test; thirty ask for about twice
    the samples then. alternative_id is the cheapest that does as well, at the level-balanced cost
    of the task's shared samples.
    saving_usd = usd * (1 - its cost / cost of the one in use), so logged calls are taken to differ
    in price as graded ones do. The cheapest of several looks cheaper than it is (METHOD 3, winner's
    curse): so half of the clusters of each level choose it and the other half price it, both ways
    round, and saving_usd is the mean. Its interval is a bootstrap-t of the log of that mean ratio
    (clusters of both halves redrawn, paired; cheaper._bootstrap_t), nominally 98 %, since with
    skewed costs it covers less. A saving is claimed only when the interval lies above 0 (where
    there is none, in 1 to 3 % of bills: lognormal costs, log-sd 1 to 1.5, 200 to 400 samples); it
    is never more than usd.

    'nothing cheaper does as well': whatever is cheaper is detectably worse, or with a reason, its
    lower cost may be chance or some cost is not known. 'too few samples': one that is cheaper may
    yet do as well. 'not measured' also where nobody else was graded, no other's cost is known, or
    the one in use cost nothing in the graded samples while dollars were logged for it.

    One row per task and contestant in use, then per task, model and reason for what was not
    measured: usd, calls, saving_usd with its interval (0 where nothing cheaper does as well; null:
    not known), difference in accuracy (-1..1) with its interval and shared samples for the
    alternative, or under 'too few samples' for the one that is nearest to showing it; compared, how
    many were cheaper on these samples; needed, how many more samples of the task it would take;
    instead_usd, what the calls would have cost with a cheaper one that does as well, null without
    one; reason, why spend is not measured, or why something equal at a lower mean cost is no
    saving.
    Largest saving first.
    """
    if not 0 < margin < 1:
        raise CostError(f"The margin is a share of accuracy above 0 and below 1; it is {margin!r}.")
    score = grid.score
    priced = "cost_usd" in grid.answers.columns
    cost = grid.mean("cost_usd") if priced else np.full_like(score, np.nan)
    names = _names(summary)
    rows: list[dict[str, Any]] = []
    for group in groups(spend, in_use, summary):
        found: dict[str, Any] = {"verdict": APART}
        if group["reason"] is None:
            seen = samples(grid, score, cost, group["task"], group["contestant_id"])
            if isinstance(seen, str):
                found["reason"] = seen
            elif group["usd"] > 0 and free(seen):
                found["reason"] = "what is in use cost nothing in the graded samples"
            else:
                found = judge(seen, margin, strict, resamples, seed)
        rows.append(_row({**group, **found, "margin": margin}, names))
    frame = pl.DataFrame(rows, schema=SCHEMA, orient="row")
    order = ["saving_usd", "usd", "task", "contestant_id", "model", "reason"]
    return frame.sort(*order, descending=[True, True] + [False] * 4, nulls_last=True)


def _row(found: dict[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    row: dict[str, Any] = {column: found.get(column) for column in SCHEMA}
    for end in ("usd", "low", "high"):
        share = found.get(f"share_{end}")
        row[f"saving_{end}"] = None if share is None else share * found["usd"]
    if found["verdict"] == CHEAPER:
        # The most that is saved leaves the least to pay.
        for end, other in (("", "usd"), ("_low", "high"), ("_high", "low")):
            row[f"instead_usd{end}"] = max(0.0, found["usd"] - row[f"saving_{other}"])
    who, other = row["contestant_id"], row["alternative_id"]
    return {**row, "name": names.get(who, who), "alternative_name": names.get(other, other)}


def _names(summary: pl.DataFrame | None) -> dict[str, str]:
    if summary is None or "name" not in summary.columns:
        return {}
    return dict(summary.filter(pl.col("name").is_not_null()).select("contestant_id", "name").rows())


@dataclass(frozen=True)
class Total:
    """A bill's sums in dollars; spend whose dollars were not logged is in none of them."""

    usd: float
    saving_usd: float | None
    """None: no spend could be judged."""
    saving_low: float | None
    saving_high: float | None
    judged_usd: float
    undecided_usd: float
    """Too few samples to say."""
    unmeasured_usd: float


def total(frame: pl.DataFrame) -> Total:
    """Sums of a bill.

    Tasks are sampled apart from each other, so the distances of the interval's ends from the
    saving add in quadrature (MOVER: Zou and Donner 2008); within a task, whose rows share samples,
    they add up. No rows: 0 dollars and no saving.
    """
    judged = frame.filter(pl.col("saving_usd").is_not_null())
    open_rows = frame.filter(pl.col("needed").is_not_null())
    parts = (frame, judged, open_rows, frame.filter(pl.col("verdict") == APART))
    usd, spent, undecided, apart = (float(part["usd"].sum()) for part in parts)
    if judged.is_empty():
        return Total(usd, None, None, None, spent, undecided, apart)
    saving = float(judged["saving_usd"].sum())
    tasks = judged.group_by("task", maintain_order=True).agg(
        down=(pl.col("saving_usd") - pl.col("saving_low")).sum(),
        up=(pl.col("saving_high") - pl.col("saving_usd")).sum(),
    )
    down, up = (math.sqrt(float((tasks[c] ** 2).sum())) for c in ("down", "up"))
    low, high = max(0.0, saving - down), min(spent, saving + up)
    return Total(usd, saving, low, high, spent, undecided, apart)


def sentence(frame: pl.DataFrame) -> str:
    """One Markdown sentence: what was spent, what a cheaper one would save, what is not known."""
    if frame.is_empty():
        return "No spend was given, so there is nothing to compare."
    sums = total(frame)
    if frame["usd"].null_count() == frame.height:
        return "No dollars were logged, so there is nothing to compare."
    spent = f"You spent {amount(sums.usd)}"
    rest = _rest(frame, sums)
    if sums.saving_usd is None:
        if not rest:
            return f"{spent}, so there is nothing to save."
        return f"{spent}, and **none of it can be judged yet**: {rest}."
    points = f"within {100 * frame['margin'][0]:g} points"
    after = f"; {rest}" if rest else ""
    cheaper = frame.filter(pl.col("verdict") == CHEAPER)
    if cheaper.is_empty():
        unsure = frame.filter(pl.col("verdict") == NOTHING)["reason"].count()
        none = "nothing that is measurably cheaper" if unsure else "nothing cheaper"
        return (
            f"{spent}; for **{amount(sums.judged_usd)}** of it {none} does as well "
            f"({points}) on your own graded samples{after}."
        )
    names = cheaper["alternative_name"].unique(maintain_order=True).to_list()
    tasks = cheaper["task"].unique(maintain_order=True).to_list()
    more = f" and {len(names) - 1} more" if len(names) > 1 else ""
    on = f" of {tasks[0]}" if len(tasks) == 1 else ""
    ends = f"[{amount(sums.saving_low)}–{amount(sums.saving_high)}]"
    return (
        f"{spent}; **{amount(sums.saving_usd)}** {ends} of it would have been saved with "
        f"{names[0]}{more}, which {'do' if more else 'does'} as well ({points}) on your own "
        f"graded samples{on}{after}."
    )


def _rest(frame: pl.DataFrame, sums: Total) -> str:
    """What the bill can't say, in words."""
    parts = []
    short = frame.filter(pl.col("needed").is_not_null()).sort(
        "usd", "task", descending=[True, False]
    )
    if short.height:
        row = short.row(0, named=True)
        parts.append(
            f"{amount(sums.undecided_usd)} needs more graded samples ({row['needed']:,} more of "
            f"{row['task']} first)"
        )
    if sums.unmeasured_usd > 0:
        parts.append(f"{amount(sums.unmeasured_usd)} was not measured")
    if frame["usd"].null_count():
        parts.append("some calls were logged without dollars")
    return ", ".join(parts)
