"""Progress: how many parameters a year of development is worth, on each benchmark.

Where knowledge does not compress, a year is worth little; where skill does, a smaller model reaches
next year what a larger one does today.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
from scipy import stats

from data.analysis.grid import Array
from data.analysis.regress import fieller
from data.analysis.size_rows import (
    clusters,
    lab_interval,
    models,
    partial_moments,
    power,
    slopes,
    thinking,
    usable,
)

FEWEST = 10
"""Dated results of known size that a slope takes."""
YEAR = 365.25
WIDEST = 3.0
"""An interval of more decades a year than this says nothing worth printing."""
REAL = (
    "score_per_year", "score_per_decade", "decades_per_year", "low", "high",
    "factor_per_year", "factor_low", "factor_high",
)  # fmt: skip
SCHEMA: dict[str, Any] = {
    "benchmark": pl.String, "n": pl.Int64, "models": pl.Int64, "labs": pl.Int64, "first": pl.Date,
    "last": pl.Date, **dict.fromkeys(REAL, pl.Float64), "interval": pl.String, "reason": pl.String,
}  # fmt: skip


def progress(
    rows: pl.DataFrame, resamples: int = 2000, level: float = 0.95, seed: int = 1
) -> pl.DataFrame:
    """Size-equivalent progress per year of each benchmark: one row each, by name (METHOD 6).

    Least squares of the score on log10 of total parameters, the year and thinking (a term where
    all rows tell it and they differ). decades_per_year = score_per_year / score_per_decade: so many
    decades of parameters raise the score as much as a later year does; factor_per_year is 10 to
    that power. low, high and factor_low, factor_high are its `level` interval; `interval` says from
    what: 'labs' (drawn with replacement, percentile), or 'rows' (Fieller 1954) where labs are too
    few or their resamples say too little.

    Rows: benchmark (rows without one are left out), score, params_total, thinking, lab, model and
    released (a date). n counts the rows with score, size and date, first and last are their dates.
    The figures are null and `reason` says why: fewer than FEWEST such rows, a size whose slope
    isn't clearly above 0 (its two-sided t interval reaches 0), size and date that can't be told
    apart, or an interval of more than WIDEST decades a year (a factor of 1,000 between its ends).
    """
    if "released" not in rows.columns:
        rows = rows.with_columns(released=None)
    rows = rows.with_columns(pl.col("released").cast(pl.Date))
    names = rows["benchmark"].cast(pl.String).drop_nulls().unique().sort()
    found = [
        {"benchmark": name, **_of(rows.filter(pl.col("benchmark") == name), resamples, level, seed)}
        for name in names
    ]
    return pl.DataFrame(found, schema=SCHEMA, orient="row")


def _of(rows: pl.DataFrame, resamples: int, level: float, seed: int) -> dict[str, Any]:
    """One benchmark's figures."""
    dated = usable(rows.filter(pl.col("released").is_not_null()), "params_total")
    # Rows alike in all but their date must stand in one order too.
    dated = dated.sort("params_total", "score", "released", maintain_order=True)
    lab = clusters(dated)
    labs = len(np.unique(lab))
    first, last = dated["released"].min(), dated["released"].max()
    facts = {"n": dated.height, "models": models(dated), "labs": labs, "first": first, "last": last}
    if dated.height < FEWEST:
        return {**facts, "reason": f"fewer than {FEWEST} dated results of known size"}
    years = np.array([day.toordinal() for day in dated["released"].to_list()]) / YEAR
    sizes, thinks = np.log10(dated["params_total"].to_numpy()), thinking(dated)
    values = np.column_stack([sizes, years, dated["score"].to_numpy()])
    moments = partial_moments(values, thinks, lab, resamples, seed)
    by_size, by_year = slopes(moments)
    s, d = float(by_size[0]), float(by_year[0])
    if not np.isfinite(s):
        return {**facts, "reason": "size and date can't be told apart"}
    ends = _fieller(moments[0], s, d, dated.height - 3 - thinks.shape[1], level)
    facts |= {"score_per_year": d, "score_per_decade": s}
    if s <= 0 or ends is None:
        return {**facts, "reason": "size does not clearly raise the score"}
    rising = by_size[1:] > 0
    drawn = np.where(rising, by_year[1:], np.nan) / np.where(rising, by_size[1:], 1.0)
    by_labs = lab_interval(drawn, labs, level)
    low, high = by_labs or ends
    if high - low > WIDEST:
        few = "labs" if by_labs else "results"
        return {**facts, "reason": f"too few {few} to say: the interval spans over 1,000 times"}
    return {
        **facts,
        "decades_per_year": d / s,
        "low": low,
        "high": high,
        "factor_per_year": power(d / s),
        "factor_low": power(low),
        "factor_high": power(high),
        "interval": "labs" if by_labs else "rows",
    }


def _fieller(
    moments: Array, s: float, d: float, df: int, level: float
) -> tuple[float, float] | None:
    """Fieller's interval of d / s; None when the slope s may be 0 (g >= 1)."""
    left = max(0.0, float(moments[2, 2] - s * moments[0, 2] - d * moments[1, 2]))
    covariance = left / df * np.linalg.inv(moments[:2, :2])
    t2 = float(stats.t.ppf(0.5 + level / 2, df)) ** 2
    a = s * s - t2 * float(covariance[0, 0])
    b = s * d - t2 * float(covariance[0, 1])
    return fieller(a, b, t2 * float(covariance[1, 1]) - d * d)


def sentence(found: pl.DataFrame) -> str:
    """One Markdown sentence on how much a year is worth where it is worth most and least."""
    told = found.filter(pl.col("decades_per_year").is_not_null())
    if told.is_empty():
        reasons = found["reason"].drop_nulls()
        why = f" ({reasons[0]} on {found['benchmark'][0]})" if len(reasons) else ""
        return (
            f"**Not known** yet how many parameters a year is worth{why}: add results of models of "
            f"known size and release date, {FEWEST} or more on one benchmark."
        )
    ordered = told.sort("decades_per_year", "benchmark", descending=[True, False])
    said = [_said(row) for row in ordered.head(1).iter_rows(named=True)]
    if ordered.height > 1:
        said += [_said(row) for row in ordered.tail(1).iter_rows(named=True)]
    return f"A year is worth {', against '.join(said)}."


def _said(row: dict[str, Any]) -> str:
    # From the decades: a factor beyond the numbers is null, above as below.
    middle, low, high = (_times(row[c]) for c in ("decades_per_year", "low", "high"))
    chance = ", so perhaps nothing" if row["low"] <= 0 <= row["high"] else ""
    return f"**{middle} times** the parameters on {row['benchmark']} ({low} to {high}{chance})"


def _times(decades: float) -> str:
    if decades >= 3:
        return "over 1,000"
    if decades < -2:
        return "under 0.01"
    factor = 10.0**decades
    return f"{factor:.0f}" if factor >= 10 else f"{factor:.2g}"
