"""Stored prices as records."""

from __future__ import annotations

from typing import Any

import polars as pl

from data.price import Price, Rates, from_json

RATES = ("input", "output", "cache_read", "cache_write", "reasoning")


def stored(rows: pl.DataFrame) -> dict[str, Price]:
    """Rows of the table `prices` as prices by price_id.

    Rows of the first schema have the plain columns alone; what can't be read is left out, and its
    attempts count as 'price_not_stored'.
    """
    found: dict[str, Price] = {}
    for row in rows.iter_rows(named=True):
        try:
            found[row["price_id"]] = from_json(row["terms"]) if row["terms"] else _plain(row)
        except ValueError:
            continue
    return found


def _plain(row: dict[str, Any]) -> Price:
    return Price(
        rates=Rates(**{name: row[f"{name}_usd_per_mtok"] for name in RATES}),
        usd_per_hour=row["usd_per_hour"],
        usd_per_cpu_hour=row["usd_per_cpu_hour"],
        source=row["source"] or "",
        valid_from=row["valid_from"] or "",
    )
