"""The contestants that need no key: the bundled models whose packages are here."""

from __future__ import annotations

from importlib.util import find_spec

from collectors import tasks
from collectors.firsthour.file import Entry, chosen_tasks
from collectors.providers.local.registry import LOCAL_MODELS, LocalModel
from collectors.tasks.training import readable

STYLES = ("terse", "short", "steps")
"""Prompt styles of a bundled writer: how much it writes before it answers."""


def bundled() -> list[Entry]:
    """Every bundled model that can do one of the tasks; those not installed say so."""
    return [_entry(model) for model in LOCAL_MODELS if _enters(model)]


def baselines() -> list[Entry]:
    """What every task with labels is held against, whoever else is asked."""
    return [_entry(model) for model in LOCAL_MODELS if model.baseline and _enters(model)]


def _enters(model: LocalModel) -> bool:
    chosen = chosen_tasks()
    if model.fitted:
        return any(readable(tasks.task(name)) for name in chosen)
    return model.tasks is None or bool(set(model.tasks) & set(chosen))


def _entry(model: LocalModel) -> Entry:
    table: dict[str, object] = {"model": model.model}
    if model.kind == "writer":
        table["prompt_style"] = list(STYLES)
    lacks = model.package if model.package and find_spec(model.package) is None else None
    if model.kind == "writer" and find_spec("xllamacpp") is None:
        lacks = "xllamacpp"
    if model.fitted and find_spec("sklearn") is None:
        lacks = "scikit-learn"
    failed = f"the package '{lacks}' is not installed." if lacks else None
    what = "what labels are held against, " if model.baseline else ""
    return Entry(table, f"{model.title}: {what}on this machine, without a key.", failed)
