"""Multiple comparisons: how far from the best of many is beyond chance."""

from __future__ import annotations

from scipy import stats


def apart(contestants: int, error: float = 0.05) -> float:
    """Standard errors of a difference from which one of so many is told apart from the best.

    The normal quantile of error / 2 over all pairs n (n - 1) / 2 (Bonferroni): who is best was
    chosen on the same answers, so that a pair with it stands for all pairs. Two: 1.96; 8: 3.12;
    60: 4.19. Of n equals somebody is told apart in at most `error` of the views. One or none: the
    same as two.
    """
    pairs = max(1, contestants * (contestants - 1) // 2)
    return float(stats.norm.isf(error / 2 / pairs))
