"""Small translations that many formats share: numbers, times and scores as they write them."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

LETTERS = {"C": 1.0, "CORRECT": 1.0, "P": 0.5, "PARTIAL": 0.5, "I": 0.0, "INCORRECT": 0.0}
"""Inspect's grades; "N" (no answer) is wrong, too."""


def number(value: Any) -> float | None:
    """A finite number, also from text; None for anything else, and for a truth value."""
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
    try:
        if isinstance(value, str) and not value.strip().replace(".", "").isdigit():
            found = datetime.fromisoformat(value.strip().replace("Z", "+00:00"))
        else:
            seconds = number(value)
            if seconds is None:
                return None
            found = datetime.fromtimestamp(seconds / 1000 if seconds > 1e11 else seconds, UTC)
        return found.astimezone(UTC).replace(tzinfo=None) if found.tzinfo else found
    except (ValueError, OverflowError, OSError):
        return None


def settings(values: Mapping[str, Any]) -> str | None:
    """JSON of the settings that are said, in one order; None when there are none."""
    said = {k: v for k, v in values.items() if v not in (None, "", [], {})}
    return json.dumps(said, sort_keys=True, ensure_ascii=False, default=str) if said else None


def get(value: Any, *path: str) -> Any:
    """What stands at a path of keys; None where a step is missing or no mapping."""
    for key in path:
        if not isinstance(value, Mapping):
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
    return json.dumps(value, ensure_ascii=False, sort_keys=True, default=str)
