"""Spend: logged dollars joined to the contestants in use, or the reason why they can't be."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from data.errors import CostError

CALLED = ("model", "model_id", "deployment")
"""Columns by whose values a log may call a contestant."""
MOST = 1e15
"""No count and no bill is larger: sums stay finite, and whole numbers exact."""


def groups(
    spend: pl.DataFrame, in_use: pl.DataFrame, summary: pl.DataFrame | None
) -> list[dict[str, Any]]:
    """Spend summed by task and contestant in use, or by task, model and reason without one."""
    spend = _checked(spend, in_use)
    used, called = _in_use(in_use, summary)
    keys = ["task", "model", "contestant_id", "unlogged"]
    found = []
    for task, model, who, unlogged in spend.select(keys).unique().iter_rows():
        reason = "no dollars were logged" if unlogged else None
        match = (None, reason) if unlogged else _counterpart(task, model, who, used, called)
        found.append((task, model, who, unlogged, *match))
    schema = {**dict.fromkeys((*keys, "who", "reason"), pl.String), "unlogged": pl.Boolean}
    matches = pl.DataFrame(found, schema=schema, orient="row")
    spend = spend.join(matches, on=keys, how="left", nulls_equal=True).sort("usd", "calls")
    # What belongs to a contestant is one group whatever the log calls it.
    apart = pl.when(pl.col("reason").is_not_null()).then(pl.col("model")).alias("apart")
    groups = spend.group_by("task", "who", "reason", apart, maintain_order=True).agg(
        pl.col("model").drop_nulls().unique().sort().str.join(", ").replace("", None),
        *(pl.when(pl.col(c).count() > 0).then(pl.col(c).sum()) for c in ("usd", "calls")),
    )
    return groups.rename({"who": "contestant_id"}).drop("apart").to_dicts()


def _checked(spend: pl.DataFrame, in_use: pl.DataFrame) -> pl.DataFrame:
    """Spend with its columns as they should be, and `unlogged`: without dollars.

    Text that is no number, part of a call, less than nothing and more than MOST are refused.
    """
    needed = {"spend": (spend, "task model usd calls"), "in_use": (in_use, "task contestant_id")}
    for name, (frame, columns) in needed.items():
        missing = [c for c in columns.split() if c not in frame.columns]
        if missing:
            raise CostError(f"The frame {name} has no column '{missing[0]}': add it.")
    if "contestant_id" not in spend.columns:
        spend = spend.with_columns(contestant_id=pl.lit(None, pl.String))
    spend = spend.with_columns(pl.col("task", "model", "contestant_id").cast(pl.String))
    found = {c: pl.col(c).cast(pl.Float64, strict=False).fill_nan(None) for c in ("usd", "calls")}
    wrong = [
        (seen.is_null() & pl.col(c).is_not_null() & (pl.col(c).cast(pl.String) != "NaN"))
        | ~seen.is_between(0, MOST)
        for c, seen in found.items()
    ]
    bad = spend.filter(wrong[0] | wrong[1] | (found["calls"] != found["calls"].floor()))
    if bad.height:
        row = bad.row(0, named=True)
        seen = f"{row['calls']} calls for {row['usd']} dollars of {row['model']}"
        raise CostError(
            "Calls and dollars of spend must be 0 or more, at most 10^15, and calls whole; there "
            f"are {seen}."
        )
    spend = spend.with_columns(usd=found["usd"], calls=found["calls"].cast(pl.Int64))
    return spend.with_columns(unlogged=pl.col("usd").is_null())


def _in_use(
    in_use: pl.DataFrame, summary: pl.DataFrame | None
) -> tuple[dict[str, list[str]], dict[str, set[str]]]:
    """Task to the contestants in use for it, and contestant to what logs may call it."""
    used: dict[str, list[str]] = {}
    called: dict[str, set[str]] = {}
    pairs = in_use.select(pl.col("task", "contestant_id").cast(pl.String)).drop_nulls().unique()
    for task, who in pairs.sort("task", "contestant_id").iter_rows():
        used.setdefault(task, []).append(who)
        called[who] = {who}
    for frame in (in_use,) if summary is None else (in_use, summary):
        for column in (c for c in CALLED if c in frame.columns):
            for who, name in frame.select("contestant_id", column).drop_nulls().iter_rows():
                called.setdefault(who, {who}).add(name)
    return used, called


def _counterpart(
    task: str | None,
    model: str | None,
    who: str | None,
    used: Mapping[str, list[str]],
    called: Mapping[str, set[str]],
) -> tuple[str | None, str | None]:
    """The contestant that logged spend belongs to, or why there is none."""
    if task is None:
        return None, "no task was logged"
    if who is not None:
        return who, None
    if task not in used:
        return None, "nothing is given as in use for this task"
    if model is None:
        return None, "no model was logged"
    fits = [one for one in used[task] if model in called[one]]
    if len(fits) == 1:
        return fits[0], None
    if fits:
        return None, "several contestants in use for this task are called so"
    return None, "not what is given as in use for this task"
