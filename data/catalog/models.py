"""Facts about models, each with its source: what every lens knows of a model beside its results.

One model is one set of released weights, or one closed model as it is sold. Unknown stays None.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from data.catalog import files
from data.catalog.sources import labs, source_of
from data.errors import CatalogError, did_you_mean

Value = str | int | float | bool | date

KINDS: dict[str, type] = {
    "lab": str,
    "released": date,
    "weights": str,
    "licence": str,
    "architecture": str,
    "mixture": str,
    "params_total": int,
    "params_active": int,
    "layers": int,
    "hidden": int,
    "ffn": int,
    "heads": int,
    "kv_heads": int,
    "head_dim": int,
    "vocab": int,
    "experts": int,
    "experts_active": int,
    "expert_ffn": int,
    "context_tokens": int,
    "output_tokens_max": int,
    "tokenizer": str,
    "distilled": bool,
    "distilled_from": str,
    "confidence": str,
    "training_tokens": int,
    "training_flop": float,
    "training_gpu_hours": int,
    "reasoning_label": bool,
}
"""Every fact a model can have, with its type; docs/catalog.md says what each means."""

CHOICES = {
    "weights": ("open", "closed"),
    "architecture": ("decoder", "encoder", "encoder-decoder", "other"),
    "mixture": ("dense", "moe"),
    "confidence": ("high", "medium", "low"),
}
DIMENSIONS = ("layers", "hidden", "ffn", "heads", "kv_heads", "head_dim", "vocab")


@dataclass(frozen=True)
class Fact:
    """One fact as it was read."""

    key: str
    value: Value
    source: str | None
    """Source id; None: unsourced."""
    estimated: bool = False
    note: str | None = None


@dataclass(frozen=True)
class ModelFacts:
    """What is known about one model."""

    id: str
    name: str
    aliases: tuple[str, ...] = ()
    """Other names in use, beyond what the resolver's rules make of the id and the name."""
    facts: tuple[Fact, ...] = ()

    def fact(self, key: str) -> Fact | None:
        """The fact of that key, None when it isn't known."""
        return next((f for f in self.facts if f.key == key), None)

    def get(self, key: str) -> Value | None:
        """The fact's value, None when it isn't known."""
        found = self.fact(key)
        return None if found is None else found.value

    def count(self, key: str) -> int | None:
        """A whole-number fact."""
        found = self.get(key)
        return found if isinstance(found, int) and not isinstance(found, bool) else None

    @property
    def has_dimensions(self) -> bool:
        return all(self.get(key) is not None for key in DIMENSIONS)


TIERS = ("< 10B", "10-100B", "> 100B")


def size_tier(params_total: int | None) -> str | None:
    """The size tier of a number of parameters: < 10B, 10-100B or > 100B. Never typed anywhere."""
    if params_total is None:
        return None
    return TIERS[(params_total >= 10_000_000_000) + (params_total > 100_000_000_000)]


@files.kept
def models() -> dict[str, ModelFacts]:
    """Models by id. A user's own facts are added to the shipped ones or stand in their place."""
    found: dict[str, ModelFacts] = {}
    for at, table in files.entries("models", "model"):
        shipped = found.get(table["id"])
        model = _model(table, at, shipped)
        found[model.id] = model if shipped is None else _merged(shipped, model)
    for model in found.values():
        _check(model)
    return found


def _model(table: files.Table, at: str, shipped: ModelFacts | None) -> ModelFacts:
    files.known(table, ("id", "name", "aliases", "facts"), at)
    groups = table.get("facts", [])
    if not isinstance(groups, list) or not all(isinstance(g, dict) for g in groups):
        raise CatalogError(f"{at}: write [[model.facts]] tables, one for each source.")
    facts = [fact for group in groups for fact in _facts(group, at)]
    for key in KINDS:
        if sum(fact.key == key for fact in facts) > 1:
            raise CatalogError(f"{at}: '{key}' stands in two groups of facts. Keep one.")
    aliases = files.value(table, "aliases", list, at) or []
    if not all(isinstance(alias, str) and alias for alias in aliases):
        raise CatalogError(f"{at}: aliases = {aliases!r}: write a list of names.")
    name = files.value(table, "name", str, at) or (shipped.name if shipped else None)
    return ModelFacts(
        table["id"],
        name or files.required(table, "name", at),
        tuple(aliases),
        tuple(facts),
    )


def _facts(group: files.Table, at: str) -> Iterator[Fact]:
    files.known(group, ("source", "estimated", "note", *KINDS), at)
    source = source_of(group, at)
    estimated = files.value(group, "estimated", list, at) or []
    for key in estimated:
        if key not in group:
            raise CatalogError(f"{at}: estimated names '{key}', which is not in its group.")
    note = files.value(group, "note", str, at)
    for key in KINDS:
        found = files.value(group, key, KINDS[key], at)
        if found is None:
            continue
        allowed = CHOICES.get(key)
        if allowed and found not in allowed:
            raise CatalogError(f"{at}: {key} = '{found}'.{did_you_mean(found, allowed)}")
        if KINDS[key] in (int, float) and found <= 0:
            raise CatalogError(f"{at}: {key} = {found}: leave out what is unknown.")
        if key == "lab" and found not in labs():
            raise CatalogError(f"{at}: unknown lab '{found}'.{did_you_mean(found, labs())}")
        if key == "released" and found > datetime.now().date():
            raise CatalogError(f"{at}: released = {found} lies in the future.")
        yield Fact(key, found, source, key in estimated, note)


def _merged(shipped: ModelFacts, own: ModelFacts) -> ModelFacts:
    mine = {fact.key for fact in own.facts}
    kept = tuple(fact for fact in shipped.facts if fact.key not in mine)
    aliases = tuple(dict.fromkeys((*shipped.aliases, *own.aliases)))
    return ModelFacts(own.id, own.name, aliases, (*kept, *own.facts))


def _check(model: ModelFacts) -> None:
    total, active = model.count("params_total"), model.count("params_active")
    if total is not None and active is not None and active > total:
        raise CatalogError(
            f"models, '{model.id}': params_active = {active} is more than params_total = {total}."
        )
    if model.get("mixture") == "dense" and None not in (total, active) and total != active:
        raise CatalogError(
            f"models, '{model.id}': dense, but params_active = {active} is not "
            f"params_total = {total}."
        )
