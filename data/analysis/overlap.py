"""How alike two groups' values are, and how far one's reach, in every resample at once."""

from __future__ import annotations

import numpy as np

from data.analysis.means import Array

GRID = 2048
"""Points at which densities are computed, over three times the range of the values."""


def overlap(weights: Array, label: Array, values: Array) -> Array:
    """(B, n) weights to (B,): integral of min(f0, f1) of the values of the two labels, 0..1.

    Densities are Gaussian kernel estimates with Scott's bandwidth n^(-1/5) sd (Scott 1992), made
    by convolution on a grid. NaN where a label has fewer than two, or no spread.
    """
    extent = float(np.ptp(values)) if len(values) else 0.0
    # Values that differ by their rounding have no extent.
    if extent <= 1e-12 * max(1.0, float(np.abs(values).max(initial=0))):
        return np.full(len(weights), np.nan)
    # From 0 to 1 on a circle of circumference 3: what runs out at one end is back at the other.
    place = (values - values.min()) / extent
    sides = [label > 0, label <= 0]
    first, second = (_density(weights[:, side], place[side]) for side in sides)
    both = np.minimum(first, second).clip(0).sum(axis=1)
    return np.asarray(np.clip(both, 0, 1))


def _density(weights: Array, place: Array) -> Array:
    """(B, GRID): mass of the kernel density in each cell; NaN without a bandwidth."""
    n = weights.sum(axis=1)
    mean = weights @ place / np.maximum(n, 1)
    centred = place - mean[:, None] if len(place) else np.zeros_like(weights)
    variance = (weights * centred**2).sum(axis=1) / np.maximum(n - 1, 1)
    width = np.where((n > 1) & (variance > 1e-24), np.sqrt(variance) * np.maximum(n, 1) ** -0.2, 0)
    at = place * (GRID / 3)
    cell = at.astype(np.int64)
    into = np.zeros((len(place), GRID))
    np.add.at(into, (np.arange(len(place)), cell), 1 - (at - cell))
    np.add.at(into, (np.arange(len(place)), cell + 1), at - cell)
    turn = np.fft.rfftfreq(GRID, d=3 / GRID)
    kernel = np.exp(-2 * (np.pi * turn * width[:, None]) ** 2)
    mass = np.fft.irfft(np.fft.rfft(weights @ into, axis=1) * kernel, n=GRID, axis=1)
    return np.where(width[:, None] > 0, mass / np.maximum(n, 1)[:, None], np.nan)


def spread(weights: Array, values: Array) -> Array:
    """(B, n) weights to (B,): 95th over 5th percentile of the values, each as often as it weighs.

    Linear between order statistics, like numpy's; 1 for a single value, NaN for none.
    """
    order = np.argsort(values, kind="stable")
    values, upto = values[order], np.cumsum(weights[:, order], axis=1)

    def percentile(q: float) -> Array:
        at = (upto[:, -1] - 1) * q
        low = np.floor(at)
        below, above = (
            values[np.minimum((upto <= nth[:, None]).sum(axis=1), len(values) - 1)]
            for nth in (low, np.minimum(low + 1, upto[:, -1] - 1))
        )
        return np.asarray(below + (at - low) * (above - below))

    with np.errstate(all="ignore"):
        return np.where(upto[:, -1] > 0, percentile(0.95) / percentile(0.05), np.nan)
