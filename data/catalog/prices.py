"""Prices of deployments over time: what is known, and what was in force on a day.

`prices/<provider>.toml` holds them, one line per deployment and period, in the shipped catalogue
and in the user's own. A period begins on the first moment of its `from` and lasts until the next
one's, or until its own `until`; the user's hold over exactly their own spans, so that after an
`until` the shipped ones hold again. A provider's file is read when it is asked for, and kept.
"""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Literal

from data.catalog import files
from data.catalog.deployments import Deployment, deployment
from data.catalog.price_lines import moment, naive_utc
from data.catalog.price_periods import Periods, overlay, read_provider
from data.catalog.sources import sources
from data.errors import CatalogError
from data.price import Price, Rates

PART = "prices"

Reason = Literal["unknown_deployment", "no_price_on_date", "zero_not_free"]

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


def check() -> None:
    """Read every price file and the allow-list; CatalogError for the first thing that is wrong.

    Sources must be known. A line of the user's own may leave its source out.
    """
    for provider in files.names(PART):
        if not _FILE_NAME.fullmatch(provider):
            raise CatalogError(
                f"{PART}/{provider}.toml is not named as a provider: use letters, digits, '_', '.' "
                "and '-'."
            )
        for at, lines in _layers(provider):
            for name, known in lines.items():
                for number, price in enumerate(known, 1):
                    if price.source or at.startswith(f"{PART}/"):
                        _check_source(price.source, f"{at}, '{name}', line {number}")
    for named, price in allow_list().items():
        _check_source(price.source, f"[[free]] '{named}'")


def _check_source(source: str, at: str) -> None:
    if source not in sources():
        raise CatalogError(
            f"{at}: unknown source '{source}'. Add a [[source]] with this id to sources.toml, or "
            "name one that is there."
        )


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
    for _, lines in _layers(provider):
        found = overlay(found, lines)
    return found


def _layers(provider: str) -> list[tuple[str, Periods]]:
    """(where, periods) of the provider's file in each layer that has it, shipped first."""
    return [
        (at, read_provider(content, at, provider)) for at, content in files.read_one(PART, provider)
    ]


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
