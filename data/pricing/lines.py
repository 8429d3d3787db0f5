"""A price on a basis, written out as lines: one for each tier of input and part of the week.

A line holds dollars per token and per second, in decimal, with everything else (mode, discount,
cache, prompt shape, utilisation) already worked in. The same lines price an attempt in Python
(cost.py) and in SQL (sql.py), so the two can't differ.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise

from data.price import CLASSES, OffPeak, Price, Rates, Terms, Tier, Window
from data.pricing.basis import Basis

UNIT = Decimal(1).scaleb(-18)
"""Dollars per token and per second carry eighteen decimals: list prices are exact at that."""
MILLION = Decimal(1_000_000)
HOUR = Decimal(3600)
WEEK_MINUTES = 7 * 24 * 60
NO_LIMIT = 2**62
OWN = "experiment"
"""Source of a price that the user wrote into an experiment: no list, so no discount or mode."""
DEAREST = Decimal(50)
"""Dollars per token, per second and, as a fee, per request: more is a slip of the pen."""
DEAREST_CALL = Decimal(5000)
"""Dollars of one call of a prompt shape; twenty million of them still fit SQL's decimals."""

ZERO = Decimal(0)


@dataclass(frozen=True)
class Line:
    """Dollars per unit for requests with over < input tokens <= upto, within a part of the week.

    Minutes count from Monday 00:00 UTC; until_minute is exclusive. `needs` says which measure an
    attempt must have: 'tokens', 'busy' (its seconds), 'cpu' (its CPU seconds), 'told' (dollars that
    the contestant named) or 'none'.
    """

    needs: str
    over: int = -1
    upto: int = NO_LIMIT
    from_minute: int = 0
    until_minute: int = WEEK_MINUTES
    input: Decimal = ZERO
    cache_read: Decimal = ZERO
    cache_write: Decimal = ZERO
    cache_write_1h: Decimal = ZERO
    output: Decimal = ZERO
    reasoning: Decimal = ZERO
    request: Decimal = ZERO
    busy_s: Decimal = ZERO
    cpu_s: Decimal = ZERO
    told: Decimal = ZERO
    """1 where the dollars that the contestant named are charged."""


AMOUNTS = tuple(f.name for f in fields(Line) if f.type == "Decimal")


def lines_of(price: Price, basis: Basis, provider: str = "") -> tuple[Line, ...] | str:
    """The lines of a price on a basis, or the reason why it has none.

    Reasons: 'unpriced' (or the price's own `missing`), 'shape_needs_tokens' (a prompt shape says
    nothing of what a machine's seconds would be).
    """
    if price.missing or price.basis == "none":
        return price.missing or "unpriced"
    try:
        return _lines(price, basis, provider)
    except (ArithmeticError, ValueError, TypeError, AttributeError):
        # A stored price may come from anywhere; one that makes no sense must not stop a merge.
        return "price_impossible"


def _lines(price: Price, basis: Basis, provider: str) -> tuple[Line, ...] | str:
    by_throughput = price.prefill_tokens_per_s and price.decode_tokens_per_s
    if price.basis == "tokens" or (price.basis == "machine" and by_throughput):
        lines = tuple(_token_lines(price, basis, provider))
        return tuple(_shaped(lines, basis)) if basis.shape else lines
    if basis.shape:
        return "shape_needs_tokens"
    if price.basis == "told":
        return (Line("told", told=Decimal(1)),)
    if price.basis == "cpu":
        return (Line("cpu", cpu_s=_unit(exact(price.usd_per_cpu_hour) / HOUR)),)
    return (Line("busy", busy_s=_unit(_per_second(price))),)


def has_mode(price: Price, mode: str) -> bool:
    """Whether the price says what this service mode costs; only list prices have modes."""
    listed = price.basis == "tokens" and price.source != OWN
    return mode == "standard" or not listed or mode in price.modes


def exact(value: float | None) -> Decimal:
    """The decimal that a person typed, not the float's binary neighbour."""
    return ZERO if value is None else Decimal(str(value))


def _unit(amount: Decimal, most: Decimal = DEAREST) -> Decimal:
    if not 0 <= amount <= most:
        raise ValueError(f"{amount} dollars a unit")
    return amount.quantize(UNIT, ROUND_HALF_UP)


def _per_second(price: Price) -> Decimal:
    share = exact(price.utilisation) if price.utilisation is not None else Decimal(1)
    return exact(price.usd_per_hour) / HOUR / share


def _token_lines(price: Price, basis: Basis, provider: str) -> Iterator[Line]:
    if price.basis == "machine":
        second = _per_second(price)
        read = _unit(second / exact(price.prefill_tokens_per_s))
        written = _unit(second / exact(price.decode_tokens_per_s))
        yield Line(
            "tokens", input=read, cache_read=read, cache_write=read, cache_write_1h=read,
            output=written, reasoning=written,
        )  # fmt: skip
        return
    kept = 1 - (Decimal(0) if price.source == OWN else basis.discount(provider))
    request = _unit(exact(price.usd_per_request) * kept)
    terms = _terms(price, basis.mode)
    if any(not 0 <= tier.over_input_tokens < NO_LIMIT for tier in terms.tiers):
        raise ValueError("a tier's threshold")
    steps = [Tier(-1, Rates()), *sorted(terms.tiers, key=lambda t: t.over_input_tokens)]
    rates = terms.rates
    for step, following in zip(steps, [*steps[1:], None], strict=True):
        rates = _over(rates, step.rates)
        upto = following.over_input_tokens if following else NO_LIMIT
        # A list without the mode stays standard, off-peak hours and all.
        off_peak = None if basis.mode in price.modes else price.off_peak
        for start, end, reduced in _week(off_peak):
            held = _over(rates, off_peak.rates) if off_peak and reduced else rates
            yield _line(held, kept, basis, request, (step.over_input_tokens, upto), (start, end))


