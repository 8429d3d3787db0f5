"""The catalogue's prices against those of genai-prices (pydantic/genai-prices, MIT).

Its file `data_slim.json` is a list of providers with models; amounts are US dollars per million
tokens, `requests_kcount` per thousand requests. A price is a number, or a base with tiers.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from data.catalog.prices import in_force
from data.errors import CatalogError
from data.price import Price, Tier

PROVIDERS = {
    "anthropic": ("anthropic",),
    "aws": ("bedrock",),
    "azure": ("azure",),
    "cerebras": ("cerebras",),
    "cohere": ("cohere",),
    "deepseek": ("deepseek",),
    "fireworks": ("fireworks_ai",),
    "google": ("gemini", "vertex_ai"),
    "groq": ("groq",),
    "huggingface_hyperbolic": ("hyperbolic",),
    "huggingface_nebius": ("nebius",),
    "huggingface_nscale": ("nscale",),
    "huggingface_publicai": ("publicai",),
    "huggingface_sambanova": ("sambanova",),
    "minimax": ("minimax",),
    "mistral": ("mistral",),
    "moonshotai": ("moonshot",),
    "novita": ("novita",),
    "openai": ("openai",),
    "openrouter": ("openrouter",),
    "ovhcloud": ("ovhcloud",),
    "perplexity": ("perplexity",),
    "together": ("together_ai",),
    "voyageai": ("voyage",),
    "x-ai": ("xai",),
    "zhipuai": ("zai",),
}
"""genai-prices' providers and the catalogue's that sell the same; others have no counterpart."""

CLASSES = {
    "input": "input_mtok",
    "output": "output_mtok",
    "cache_read": "cache_read_mtok",
    "cache_write": "cache_write_mtok",
}
COMPARED = (*CLASSES, "request", "tiers")

Known = Callable[[str], Mapping[str, tuple[Price, ...]]]
"""From a provider to its deployments' periods: data.catalog.prices.provider_prices."""


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
            for period in _periods(model)
            if "start_date" in period.get("constraint", {})
        )
        return max(days, default="")


@dataclass(frozen=True)
class Figure:
    """One class of one deployment, as both state it, in US dollars; None where it's not stated."""

    deployment: str
    name: str
    ours: float | str | None
    theirs: float | str | None
    source: str
    since: str
    on: date
    exact: bool
    """Matched by name, not only by genai-prices' own pattern."""

    @property
    def agrees(self) -> bool:
        if isinstance(self.ours, float) and isinstance(self.theirs, float):
            return abs(self.ours - self.theirs) <= 1e-9 * max(abs(self.ours), abs(self.theirs))
        return self.ours == self.theirs


@dataclass
class Matching:
    figures: list[Figure] = field(default_factory=list)
    earlier: list[Figure] = field(default_factory=list)
    """Figures of genai-prices' earlier periods, with the catalogue's of that time."""
    earlier_unknown: int = 0
    """Earlier periods of matched deployments for which the catalogue has no price."""
    only_ours: Counter[str] = field(default_factory=Counter)
    only_theirs: Counter[str] = field(default_factory=Counter)

    def deployments(self, exact: bool) -> dict[str, bool]:
        """Matched deployments, and whether every figure of both agrees."""
        found: dict[str, bool] = {}
        for figure in self.figures:
            if figure.exact == exact:
                found[figure.deployment] = found.get(figure.deployment, True) and figure.agrees
        return found


def read(path: Path) -> File:
    """The file's providers; CatalogError when it is none of genai-prices'."""
    try:
        raw = path.read_bytes()
        providers = json.loads(raw)
        ids = [(p["id"], [(m["id"], m["match"], m["prices"]) for m in p["models"]]) for p in providers]
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


