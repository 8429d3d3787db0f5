"""The contestants that need no key: the bundled models whose packages are here."""

from __future__ import annotations

from importlib.util import find_spec

from collectors.firsthour.file import Entry, chosen_tasks
from collectors.providers.local.registry import LOCAL_MODELS, LocalModel

STYLES = ("terse", "short", "steps")
"""Prompt styles of a bundled writer: how much it writes before it answers."""


def bundled() -> list[Entry]:
    """Every bundled model that can do one of the tasks; those not installed say so."""
    offered = [m for m in LOCAL_MODELS if m.tasks is None or set(m.tasks) & set(chosen_tasks())]
    return [_entry(model) for model in offered]


def _entry(model: LocalModel) -> Entry:
    table: dict[str, object] = {"model": model.model}
    if model.kind == "writer":
        table["prompt_style"] = list(STYLES)
    lacks = model.package if model.package and find_spec(model.package) is None else None
    if model.kind == "writer" and find_spec("xllamacpp") is None:
        lacks = "xllamacpp"
    failed = f"the package '{lacks}' is not installed." if lacks else None
    return Entry(table, f"{model.title}: on this machine, without a key.", failed)
