"""What a model takes: the efforts it accepts, lowest first, and its longest answer."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import Any

from collectors.entrants import EFFORTS

TABLES = "collectors.providers.abilities"
"""Loads LiteLLM, which takes seconds: only for what is proposed."""


def accepted(model: str, api_base: str | None) -> tuple[str, ...] | None:
    """Efforts it is known to take; None when nobody knows."""
    told = _told("accepted_efforts", model, api_base)
    return None if told is None else tuple(effort for effort in EFFORTS if effort in told)


def output_cap(model: str, api_base: str | None) -> int | None:
    """Tokens of its longest answer; None when nobody knows: then a ceiling needs max_tokens."""
    found = _told("output_cap", model, api_base)
    return found if isinstance(found, int) else None


def _told(what: str, model: str, api_base: str | None) -> Any:
    if find_spec(TABLES) is None:
        return None
    return getattr(import_module(TABLES), what)(model, api_base)
