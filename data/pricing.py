"""What an attempt cost: our own function of stored usage and a price, exact until the last step."""

from __future__ import annotations

from decimal import Decimal

from data.records import Price, Usage

MILLION = Decimal(1_000_000)
HOUR = Decimal(3600)


def cost_usd(
    price: Price | None,
    usage: Usage,
    duration_s: float | None = None,
    cpu_s: float | None = None,
) -> float | None:
    """US dollars of one attempt, or None when it can't be known (unpriced, usage not reported).

    Tokens follow METHOD section 1.1 (cached tokens are inside the input, reasoning inside the
    output, each part at its own price where it has one); a machine is charged for the seconds it
    was busy; a local process for its CPU seconds.
    """
    if price is None:
        return None
    if price.basis == "cpu":
        return _time_cost(price.usd_per_cpu_hour, cpu_s)
    if price.basis == "machine":
        return _time_cost(price.usd_per_hour, duration_s)
    if price.basis == "tokens":
        return _token_cost(price, usage)
    return None


def _time_cost(usd_per_hour: float | None, seconds: float | None) -> float | None:
    if usd_per_hour is None or seconds is None:
        return None
    return float(_exact(usd_per_hour) * _exact(seconds) / HOUR)


def _token_cost(price: Price, usage: Usage) -> float | None:
    if usage.input_tokens is None or usage.output_tokens is None:
        return None
    if price.input_usd_per_mtok is None or price.output_usd_per_mtok is None:
        return None
    p_in, p_out = _exact(price.input_usd_per_mtok), _exact(price.output_usd_per_mtok)
    read, written = usage.cache_read_tokens or 0, usage.cache_write_tokens or 0
    total = (usage.input_tokens - read - written) * p_in + usage.output_tokens * p_out
    total += read * _or(price.cache_read_usd_per_mtok, p_in)
    total += written * _or(price.cache_write_usd_per_mtok, p_in)
    total += (usage.reasoning_tokens or 0) * (_or(price.reasoning_usd_per_mtok, p_out) - p_out)
    return float(total / MILLION)


def _or(value: float | None, default: Decimal) -> Decimal:
    """A price, or its default when absent; an explicit 0 is a price."""
    return default if value is None else _exact(value)


def _exact(value: float) -> Decimal:
    """The decimal that a person typed, not the float's binary neighbour."""
    return Decimal(str(value))
