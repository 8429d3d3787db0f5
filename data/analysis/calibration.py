"""Calibration: a fitted line read backwards, from a score to the size, with Fieller's interval."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy import stats

from data.analysis.regress import fieller
from data.analysis.size_line import Fit, linked


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
