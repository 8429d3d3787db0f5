"""When providers take models away: the dates of LiteLLM's installed map. LiteLLM isn't imported."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from data.catalog.deployments import Deployment, fold
from data.catalog.litellm_map import load
from data.catalog.prices import where
from data.errors import CatalogError

KEY = "deprecation_date"


def retirements(models: Iterable[str]) -> dict[str, date]:
    """The day a LiteLLM model string is announced to go, of those for which one is known.

    Empty where LiteLLM is not installed, or its map can't be read: that is a gap, and no error.
    """
    wanted = {model: where(model) for model in models}
    if not wanted:
        return {}
    try:
        entries = load().entries
    except CatalogError:
        return {}
    dated = {}
    for key, entry in entries.items():
        found = _date(entry)
        if found is not None:
            dated[_deployment(key, entry)] = found
    return {model: dated[at] for model, at in wanted.items() if at in dated}


def _date(entry: object) -> date | None:
    value = entry.get(KEY) if isinstance(entry, dict) else None
    try:
        return date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None


def _deployment(key: str, entry: dict[str, object]) -> Deployment:
    provider = fold(str(entry.get("litellm_provider") or ""))
    head, _, rest = key.partition("/")
    return Deployment(provider, rest if rest and fold(head) == provider else key)
