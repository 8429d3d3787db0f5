"""Kinds of prices: a provider's list, or machines of one's own; never mixed in a mean unmarked."""

from __future__ import annotations

import polars as pl

LIST, OWN = "list", "self-hosted"
KIND = {"tokens": LIST, "cpu": OWN, "machine": OWN}
"""By price_basis; without one of these a contestant is not priced."""


def prices() -> pl.Expr:
    """'list', 'self-hosted', or null: unpriced."""
    return pl.col("price_basis").replace_strict(KIND, default=None, return_dtype=pl.String)
