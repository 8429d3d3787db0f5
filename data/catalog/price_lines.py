"""One line of a price file and the price it states: table to Price and back.

A line is an inline TOML table. Its keys are those of `KEYS`; amounts are US dollars per million
tokens, except `request`, `hour` and `cpu_hour`. A line charges by tokens (`input` and `output`,
and `request` with them), or by hours of a machine, or by hours of a core.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from data.catalog import files
from data.catalog.price_limits import MOST_TOKENS, problem
from data.errors import CatalogError
from data.price import CLASSES, MODES, OffPeak, Price, Rates, Terms, Tier, Window

FIELDS = {
    "request": "usd_per_request",
    "hour": "usd_per_hour",
    "utilisation": "utilisation",
    "prefill_tokens_per_s": "prefill_tokens_per_s",
    "decode_tokens_per_s": "decode_tokens_per_s",
    "cpu_hour": "usd_per_cpu_hour",
}
"""Keys of a line that stand for a number of Price itself."""

KEYS = (
    *("from", "until", *CLASSES, "request", "tiers", *MODES, "off_peak"),
    *(key for key in FIELDS if key != "request"),
    *("source", "note"),
)
"""In the order in which they are written."""

_OF_TOKENS = (*CLASSES, "request", "tiers", *MODES, "off_peak")
_OF_MACHINES = ("utilisation", "prefill_tokens_per_s", "decode_tokens_per_s")
_CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d|24:00")


def price_of(table: Mapping[str, Any], where: str) -> Price:
    """The price a line states; CatalogError for unknown keys and impossible values."""
    files.known(table, KEYS, where)
    files.value(table, "note", str, where)
    numbers: dict[str, Any] = {field: _number(table, key, where) for key, field in FIELDS.items()}
    price = Price(
        rates=_rates(table, where),
        tiers=_tiers(table, where),
        modes={mode: _terms(table, mode, where) for mode in MODES if mode in table},
        off_peak=_off_peak(table, where),
        source=files.value(table, "source", str, where) or "",
        valid_from=_iso(table, "from", where),
        valid_until=_iso(table, "until", where),
        **numbers,
    )
    if price.valid_until and moment(price.valid_until) <= moment(price.valid_from or "0001-01-01"):
        raise CatalogError(
            f"{where}: until = {price.valid_until} is not after its from = {price.valid_from}."
        )
    _one_basis(table, where)
    return price


def line_of(price: Price, note: str = "") -> str:
    """The line that states the price: plain decimals, keys always in the same order."""
    parts = [f"{key} = {_stamp(text)}" for key, text in _span(price) if text]
    parts += _rate_parts(price.rates)
    if price.usd_per_request is not None:
        parts.append(f"request = {plain(price.usd_per_request)}")
    parts += _tier_parts(price.tiers)
    for mode in MODES:
        terms = price.modes.get(mode)
        if terms is not None:
            parts.append(
                f"{mode} = {_table([*_rate_parts(terms.rates), *_tier_parts(terms.tiers)])}"
            )
    if price.off_peak is not None:
        windows = ", ".join(_window_text(w) for w in price.off_peak.windows)
        inside = [f"windows = [{windows}]", *_rate_parts(price.off_peak.rates)]
        parts.append(f"off_peak = {_table(inside)}")
    for key, field in FIELDS.items():
        number = getattr(price, field)
        if key != "request" and number is not None:
            parts.append(f"{key} = {plain(number)}")
    parts += [
        f"{k} = {quoted(text)}" for k, text in (("source", price.source), ("note", note)) if text
    ]
    return _table(parts)


def plain(number: float) -> str:
    """A decimal as a person writes it: 0.25, 2.0, 0.0000001; never 2.5e-1."""
    text = f"{Decimal(repr(float(number))):f}"
    whole, _, decimals = text.partition(".")
    return f"{whole}.{decimals.rstrip('0') or '0'}"


def quoted(text: str) -> str:
    """A TOML string. The first 32 control characters and DEL are escaped."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def moment(iso: str) -> datetime:
    """An ISO date (its first moment) or date and time as naive UTC."""
    return naive_utc(datetime.fromisoformat(iso))


def naive_utc(when: date | datetime) -> datetime:
    """A date's first moment, or a time in UTC; a naive time is UTC already."""
    if not isinstance(when, datetime):
        return datetime(when.year, when.month, when.day)
    return when if when.tzinfo is None else when.astimezone(UTC).replace(tzinfo=None)


def _iso(table: Mapping[str, Any], key: str, where: str) -> str:
    found = table.get(key)
    if found is None:
        return ""
    if isinstance(found, datetime):
        try:
            return naive_utc(found).isoformat()
        except OverflowError as error:
            raise CatalogError(f"{where}: {key} = {found}: no such time in UTC.") from error
    if isinstance(found, date):
        return found.isoformat()
    raise CatalogError(
        f"{where}: {key} = {found!r}: write a date without quotes, such as 2026-11-23, or a time "
        "in UTC, such as 2026-11-23T16:00:00Z."
    )


def _number(table: Mapping[str, Any], key: str, where: str) -> float | None:
    found = files.value(table, key, float, where)
    if found is None:
        return None
    try:
        number = float(found)
    except OverflowError:
        number = math.inf
    if not math.isfinite(number) or number < 0:
        raise CatalogError(
            f"{where}: {key} = {found}: write an amount that is finite and not below 0."
        )
    why = problem(key, number)
    if why is not None:
        raise CatalogError(f"{where}: {key} = {found}: {why}.")
    return number + 0.0  # -0.0 is 0


