"""What each contestant of a campaign is charged on a basis: the price lines that SQL joins."""

from __future__ import annotations

from typing import Any

import polars as pl

from data.catalog.local import local_price
from data.catalog.prices import price_on, where
from data.price import Price
from data.pricing import Basis, Line, lines_of
from data.pricing.lines import OWN, has_mode
from data.pricing.sql import Charges, lines_frame
from data.store import Reader
from data.store.prices import stored


def charges(reader: Reader, campaign: str, basis: Basis) -> Charges:
    """The lines of every contestant of a campaign.

    'billed' prices belong to attempts, dated ones to contestants: those with a price of the user's
    own keep it, local ones take the CPU price of that day, the others their deployment's.
    """
    prices = stored(reader.sql("SELECT * FROM prices"))
    entered = reader.sql(
        "SELECT a.contestant_id, any_value(c.name) AS name, any_value(c.model) AS model, "
        "any_value(c.deployment) AS deployment, max_by(a.price_id, a.last_at) AS price_id "
        "FROM rollup a LEFT JOIN contestants c USING (contestant_id) "
        "WHERE a.campaign = ? GROUP BY a.contestant_id ORDER BY a.contestant_id",
        [campaign],
    ).to_dicts()
    held = {row["contestant_id"]: _price(row, prices, basis) for row in entered}
    lacking = tuple(
        row["name"] or row["contestant_id"]
        for row in entered
        if not has_mode(held[row["contestant_id"]], basis.mode)
    )
    shaped = basis.shape is not None
    lines: dict[str, tuple[Line, ...] | str] = {}
    if basis.on is not None:
        for row in entered:
            name = row["contestant_id"]
            lines[name] = lines_of(held[name], basis, where(row["model"] or "").provider)
        return Charges("a.contestant_id", lines_frame(lines), lacking, shaped, _held(held))
    # Attempts of one contestant may have been made at several prices.
    if not basis.discounts:
        lines = {name: lines_of(price, basis) for name, price in prices.items()}
        return Charges("a.price_id", lines_frame(lines), lacking, shaped)
    for row in entered:
        provider = where(row["model"] or "").provider
        for name, price in prices.items():
            lines[f"{row['contestant_id']} {name}"] = lines_of(price, basis, provider)
    return Charges("a.contestant_id || ' ' || a.price_id", lines_frame(lines), lacking, shaped)


def _price(row: dict[str, Any], prices: dict[str, Price], basis: Basis) -> Price:
    billed = prices.get(row["price_id"] or "") or Price(missing="price_not_stored")
    # A server of the user's own that had no price then has none on any other day.
    if basis.on is None or billed.source == OWN or billed.missing == "unpriced":
        return billed
    if row["deployment"] == "local":
        return local_price(basis.on)
    found = price_on(row["model"] or "", basis.on)
    return found.price or Price(missing=found.reason or "unpriced")


def _held(prices: dict[str, Price]) -> pl.DataFrame:
    """What each contestant is charged on, for the notes beneath a table."""
    rows = [
        (n, p.price_basis, p.source, p.valid_from, p.usd_per_cpu_hour) for n, p in prices.items()
    ]
    schema = {
        "contestant_id": pl.String,
        "price_basis": pl.String,
        "price_source": pl.String,
        "price_from": pl.String,
        "usd_per_cpu_hour": pl.Float64,
    }
    return pl.DataFrame(rows, schema=schema, orient="row")
