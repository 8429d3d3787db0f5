"""Numbers as people read them: money, tokens, seconds, shares and sizes, never 2e-05."""

from __future__ import annotations

import math


def _significant(value: float, digits: int) -> str:
    """Plain decimal notation with this many significant digits, trailing zeros kept."""
    places = max(0, digits - 1 - math.floor(math.log10(abs(value))))
    return f"{value:,.{places}f}"


def _thousands(value: float) -> str:
    for factor, unit in ((1e9, "B"), (1e6, "M"), (1e3, "k")):
        if abs(value) >= 0.9995 * factor:
            count = value / factor
            # Past the largest unit, and just below the next, no exponent: '1,000,000B', '1,000M'.
            return (f"{count:.3g}" if abs(count) < 999.5 else f"{count:,.0f}") + unit
    return f"{value:.3g}"


def usd(value: float | None) -> str:
    """'$0.000023', '$0.13', '$4.16', '$528', '$12.4k'; 'free' for 0 and a dash for no price."""
    if value is None:
        return "–"
    if value == 0:
        return "free"
    if value < 1:
        return f"${_significant(value, 2)}"
    if value < 100:
        return f"${value:.2f}"
    return f"${value:,.0f}" if value < 10_000 else f"${_thousands(value)}"


def amount(value: float | None) -> str:
    """Dollars as `usd` has them, of a sum and not of a price: nothing is '$0'."""
    return "$0" if value == 0 else usd(value)


def tokens(value: float | None) -> str:
    """'0', '3.4', '57', '4,951'; a dash when not reported."""
    if value is None:
        return "–"
    return f"{value:.1f}" if 0 < value < 10 else f"{value:,.0f}"


def seconds(value: float | None) -> str:
    """'0.4 ms', '38 ms', '1.24 s', '12.4 s', '3.5 min'; a dash when not measured."""
    if value is None:
        return "–"
    if value == 0:
        return "0 s"
    if value < 1:
        return f"{_significant(value * 1000, 2)} ms"
    if value < 10:
        return f"{value:.2f} s"
    return f"{value:.1f} s" if value < 120 else f"{value / 60:.1f} min"


def hours(value: float) -> str:
    """'36.0 s', '55.6 min', '6.6 h', '4.2 days'."""
    if value < 2:
        return seconds(value * 3600)
    return f"{value:.1f} h" if value < 72 else f"{value / 24:,.1f} days"


def months(days: float) -> str:
    """Days as months of a twelfth of a year: '5.3 months', '14 months', '0.4 months'."""
    value = days / (365.25 / 12)
    return f"{value:.1f} months" if value < 10 else f"{value:,.0f} months"


def percent(share: float | None) -> str:
    """'91%'; a share above 0 is never written as 0% nor one below 1 as 100%."""
    if share is None:
        return "–"
    if 0 < share < 0.005:
        return "<1%"
    if 0.995 <= share < 1:
        return ">99%"
    return f"{share:.0%}"


def portion(share: float | None) -> str:
    """A share of variance as a percentage; what is but rounding is '0%'."""
    return percent(None if share is None else max(0.0, round(share, 6)))


def points(share: float | None) -> str:
    """Capability on the 0-100 scale with one decimal."""
    return "–" if share is None else f"{100 * share:.1f}"


def size(params: int | None) -> str:
    """Parameter count: '135M', '8B', '1.04T'."""
    if params is None:
        return "–"
    return f"{params / 1e12:.3g}T" if params >= 1e12 else _thousands(params)


def times_less(ratio: float) -> str:
    """How an n-fold saving is said: '1/9 of', or a percentage when it is less than twofold."""
    return f"1/{ratio:,.0f} of" if ratio >= 2 else f"{1 / ratio:.0%} of"


def usd_tick(value: float) -> str:
    """An axis tick: '$0.001', '$1', '$1k'."""
    return f"${_plain(value)}" if value < 1000 else f"${_thousands(value)}"


def count_tick(value: float) -> str:
    """An axis tick for tokens: '10', '1k'."""
    return _plain(value) if value < 1000 else _thousands(value)


def seconds_tick(value: float) -> str:
    """An axis tick for seconds: '1 ms', '0.1 s', '10 s', '1,000 s'."""
    return f"{value * 1000:g} ms" if value < 0.1 else f"{_plain(value)} s"


def _plain(value: float) -> str:
    places = max(0, -math.floor(math.log10(value) + 1e-9))
    return f"{value:,.{places}f}"
