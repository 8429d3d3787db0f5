"""Knowledge: what is known by obscurity, and what is made up where 'I don't know' was open."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl

from data.analysis.grid import Array
from data.analysis.intervals import accuracy_intervals, wilson_many
from data.analysis.summary import FULL_COVERAGE, ROUNDING
from data.analysis.ties import leading, named
from data.analysis.weights import level_weights

CELL = ("category", "task", "level")
OUTCOMES = ("correct", "wrong", "abstained", "malformed")
FIGURES = ("accuracy", "hallucination", "index")
SCHEMA = {
    "contestant_id": pl.String, "task": pl.String, "level": pl.Int64, "samples": pl.Int64,
    "answers": pl.Int64, **dict.fromkeys(OUTCOMES, pl.Int64),
    **{f"{name}{end}": pl.Float64 for name in FIGURES for end in ("", "_low", "_high")},
}  # fmt: skip


def outcomes(verdicts: pl.DataFrame) -> pl.DataFrame:
    """Rows with their `outcome`: correct, wrong, abstained or malformed; null: it was not kept.

    A refused request is an abstention, an answer that was cut off is malformed, one that is partly
    right is not right.
    """
    status, verdict = pl.col("status"), pl.col("verdict").cast(pl.String)
    said = pl.when(verdict == "partial").then(pl.lit("wrong")).otherwise(verdict)
    outcome = (
        pl.when(status == "refused")
        .then(pl.lit("abstained"))
        .when(status == "truncated")
        .then(pl.lit("malformed"))
        .otherwise(said)
    )
    return verdicts.with_columns(outcome=outcome.cast(pl.String))


def knowledge(
    rows: pl.DataFrame, mix: Mapping[str, float] | None = None, by: Sequence[str] = ()
) -> pl.DataFrame:
    """One row per contestant, split by ('level',), the band of obscurity, or ('task',).

    `rows`: contestant_id, category, task, level, sample_id, cluster, epoch, outcome; those without
    an outcome are left out. answers, correct, wrong, abstained and malformed are counts. With the
    level-balanced shares a of answers that are correct and u of those that are wrong (a sample's
    is the mean over its epochs):

        accuracy = a,  hallucination = u / (1 - a),  index = 100 (a - u)

    so that index = 100 (a - hallucination (1 - a)) (METHOD section 6; on one level these are the
    formulas on counts). Hallucination is null where everything is right. Intervals: 95 % t with
    clustered errors (Miller 2024), of the ratio by its linearisation; where all answers are alike,
    what Wilson's interval for none in n leaves open. Rows come sorted.
    """
    keys = ["contestant_id", *by]
    rows = rows.filter(pl.col("outcome").is_not_null())
    columns = {c: kind for c, kind in SCHEMA.items() if c in by or c not in ("task", "level")}
    if rows.is_empty():
        return pl.DataFrame(schema=columns)
    counts = rows.group_by(keys).agg(
        samples=pl.col("sample_id").n_unique(),
        answers=pl.len(),
        **{name: (pl.col("outcome") == name).sum() for name in OUTCOMES},
    )
    found = counts.sort(keys).with_row_index("group")
    of = rows.group_by("contestant_id", *CELL, "sample_id", "cluster").agg(
        right=(pl.col("outcome") == "correct").mean(), made=(pl.col("outcome") == "wrong").mean()
    )
    of = of.join(level_weights(rows.select(CELL), mix), on=list(CELL), nulls_equal=True)
    of = of.join(found.select("group", *keys), on=keys).sort("group", *CELL, "sample_id")
    known, right, low, high = _figure(of, found.height, pl.col("right"))
    made = _figure(of, found.height, pl.col("made"))[1]
    rest = 1 - right
    # Its mean is the rate itself, and its spread that of the ratio, times what is not right.
    some = rest > ROUNDING
    rate = np.where(some, np.minimum(made / np.where(some, rest, 1.0), 1.0), np.nan)
    linear = of.with_columns(rate=pl.Series(np.nan_to_num(rate))[of["group"]])
    of_rate = pl.col("made") + pl.col("rate") * pl.col("right")
    rates = _figure(linear, found.height, of_rate, rest)
    net = _figure(of, found.height, (1 + pl.col("right") - pl.col("made")) / 2)
    figures = {
        "accuracy": (known, right, low, high),
        "hallucination": (known & ~np.isnan(rate), rate, rates[2], rates[3]),
        "index": (known, *(100 * (2 * x - 1) for x in net[1:])),
    }
    return found.with_columns(
        pl.Series(f"{name}{end}", np.where(there, values, np.nan)).fill_nan(None)
        for name, (there, *each) in figures.items()
        for end, values in zip(("", "_low", "_high"), each, strict=True)
    ).select(pl.col(c).cast(kind) for c, kind in columns.items())


def _figure(
    of: pl.DataFrame, groups: int, value: pl.Expr, share: Array | None = None
) -> tuple[Array, Array, Array, Array]:
    """(whether it is known, level-balanced mean, low, high) of a value in [0, 1], by group.

    `share`: the part of the answers that the figure is a ratio over; errors grow by its inverse.
    """
    cell = ["group", *CELL]
    each = of.with_columns(value=value)
    each = each.with_columns(gap=pl.col("value") - pl.col("value").mean().over(cell))
    sums = each.group_by(*cell, "cluster", maintain_order=True).agg(
        pl.col("gap").sum(), pl.col("value").sum(), pl.col("weight").first(), n=pl.len()
    )
    cells = sums.group_by(cell, maintain_order=True).agg(
        pl.col("weight").first(), pl.col("n").sum(), mean=pl.col("value").sum() / pl.col("n").sum(),
        ss=(pl.col("gap") ** 2).sum(), clusters=pl.len(),
    )  # fmt: skip
    group = cells["group"].to_numpy().astype(np.int64)
    weight, n, mean, ss, clusters = (
        cells[c].cast(pl.Float64).to_numpy() for c in ("weight", "n", "mean", "ss", "clusters")
    )
    ss = np.where(ss < ROUNDING, 0.0, ss)
    over = np.ones(groups) if share is None else np.maximum(share, ROUNDING)
    middle, low, high = accuracy_intervals(
        group, groups, weight, mean, ss / over[group] ** 2, n, clusters
    )
    whole = np.bincount(group, weights=weight, minlength=groups)
    spread = np.bincount(group, weights=weight**2 / n, minlength=groups)
    alike = np.bincount(group, weights=ss, minlength=groups) == 0
    effective = over * whole**2 / np.where(spread > 0, spread, 1.0)
    # None of n answers was another one: as many as this may be.
    unseen = wilson_many(np.zeros(groups), effective)[1]
    low = np.where(alike, middle * (1 - unseen), low)
    high = np.where(alike, middle + (1 - middle) * unseen, high)
    return whole > 0, middle, low, high


def sentence(whole: pl.DataFrame, bands: pl.DataFrame, names: Mapping[str, str]) -> str:
    """What the contestants' rows and their bands say, in Markdown."""
    told = whole.filter(pl.col("index").is_not_null())
    if told.is_empty():
        return (
            "**No answers to questions of knowledge** here: put `capitals`, `cities` or another "
            "task of that category into the experiment and collect."
        )
    full = told.filter(pl.col("samples") >= FULL_COVERAGE * pl.col("samples").max())
    ahead = leading(full, "index")
    best, n = ahead.row(0, named=True), full.height
    index = f"{best['index']:.0f} [{best['index_low']:.0f}, {best['index_high']:.0f}]"
    who = named([_name(row, names) for row in ahead.iter_rows(named=True)])
    if n == 1:
        part = told.height - 1
        others = f" ({part} more answered only part)" if part else ""
        said = f"**{who} has a knowledge index of {index}**{others}: "
    else:
        verb = "has" if ahead.height == 1 else "share"
        said = f"**{who} {verb} the highest knowledge index of {n} contestants, {index}**"
        # What stands behind an index may differ among those who share it.
        said += ": " if ahead.height == 1 else f"; {_name(best, names)}: "
    said += f"{100 * best['accuracy']:.0f}% right, {_made(best)}"
    own = bands.filter(
        (pl.col("contestant_id") == best["contestant_id"]) & pl.col("accuracy").is_not_null()
    ).sort("level")
    if own.height > 1:
        first, last = own.row(0, named=True), own.row(-1, named=True)
        ends = (f"{100 * row['accuracy']:.0f}" for row in (first, last))
        said += f"; from band {first['level']} to {last['level']} its accuracy "
        said += _moves(*ends)
    least = leading(full, "hallucination", least=True)
    if n > 1 and least.height:
        who = named([_name(row, names) for row in least.iter_rows(named=True)])
        verb = "makes" if least.height == 1 else "make"
        said += (
            f". {who} {verb} up least, "
            f"{100 * least['hallucination'][0]:.0f}% of what {_it(least.height)} not get right"
        )
    return said + "."


def _moves(first: str, last: str) -> str:
    return f"stays at {first}%" if first == last else f"goes from {first} to {last}%"


def _it(n: int) -> str:
    return "it does" if n == 1 else "they do"


def _name(row: Mapping[str, object], names: Mapping[str, str]) -> str:
    who = str(row["contestant_id"])
    return names.get(who, who)


def _made(row: Mapping[str, float | None]) -> str:
    made = row["hallucination"]
    return "nothing made up" if made is None else f"{100 * made:.0f}% of the rest made up"
