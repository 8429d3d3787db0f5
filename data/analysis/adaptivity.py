"""Adaptivity: whether the tokens spent move with the tokens needed."""

from __future__ import annotations

import numpy as np

from data.analysis.grid import Array, Grid
from data.analysis.means import firsts
from data.analysis.requirement import Attempts

ONE_DIFFICULTY = 1e-12
"""Variance of log requirements up to which they are all the same."""


def responsiveness(data: Attempts) -> tuple[Array, Array]:
    """(M,) adaptivity and elasticity, whatever the accuracy. METHOD 4.3.

    With x = ln(r + tau) and y a sample's mean over epochs of ln(t + tau): 2 cov(x, y) / (var x +
    var y), Lin's (1989) concordance without its term for the means, so that uniform verbosity does
    not count: 1 moves one for one with the need, 0 does not move with it, -1 mirrors it. Elasticity
    is cov / var x. NaN with one sample, or when all need the same. Epochs are averaged first, so
    that luck between runs of one sample is not read as a lack of response.
    """
    y = data.log_tokens
    x = np.where(np.isnan(y), np.nan, np.log(data.padded(data.need)))
    x, y = (v - data.grid.balance_rows(v)[:, None] for v in (x, y))
    cov, var_x, var_y = (data.grid.balance_rows(v) for v in (x * y, x * x, y * y))
    varied = var_x > ONE_DIFFICULTY
    span = np.where(varied, var_x, 1.0)
    kappa = np.where(varied, 2 * cov / (span + var_y), np.nan)
    return kappa, np.where(varied, cov / span, np.nan)


def thirds(grid: Grid) -> tuple[Array, Array]:
    """(I,) samples in the easiest and in the hardest third of their task's levels.

    A third of n levels is n // 3 of them and at least one; a task of one level is in both.
    """
    first = grid.level[firsts(grid.task)]
    rung = grid.level - first[grid.task]
    levels = np.bincount(grid.task[grid.starts])[grid.task]
    third = np.maximum(levels // 3, 1)
    return rung < third, rung >= levels - third
