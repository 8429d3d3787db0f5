"""How one model behaves: what --models says of it, what its name says, else the server's settings.

The name `adder` is always right; a name that ends in `-90%` is right in 90 % of its answers.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from collectors.faultserver.kinds import DEFAULT, FaultServerError, checked
from collectors.faultserver.settings import SHARES, Settings
from data.errors import did_you_mean

ALWAYS_RIGHT = "adder"
LISTS, TEXTS = ("kinds", "efforts", "hosts"), ("served_model", "fingerprint")
WHOLE = ("rpm", "tpm", "max_output", "padding")
SHARE_RIGHT = re.compile(r"-(\d{1,3})%$")


@dataclass(frozen=True)
class Behaviour:
    """One model's ways."""

    wrong: float
    """Share of wrong answers."""
    faults: float
    """Share of its calls that misbehave."""
    kinds: tuple[str, ...]
    """The ways in which they do."""
    latency_ms: float
    price_in: float
    """Dollars per million tokens read."""
    price_out: float
    """Dollars per million tokens written."""
    rpm: int | None
    tpm: int | None
    efforts: tuple[str, ...] | None = None
    """Values of reasoning_effort that it accepts; [] is none of them, null is all."""
    max_output: int | None = None
    """Most tokens that it writes, reasoning included."""
    padding: int = 0
    """Tokens of working that it writes before each answer."""
    served_model: str | None = None
    """The name in its answers, instead of the one asked for."""
    fingerprint: str = "fp_isocost"
    """system_fingerprint in its answers."""
    hosts: tuple[str, ...] = ()
    """Hosts behind a relay, each 'name' or 'name/quantisation'."""


def behaviour(settings: Settings, model: str) -> Behaviour:
    """The model's ways; raises FaultServerError when --models describes it wrongly."""
    plain = Behaviour(
        wrong=_wrong(model, settings.wrong),
        kinds=settings.kinds or DEFAULT,
        faults=settings.faults,
        latency_ms=settings.latency_ms,
        price_in=settings.price_in,
        price_out=settings.price_out,
        rpm=settings.rpm,
        tpm=settings.tpm,
    )
    said = settings.models.get(model)
    return plain if said is None else _described(plain, model, said)


def _wrong(model: str, wrong: float) -> float:
    if model == ALWAYS_RIGHT:
        return 0.0
    share = SHARE_RIGHT.search(model)
    return max(0.0, 1 - int(share[1]) / 100) if share else wrong


def _described(plain: Behaviour, model: str, said: Any) -> Behaviour:
    known = {f.name for f in fields(Behaviour)}
    if not isinstance(said, Mapping):
        raise FaultServerError(f"models: '{model}' is {said!r}, not an object.")
    for name in said:
        if name not in known:
            raise FaultServerError(
                f"models: unknown key '{name}' of '{model}'.{did_you_mean(name, known)}"
            )
        if not _fits(name, said[name]):
            raise FaultServerError(f"models: {name} = {said[name]!r} of '{model}' can't be.")
    values: dict[str, Any] = {
        name: tuple(v) if isinstance(v, list) else v for name, v in said.items()
    }
    if "kinds" in values:
        values["kinds"] = checked(values["kinds"]) or plain.kinds
    return replace(plain, **values)


def _fits(name: str, value: Any) -> bool:
    """Whether the value is of the type that the key takes."""
    if name in LISTS:
        texts = isinstance(value, (list, tuple)) and all(isinstance(v, str) for v in value)
        return texts or (value is None and name == "efforts")
    if name in TEXTS:
        return isinstance(value, str) or (value is None and name == "served_model")
    if value is None:
        return name in ("rpm", "tpm", "max_output")
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return False
    most = 1 if name in SHARES else 1_000_000 if name == "padding" else 1e12
    return 0 <= value <= most and (name not in WHOLE or isinstance(value, int))
