"""Multiple comparisons: how far from the best of many is beyond chance."""

from __future__ import annotations

import numpy as np
from scipy import stats

from data.analysis.grid import Array


def apart(contestants: int, error: float = 0.05) -> float:
    """Standard errors of a difference from which one of so many is told apart from the best.

    The normal quantile of error / 2 over all pairs n (n - 1) / 2 (Bonferroni): who is best was
    chosen on the same answers, so that a pair with it stands for all pairs. Two: 1.96; 8: 3.12;
    60: 4.19. Of n equals somebody is told apart in at most `error` of the views. One or none: the
    same as two.
    """
    pairs = max(1, contestants * (contestants - 1) // 2)
    return float(stats.norm.isf(error / 2 / pairs))


def holm(p: Array) -> Array:
    """Two-sided p values as they stand among so many (Holm 1979): the family error stays.

    The smallest times n, the next times n - 1 ..., none below the one before it, at most 1.
    """
    order = np.argsort(p, kind="stable")
    raised = np.maximum.accumulate(p[order] * np.arange(len(p), 0, -1))
    found = np.empty_like(p)
    found[order] = np.minimum(raised, 1.0)
    return found
