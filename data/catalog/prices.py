"""Prices of deployments over time: what is known, and what was in force on a day.

`prices/<provider>.toml` holds them, one line per deployment and period, in the shipped catalogue
and in the user's own. A period begins on the first moment of its `from` and lasts until the next
one's, or until its own `until`. One provider's file is read when it is asked for, and kept.
"""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any, Literal

from data.catalog import files
from data.catalog.deployments import Deployment, deployment
from data.catalog.price_lines import moment, naive_utc, price_of
from data.errors import CatalogError
from data.price import Price, Rates

PART = "prices"

Reason = Literal["unknown_deployment", "no_price_on_date", "zero_not_free"]

Periods = dict[str, tuple[Price, ...]]
"""Periods by the deployment's name at its provider, oldest first."""

_FILE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")


@dataclass(frozen=True)
class Found:
    """The price in force, or why there is none."""

    price: Price | None
    reason: Reason | None
    """None when priced. 'zero_not_free': the file says 0, the allow-list doesn't say free."""
    deployment: str


def where(model: str) -> Deployment:
    """The provider and name that a LiteLLM model string is charged under."""
    return deployment(model, provider_prices)


def history(model: str) -> tuple[Price, ...]:
    """All known periods of a deployment, oldest first; empty when it is unknown.

    `valid_until` is set where a price was withdrawn; otherwise the next period's `valid_from` ends
    it, so that a price keeps its id when the next one is added.
    """
    return periods(where(model))


def periods(found: Deployment) -> tuple[Price, ...]:
    """All known periods of one deployment, oldest first."""
    known = provider_prices(found.provider).get(found.name, ())
    listed = allow_list().get(str(found))
    if listed is None:
        return known
    if not known:
        return (listed,)
    return tuple(replace(p, free=True) if is_zero(p) else p for p in known)


def price_on(model: str, when: datetime | date) -> Found:
    """The price in force at a moment (naive is UTC; a date is its first moment)."""
    at = where(model)
    known = periods(at)
    if not known:
        return Found(None, "unknown_deployment", str(at))
    price = in_force(known, when)
    if price is None:
        return Found(None, "no_price_on_date", str(at))
    if is_zero(price) and not price.free:
        return Found(None, "zero_not_free", str(at))
    return Found(price, None, str(at))


def in_force(known: tuple[Price, ...], when: datetime | date) -> Price | None:
    """The period that holds the moment: from its first moment on, and no longer at its last."""
    now = naive_utc(when)
    begun = [price for price in known if moment(price.valid_from) <= now]
    if not begun or (begun[-1].valid_until and moment(begun[-1].valid_until) <= now):
        return None
    return begun[-1]


def is_zero(price: Price) -> bool:
    """Charges nothing for tokens and requests, which a price list also says of what it omits."""
    amounts = (price.rates.input, price.rates.output, price.usd_per_request)
    return price.basis == "tokens" and not any(amounts)


def nearest(model: str) -> list[str]:
    """Up to three known deployments that may be meant, the likeliest first."""
    at = where(model)
    everything = {
        str(Deployment(provider, name)): name.rpartition("/")[2]
        for provider in files.names(PART)
        for name in provider_prices(provider)
    }
    last = at.name.rpartition("/")[2]
    same = sorted((d for d, name in everything.items() if name == last), key=lambda d: (len(d), d))
    beside = [d for d in everything if d.startswith(f"{at.provider}/")]
    close = difflib.get_close_matches(str(at), beside, n=3, cutoff=0.7)
    # Comparing with thousands of names takes a tenth of a second; only when nothing is nearer.
    far: list[str] = []
    if not (same or close):
        near = difflib.get_close_matches(last, sorted(set(everything.values())), n=3)
        found = [d for name in near for d in _shortest(everything, name)]
        far = found or difflib.get_close_matches(str(at), everything, n=3)
    return list(dict.fromkeys([*close, *same, *far]))[:3]


def _shortest(everything: dict[str, str], name: str) -> list[str]:
    """The plainest deployment of that name."""
    return sorted((d for d, own in everything.items() if own == name), key=lambda d: (len(d), d))[
        :1
    ]


