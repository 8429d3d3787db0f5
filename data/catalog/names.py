"""Which model is meant: from any provider's string to a catalogue model and a deployment.

Three steps. The address is read off first (provider, region, organisation), then the rest is looked
up as it stands, then with as few parts taken off as possible (`name_rules.RULES`, each with its
reason). What stays unmatched is unknown and keeps its text: a wrong match is worse than none.
Sizes and words such as mini, flash, coder, vision, base or distill are never taken off.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from math import log
from typing import Any

from data.catalog.models import ModelFacts, models
from data.catalog.name_address import LONGEST, SAME_PROVIDER, Address, address, clean
from data.catalog.name_rules import (
    FULL_DATE,
    MISLEADING,
    RULES,
    SNAPSHOT,
    VENDORS_OWN,
    Target,
    iso_day,
    key,
    possible,
)
from data.errors import CatalogError

DEEPEST = 8
"""Parts taken off one name at most."""
MOST = 200
"""Ways to take them off that are looked at side by side; no real name comes near."""
THINKS = frozenset({"think", "thinking", "reasoning"})


@dataclass(frozen=True)
class Resolved:
    """What a provider's string says. None: it does not say."""

    text: str
    """What was given."""
    model_id: str | None = None
    """Id in the catalogue; None: unknown."""
    provider: str | None = None
    """As LiteLLM calls it: openai, bedrock, vertex_ai, together_ai, ..."""
    region: str | None = None
    """'us', 'eu', 'us-east-1', 'global', ..."""
    snapshot: str | None = None
    """ISO date of a dated snapshot, or its text: 'latest', 'preview-05-20', '0613'."""
    quantisation: str | None = None
    """'fp8', 'q4_k_m', 'awq', ..."""
    variant: str | None = None
    """What else is sold under the name: 'free', 'turbo', 'thinking', 'high', ..."""
    how: str = "unknown"
    """'id', 'alias' (a name or an alias, as written there), 'rule' or 'unknown'."""
    suggestions: tuple[str, ...] = ()
    """When unknown: the nearest ids, best first, at most three."""


def resolve(text: str, provider: str | None = None) -> Resolved:
    """The model and deployment a string names. `provider` says who used it, when that is known.

    Never raises for any text. CatalogError when two models of the catalogue share a name.
    """
    index = _index()
    if len(text) > LONGEST:
        return index.look_up(text, provider)
    return index.remembered(text, provider)


def unresolved(names: Iterable[str]) -> list[tuple[str, int, tuple[str, ...]]]:
    """(text, count, suggestions) of every name no model is known for, most frequent first."""
    counts = Counter(names)
    missing = [(text, n, resolve(text)) for text, n in counts.items()]
    rows = [(t, n, found.suggestions) for t, n, found in missing if found.model_id is None]
    return sorted(rows, key=lambda row: (-row[1], row[0]))


_Passed = tuple[tuple[int, re.Match[str]], ...]
"""The steps taken so far: the rule's number and what it found."""


