"""CUSUM: small changes that point the same way, night after night."""

from __future__ import annotations

import numpy as np
import polars as pl

from data.analysis.means import Array, numbers

SLACK = 0.5
"""What a night's standardised change must exceed to count."""
SIGNAL = 5.0
"""The sum that signals."""
SHARED = 0.5
"""Share of a change's variance that is the first night's error, when that is one night like the
others: the same error then stands in every later change."""


def cusum(history: pl.DataFrame, shared: float = SHARED) -> pl.DataFrame:
    """Slow drift: contestant_id, metric, night, z, innovation, up, down, signal; sorted by those.

    METHOD 9; Page 1954. `history`: drift frames of many nights against one reference, with a column
    `night` (a date or anything that sorts); of them it takes z. up = max(0, up + innovation - .5),
    down likewise with its negative; signal: 'up' or 'down' while that sum is 5 or more, else null.

    METHOD sums z itself. But all z share the reference's error, and a lone first night that was
    unlucky by one standard error adds up to a signal of its own: within 50 nights of pure chance
    46 % of contestants had one. So what is summed is each z less what the z before it tell of that
    error, see `innovations`; `shared` is its share of the variance of z, 1 / (n + 1) for a
    reference of n nights, and 0, which leaves z as it is, for one that is known. Then 10 % signal
    within 50 nights. The price: what changed right after the reference looks like its error, and
    is found as a watch and an alarm of `drift` or not at all.
    """
    if not 0 <= shared < 1:
        raise ValueError(f"shared is {shared}; a share of a variance is from 0 to below 1")
    keys = ["contestant_id", "metric"]
    frame = history.select(*keys, "night", "z").sort(*keys, "night")
    fresh, ups, downs = np.zeros((3, frame.height))
    at = 0
    for size in frame.group_by(keys, maintain_order=True).len()["len"]:
        part = slice(at, at + size)
        fresh[part] = innovations(numbers(frame["z"][at : at + size]), shared)
        ups[part], downs[part] = sums(fresh[part])
        at += size
    up, down = pl.col("up") >= SIGNAL - 1e-9, pl.col("down") >= SIGNAL - 1e-9
    return frame.with_columns(
        innovation=pl.Series(fresh).fill_nan(None), up=pl.Series(ups), down=pl.Series(downs)
    ).with_columns(
        signal=pl.when(up & (pl.col("up") >= pl.col("down"))).then(pl.lit("up"))
        .when(down).then(pl.lit("down"))
    )  # fmt: skip


def innovations(z: Array, shared: float = SHARED) -> Array:
    """What each z, in order, tells beyond those before it, standardised; NaN where z is.

    Of pure chance z is the reference's error, with variance `shared`, plus the night's own, with
    the rest of 1. After k known z that add up to s the next is expected at shared s / (1 - shared +
    k shared), with variance (1 - shared) (1 + shared / (1 - shared + k shared)): so these are
    independent with variance 1 (a regression on the past, whose variances are known).
    The first is z itself; with shared = 0 all are.
    """
    known = ~np.isnan(z)
    told = np.where(known, z, 0.0)
    before = np.concatenate([[0.0], np.cumsum(told)])[:-1]
    count = np.concatenate([[0], np.cumsum(known)])[:-1]
    own = 1 - shared
    spread = own + count * shared
    return np.asarray((z - shared * before / spread) / np.sqrt(own * (1 + shared / spread)))


def sums(z: Array) -> tuple[Array, Array]:
    """Standardised changes, in order, to the upward and the downward CUSUM: S = max(0, S + z - .5).

    METHOD 9; Page 1954. It signals at 5: of independent z, about once in 465 nights of pure chance,
    and about ten nights after a lasting change of one standard error. An unknown night (NaN) leaves
    S as it was.
    """
    steps = np.where(np.isnan(z), 0.0, z)
    slack = np.where(np.isnan(z), 0.0, SLACK)
    paths = np.zeros((2, len(steps)))
    level = np.zeros(2)
    for t, (step, less) in enumerate(zip(steps, slack, strict=True)):
        level = np.maximum(0.0, level + np.array([step, -step]) - less)
        paths[:, t] = level
    return paths[0], paths[1]
