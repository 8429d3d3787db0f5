"""What an amount of a price can be; beyond it stands a slip of the pen, not a price."""

from __future__ import annotations

from collections.abc import Mapping

MOST_RATE = 50_000.0
"""Dollars per million tokens."""
MOST_REQUEST = 50.0
LEAST = 1e-12
"""The least amount above 0: per million tokens it is the eighteenth decimal of a token's price,
which is as far as costs are computed."""
MOST_TOKENS = 10**12

_LIMITS: Mapping[str, tuple[float, float]] = {
    "request": (LEAST, MOST_REQUEST),
    "hour": (LEAST, 100_000.0),
    "cpu_hour": (LEAST, 10_000.0),
    "utilisation": (0.0001, 1.0),
    "prefill_tokens_per_s": (0.001, 1e12),
    "decode_tokens_per_s": (0.001, 1e12),
}
_NOT_ZERO = ("utilisation", "prefill_tokens_per_s", "decode_tokens_per_s")


def problem(key: str, number: float) -> str | None:
    """Why a line can't say this number, as the end of a sentence; None when it can."""
    least, most = _LIMITS.get(key, (LEAST, MOST_RATE))
    if key == "utilisation" and not least <= number <= most:
        return f"write a share in (0, 1], at least {least:g}"
    if number > most:
        return f"more than anyone charges or measures ({most:,.0f}). Mind the unit"
    if number < least and (number or key in _NOT_ZERO):
        return f"too small, write at least {least:g}. Mind the unit"
    return None
