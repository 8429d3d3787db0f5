"""Cost split: how much of a change of cost is the price list's, and how much behaviour's."""

from __future__ import annotations

import numpy as np
import polars as pl

from data.analysis.means import Array, numbers

SCHEMA: dict[str, type[pl.DataType]] = {
    "contestant_id": pl.String, "metric": pl.String,
    "price_usd": pl.Float64, "behaviour_usd": pl.Float64,
}  # fmt: skip


def cost_split(quantities: pl.DataFrame | None, prices: pl.DataFrame | None) -> pl.DataFrame:
    """Cost changes as contestant_id, metric ('cost_usd'), price_usd, behaviour_usd (METHOD 9).

    `quantities`: contestant_id, price_class (input, output, cache_read, ...), before, after: mean
    tokens (or seconds, requests) per answer over the samples of both nights. `prices`: the same
    keys, and before, after in dollars per unit of that quantity. Both parts are dollars per answer
    and add up to the change of the classes' cost. A class with an unknown price or quantity leaves
    its contestant out, unless none of it was used. No test: a price list is not a sample.
    """
    if quantities is None or prices is None:
        return pl.DataFrame(schema=SCHEMA)
    keys = ["contestant_id", "price_class"]
    both = quantities.select(*keys, q0="before", q1="after").join(
        prices.select(*keys, p0="before", p1="after"), on=keys, how="full", coalesce=True
    )
    rows = []
    for (name,), group in both.sort(keys).group_by("contestant_id", maintain_order=True):
        values = (numbers(group[c]) for c in ("p0", "p1", "q0", "q1"))
        price, behaviour, total = price_and_behaviour(*values)
        if not np.isnan(total):
            rows.append((name, "cost_usd", price, behaviour))
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


def price_and_behaviour(p0: Array, p1: Array, q0: Array, q1: Array) -> tuple[float, float, float]:
    """(price, behaviour, total) of a cost change, in the unit of price x quantity.

    METHOD 9: sum (p1 - p0)(q0 + q1) / 2 and sum (q1 - q0)(p0 + p1) / 2. They add up to the total
    exactly, and swapping the nights turns both signs (Bennet 1920). A class of which none was used
    on either night changes nothing, whatever its price; any other unknown makes all three NaN.
    """
    p0, p1, q0, q1 = (np.asarray(x, dtype=float) for x in (p0, p1, q0, q1))
    unused = (q0 == 0) & (q1 == 0)
    price = np.where(unused, 0.0, (p1 - p0) * (q0 + q1) / 2)
    behaviour = np.where(unused, 0.0, (q1 - q0) * (p0 + p1) / 2)
    return float(price.sum()), float(behaviour.sum()), float((price + behaviour).sum())


def of_totals(p0q0: Array, p1q0: Array, p0q1: Array, p1q1: Array) -> tuple[Array, Array]:
    """(price, behaviour) of a cost change, from what each night's usage costs at either's prices.

    The same split, without classes: price = ((p1 q0 - p0 q0) + (p1 q1 - p0 q1)) / 2 and behaviour =
    ((p0 q1 - p0 q0) + (p1 q1 - p1 q0)) / 2, where p q is a sum over all that is charged. So tiers,
    hours and fees are in it as they were charged. NaN where any of the four is.
    """
    a, b, c, d = (np.asarray(x, dtype=float) for x in (p0q0, p1q0, p0q1, p1q1))
    return ((b - a) + (d - c)) / 2, ((c - a) + (d - b)) / 2
