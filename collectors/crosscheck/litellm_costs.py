"""Isocost's cost of a usage against LiteLLM's own, for every text model of its map."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

from collectors.crosscheck.causes import cause_of
from collectors.crosscheck.priced import Listed, agree, ours
from collectors.crosscheck.usages import Question, questions
from data.catalog import litellm_map
from data.catalog.litellm_map import MapFile

Charge = Callable[[Listed, Question], float]
"""LiteLLM's cost in dollars. May raise whatever LiteLLM raises."""

SIGNS_IN = ("github_copilot", "chatgpt")
"""Providers that LiteLLM would log in to before it prices a batch: not asked for one."""
VALID_FROM = "2026-11-23"
NO_ANSWER = "no-answer"
"""Cause of pairs for which LiteLLM raises an error."""


@dataclass(frozen=True)
class Difference:
    """One question that got two answers, in dollars; theirs is None when LiteLLM raised."""

    key: str
    asked: Question
    ours: float
    theirs: float | None


@dataclass
class Tally:
    pairs: int = 0
    agreeing: int = 0
    models: set[str] = field(default_factory=set)
    differing: set[str] = field(default_factory=set)

    @property
    def share(self) -> float:
        return self.agreeing / self.pairs if self.pairs else 1.0

    @property
    def share_of_models(self) -> float:
        return 1 - len(self.differing) / len(self.models) if self.models else 1.0

    def add(self, other: Tally) -> None:
        self.pairs += other.pairs
        self.agreeing += other.agreeing
        self.models |= other.models
        self.differing |= other.differing


@dataclass
class Comparison:
    """What came of all questions; `causes` has every difference, '' those without a cause."""

    groups: dict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))
    causes: dict[str, list[Difference]] = field(default_factory=lambda: defaultdict(list))
    not_priced: Counter[str] = field(default_factory=Counter)
    """Entries with a price per token that Isocost makes no price of, by reason."""
    free: int = 0
    """Models with a price of 0 for everything: they agree, but say little."""
    not_asked: int = 0

    @property
    def total(self) -> Tally:
        whole = Tally()
        for tally in self.groups.values():
            whole.add(tally)
        return whole


def compare(file: MapFile, charge: Charge, every: int = 1) -> Comparison:
    """Ask both about every n-th model of the map with a price per token."""
    found = Comparison()
    for key in list(_keys(file))[::every]:
        listed = _listed(file, key, found.not_priced)
        if listed is None:
            continue
        found.free += not (listed.price.rates.input or listed.price.rates.output)
        name = _looked_up(listed)
        moved = name != key and name in file.entries
        other = _listed(file, name, Counter()) if moved else None
        for asked in questions(listed.price, listed.kind):
            if asked.mode == "batch" and listed.provider in SIGNS_IN:
                found.not_asked += 1
            else:
                _ask(found, listed, other, asked, charge)
    return found


def litellm_charge(listed: Listed, asked: Question) -> float:
    """LiteLLM's own cost, from the version that is installed."""
    # The door loads LiteLLM, which takes seconds.
    from collectors.providers.litellm_door import reference_cost

    return reference_cost(
        listed.key, listed.provider, asked.usage, asked.at, asked.mode, listed.kind
    )


def _ask(
    found: Comparison, listed: Listed, other: Listed | None, asked: Question, charge: Charge
) -> None:
    tally = found.groups[asked.group]
    tally.pairs += 1
    tally.models.add(listed.key)
    mine = ours(listed.price, asked)
    theirs: float | None
    try:
        theirs = charge(listed, asked)
    except Exception:  # LiteLLM raises bare exceptions for what it has no price of
        theirs = None
    if theirs is not None and agree(mine, theirs):
        tally.agreeing += 1
        return
    tally.differing.add(listed.key)
    cause = NO_ANSWER if theirs is None else cause_of(listed, other, asked, theirs)
    found.causes[cause].append(Difference(listed.key, asked, mine, theirs))


def _keys(file: MapFile) -> Iterator[str]:
    """Entries that a text task could use and that have a price per token."""
    for key, entry in file.entries.items():
        if isinstance(entry, dict) and entry.get("mode") in litellm_map.TEXT_MODES:
            stated = ("input_cost_per_token", "output_cost_per_token", "tiered_pricing")
            if any(entry.get(name) is not None for name in stated):
                yield key


def _listed(file: MapFile, key: str, skipped: Counter[str]) -> Listed | None:
    """The entry with the price Isocost reads from it alone; None, counted, when it reads none."""
    entry = file.entries[key]
    listing = litellm_map.prices(replace(file, entries={key: entry}), VALID_FROM)
    if not listing.prices:
        skipped.update(listing.skipped)
        return None
    price = next(iter(listing.prices.values()))
    return Listed(key, _called(entry["litellm_provider"]), entry["mode"], entry, price)


def _looked_up(listed: Listed) -> str:
    """The name that LiteLLM looks for first: with the provider before it, once."""
    prefix = f"{listed.provider}/"
    bare = listed.key
    while bare.startswith(prefix):
        bare = bare.removeprefix(prefix)
    return prefix + bare


def _called(provider: str) -> str:
    """The provider as LiteLLM has it in a call: the map's 'vertex_ai-llama_models' is vertex_ai."""
    family = provider.partition("-")[0]
    if family in ("vertex_ai", "fireworks_ai"):
        return family
    return "bedrock" if provider == "bedrock_converse" else provider
