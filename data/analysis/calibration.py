"""Calibration: a fitted line read backwards, from a score to the size, with Fieller's interval."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from scipy import stats

from data.analysis.regress import fieller
from data.analysis.size_line import Fit, Range, linked
from data.analysis.size_rows import power
from data.wording import size as said

INSIDE, ABOVE, BELOW = "inside", "at least", "at most"
BEYOND = 10.0
"""A size more than this many times the largest calibrated one is not given as a number."""


class Reading(NamedTuple):
    """log10 of the parameters that a score stands for; no ends where g >= 1."""

    middle: float
    low: float | None
    high: float | None


def g(line: Fit, level: float = 0.90) -> float:
    """t^2 var(slope) / slope^2: from 1 on the slope may be 0 and the interval has no end.

    Fieller 1954, METHOD 6. Infinity for a slope of 0.
    """
    t = float(stats.t.ppf(0.5 + level / 2, line.df))
    return t * t * line.covariance[1][1] / line.slope**2 if line.slope else float("inf")


def invert(line: Fit, score: float, thinks: bool | None, level: float = 0.90) -> Reading | None:
    """log10 of the size with this score, and its Fieller interval (METHOD 6, Fieller 1954).

    xhat = (y0 - a - q * l0) / s; the interval is { x : |y0 - yhat(x)| <= t * sigma *
    sqrt(1 + leverage(x)) }, a quadratic in x, finite where g < 1. None where the slope isn't above
    0: then no size has the score more than another. Thinking counts only where it is a term.
    """
    if line.slope <= 0:
        return None
    l0 = float(bool(thinks))
    y0 = float(linked(np.array([score]), line.link, line.top)[0])
    middle = (y0 - line.intercept - (line.thinking or 0.0) * l0) / line.slope
    covariance = np.array(line.covariance)
    at = np.array([1.0, middle, l0])[: len(covariance)]
    toward = covariance @ at
    t2 = float(stats.t.ppf(0.5 + level / 2, line.df)) ** 2
    # In u = x - xhat: a u^2 - 2 b u - c <= 0.
    a = line.slope**2 - t2 * float(covariance[1, 1])
    b = t2 * float(toward[1])
    c = t2 * (line.residual_sd**2 + float(at @ toward))
    ends = fieller(a, b, c)
    return Reading(middle, *(middle + u for u in ends)) if ends else Reading(middle, None, None)


def side(score: float, reading: Reading | None, seen: Range) -> str:
    """'at least', 'at most' or 'inside': the score first (METHOD 6), then the size it is read as.

    A single stray high score would otherwise open the line to any size.
    """
    if score > seen.score_high:
        return ABOVE
    if score < seen.score_low:
        return BELOW
    middle = reading.middle if reading else np.nan
    # The largest model itself, on the line, is not outside by its rounding.
    if middle > np.log10(seen.size_high) + 1e-9:
        return ABOVE
    return BELOW if middle < np.log10(seen.size_low) - 1e-9 else INSIDE


def within(decades: float | None, seen: Range) -> float | None:
    """10 to the power of it; None where that is more than BEYOND times the largest size seen."""
    size = power(decades)
    return None if size is None or size > seen.size_high * BEYOND else size


def begins(reading: Reading | None, seen: Range) -> str:
    """Where the interval of a size beyond the calibrated ones begins, if that is among them."""
    low = power(reading.low if reading else None)
    if low is None or low >= seen.size_high:
        return ""
    return f"; its interval begins at {said(round(low))}"


def edge(reading: Reading | None, size: float, pick: Callable[..., float]) -> float:
    """The calibrated size at the edge, unless the line itself claims less than that bound."""
    own = power(reading.middle if reading else None)
    return float(size if own is None else pick(size, own))
