"""Plan: a workload as each contestant would do it: its dollars, its hours, and their intervals."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import polars as pl

from data.analysis import resample
from data.analysis.grid import Array, Grid
from data.analysis.means import number
from data.analysis.price_kinds import KIND, OWN
from data.analysis.projection import (
    Projection,
    Workload,
    array,
    dollars,
    limits,
    longest,
    project,
)
from data.analysis.summary import FULL_COVERAGE, ROUNDING
from data.errors import CostError

STATED = (
    "concurrency", "rpm", "tpm", "batch_multiplier", "batch_hours", "machines",
    "documents_per_second", "usd_per_hour", "utilisation",
)  # fmt: skip
"""What a contestant's row may state for itself; null: as the workload says."""
MEASURED = ("cost_usd", "duration_s", "input_tokens", "output_tokens")
TIME_UNKNOWN = "time not measured"
TOKENS_UNKNOWN = "tokens not known"
SHARED_TIME = "a shared server's hours are not known from single calls: state documents per second"
TIMELESS = (TIME_UNKNOWN, TOKENS_UNKNOWN, SHARED_TIME)
"""Reasons that leave the dollars known and only the hours not."""
GUESSING = "not measurably better than guessing"
SCHEMA: dict[str, Any] = {
    "contestant_id": pl.String, "name": pl.String, "documents": pl.Int64, "calls": pl.Float64,
    "usd": pl.Float64, "usd_low": pl.Float64, "usd_high": pl.Float64, "hours": pl.Float64,
    "hours_low": pl.Float64, "hours_high": pl.Float64, "binding": pl.String,
    "accuracy": pl.Float64, "accuracy_low": pl.Float64, "accuracy_high": pl.Float64,
    "expected_wrong": pl.Float64, "feasible": pl.Boolean, "reason": pl.String,
}  # fmt: skip


def plan(
    workload: Workload,
    rows: pl.DataFrame,
    grid: Grid | None = None,
    draws: resample.Draws | None = None,
) -> pl.DataFrame:
    """The workload done by each contestant, or route, of `rows`: dollars, hours, what is wrong.

    Rows are the summary's (contestant_id, name, cost_per_1k_usd, duration_s, input_tokens,
    output_tokens, accuracy with its interval, price_basis, coverage) or placed ones (then with
    apart_code and apart_reason); a route is a row of its own. They may state limits for themselves
    (STATED) and input_usd_per_mtok and output_usd_per_mtok, which price documents of another size
    than measured; without these such a plan has no dollars.
    Seconds per call are as measured whatever the size, on own machines unknown for another size. A
    shared server (price_basis 'shared') is charged by what all its calls together get done, so the
    seconds of one call say nothing about its hours: without documents_per_second these are null.

    Gives documents, calls, usd, hours, binding (see project), accuracy (0..1) with its interval,
    expected_wrong = N * (1 - accuracy): documents, were they like the samples; feasible, and the
    reason why not: those that can't do it, or are not measurably better than guessing, are listed
    too. Intervals (95 %, percentile, widened to hold the point) come from the resamples of a grid,
    which redraw cost, tokens and latency together (METHOD 2.1 and 7); they are null without a
    grid, for a contestant that is not in it, and where fewer than two samples have the number.
    Cheapest first, then by contestant_id; not priced last.
    """
    if draws is None and grid is not None:
        draws = resample.draws(grid)
    tokens = _resized(workload) or workload.tpm is not None or "tpm" in rows.columns
    names = MEASURED if tokens else MEASURED[:2]
    drawn = {} if draws is None else _drawn(draws, rows["contestant_id"].to_list(), names)
    plans = [_plan(workload, row, drawn.get(row["contestant_id"])) for row in _rows(rows)]
    frame = pl.DataFrame(plans, schema=SCHEMA, orient="row")
    return frame.sort("usd", "contestant_id", nulls_last=True, maintain_order=True)


def _rows(rows: pl.DataFrame) -> list[dict[str, Any]]:
    """Rows as dicts, NaN as null."""
    floats = [c for c, kind in rows.schema.items() if kind.is_float()]
    return rows.with_columns(pl.col(floats).fill_nan(None)).to_dicts()


def _drawn(
    draws: resample.Draws, ids: list[str], names: tuple[str, ...]
) -> dict[str, dict[str, Array]]:
    """contestant_id to (B,) resampled means of what was measured; NaN where too little was."""
    places = [i for i, name in enumerate(draws.grid.ids) if name in set(ids)]
    unknown = dict.fromkeys(MEASURED, array(None))
    out: dict[str, dict[str, Array]] = {draws.grid.ids[i]: {**unknown} for i in places}
    for name in names:
        means = np.full((len(draws.counts), len(places)), np.nan)
        if name in draws.grid.answers.columns and places:
            values = draws.grid.mean(name)[places]
            enough = (~np.isnan(values)).sum(axis=1) >= 2
            means = np.where(enough, draws.means(values), np.nan)
        for place, column in zip(places, means.T, strict=True):
            out[draws.grid.ids[place]][name] = column
    return out


