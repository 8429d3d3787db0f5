"""What one attempt cost, exact in decimal until the last step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal, localcontext

from data.price import Price
from data.pricing.basis import BILLED, Basis
from data.pricing.lines import ZERO, Line, lines_of
from data.records import Usage

LAST = Decimal(1).scaleb(-15)
"""The last step, to a float, keeps fifteen decimals of a dollar."""
DIGITS = 60
"""More than any cost has."""
NANOSECOND = Decimal(1).scaleb(-9)

REASONS = {
    "unpriced": "no price known",
    "unknown_deployment": "not in the price list",
    "no_price_on_date": "no price known for that date",
    "zero_not_free": "listed at $0, not confirmed as free",
    "price_impossible": "its price can't be true",
    "shape_needs_tokens": "charged by time: no price for a prompt shape",
    "price_not_stored": "its price is not in this database",
    "usage_missing": "usage not reported, so no cost",
    "time_missing": "time not measured, so no cost",
    "cost_not_told": "no price given, and the function told no dollars",
}
"""Why an attempt has no cost, in words."""


@dataclass(frozen=True)
class Cost:
    """Dollars of one attempt, or the reason code why they can't be known."""

    usd: Decimal | None
    """Exact, so that costs of attempts add up to the cost of their sum."""
    reason: str | None = None

    @property
    def as_float(self) -> float | None:
        """The last step: fifteen decimals, as the nearest float."""
        return None if self.usd is None else rounded(self.usd)


def cost(
    lines: Sequence[Line] | str,
    usage: Usage,
    started_at: datetime | None = None,
    duration_s: float | None = None,
    cpu_s: float | None = None,
    calls: int = 1,
    told_usd: float | None = None,
) -> Cost:
    """Dollars of an attempt by the lines of its price (METHOD section 1, docs/method.md).

    The usage is the sum over `calls`; the tier is that of their mean input. `told_usd` is what the
    contestant itself named.

    Parts that are larger than their total are cut to it. `started_at` is naive UTC and decides
    between peak and off-peak; without it the first minute of the week is meant.
    """
    if isinstance(lines, str):
        return Cost(None, lines)
    n_in, n_out = usage.input_tokens, usage.output_tokens
    line = _line(lines, (n_in or 0) // calls, started_at)
    if line is None:
        return Cost(None, "no_price_on_date")
    if line.needs == "tokens" and (n_in is None or n_out is None):
        return Cost(None, "usage_missing")
    if (line.needs == "busy" and duration_s is None) or (line.needs == "cpu" and cpu_s is None):
        return Cost(None, "time_missing")
    if line.needs == "told":
        return Cost(None, "cost_not_told") if told_usd is None else Cost(_dollars(told_usd))
    n_in, n_out = n_in or 0, n_out or 0
    read = min(usage.cache_read_tokens or 0, n_in)
    written = min(usage.cache_write_tokens or 0, n_in - read)
    hour = min(usage.cache_write_1h_tokens or 0, written)
    thought = min(usage.reasoning_tokens or 0, n_out)
    with localcontext(prec=DIGITS):
        total = (n_in - read - written) * line.input + read * line.cache_read
        total += (written - hour) * line.cache_write + hour * line.cache_write_1h
        total += (n_out - thought) * line.output + thought * line.reasoning + calls * line.request
        total += _seconds(duration_s) * line.busy_s + _seconds(cpu_s) * line.cpu_s
    return Cost(total)


def rounded(usd: Decimal) -> float:
    """Dollars with fifteen decimals, as the nearest float."""
    with localcontext(prec=DIGITS):
        return float(usd.quantize(LAST, ROUND_HALF_UP))


def cost_usd(
    price: Price | None,
    usage: Usage,
    duration_s: float | None = None,
    cpu_s: float | None = None,
    started_at: datetime | None = None,
    basis: Basis = BILLED,
) -> float | None:
    """Dollars of one attempt as billed (or on another basis); None when they can't be known."""
    lines = "unpriced" if price is None else lines_of(price, basis)
    return cost(lines, usage, started_at, duration_s, cpu_s).as_float


def week_minute(moment: datetime | None) -> int:
    """Minutes since Monday 00:00 UTC."""
    if moment is None:
        return 0
    return moment.weekday() * 1440 + moment.hour * 60 + moment.minute


def _line(lines: Sequence[Line], n_in: int, started_at: datetime | None) -> Line | None:
    minute = week_minute(started_at)
    return next(
        (
            line
            for line in lines
            if line.over < n_in <= line.upto and line.from_minute <= minute < line.until_minute
        ),
        None,
    )


def _dollars(told: float) -> Decimal:
    with localcontext(prec=DIGITS):
        return Decimal(str(told)).quantize(LAST, ROUND_HALF_UP)


def _seconds(seconds: float | None) -> Decimal:
    if seconds is None:
        return ZERO
    return Decimal(str(seconds)).quantize(NANOSECOND, ROUND_HALF_UP)
