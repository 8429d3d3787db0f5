"""CUSUM: small changes that point the same way, night after night."""

from __future__ import annotations

import numpy as np
import polars as pl

from data.analysis.means import Array, numbers

SLACK = 0.5
"""What a night's standardised change must exceed to count."""
SIGNAL = 5.0
"""The sum that signals."""


def cusum(history: pl.DataFrame) -> pl.DataFrame:
    """Slow drift: contestant_id, metric, night, z, up, down, signal; sorted by those three.

    METHOD 9; Page 1954. `history`: drift frames of many nights with a column `night` (a date or
    anything that sorts); of them it takes z. up = max(0, up + z - .5), down likewise with -z;
    signal: 'up' or 'down' while that sum is 5 or more, else null. An unknown z leaves the sums as
    they were. Nights should share a reference of several nights: the error of a lone first night
    stands in every later z and adds up to a signal of its own.
    """
    keys = ["contestant_id", "metric"]
    frame = history.select(*keys, "night", "z").sort(*keys, "night")
    ups, downs = np.zeros((2, frame.height))
    at = 0
    for size in frame.group_by(keys, maintain_order=True).len()["len"]:
        z = numbers(frame["z"][at : at + size])
        ups[at : at + size], downs[at : at + size] = sums(z)
        at += size
    up, down = pl.col("up") >= SIGNAL - 1e-9, pl.col("down") >= SIGNAL - 1e-9
    return frame.with_columns(up=pl.Series(ups), down=pl.Series(downs)).with_columns(
        signal=pl.when(up & (pl.col("up") >= pl.col("down"))).then(pl.lit("up"))
        .when(down).then(pl.lit("down"))
    )  # fmt: skip


def sums(z: Array) -> tuple[Array, Array]:
    """Standardised changes, in order, to the upward and the downward CUSUM: S = max(0, S + z - .5).

    METHOD 9; Page 1954. It signals at 5: about once in 465 nights of pure chance, and about ten
    nights after a lasting change of one standard error. An unknown night (NaN) leaves S as it was.
    """
    steps = np.where(np.isnan(z), 0.0, z)
    slack = np.where(np.isnan(z), 0.0, SLACK)
    paths = np.zeros((2, len(steps)))
    level = np.zeros(2)
    for t, (step, less) in enumerate(zip(steps, slack, strict=True)):
        level = np.maximum(0.0, level + np.array([step, -step]) - less)
        paths[:, t] = level
    return paths[0], paths[1]