def _plan(
    workload: Workload, row: Mapping[str, Any], drawn: Mapping[str, Array] | None
) -> dict[str, Any]:
    w = _stated(workload, row)
    own = _shared(row) or KIND.get(row.get("price_basis") or "") == OWN
    cost = row.get("cost_per_1k_usd")
    point = {name: array(row.get(name)) for name in MEASURED}
    point["cost_usd"] = array(None if cost is None else cost / 1000)
    usd, seconds, tokens = _per_call(w, row, point, own)
    found = project(w, number(usd), number(seconds), number(tokens), own)
    limited = w.tpm is not None and not own and w.batch_hours is None
    unreachable = limited and w.documents > 0 and bool(tokens > (w.tpm or 0))
    if unreachable:
        found = replace(found, hours=None)
    usd_ends: tuple[float | None, float | None] = (None, None)
    hours_ends = usd_ends
    if drawn is not None and w.documents:
        usd, seconds, tokens = _per_call(w, row, drawn, own)
        usd_ends = _interval(dollars(w, usd, seconds, own), found.usd)
        hours_ends = _interval(longest(limits(w, seconds, tokens, own)), found.hours)
    reason = _reason(w, row, found, unreachable)
    accuracy = row.get("accuracy")
    return {
        "contestant_id": row["contestant_id"],
        "name": row.get("name") or row["contestant_id"],
        "documents": int(w.documents),
        "calls": found.calls,
        "usd": found.usd,
        "usd_low": usd_ends[0],
        "usd_high": usd_ends[1],
        "hours": found.hours,
        "hours_low": hours_ends[0],
        "hours_high": hours_ends[1],
        "binding": found.binding,
        **{c: row.get(c) for c in ("accuracy", "accuracy_low", "accuracy_high")},
        "expected_wrong": None if accuracy is None else w.documents * (1 - accuracy),
        "feasible": reason is None,
        "reason": reason,
    }


def _stated(workload: Workload, row: Mapping[str, Any]) -> Workload:
    """The workload under the limits that a contestant states for itself."""
    stated = {name: row[name] for name in STATED if row.get(name) is not None}
    try:
        return replace(workload, **stated)
    except CostError as wrong:
        raise CostError(f"{row['contestant_id']}: {wrong}") from None


def _per_call(
    w: Workload, row: Mapping[str, Any], values: Mapping[str, Array], own: bool
) -> tuple[Array, Array, Array]:
    """Dollars, seconds and tokens of one call, points or resamples; NaN: not known."""
    usd, seconds = values["cost_usd"], values["duration_s"]
    read, written = values["input_tokens"], values["output_tokens"]
    if _resized(w):
        read = read if w.input_tokens is None else array(w.input_tokens)
        written = written if w.output_tokens is None else array(w.output_tokens)
        rates = (array(row.get(f"{side}_usd_per_mtok")) for side in ("input", "output"))
        usd = sum((n * rate for n, rate in zip((read, written), rates, strict=True)), array(0))
        usd = array(None) if own else usd / 1e6
    if own and (_resized(w) or _shared(row)):
        seconds = array(None)
    return usd, seconds, read + written


def _shared(row: Mapping[str, Any]) -> bool:
    return row.get("price_basis") == "shared"


def _resized(w: Workload) -> bool:
    return w.input_tokens is not None or w.output_tokens is not None


def _interval(values: Array, point: float | None) -> tuple[float | None, float | None]:
    low, high = (number(end) for end in resample.interval(np.atleast_1d(values)))
    if point is None or low is None or high is None:
        return None, None
    return min(low, point), max(high, point)


def _reason(
    w: Workload, row: Mapping[str, Any], found: Projection, unreachable: bool
) -> str | None:
    coverage, code = row.get("coverage"), row.get("apart_code")
    if row.get("accuracy") is None:
        return "no attempt was scored"
    if coverage is not None and coverage < FULL_COVERAGE - ROUNDING:
        return _part(row, coverage)
    if code == "guessing" or _guesses(row):
        return GUESSING
    if found.usd is None:
        return _unpriced(w, row)
    if unreachable:
        return "one document takes more tokens than a minute allows"
    if found.hours is None:
        if _shared(row):
            return SHARED_TIME
        return TIME_UNKNOWN if row.get("duration_s") is None or _resized(w) else TOKENS_UNKNOWN
    return None


def _part(row: Mapping[str, Any], coverage: float) -> str:
    """As the frontier has it: how many, and their level-balanced share, rounded down to a digit."""
    share = f"{math.floor(1000 * coverage + ROUNDING) / 10:g}% by weight"
    if row.get("samples") is None or row.get("asked") is None:
        return f"answered {share} of these samples"
    return f"answered {row['samples']} of {row['asked']} samples, {share}"


def _guesses(row: Mapping[str, Any]) -> bool:
    """As the frontier has it, also of rows that are apart from it for another reason."""
    low, blind = row.get("accuracy_low"), row.get("baseline")
    return low is not None and blind is not None and low <= blind


def _unpriced(w: Workload, row: Mapping[str, Any]) -> str:
    if _resized(w):
        return "no price for documents of this size"
    if row.get("cost_per_1k_usd") is not None:
        return SHARED_TIME if _shared(row) else TIME_UNKNOWN
    why = row.get("apart_reason") if row.get("apart_code") == "unpriced" else None
    return why or "not priced"
