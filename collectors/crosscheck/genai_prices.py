"""The catalogue's prices against those of genai-prices, class by class."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from collectors.crosscheck import genai_file
from collectors.crosscheck.genai_file import File
from data.catalog.prices import in_force
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

ID = "genai-prices"
"""The catalogue's source id of what it has from there; releases follow it."""
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
    def independent(self) -> bool:
        """Whether the catalogue has it from somewhere else than genai-prices itself."""
        return not self.source.startswith(ID)

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

    def chosen(self, exact: bool, independent: bool = True) -> list[Figure]:
        return [f for f in self.figures if f.exact == exact and f.independent == independent]


def deployments(figures: list[Figure]) -> dict[str, bool]:
    """Deployments of the figures, and whether all of their figures agree."""
    found: dict[str, bool] = {}
    for figure in figures:
        found[figure.deployment] = found.get(figure.deployment, True) and figure.agrees
    return found


def kind_of(figures: list[Figure]) -> str:
    """How the differing figures of one deployment differ, in words."""
    names = {f.name for f in figures}
    if names == {"tiers"}:
        return "only long-context prices differ"
    rates = [f for f in figures if isinstance(f.ours, float) and isinstance(f.theirs, float)]
    if any(not f.ours or not f.theirs for f in rates):
        return "one of them says 0"
    if names <= {"cache_read", "cache_write", "tiers"}:
        return "only cached input differs"
    factors = [float(f.ours or 0) / float(f.theirs or 1) for f in rates]
    if {"input", "output"} <= names and max(factors) - min(factors) <= 0.02 * max(factors):
        return f"all by one factor, ours is {'lower' if max(factors) < 1 else 'higher'}"
    return "otherwise"


def match(file: File, known: Known, on: date) -> Matching:
    """Every figure that both state, in force on a day."""
    found = Matching()
    for provider in sorted(file.providers, key=lambda p: str(p["id"])):
        ours = PROVIDERS.get(provider["id"], ())
        matched: set[str] = set()
        for name in ours:
            for deployment, periods in sorted(known(name).items()):
                model, exact = genai_file.find(provider["models"], deployment)
                if model is None:
                    found.only_ours[name] += 1
                    continue
                matched.add(model["id"])
                _compare(found, f"{name}/{deployment}", periods, model, on, exact)
        lacking = sum(model["id"] not in matched for model in provider["models"])
        found.only_theirs[provider["id"]] += lacking
    return found


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
        found.figures += _figures(deployment, price, genai_file.in_force(model, on), on, exact)
    if not exact:
        return
    starts = [
        date.fromisoformat(p["constraint"]["start_date"])
        for p in genai_file.periods_of(model)
        if "start_date" in p.get("constraint", {})
    ]
    for start in starts:
        day = start - timedelta(days=1)
        before = in_force(periods, day) if start <= on else None
        if before is not None:
            found.earlier += _figures(
                deployment, before, genai_file.in_force(model, day), day, exact
            )
        elif start <= on:
            found.earlier_unknown += 1


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
    mine_tiers = _our_tiers(price.tiers, both)
    their_tiers = _their_tiers(theirs, both)
    if mine_tiers or their_tiers:
        yield figure("tiers", mine_tiers or "none", their_tiers or "none")


def _our_tiers(tiers: tuple[Tier, ...], names: list[str]) -> str:
    """'over 200,000: input 6, output 22.5', of the classes named."""
    steps: dict[int, list[str]] = {}
    for tier in tiers:
        for name in names:
            rate = getattr(tier.rates, name)
            if rate is not None:
                steps.setdefault(tier.over_input_tokens, []).append(f"{name} {rate:g}")
    return _tier_text(steps)


def _their_tiers(theirs: Mapping[str, Any], names: list[str]) -> str:
    """The same of genai-prices, whose tiers hold for more tokens than their start, as ours do."""
    steps: dict[int, list[str]] = {}
    for name in names:
        stated = theirs[CLASSES[name]]
        for tier in stated["tiers"] if isinstance(stated, dict) else ():
            steps.setdefault(tier["start"], []).append(f"{name} {tier['price']:g}")
    return _tier_text(steps)


def _tier_text(steps: Mapping[int, list[str]]) -> str:
    return "; ".join(f"over {start:,}: {', '.join(steps[start])}" for start in sorted(steps))