class Index:
    """The catalogue's names. CatalogError when two models share one."""

    def __init__(self, catalogue: Mapping[str, ModelFacts]) -> None:
        self.targets: dict[str, Target] = {}
        self.by_key: dict[str, str] = {}
        self.written: dict[str, str] = {}
        # key of a name without its date -> model -> the date, bare
        self.snapshots: defaultdict[str, dict[str, str]] = defaultdict(dict)
        # words of a model that is sold or published apart for thinking, and for not thinking
        self.thinkers: set[frozenset[str]] = set()
        self.others: set[frozenset[str]] = set()
        self.words: defaultdict[str, set[str]] = defaultdict(set)
        self.sizes: dict[str, float] = {}
        self.remembered = lru_cache(maxsize=50_000)(self.look_up)
        for model in catalogue.values():
            weights, released = model.get("weights"), model.get("released")
            self.targets[model.id] = Target(
                model.id,
                key(model.id),
                weights if isinstance(weights, str) else None,
                model.count("params_total"),
                model.count("params_active"),
                released if isinstance(released, date) else None,
            )
            for name in (model.id, model.name, *model.aliases):
                self._add(name, model.id)
        self.weights = {w: log(1 + len(self.targets) / len(ids)) for w, ids in self.words.items()}
        for model_id in self.targets:
            self.sizes[model_id] = sum(self.weights[w] for w in _undated(model_id))

    def _add(self, name: str, model_id: str) -> None:
        for table, spelling in ((self.by_key, key(name)), (self.written, name.casefold())):
            other = table.setdefault(spelling, model_id) if spelling else model_id
            if other != model_id:
                raise CatalogError(
                    f"models: '{other}' and '{model_id}' both answer to '{name}'. "
                    "Take the name or alias from one of them."
                )
        folded = name.casefold()
        dated = SNAPSHOT.search(folded)
        if dated:
            self.snapshots[key(folded[: dated.start()])][model_id] = _bare(dated[0])
        if name == model_id:
            for word in _undated(name):
                self.words[word].add(model_id)
            words = _words(name)
            if words & THINKS:
                apart = self.others if "non" in words else self.thinkers
                apart.add(words - THINKS - {"instruct", "non"})

    def look_up(self, text: str, provider: str | None = None) -> Resolved:
        """As `resolve`, without the cache."""
        if provider is not None:
            provider = _provider(provider)
        exact = self.written.get(text.strip().casefold()) if len(text) <= LONGEST else None
        plain = clean(text)
        if exact is None and plain is None:
            return Resolved(text, provider=provider)
        where = address(plain or "", provider)
        start = Resolved(text, None, where.provider, where.region, variant=where.variant)
        misleading = MISLEADING.get(where.provider or "")
        if misleading and misleading.fullmatch(where.name):
            return replace(start, suggestions=self._nearest(where))
        known = exact if where.stranger else exact or self.by_key.get(key(where.name))
        found = None if where.stranger else self._search(where.name, start)
        if known is not None and (found is None or found.model_id != known):
            found = replace(start, model_id=known, snapshot=_day(text))
        if found is None:
            return replace(start, suggestions=self._nearest(where))
        if known is None or not (exact or where.name == plain):
            return replace(found, how="rule")
        same = key(where.name) == self.targets[known].key or text.strip().casefold() == known
        return replace(found, how="id" if same else "alias")

    def _search(self, name: str, start: Resolved) -> Resolved | None:
        """The model after as few steps as possible; None when there is none or more than one.

        A name that is an alias as it stands is taken apart all the same: 'llama-3.1-8b-instant'
        may be listed, yet says what Groq sells.
        """
        reached: list[tuple[str, Resolved, _Passed]] = [(name, start, ())]
        seen: set[tuple[str, frozenset[int]]] = set()
        for _ in range(DEEPEST):
            further: list[tuple[str, Resolved, _Passed]] = []
            hits: dict[str, Resolved] = {}
            for here, state, guards in reached:
                for number, rule in enumerate(RULES):
                    if rule.providers is not None and state.provider not in rule.providers:
                        continue
                    if rule.family is not None and not rule.family.match(here):
                        continue
                    if rule.field == "quantisation" and state.provider in VENDORS_OWN:
                        continue
                    match = rule.pattern.search(here)
                    if match is None:
                        continue
                    value = rule.value(match)
                    rest = _without(here, match)
                    if rule.field != "quantisation" and any(number == n for n, _ in guards):
                        continue
                    passed = (*guards, (number, match))
                    steps = (rest, frozenset(taken for taken, _ in passed))
                    if value is None or not rest or steps in seen:
                        continue
                    seen.add(steps)
                    after = _with(state, rule.field, value)
                    further.append((rest, after, passed))
                    model_id = self.by_key.get(key(rest))
                    if model_id is None:
                        continue
                    target = self.targets[model_id]
                    if not all(RULES[taken].guard(met, target) for taken, met in passed):
                        continue
                    model_id = self._own(rest, after, model_id)
                    if model_id is not None and self._possible(model_id, after.snapshot):
                        day = after.snapshot or _day(rest)
                        hits[model_id] = replace(after, model_id=model_id, how="rule", snapshot=day)
            if len(further) > MOST:
                return None
            if hits:
                return next(iter(hits.values())) if len(hits) == 1 else None
            reached = further
        return None

    def _own(self, name: str, state: Resolved, model_id: str) -> str | None:
        """The model, or the one that the catalogue lists apart for that date or for thinking.

        'GPT-4o (Nov 24)' and 'gpt-4o-1120' are the model gpt-4o-2024-11-20 where there is one.
        Where snapshots of a name are models of their own, another date is none of them, and which
        of them is the latest, changes unless the catalogue lists it: None.
        """
        asked, words = _words(state.variant or ""), _words(model_id) - {"instruct"}
        if asked & THINKS:
            never = asked & {"no", "non", "not", "without"}
            if (words - THINKS in self.others) if never else (words in self.thinkers):
                return None
        apart = self.snapshots.get(key(name), {})
        if state.snapshot in ("latest", "default"):
            moves = SNAPSHOT.search(model_id) and not SNAPSHOT.search(name)
            listed = self.by_key.get(key(f"{name}-latest")) == model_id
            return model_id if listed or not moves else None
        if state.snapshot is None:
            return model_id
        said = _bare(state.snapshot)
        if SNAPSHOT.search(name):
            return model_id if len(said) == 3 else None  # Vertex numbers even dated ones: @001
        own = apart.keys() - {model_id} or SNAPSHOT.search(model_id) or len(said) == 4
        if not (apart and own):
            return model_id
        fits = [m for m, day in apart.items() if said and (day.startswith(said) or day[4:] == said)]
        return fits[0] if len(fits) == 1 else None

    def _possible(self, model_id: str, snapshot: str | None) -> bool:
        return possible(snapshot, self.targets[model_id].released)

    def _nearest(self, where: Address) -> tuple[str, ...]:
        """Up to three ids: the dated models of an undated name, newest first, then those that
        go on where the name ends, then those that share the rarest words, best first."""
        asked = _undated(where.name)
        rarest = max(self.weights.values(), default=0.0)
        whole = sum(self.weights.get(word, rarest) for word in asked)
        shared: defaultdict[str, float] = defaultdict(float)
        for word in asked:
            for model_id in self.words.get(word, ()):
                shared[model_id] += self.weights[word]
        scores = {m: s / (whole + self.sizes[m] - s) for m, s in shared.items()}
        name = where.name.removesuffix("-latest")
        best = sorted(scores, key=lambda m: (not m.startswith(f"{name}-"), -scores[m], m))
        apart = self.snapshots.get(key(name), {})
        newest = sorted(apart, key=lambda m: (self.targets[m].released or date.min, m))[::-1]
        near = (m for m in best if scores[m] >= 0.25)
        return tuple(dict.fromkeys((*newest, *near)))[:3]


