"""Verdicts: what a paired interval says against a margin, and how many samples it would take."""

from __future__ import annotations

import numpy as np
from scipy import special

from data.analysis.grid import Array
from data.analysis.intervals import Z
from data.analysis.means import cluster_sums, firsts

BETTER, WORSE, MATCHES, TOO_CLOSE = "better", "worse", "matches", "too close to call"
FEWEST = 10
"""Shared samples below which their variance says nothing of how many it will take."""
MOST = 1_000_000


def verdict(low: float, high: float, margin: float) -> str:
    """'better' above 0, 'worse' below it, else 'matches' above -margin, or 'too close to call'."""
    if low > 0:
        return BETTER
    if high < 0:
        return WORSE
    return MATCHES if low > -margin else TOO_CLOSE


def needed(d: Array, rung: Array, cluster: Array, se: float, margin: float) -> int | None:
    """Shared samples with which the differences seen, again and again, reach a verdict.

    (I,) differences (NaN: not shared) with their standard error (NaN: none). With k times the
    clusters the interval of `data.analysis.paired.contrasts` (METHOD 2.1) has

        SE_k = SE sqrt((G - 1) / (k G - 1)),  k G - L degrees of freedom,  f_k = z^2 / (k n + z^2)

    and f_k counts until k times the clusters that carry the variance are 3.84. Both widths shrink
    with k, so the fewest samples, always more than there are, are found by halving. It supposes
    that the difference and the variance seen so far hold: a plan, not a promise. None below FEWEST
    shared samples, and where MOST would not do (a difference of just the margin).
    """
    known = ~np.isnan(d)
    n = int(known.sum())
    if n < FEWEST:
        return None
    starts, values = firsts(rung), np.where(known, d, 0.0)
    count = np.add.reduceat(known.astype(float), starts)
    share = (count > 0) / (count > 0).sum()
    level = np.add.reduceat(values, starts) / np.maximum(count, 1)
    delta = float(share @ level)
    each = (share / np.maximum(count, 1))[rung] * known
    squares = cluster_sums(each * (values - level[rung]), cluster) ** 2
    carriers = float(squares.sum() / squares.max()) if squares.max() > 1e-24 else 0.0
    of_level = rung[np.unique(cluster, return_index=True)[1]]
    seen = cluster_sums(known.astype(float), cluster) > 0
    groups = np.bincount(of_level[seen], minlength=len(count))
    effective = 1 / float((share**2 / np.maximum(groups, 1)).sum())
    g, lost = int(groups.sum()), int((groups > 0).sum()) if (groups > 1).any() else 1
    spread = 0.0 if np.isnan(se) else se * np.sqrt(max(g - 1, 1))

    def decided(samples: int) -> bool:
        k = samples / n
        half = float(special.stdtrit(max(1.0, g * k - lost), 0.975)) * spread
        half /= np.sqrt(max(g * k - 1, 1.0))
        low, high = delta - half, delta + half
        if carriers * k < Z**2:
            unseen = Z**2 / (effective * k + Z**2)
            low = min(low, delta - unseen * (1 + delta))
            high = max(high, delta + unseen * (1 - delta))
        return verdict(low, high, margin) != TOO_CLOSE

    least, most = n, MOST
    if n >= MOST or not decided(most):
        return None
    while most - least > 1:
        middle = (least + most) // 2
        least, most = (least, middle) if decided(middle) else (middle, most)
    return most