def match(file: File, known: Known, on: date) -> Matching:
    """Every figure that both state, in force on a day."""
    found = Matching()
    for provider in sorted(file.providers, key=lambda p: str(p["id"])):
        ours = PROVIDERS.get(provider["id"], ())
        matched: set[str] = set()
        for name in ours:
            for deployment, periods in sorted(known(name).items()):
                model, exact = _model(provider["models"], deployment)
                if model is None:
                    found.only_ours[name] += 1
                    continue
                matched.add(model["id"])
                _compare(found, f"{name}/{deployment}", periods, model, on, exact)
        lacking = sum(model["id"] not in matched for model in provider["models"])
        found.only_theirs[provider["id"]] += lacking
    return found


def _model(models: list[dict[str, Any]], name: str) -> tuple[dict[str, Any] | None, bool]:
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


def _compare(
    found: Matching,
    deployment: str,
    periods: tuple[Price, ...],
    model: dict[str, Any],
    on: date,
    exact: bool,
) -> None:
    price = in_force(periods, on)
    if price is not None:
        found.figures += _figures(deployment, price, _in_force(model, on), on, exact)
    if not exact:
        return
    starts = [
        date.fromisoformat(p["constraint"]["start_date"])
        for p in _periods(model)
        if "start_date" in p.get("constraint", {})
    ]
    for start in starts:
        day = start - timedelta(days=1)
        before = in_force(periods, day) if start <= on else None
        if before is not None:
            found.earlier += _figures(deployment, before, _in_force(model, day), day, exact)
        elif start <= on:
            found.earlier_unknown += 1


def _periods(model: Mapping[str, Any]) -> list[dict[str, Any]]:
    prices = model["prices"]
    return prices if isinstance(prices, list) else [{"prices": prices}]


def _in_force(model: Mapping[str, Any], on: date) -> Mapping[str, Any]:
    """The last price whose conditions hold; of prices by the hour the one that is not reduced."""
    held: Mapping[str, Any] = {}
    for period in _periods(model):
        start = period.get("constraint", {}).get("start_date")
        if start is None or date.fromisoformat(start) <= on:
            held = period["prices"]
    return held


def _figures(
    deployment: str, price: Price, theirs: Mapping[str, Any], on: date, exact: bool
) -> Iterator[Figure]:
    """Classes that both state; tiers when either does."""

    def figure(name: str, mine: float | str | None, other: float | str | None) -> Figure:
        since = price.valid_from
        return Figure(deployment, name, mine, other, price.source, since, on, exact)

    for name, key in CLASSES.items():
        mine, other = getattr(price.rates, name), theirs.get(key)
        if mine is not None and other is not None:
            base = other["base"] if isinstance(other, dict) else other
            yield figure(name, float(mine), float(base))
    if price.usd_per_request is not None and "requests_kcount" in theirs:
        yield figure("request", price.usd_per_request, theirs["requests_kcount"] / 1000)
    both = [n for n, k in CLASSES.items() if k in theirs and getattr(price.rates, n) is not None]
    inclusive = deployment.startswith("xai/")
    mine_tiers = _our_tiers(price.tiers, both, inclusive)
    their_tiers = _their_tiers(theirs, both)
    if mine_tiers or their_tiers:
        yield figure("tiers", mine_tiers or "none", their_tiers or "none")


def _our_tiers(tiers: tuple[Tier, ...], names: list[str], inclusive: bool) -> str:
    """'over 200,000: input 6, output 22.5', of the classes named."""
    steps: dict[int, list[str]] = {}
    for tier in tiers:
        for name in names:
            rate = getattr(tier.rates, name)
            if rate is not None:
                start = tier.over_input_tokens + inclusive
                steps.setdefault(start, []).append(f"{name} {rate:g}")
    return _tier_text(steps)


def _their_tiers(theirs: Mapping[str, Any], names: list[str]) -> str:
    steps: dict[int, list[str]] = {}
    for name in names:
        stated = theirs[CLASSES[name]]
        for tier in stated["tiers"] if isinstance(stated, dict) else ():
            steps.setdefault(tier["start"], []).append(f"{name} {tier['price']:g}")
    return _tier_text(steps)


def _tier_text(steps: Mapping[int, list[str]]) -> str:
    return "; ".join(f"over {start:,}: {', '.join(steps[start])}" for start in sorted(steps))