def _one_basis(table: Mapping[str, Any], where: str) -> None:
    """CatalogError unless the line charges by tokens, or by a machine's hours, or by a core's."""
    held = [key for key in ("input", "hour", "cpu_hour") if key in table]
    tokens = [key for key in table if key in _OF_TOKENS]
    if len(held) > 1:
        raise CatalogError(f"{where}: {held[0]} does not go with {held[1]}. Make it two prices.")
    if tokens and not {"input", "output"} <= table.keys():
        if held and held != ["input"]:
            raise CatalogError(f"{where}: {tokens[0]} does not go with {held[0]}. Leave it out.")
        has, lacks = ("input", "output") if held else (tokens[0], "input")
        raise CatalogError(
            f"{where}: {has} without {lacks}. Add {lacks}; {lacks} = 0 says that it costs nothing, "
            "as an embedding's output."
        )
    if not held:
        raise CatalogError(f"{where}: no price. Add input and output, or hour, or cpu_hour.")
    stray = [key for key in _OF_MACHINES if key in table and held != ["hour"]]
    if stray:
        raise CatalogError(f"{where}: {stray[0]} goes with hour alone. Leave it out.")
    speeds = [key for key in _OF_MACHINES[1:] if key in table]
    if len(speeds) == 1:
        raise CatalogError(
            f"{where}: {' and '.join(_OF_MACHINES[1:])} go together: tokens a second, measured."
        )


def _rates(table: Mapping[str, Any], where: str) -> Rates:
    return Rates(**{name: _number(table, name, where) for name in CLASSES})


def _tiers(table: Mapping[str, Any], where: str) -> tuple[Tier, ...]:
    found: list[Tier] = []
    for tier in _tables(table, "tiers", where):
        files.known(tier, ("over", *CLASSES), f"{where}, tiers")
        over = files.value(tier, "over", int, f"{where}, tiers")
        least = found[-1].over_input_tokens + 1 if found else 0
        if over is None or not least <= over < MOST_TOKENS:
            raise CatalogError(
                f"{where}, tiers: over = {over}: write numbers of input tokens that rise."
            )
        found.append(Tier(over, _rates(tier, f"{where}, tiers")))
    return tuple(found)


def _terms(table: Mapping[str, Any], mode: str, where: str) -> Terms:
    terms = files.value(table, mode, dict, where)
    at = f"{where}, {mode}"
    files.known(terms, (*CLASSES, "tiers"), at)
    return Terms(_rates(terms, at), _tiers(terms, at))


def _off_peak(table: Mapping[str, Any], where: str) -> OffPeak | None:
    found = files.value(table, "off_peak", dict, where)
    if found is None:
        return None
    at = f"{where}, off_peak"
    files.known(found, ("windows", *CLASSES), at)
    windows = tuple(_window(w, at) for w in _tables(found, "windows", at))
    if not windows:
        raise CatalogError(f"{at}: 'windows' is missing. Say when the rates are in force.")
    return OffPeak(windows, _rates(found, at))


def _window(table: Mapping[str, Any], where: str) -> Window:
    files.known(table, ("days", "start", "end"), where)
    days = files.value(table, "days", list, where) or []
    if not days or any(type(d) is not int or not 1 <= d <= 7 for d in days):
        raise CatalogError(f"{where}: days = {days}: write a list of 1 (Monday) to 7 (Sunday).")
    if len(set(days)) < len(days):
        raise CatalogError(f"{where}: days = {days}: write each day once.")
    start, end = (files.required(table, key, where) for key in ("start", "end"))
    if not (_CLOCK.fullmatch(start) and _CLOCK.fullmatch(end) and start < end):
        raise CatalogError(
            f'{where}: from "{start}" until "{end}": write UTC times such as "00:30" and "16:00" '
            'in this order; the day ends at "24:00", and what passes midnight is two windows.'
        )
    return Window(tuple(days), start, end)


def _tables(table: Mapping[str, Any], key: str, where: str) -> list[dict[str, Any]]:
    found = files.value(table, key, list, where) or []
    if not all(isinstance(t, dict) for t in found):
        raise CatalogError(f"{where}: {key}: write a list of tables, such as [{{ ... }}].")
    return list(found)


def _span(price: Price) -> tuple[tuple[str, str], tuple[str, str]]:
    return ("from", price.valid_from), ("until", price.valid_until)


def _stamp(iso: str) -> str:
    return f"{iso}Z" if "T" in iso else iso


def _rate_parts(rates: Rates) -> list[str]:
    stated = ((name, getattr(rates, name)) for name in CLASSES)
    return [f"{name} = {plain(rate)}" for name, rate in stated if rate is not None]


def _tier_parts(tiers: tuple[Tier, ...]) -> list[str]:
    rows = [_table([f"over = {t.over_input_tokens}", *_rate_parts(t.rates)]) for t in tiers]
    return [f"tiers = [{', '.join(rows)}]"] if rows else []


def _window_text(window: Window) -> str:
    days = ", ".join(map(str, window.days))
    return _table([f"days = [{days}]", f'start = "{window.start}"', f'end = "{window.end}"'])


def _table(parts: list[str]) -> str:
    return f"{{ {', '.join(parts)} }}" if parts else "{}"