def _line(
    rates: Rates,
    kept: Decimal,
    basis: Basis,
    request: Decimal,
    span: tuple[int, int],
    minutes: tuple[int, int],
) -> Line:
    full = {name: _per_token(rates, name) * kept for name in CLASSES}
    # A shape says itself how much of it is read from the cache.
    if basis.cache == "neutral" and basis.shape is None:
        full.update(dict.fromkeys(("cache_read", "cache_write", "cache_write_1h"), full["input"]))
    elif basis.cache != "reported" and basis.shape is None:
        hit = exact(float(basis.cache))
        mixed = hit * full["cache_read"] + (1 - hit) * full["input"]
        caching = ("input", "cache_read", "cache_write", "cache_write_1h")
        full.update(dict.fromkeys(caching, mixed))
    per = {name: _unit(amount) for name, amount in full.items()}
    return Line(
        "tokens", *span, *minutes, per["input"], per["cache_read"], per["cache_write"],
        per["cache_write_1h"], per["output"], per["reasoning"], request,
    )  # fmt: skip


def _per_token(rates: Rates, name: str) -> Decimal:
    """Dollars per token of a class; a class that isn't stated costs what its neighbour does."""
    value = getattr(rates, name)
    if value is not None:
        return exact(value) / MILLION
    fallback = {"cache_write_1h": "cache_write", "reasoning": "output"}.get(name, "input")
    return ZERO if name in ("input", "output") else _per_token(rates, fallback)


def _terms(price: Price, mode: str) -> Terms:
    """The terms of a mode; what it leaves out is scaled from the standard terms like its input."""
    standard = Terms(price.rates, price.tiers)
    if mode == "standard" or mode not in price.modes:
        return standard
    own = price.modes[mode]
    inwards = _ratio(own.rates.input, price.rates.input)
    outwards = _ratio(own.rates.output, price.rates.output)
    # Where one side alone is stated, a discount holds for the other too; a surcharge need not.
    if own.rates.output is None:
        outwards = min(inwards, Decimal(1))
    if own.rates.input is None:
        inwards = min(outwards, Decimal(1))

    def filled(stated: Rates, usual: Rates) -> Rates:
        share = {name: outwards if name in ("output", "reasoning") else inwards for name in CLASSES}
        scaled = {
            name: None
            if (rate := getattr(usual, name)) is None
            else float(exact(rate) * share[name])
            for name in CLASSES
        }
        return _over(Rates(**scaled), stated)

    tiers = {tier.over_input_tokens: tier.rates for tier in own.tiers}
    usual = {tier.over_input_tokens: tier.rates for tier in price.tiers}
    merged = tuple(
        Tier(over, filled(tiers.get(over, Rates()), usual.get(over, Rates())))
        for over in sorted({*tiers, *usual})
    )
    return Terms(filled(own.rates, price.rates), merged)


def _ratio(own: float | None, usual: float | None) -> Decimal:
    return exact(own) / exact(usual) if own is not None and usual else Decimal(1)


def _over(rates: Rates, stated: Rates) -> Rates:
    """Rates with those that `stated` has in their place."""
    given = {name: v for name in CLASSES if (v := getattr(stated, name)) is not None}
    return replace(rates, **given)


def _shaped(lines: tuple[Line, ...], basis: Basis) -> Iterator[Line]:
    """Lines that charge the shape's tokens whatever an attempt used."""
    shape = basis.shape
    if shape is None:
        return
    plain = shape.input_tokens - shape.cached_tokens
    for line in lines:
        if line.over < shape.input_tokens <= line.upto:
            total = plain * line.input + shape.cached_tokens * line.cache_read
            total += shape.output_tokens * line.output + line.request
            yield Line(
                "none",
                from_minute=line.from_minute,
                until_minute=line.until_minute,
                request=_unit(total, DEAREST_CALL),
            )


def _week(off_peak: OffPeak | None) -> Iterator[tuple[int, int, bool]]:
    """The week's parts: (from minute, until minute, whether off-peak rates hold)."""
    cuts = sorted({0, WEEK_MINUTES, *(m for w in _windows(off_peak) for m in w)})
    for start, end in pairwise(cuts):
        yield start, end, any(a <= start < b for a, b in _windows(off_peak))


def _windows(off_peak: OffPeak | None) -> list[tuple[int, int]]:
    windows: tuple[Window, ...] = off_peak.windows if off_peak else ()
    return [
        ((day - 1) * 1440 + _minutes(w.start), (day - 1) * 1440 + _minutes(w.end))
        for w in windows
        for day in w.days
    ]


def _minutes(clock: str) -> int:
    hours, minutes = clock.split(":")
    return int(hours) * 60 + int(minutes)
