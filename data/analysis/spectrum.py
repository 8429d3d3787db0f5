"""Spectrum: what a yes/no label for reasoning still explains beside the continuous numbers.

The label is "spent any reasoning tokens"; the continuum is the share of output spent on reasoning
and the cost. METHOD section 5.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import polars as pl

from data.analysis.by_model import Estimate, chance, comparable, drawn, estimate, explained, log10
from data.analysis.means import Array
from data.analysis.overlap import overlap, spread
from data.analysis.regress import design, f_test, ols
from data.wording import portion

FEWEST = 10
"""Contestants that a measure takes."""
FEWEST_OF_LABEL = 3
"""Contestants that it takes with the label, and without it."""
SCHEMA = {
    "measure": pl.String, "value": pl.Float64, "low": pl.Float64, "high": pl.Float64,
    "n": pl.Int64, "note": pl.String,
}  # fmt: skip
NEEDED: dict[str, type[pl.DataType]] = {
    "reasoning_share": pl.Float64, "accuracy": pl.Float64, "output_tokens": pl.Float64,
    "cost_per_1k_usd": pl.Float64,
}  # fmt: skip


@dataclass(frozen=True)
class Part:
    """The labelled contestants for which all columns of a measure are known."""

    rows: pl.DataFrame
    columns: tuple[str, ...]
    weights: Array
    """(1 + B, n): see by_model.drawn."""
    left: str
    """Who had to leave, in words; empty when nobody."""
    lacks: str
    """Why it is too little; empty when it is enough."""

    @property
    def y(self) -> Array:
        """The column that is explained: the first that was asked for."""
        return self[self.columns[0]]

    def __getitem__(self, column: str) -> Array:
        return self.rows[column].cast(pl.Float64).to_numpy()


def spectrum(summary: pl.DataFrame, resamples: int = 400, seed: int = 1) -> pl.DataFrame:
    """What the label explains, one row per measure: measure, value, low, high, n, note.

    Label: reasoning_share > 0; a contestant whose share is null has none and leaves, counted, as
    do those that answered only part of the samples. METHOD section 5, in this order:

    - `with_reasoning`, `without_reasoning`, `unlabelled`, `partial`: contestants
    - `eta2_tokens`, `eta2_cost`: share of the variance of log10 output tokens, of log10 cost,
      between the two labels (eta squared), 0..1
    - `r2_label`, `r2_cost`, `r2_share`, `r2_both`, `r2_label_and_share`: R2 of accuracy on the
      label, log10 cost, reasoning share, label and cost, label and share; all on the same rows
    - `added_to_cost`, `added_to_share`: the label's own share, R2 with it less R2 without;
      `f_` and `p_` of it: the F test of the nested fits (F null: the fit is exact)
    - `overlap_cost`, `overlap_capability`: integral of min(f0, f1), 0 apart .. 1 alike, of kernel
      densities (Gaussian, Scott's bandwidth) of log10 cost and of accuracy
    - `range_tokens_with`, `..._without`, `range_cost_with`, `..._without`: 95th over 5th
      percentile within a label, a ratio of at least 1

    Intervals, 95 %: bootstrap over models (a model brings all its efforts), percentile; none
    below 5 models. Contestants that are free, or spend no tokens, have no logarithm and leave
    those measures, counted in the note. A measure is null, with a note, on fewer than 10
    contestants, on fewer than 3 of either label, and where nothing varies.
    """
    rows = comparable(summary, NEEDED).with_columns(
        label=pl.col("reasoning_share") > 0,
        log_tokens=log10("output_tokens"),
        log_cost=log10("cost_per_1k_usd"),
    )
    labelled = rows.filter(pl.col("label").is_not_null())

    def part(*columns: str) -> Part:
        return _part(labelled, columns, resamples, seed)

    tokens, cost, capability = part("log_tokens"), part("log_cost"), part("accuracy")
    found = [
        *_counts(summary, rows, labelled),
        _measured("eta2_tokens", tokens, lambda p: explained(p.weights, [p["label"]], p.y)),
        _measured("eta2_cost", cost, lambda p: explained(p.weights, [p["label"]], p.y)),
        *_capability(part("accuracy", "log_cost")),
        _measured("overlap_cost", cost, lambda p: overlap(p.weights, p["label"], p.y)),
        _measured("overlap_capability", capability,
                  lambda p: overlap(p.weights, p["label"], p.y)),
        *_ranges("range_tokens", tokens, "output_tokens"),
        *_ranges("range_cost", cost, "cost_per_1k_usd"),
    ]  # fmt: skip
    return pl.DataFrame(found, schema=SCHEMA, orient="row")


def sentence(frame: pl.DataFrame) -> str:
    """One Markdown sentence on what the label explains, from the rows of `spectrum`."""
    value = dict(frame.select("measure", "value").iter_rows())
    parts = [
        f"{portion(value[measure])} of {what}"
        for measure, what in (
            ("eta2_tokens", "the differences in log tokens"),
            ("eta2_cost", "those in log cost"),
            ("r2_label", "those in capability"),
        )
        if value.get(measure) is not None
    ]
    if not parts:
        return _too_little(frame, value)
    first, _, rest = parts[0].partition(" ")
    told = [f"**{first}** {rest}".replace("of those", "of the differences"), *parts[1:]]
    listed = " and ".join([", ".join(told[:-1]), told[-1]] if told[:-1] else told)
    return f"Whether a contestant reasons at all explains {listed}{_beside(value)}."


def _beside(value: dict[str, float | None]) -> str:
    """What cost explains, and what the label adds to it."""
    cost, added, p = value["r2_cost"], value["added_to_cost"], value["p_added_to_cost"]
    if cost is None or added is None or p is None:
        return "; what it adds beside cost can't be told here"
    end = (
        "which says something that cost does not"
        if p < 0.05
        else "which nothing here tells from chance"
    )
    return f" (cost: {portion(cost)}); beside cost it adds {portion(added)} ({chance(p)}), {end}"


def _too_little(frame: pl.DataFrame, value: dict[str, float | None]) -> str:
    have, lack, unknown = (
        int(value.get(m) or 0) for m in ("with_reasoning", "without_reasoning", "unlabelled")
    )
    if have + lack >= FEWEST and min(have, lack) >= FEWEST_OF_LABEL:
        notes = dict(frame.select("measure", "note").iter_rows())
        return f"What the label explains can't be told: {notes['r2_label']}."
    known, more = have + lack, f" ({unknown} not reported)" if unknown else ""
    told = (
        f"**{known}** contestants report whether they reason, {have or 'none'} that {_do(have)} "
        f"and {lack or 'none'} that {_do(lack)} not"
    )
    if known < 2:
        does = f", and does{'' if have else ' not'}" if known else ""
        told = f"**{'1' if known else 'No'}** contestant reports whether it reasons{does}"
    return (
        f"{told}{more}; it takes {FEWEST} with at least {FEWEST_OF_LABEL} of each: collect some "
        "models at several efforts."
    )


def _do(n: int) -> str:
    return "does" if n == 1 else "do"


def _few(n: int) -> str:
    who = "1 contestant is" if n == 1 else f"{n} contestants are"
    return f"{who} too few, it takes {FEWEST}"


def _counts(
    summary: pl.DataFrame, rows: pl.DataFrame, labelled: pl.DataFrame
) -> Iterator[tuple[object, ...]]:
    n, having = summary.height, int(labelled["label"].sum())
    for measure, count, note in (
        ("with_reasoning", having, "some reasoning tokens"),
        ("without_reasoning", labelled.height - having, "no reasoning tokens"),
        ("unlabelled", rows.height - labelled.height, "reasoning tokens not reported"),
        ("partial", n - rows.height, "answered only part of the samples"),
    ):
        yield (measure, float(count), None, None, n, note)


def _part(labelled: pl.DataFrame, columns: tuple[str, ...], resamples: int, seed: int) -> Part:
    rows = labelled.filter(pl.all_horizontal(pl.col(columns).is_not_null()))
    having = int(rows["label"].sum())
    lacks = ""
    if rows.height < FEWEST:
        lacks = _few(rows.height)
    elif min(having, rows.height - having) < FEWEST_OF_LABEL:
        lacks = (
            f"{having} with and {rows.height - having} without reasoning tokens: it takes "
            f"{FEWEST_OF_LABEL} of each"
        )
    weights = drawn(rows["model"].to_list(), 0 if lacks else resamples, seed)
    return Part(rows, columns, weights, _left(labelled, rows, columns), lacks)


def _left(labelled: pl.DataFrame, rows: pl.DataFrame, columns: tuple[str, ...]) -> str:
    """Who leaves a measure, and whose prices are mixed in it."""
    cost, tokens = pl.col("cost_per_1k_usd"), pl.col("output_tokens")
    leaving = {
        "log_cost": {"free": cost <= 0, "without a cost": cost.is_null()},
        "log_tokens": {"without output": tokens <= 0, "of unknown tokens": tokens.is_null()},
        "accuracy": {"not scored": pl.col("accuracy").is_null()},
    }
    said = [
        f"{count} {why} left out"
        for column in columns
        for why, test in leaving[column].items()
        if (count := labelled.filter(test).height)
    ]
    if "log_cost" in columns and rows["prices"].drop_nulls().n_unique() > 1:
        said.append("list prices and self-hosted ones together")
    return "; ".join(said)


def _measured(
    measure: str, part: Part, statistic: Callable[[Part], Array], n: int | None = None
) -> tuple[object, ...]:
    """A row of the frame; null with the reason where it can't be told."""
    n = part.rows.height if n is None else n
    if part.lacks:
        return (measure, None, None, None, n, _joined(part.lacks, part.left))
    found: Estimate = estimate(statistic(part))
    flat = "" if found.value is not None else "nothing varies"
    return (measure, *found, n, _joined(flat, part.left))


def _joined(*notes: str) -> str | None:
    return "; ".join(note for note in notes if note) or None


def _capability(part: Part) -> Iterator[tuple[object, ...]]:
    """R2 of accuracy on the label, the continuum and both, and the label's own share."""

    def r2(*columns: str) -> Callable[[Part], Array]:
        return lambda p: explained(p.weights, [p[c] for c in columns], p.y)

    def added(beside: str) -> Callable[[Part], Array]:
        return lambda p: np.maximum(r2(beside, "label")(p) - r2(beside)(p), 0)

    share = "reasoning_share"
    yield _measured("r2_label", part, r2("label"))
    yield _measured("r2_cost", part, r2("log_cost"))
    yield _measured("r2_share", part, r2(share))
    yield _measured("r2_both", part, r2("log_cost", "label"))
    yield _measured("r2_label_and_share", part, r2(share, "label"))
    for beside, name in (("log_cost", "added_to_cost"), (share, "added_to_share")):
        yield _measured(name, part, added(beside))
        yield from _tested(name, part, beside)


def _tested(name: str, part: Part, beside: str) -> Iterator[tuple[object, ...]]:
    """F and p of what the label adds; they take contestants as independent, which is said."""
    n, models = part.rows.height, part.rows["model"].n_unique()
    of = f"{models} model{'' if models == 1 else 's'}"
    dependent = "" if models == n else f"takes {n} contestants of {of} as independent"
    f = p = None
    note = part.lacks
    if not note:
        small = ols(design(part[beside]), part.y)
        large = ols(design(part[beside], part["label"]), part.y)
        note = "nothing varies, or the two say the same"
        if small and large:
            test = f_test(small, large)
            f, p, note = test.f, test.p, "" if test.f is not None else "the fit is exact"
    said = _joined(note, dependent, part.left)
    yield (f"f_{name}", f, None, None, n, said)
    yield (f"p_{name}", p, None, None, n, said)


def _ranges(name: str, part: Part, column: str) -> Iterator[tuple[object, ...]]:
    for side, at in (("with", part["label"] > 0), ("without", part["label"] <= 0)):

        def within(p: Part, at: Array = at) -> Array:
            return spread(p.weights[:, at], p[column][at])

        yield _measured(f"{name}_{side}", part, within, n=int(at.sum()))
