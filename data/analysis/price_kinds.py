"""Kinds of prices: a provider's list, or machines of one's own; never mixed in a mean unmarked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

LIST, OWN, MIXED = "list", "self-hosted", "mixed"
KIND = {"tokens": LIST, "cpu": OWN, "machine": OWN, "shared": OWN, "told": OWN, "billed": LIST}
"""By price_basis; without one of these a contestant is not priced."""
WORDS = {
    LIST: "list prices", OWN: "own machines", MIXED: "own machine against list price",
    None: "prices of unknown kind",
}  # fmt: skip


def prices() -> pl.Expr:
    """'list', 'self-hosted', or null: unpriced."""
    return pl.col("price_basis").replace_strict(KIND, default=None, return_dtype=pl.String)


def together(*kinds: str | None) -> str | None:
    """The kind that a ratio of costs is of: 'mixed' where they differ, null where one is null."""
    if None in kinds:
        return None
    return kinds[0] if len(set(kinds)) == 1 else MIXED


def kind(row: Mapping[str, Any]) -> str | None:
    """`prices` of one row of a summary."""
    return KIND.get(row.get("price_basis") or "")


def each(frame: pl.DataFrame, ratio: str) -> list[tuple[float, str]]:
    """The median of a column of ratios for each kind in `prices`, with the words that mark it.

    Most rows first. Ratios of one kind alone need no mark, unless they mix two.
    """
    known = frame.filter(pl.col(ratio).is_not_null())
    found = known.group_by("prices").agg(pl.col(ratio).median(), n=pl.len())
    rows = found.sort("n", "prices", descending=[True, False], nulls_last=True)
    alone = rows.height == 1
    return [
        (float(r[ratio]), "" if alone and r["prices"] != MIXED else f" ({WORDS[r['prices']]})")
        for r in rows.iter_rows(named=True)
    ]
