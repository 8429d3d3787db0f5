"""The price file of genai-prices (pydantic/genai-prices, MIT), `prices/data_slim.json`.

It lists providers with models; amounts are US dollars per million tokens, `requests_kcount` per
thousand requests. A price is a number, or a base with tiers; a model has one set of prices, or
several with the day or the hours from which they hold.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from data.errors import CatalogError


@dataclass(frozen=True)
class File:
    providers: list[dict[str, Any]]
    sha256: str

    @property
    def models(self) -> int:
        return sum(len(provider["models"]) for provider in self.providers)

    @property
    def newest_period(self) -> str:
        """The latest day on which a price in it begins; empty when none is dated."""
        days = (
            period["constraint"]["start_date"]
            for provider in self.providers
            for model in provider["models"]
            for period in periods_of(model)
            if "start_date" in period.get("constraint", {})
        )
        return max(days, default="")


def read(path: Path) -> File:
    """The file's providers; CatalogError when it is none of genai-prices'."""
    try:
        raw = path.read_bytes()
        providers = json.loads(raw)
        needed = ("id", "match", "prices")
        ids = [(p["id"], [[m[key] for key in needed] for m in p["models"]]) for p in providers]
    except OSError as error:
        raise CatalogError(f"Can't read {path}: {error.strerror or error}.") from error
    except (ValueError, KeyError, TypeError) as error:
        raise CatalogError(
            f"{path} is no file of genai-prices ({type(error).__name__}: {error}). Take its "
            "prices/data_slim.json."
        ) from error
    if not ids:
        raise CatalogError(f"{path} lists no provider. Take genai-prices' prices/data_slim.json.")
    return File(providers, hashlib.sha256(raw).hexdigest())


def find(models: list[dict[str, Any]], name: str) -> tuple[dict[str, Any] | None, bool]:
    """genai-prices' model of a name, and whether it is named so rather than fits a pattern."""
    plain = name.lower()
    short = plain.removeprefix("accounts/fireworks/models/")
    named = (m for m in models if {plain, short} & _names(m))
    exact = next(named, None)
    if exact is not None:
        return exact, True
    return next((m for m in models if _fits(m["match"], plain)), None), False


def _names(model: Mapping[str, Any]) -> set[str]:
    rules = model["match"].get("or", [model["match"]])
    return {model["id"].lower(), *(rule["equals"].lower() for rule in rules if "equals" in rule)}


def _fits(rule: Mapping[str, Any], name: str) -> bool:
    """genai-prices' own way to tell which model a name means; unknown rules fit nothing."""
    (kind, value), *_ = rule.items()
    if kind in ("or", "and"):
        inner = (_fits(part, name) for part in value)
        return any(inner) if kind == "or" else all(inner)
    if kind == "regex":
        return re.search(value, name, re.IGNORECASE) is not None
    text = str(value).lower()
    return {
        "equals": name == text,
        "starts_with": name.startswith(text),
        "ends_with": name.endswith(text),
        "contains": text in name,
    }.get(kind, False)


def periods_of(model: Mapping[str, Any]) -> list[dict[str, Any]]:
    prices = model["prices"]
    return prices if isinstance(prices, list) else [{"prices": prices}]


def in_force(model: Mapping[str, Any], on: date) -> Mapping[str, Any]:
    """The last price whose conditions hold; of prices by the hour the one that is not reduced."""
    held: Mapping[str, Any] = {}
    for period in periods_of(model):
        start = period.get("constraint", {}).get("start_date")
        if start is None or date.fromisoformat(start) <= on:
            held = period["prices"]
    return held
