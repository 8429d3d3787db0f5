"""Small translations that many formats share: numbers, times and scores as they write them."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

LETTERS = {"C": 1.0, "CORRECT": 1.0, "P": 0.5, "PARTIAL": 0.5, "I": 0.0, "INCORRECT": 0.0}
"""Inspect's grades; "N" (no answer) is wrong, too."""


def number(value: Any) -> float | None:
    """A finite number, also from text; None for anything else, and for a truth value."""
    if type(value) is float:
        return value if math.isfinite(value) else None
    if isinstance(value, bool):
        return None
    if isinstance(value, str):
        try:
            value = float(value.strip())
        except ValueError:
            return None
    if not isinstance(value, int | float):
        return None
    try:
        return float(value) if math.isfinite(value) else None
    except OverflowError:
        return None


def whole(value: Any) -> int | None:
    """A whole number of at least 0, also from text; None for anything else."""
    if value is None or type(value) is int:
        return value if value is not None and value >= 0 else None
    found = number(value)
    return int(found) if found is not None and found >= 0 and found.is_integer() else None


def some(value: Any) -> float | None:
    """A number above 0: in files where 0 is how "not recorded" is written."""
    found = number(value)
    return found if found is not None and found > 0 else None


def score(value: Any) -> float | None:
    """A score in [0, 1] from a number, a truth value, or a grade's letter; None when it is none."""
    if isinstance(value, bool):
        return float(value)
    if isinstance(value, str):
        return LETTERS.get(value.strip().upper(), 0.0 if value.strip() == "N" else number(value))
    return number(value)


def when(value: Any) -> datetime | None:
    """A time as naive UTC from ISO text, or from seconds (or milliseconds) since 1970."""
    return _written(value) if isinstance(value, str) else _since(number(value))


@lru_cache(maxsize=4_096)
def _written(value: str) -> datetime | None:
    """Times stand close together in a file: many rows have the same one."""
    bare = value.strip()
    if bare.replace(".", "").isdigit():
        return _since(number(bare))
    try:
        found = datetime.fromisoformat(bare.replace("Z", "+00:00"))
        return found.astimezone(UTC).replace(tzinfo=None) if found.tzinfo else found
    except (ValueError, OverflowError):
        return None


def _since(seconds: float | None) -> datetime | None:
    if seconds is None:
        return None
    try:
        found = datetime.fromtimestamp(seconds / 1000 if seconds > 1e11 else seconds, UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return found.replace(tzinfo=None)


def settings(values: Mapping[str, Any]) -> str | None:
    """JSON of the settings that are said, in one order; None when there are none."""
    said = {k: v for k, v in values.items() if v not in (None, "", [], {})}
    return _json(said) if said else None


def get(value: Any, *path: str) -> Any:
    """What stands at a path of keys; None where a step is missing or no mapping."""
    for key in path:
        # Nearly always one or the other, and far quicker to tell than any mapping.
        if value is None or (type(value) is not dict and not isinstance(value, Mapping)):
            return None
        value = value.get(key)
    return value


def text(value: Any) -> str | None:
    """Text as it stands; a list of chat messages or parts as their texts in lines; else JSON."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, list):
        parts = [text(get(v, "content") or get(v, "text") if isinstance(v, Mapping) else v)
                 for v in value]  # fmt: skip
        return "\n".join(p for p in parts if p)
    return _json(value)


def _json(value: Any) -> str:
    try:
        return json.dumps(value, ensure_ascii=False, sort_keys=True, default=str)
    except TypeError:
        # Keys of several types, as YAML can have them, have no order, or are no keys in JSON.
        return json.dumps(value, ensure_ascii=False, skipkeys=True, default=str)
