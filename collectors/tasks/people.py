"""Names of people in six languages, frozen, so that no sample changes with the package they come
from."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from collectors.tasks.draw import Draw

FILE = Path(__file__).with_name("people.toml")
SOURCE = "Names of people: Faker 40.54.0 (MIT)."
LANGUAGES = ("en", "de", "fr", "es", "it", "nl")


@cache
def names() -> Mapping[str, Mapping[str, list[str]]]:
    """Language -> 'first' and 'last' -> names. No name stands under two languages."""
    found: dict[str, dict[str, list[str]]] = tomllib.loads(FILE.read_text("utf-8"))
    return found


def person(draw: Draw, language: str = "") -> str:
    """A given and a family name of one language; of any, if none is said."""
    found = names()[language or draw.pick(LANGUAGES)]
    return f"{draw.pick(found['first'])} {draw.pick(found['last'])}"


def several(draw: Draw, count: int) -> list[str]:
    """So many people, no two of whom share a name or a part of it."""
    found: list[str] = []
    while len(found) < count:
        name = person(draw)
        if not set(name.split()) & set(" ".join(found).split()):
            found.append(name)
    return found
