"""Marked: what an experiment's file says is used for each task today, and how often a month."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable, Mapping
from typing import Any

import polars as pl

from data.analysis.spend import MOST

SCHEMA: dict[str, Any] = {
    "task": pl.String, "contestant_id": pl.String, "calls_per_month": pl.Float64,
}  # fmt: skip
DIALS = ("effort", "prompt_style", "max_tokens")
SETTINGS = ("temperature", "labelled", "host", "quantisation")


def marked(experiment: str | None, contestants: pl.DataFrame) -> pl.DataFrame:
    """task, contestant_id and calls_per_month (null: not told) of `in_use_for`, sorted.

    `experiment` is the file's text as the run kept it; what is no experiment marks nobody.
    `contestants` are those of the campaign: contestant_id, model, name, effort, prompt_style,
    max_tokens, settings (JSON). A contestant is the table's that has its model and every dial and
    setting that the table states.
    """
    raw = _read(experiment)
    monthly = raw.get("monthly")
    volumes = {
        task: float(calls)
        for task, calls in (monthly.items() if isinstance(monthly, dict) else ())
        if isinstance(calls, (int, float)) and not isinstance(calls, bool) and 0 < calls <= MOST
    }
    known = contestants.to_dicts()
    pairs = {
        (task, who["contestant_id"])
        for table in _several(raw.get("contestant"))
        if isinstance(table, dict)
        for task in _several(table.get("in_use_for"))
        if isinstance(task, str)
        for who in known
        if _is_of(who, table)
    }
    rows = [(task, who, volumes.get(task)) for task, who in sorted(pairs)]
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


def _read(text: str | None) -> dict[str, Any]:
    try:
        return tomllib.loads(text or "")
    except (tomllib.TOMLDecodeError, RecursionError):
        return {}


def _several(value: Any) -> Iterable[Any]:
    return value if isinstance(value, list) else ()


def _is_of(who: Mapping[str, Any], table: Mapping[str, Any]) -> bool:
    """Whether a contestant came of a [[contestant]] table."""
    name, settings = table.get("name"), _settings(who.get("settings"))
    stated = [(who.get(dial), table[dial]) for dial in DIALS if dial in table]
    stated += [(settings.get(key), table[key]) for key in SETTINGS if key in table]
    return (
        who["model"] == table.get("model")
        and (not isinstance(name, str) or f"{who['name']} · ".startswith(f"{name} · "))
        and all(has in (wanted if isinstance(wanted, list) else [wanted]) for has, wanted in stated)
    )


def _settings(text: Any) -> Mapping[str, Any]:
    try:
        found = json.loads(text or "{}")
    except (TypeError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
