"""Size line: a score as a line on the logarithm of a size, with thinking as a covariate.

Rows are results on one benchmark with its columns score, params_total, params_active (null: not
stated), thinking (null: not told), mixture, lab, model. A column that a frame lacks counts as null.
Scores may be in percent or shares: only the logit needs to know which (`top`). Rows without a score
or without the size asked for are left out. Mixing evaluators in one fit is the caller's choice, and
counted (METHOD 6: one evaluator per fit).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import polars as pl

from data.analysis import regress
from data.analysis.grid import Array
from data.analysis.size_rows import design, models, usable

Size = Literal["params_total", "params_active"]
Link = Literal["linear", "logit"]

EDGE = 0.001
"""The logit takes scores of less than this share, or more than all but it, as this share."""


@dataclass(frozen=True)
class Range:
    """What a fit has seen of one value of thinking."""

    thinking: bool | None
    """None: of all rows together, because not all tell."""
    score_low: float
    score_high: float
    size_low: float
    size_high: float
    """Parameters."""


@dataclass(frozen=True)
class Fit:
    """link(score) = intercept + slope * log10(parameters) + thinking * (1 when it thinks)."""

    size: Size
    link: Link
    top: float
    """The best possible score; the scale of a logit fit."""
    intercept: float
    slope: float
    """Per decade of parameters, in the scores' unit (logit: in log odds)."""
    thinking: float | None
    """None when not all rows tell, or all tell the same."""
    r2: float
    """Share of the variance that size and thinking account for together."""
    thinking_r2: float | None
    """Share that thinking alone accounts for; None where it is no term."""
    residual_sd: float
    df: int
    covariance: tuple[tuple[float, ...], ...]
    """Of (intercept, slope[, thinking])."""
    n: int
    models: int
    ranges: tuple[Range, ...]

    @property
    def partial_r2(self) -> float:
        """What size adds: its share of the variance that thinking leaves open; 0 if it leaves none.

        (R2 - R2 of thinking alone) / (1 - R2 of thinking alone).
        """
        return regress.partial_r2(self.r2, self.thinking_r2)

    def range_of(self, thinking: bool | None) -> Range | None:
        """The calibrated range for a thinking value; None where the fit has seen none of it."""
        whole = self.ranges[0] if self.ranges[0].thinking is None else None
        return whole or next((r for r in self.ranges if r.thinking == thinking), None)


def fit(
    rows: pl.DataFrame, size: Size = "params_total", link: Link = "linear", top: float = 100.0
) -> Fit | None:
    """Least squares of the score on log10 of a size, with thinking as a covariate (METHOD 6).

    Thinking is a term when every row tells it and they differ. The unit of parameters only shifts
    the intercept. Rows count as independent, so many efforts of few models look surer than they
    are. `top` is the best possible score (100 in collections, 1 for accuracies); the
    linear link ignores it. None where no line can be drawn: no degree of freedom left (fewer than
    3 rows, 4 with thinking), a single size, a single score, or size and thinking are one.
    """
    known = usable(rows, size)
    if known.height < 3:
        return None
    matrix, y = design(known, size), linked(known["score"].to_numpy(), link, top)
    found = regress.ols(matrix, y)
    if found is None:
        return None
    told = matrix.shape[1] == 3
    alone = regress.ols(np.delete(matrix, 1, axis=1), y) if told else None
    return Fit(
        size=size,
        link=link,
        top=top,
        intercept=float(found.coefficients[0]),
        slope=float(found.coefficients[1]),
        thinking=float(found.coefficients[2]) if told else None,
        r2=found.r2,
        thinking_r2=alone.r2 if alone else None,
        residual_sd=found.residual_sd,
        df=found.df,
        covariance=tuple(tuple(map(float, row)) for row in found.covariance),
        n=known.height,
        models=models(known),
        ranges=_ranges(known, size),
    )


def linked(score: Array, link: Link, top: float) -> Array:
    """Scores as the link takes them: as they are, or log odds of score / top (see EDGE)."""
    if link == "linear":
        return score
    share = np.clip(score / top, EDGE, 1 - EDGE)
    return np.asarray(np.log(share / (1 - share)))


def _ranges(rows: pl.DataFrame, size: str) -> tuple[Range, ...]:
    """One for each value of thinking, or one of all where not all rows tell."""
    if rows["thinking"].null_count():
        rows = rows.with_columns(thinking=pl.lit(None, pl.Boolean))
    found = rows.group_by("thinking", maintain_order=True).agg(
        score_low=pl.col("score").min(),
        score_high=pl.col("score").max(),
        size_low=pl.col(size).min(),
        size_high=pl.col(size).max(),
    )
    return tuple(Range(**row) for row in found.sort("thinking").iter_rows(named=True))