_built: list[tuple[Mapping[str, ModelFacts], Index]] = []


def _index() -> Index:
    """The index of the catalogue as it is loaded; built again when the catalogue is."""
    catalogue = models()
    if not _built or _built[0][0] is not catalogue:
        _built[:] = [(catalogue, Index(catalogue))]
    return _built[0][1]


def _provider(name: str) -> str:
    small = name.strip().casefold()
    return SAME_PROVIDER.get(small, "vertex_ai" if small.startswith("vertex_ai") else small)


def _day(name: str) -> str | None:
    """The ISO date within a name, when there is one."""
    match = FULL_DATE.search(name)
    return None if match is None else iso_day(match)


def _bare(text: str) -> str:
    """A date without what stands between its parts: 'preview0520', '20241120'."""
    return re.sub(r"[^a-z0-9]", "", text)


def _without(name: str, match: re.Match[str]) -> str:
    """The name without the match; what it parted stays apart."""
    return f"{name[: match.start()]} {name[match.end() :]}".strip(" -_.:@/")


def _with(state: Resolved, field: str, value: str) -> Resolved:
    """The state with one field more. Two parts of a field stand as they stood in the name; of two
    snapshots ('latest (2025-02-15)') the outer one says more."""
    if not field:
        return state
    before = getattr(state, field)
    if before is not None:
        value = before if field == "snapshot" else f"{value}-{before}"
    more: dict[str, Any] = {field: value}
    return replace(state, **more)


def _words(name: str) -> frozenset[str]:
    """Words, numbers and sizes of a name, for nearness only."""
    return frozenset(re.findall(r"\d+(?:\.\d+)?[bm](?![a-z])|\d+|[^\W\d_]+", name.casefold()))


def _undated(name: str) -> frozenset[str]:
    """Words of a name but for a whole date's: they would drown the rest."""
    return _words(FULL_DATE.sub(" ", name))
