"""An entry of LiteLLM's price map as a price per million tokens."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from data.records import Price


def read_price(entry: Mapping[str, Any], source: str) -> Price | None:
    """The entry's price; null when input or output is missing or 0, which the map says of gaps."""
    if not entry.get("input_cost_per_token") or not entry.get("output_cost_per_token"):
        return None
    return Price(
        input_usd_per_mtok=per_mtok(entry["input_cost_per_token"]),
        output_usd_per_mtok=per_mtok(entry["output_cost_per_token"]),
        cache_read_usd_per_mtok=per_mtok(entry.get("cache_read_input_token_cost")),
        cache_write_usd_per_mtok=per_mtok(entry.get("cache_creation_input_token_cost")),
        reasoning_usd_per_mtok=per_mtok(entry.get("output_cost_per_reasoning_token")),
        source=source,
    )


def per_mtok(per_token: float | None) -> float | None:
    """Dollars per million tokens, in decimal: 3e-7 a token is exactly 0.3. 0 is a gap."""
    return float(Decimal(str(per_token)) * 1_000_000) if per_token else None
