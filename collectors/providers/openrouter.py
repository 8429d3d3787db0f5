"""OpenRouter passes a request on to one of many hosts: which one is pinned, or kept apart after.

The same model on two hosts differs in price, speed and quantisation, so answers of two hosts are
never one contestant's.
"""

from __future__ import annotations

import dataclasses
from typing import Any

from data.records import Contestant

PREFIX = "openrouter/"
QUANTISATIONS = ("int4", "int8", "fp4", "fp6", "fp8", "fp16", "bf16", "fp32", "unknown")
MOST_CHARS = 60
"""Of a host's name, which is a reply's text."""


def is_relayed(contestant: Contestant) -> bool:
    """Whether OpenRouter answers for a contestant."""
    return contestant.model.startswith(PREFIX)


def is_pinned(contestant: Contestant) -> bool:
    """Whether a contestant names the one host that may serve it."""
    return is_relayed(contestant) and bool(contestant.settings.get("host"))


def routing(contestant: Contestant) -> dict[str, Any]:
    """The part of a request's body that says who may serve it; {} for other providers.

    A host that doesn't know a parameter would leave it out silently: such hosts are never asked.
    """
    if not is_relayed(contestant):
        return {}
    host, quantisation = (contestant.settings.get(key) for key in ("host", "quantisation"))
    provider: dict[str, Any] = {"require_parameters": True}
    if host:
        provider |= {"only": [host], "order": [host], "allow_fallbacks": False}
    if quantisation:
        provider["quantizations"] = [str(quantisation).lower()]
    return {"provider": provider, "usage": {"include": True}}


def refusal(contestant: Contestant) -> str | None:
    """Why a contestant's quantisation can't be pinned; None where it can."""
    asked = contestant.settings.get("quantisation")
    if not is_relayed(contestant) or not asked or str(asked).lower() in QUANTISATIONS:
        return None
    return (
        f"'{contestant.name}': quantisation = '{asked}' is none that OpenRouter knows. "
        f"Known: {', '.join(QUANTISATIONS)}."
    )


def split(contestant: Contestant, served_by: str | None) -> Contestant:
    """The contestant that an answer belongs to: of the host that served, unless one is pinned."""
    host = host_name(served_by)
    if not host or not is_relayed(contestant) or is_pinned(contestant):
        return contestant
    return dataclasses.replace(
        contestant, deployment=PREFIX + host, name=f"{contestant.name} @ {host}"
    )


def host_name(served_by: str | None) -> str:
    """A host's name as a reply gives it: one line of at most 60 characters that can be printed."""
    text = (served_by or "")[: 10 * MOST_CHARS]
    printable = "".join(char if char.isprintable() else " " for char in text)
    return " ".join(printable.split())[:MOST_CHARS].strip()