def provider_prices(provider: str) -> Periods:
    """Periods by name of one provider, over both layers; empty when no file is named so."""
    kept, key = _kept(), (provider, files.user_folder())
    if key not in kept:
        kept[key] = _provider(provider)
    return kept[key]


def allow_list() -> dict[str, Price]:
    """Deployments that really cost nothing, each with a price of 0 from the day that was read."""
    kept, user = _kept_free(), files.user_folder()
    if user not in kept:
        kept[user] = _allow_list()
    return kept[user]


def read_periods(content: dict[str, Any], at: str) -> Periods:
    """Periods by name in one parsed price file; CatalogError for anything that isn't as said."""
    files.known(content, ("provider", "deployments"), at)
    tables = files.value(content, "deployments", dict, at) or {}
    return {name: _periods(lines, f"{at}, '{name}'") for name, lines in tables.items()}


@files.kept
def _kept() -> dict[tuple[str, Path | None], Periods]:
    """What was read, by provider and user's folder: another folder is another catalogue."""
    return {}


@files.kept
def _kept_free() -> dict[Path | None, dict[str, Price]]:
    return {}


def _provider(provider: str) -> Periods:
    if not _FILE_NAME.fullmatch(provider):
        return {}
    found: Periods = {}
    for at, content in files.read_one(PART, provider):
        if files.required(content, "provider", at) != provider:
            raise CatalogError(
                f"{at}: provider = '{content['provider']}', but the file is named "
                f"'{provider}.toml'. Make them agree."
            )
        for name, own in read_periods(content, at).items():
            start = moment(own[0].valid_from)
            kept = (p for p in found.get(name, ()) if moment(p.valid_from) < start)
            found[name] = (*kept, *own)
    return found


def _periods(lines: Any, at: str) -> tuple[Price, ...]:
    if not isinstance(lines, list) or not lines or not all(isinstance(x, dict) for x in lines):
        raise CatalogError(f"{at}: write a list of lines, such as [{{ from = 2026-11-23, ... }}].")
    found: list[Price] = []
    for number, line in enumerate(lines, 1):
        price = price_of(line, f"{at}, line {number}")
        if not price.valid_from:
            raise CatalogError(f"{at}, line {number}: 'from' is missing. Say when it took effect.")
        if price.basis == "none":
            raise CatalogError(f"{at}, line {number}: no price. Add input, hour or cpu_hour.")
        if found:
            _follows(found[-1], price, f"{at}, line {number}")
        found.append(price)
    return tuple(found)


def _follows(before: Price, price: Price, at: str) -> None:
    """CatalogError unless the price takes effect after the one before, and not within it."""
    if moment(price.valid_from) <= moment(before.valid_from):
        raise CatalogError(
            f"{at}: from = {price.valid_from} is not after the line before, {before.valid_from}. "
            "Put the lines in order of time, one for each price."
        )
    if before.valid_until and moment(price.valid_from) < moment(before.valid_until):
        raise CatalogError(
            f"{at}: from = {price.valid_from} overlaps the line before, which says until = "
            f"{before.valid_until}. Move one of the dates."
        )


def _allow_list() -> dict[str, Price]:
    found: dict[str, Price] = {}
    for at, content in files.read("free"):
        files.known(content, ("free",), at)
        tables = files.value(content, "free", list, at) or []
        for table in tables:
            if not isinstance(table, dict):
                raise CatalogError(f"{at}: write [[free]] tables.")
            files.known(table, ("deployment", "source", "checked"), at)
            named = files.required(table, "deployment", at)
            checked = files.value(table, "checked", date, f"{at}, '{named}'")
            if checked is None:
                raise CatalogError(f"{at}, '{named}': 'checked' is missing. Add the day.")
            found[named] = Price(
                rates=Rates(input=0.0, output=0.0),
                free=True,
                source=files.required(table, "source", f"{at}, '{named}'"),
                valid_from=checked.isoformat(),
            )
    return found
