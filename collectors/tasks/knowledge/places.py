"""What countries and territories are called, for questions about them and in answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from collectors.tasks.knowledge.facts import rows
from collectors.tasks.knowledge.reply import Finder, bare, names

PARTS = ("England", "Scotland", "Wales", "Northern Ireland")
"""Countries within a country: right where a row says so."""
OTHER = (
    "North America", "South America", "Central America", "Latin America", "New Mexico",
    "New Jersey", "New England", "New South Wales", "Inner Mongolia", "South China Sea",
    "East China Sea", "Sea of Japan", "Gulf of Mexico", "Gulf of Oman", "Gulf of Guinea",
    "West Azerbaijan", "East Azerbaijan", "Western Macedonia", "Central Macedonia",
    "Eastern Macedonia", "Luxembourg Province", "Province of Luxembourg", "Niger State",
    "Niger River", "River Niger", "Niger Delta", "Congo River", "Jordan River", "Lake Chad",
    "Jordan Valley", "British Columbia",
)  # fmt: skip
"""Phrases that hold a country's name and are none: 'Minna, Niger State, Nigeria'."""


@dataclass(frozen=True)
class Place:
    """A country or territory."""

    iso: str
    name: str
    """As a question has it: 'the Netherlands'."""
    right: frozenset[str]
    """Every accepted name, plain."""


@cache
def places() -> Mapping[str, Place]:
    """ISO 3166-1 code -> the place."""
    found = {}
    for row in rows("countries.csv"):
        called = (row["name"], *_called(row["aliases"]))
        found[row["iso"]] = Place(row["iso"], row["name"], frozenset(map(bare, called)))
    return found


def _called(aliases: str) -> list[str]:
    return [name.removeprefix("=") for name in aliases.split("|") if name]


@cache
def find_places() -> Finder:
    """The countries, territories and parts of the United Kingdom that a text names."""
    looked_for = [
        name
        for row in rows("countries.csv")
        for name in (row["name"], *row["aliases"].split("|"))
        if name and not name.startswith("=")
    ]
    return names((*looked_for, *PARTS), OTHER)
