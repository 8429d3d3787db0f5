"""Paintings, painters and towns that do not exist: what is true of them, and how it is said."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from collectors.tasks import people
from collectors.tasks.draw import Draw
from collectors.tasks.grounded_texts import SYLLABLES

ADJECTIVES = (
    "Grey", "Silent", "Last", "Broken", "Golden", "Distant", "Quiet", "Hollow", "Bitter", "Early",
    "Sunken", "Narrow", "Pale", "Second", "Winter", "Burning",
)  # fmt: skip
NOUNS = (
    "Heron", "Orchard", "Ferry", "Lantern", "Miller", "Harvest", "Staircase", "Harbour", "Window",
    "Shepherd", "Garden", "Bridge", "Letter", "Mirror", "Storm", "Feast",
)  # fmt: skip
SAYS: Mapping[str, tuple[str, ...]] = {
    "painter": ("'{e}' was painted by {v}.", "The painter of '{e}' is {v}."),
    "width": ("'{e}' is {v} centimetres wide.", "The width of '{e}' is {v} centimetres."),
    "made": ("'{e}' dates from {v}.", "The year of '{e}' is {v}."),
    "birthplace": ("{e} was born in {v}.", "The birthplace of {e} is {v}."),
    "teacher": ("{e} was taught by {v}.", "The teacher of {e} was {v}."),
    "born": ("The birth of {e} was in {v}.", "{e} came into the world in {v}."),
    "mayor": ("The mayor of {e} is {v}.", "{e} has {v} as its mayor."),
    "river": ("{e} lies on the river {v}.", "The river of {e} is the {v}."),
    "founded": ("{e} was founded in {v}.", "The founding year of {e} is {v}."),
}
DENIES: Mapping[str, str] = {
    "painter": "'{e}' was not painted by {v}, though many say so.",
    "width": "'{e}' is not {v} centimetres wide.",
    "made": "'{e}' does not date from {v}.",
    "birthplace": "{e} was not born in {v}, as some books claim.",
    "teacher": "{e} was never taught by {v}.",
    "born": "The birth of {e} was not in {v}.",
    "mayor": "The mayor of {e} is no longer {v}.",
    "river": "{e} does not lie on the river {v}.",
    "founded": "{e} was not founded in {v}.",
}
ASKS: Mapping[str, str] = {
    "painter": "Who painted {np}?",
    "width": "How many centimetres wide is {np}?",
    "made": "From which year does {np} date?",
    "birthplace": "In which town was {np} born?",
    "teacher": "Who taught {np}?",
    "born": "In which year was {np} born?",
    "mayor": "Who is the mayor of {np}?",
    "river": "On which river does {np} lie?",
    "founded": "In which year was {np} founded?",
}
OF: Mapping[str, tuple[str, ...]] = {
    "painting": ("painter", "width", "made"),
    "artist": ("birthplace", "teacher", "born"),
    "town": ("mayor", "river", "founded"),
}
"""Kind of thing -> what is told of it."""
LINKS: Mapping[str, str] = {"painter": "artist", "teacher": "artist", "birthplace": "town"}
"""Attributes whose value has a passage of its own -> its kind."""
THROUGH: Mapping[str, str] = {
    "painter": "the painter of {np}",
    "teacher": "the teacher of {np}",
    "birthplace": "the birthplace of {np}",
}
ROUTES: Mapping[int, tuple[tuple[str, ...], ...]] = {
    1: (("painter",), ("width",), ("made",), ("birthplace",), ("teacher",), ("born",), ("mayor",),
        ("river",), ("founded",)),
    2: (("painter", "birthplace"), ("painter", "teacher"), ("painter", "born"),
        ("birthplace", "mayor"), ("birthplace", "river"), ("birthplace", "founded"),
        ("teacher", "birthplace"), ("teacher", "born")),
    3: (("painter", "birthplace", "mayor"), ("painter", "birthplace", "river"),
        ("painter", "birthplace", "founded"), ("painter", "teacher", "birthplace"),
        ("painter", "teacher", "born"), ("teacher", "birthplace", "mayor")),
    6: (("painter", "teacher", "teacher", "teacher", "birthplace", "mayor"),
        ("painter", "teacher", "teacher", "teacher", "birthplace", "river"),
        ("painter", "teacher", "teacher", "teacher", "birthplace", "founded"),
        ("painter", "teacher", "teacher", "teacher", "teacher", "birthplace"),
        ("teacher", "teacher", "teacher", "teacher", "birthplace", "mayor")),
}  # fmt: skip
"""Hops -> the attributes that lead to an answer, one after another."""
KIND = {key: kind for kind, keys in OF.items() for key in keys}
"""Attribute -> kind of thing that has it."""

Thing = tuple[str, str]
"""(kind, name)."""
World = dict[Thing, dict[str, str]]
"""Thing -> attribute -> value."""


def town_names(count: int, similar: bool, draw: Draw) -> list[str]:
    """Names of three syllables; similar ones differ from the first in one."""
    first = [draw.below(len(SYLLABLES)) for _ in range(3)]
    found: list[str] = []
    while len(found) < count:
        spot = draw.below(3)
        name = "".join(
            SYLLABLES[s if similar and i != spot else draw.below(len(SYLLABLES))][0]
            for i, s in enumerate(first)
        ).capitalize()
        if name not in found:
            found.append(name)
    return found


def titles(count: int, similar: bool, draw: Draw) -> list[str]:
    """Similar ones share a word with the first."""
    adjective, noun = draw.pick(ADJECTIVES), draw.pick(NOUNS)
    found: list[str] = []
    while len(found) < count:
        one, other = draw.pick(ADJECTIVES), draw.pick(NOUNS)
        if similar:
            one, other = draw.pick(((adjective, other), (one, noun)))
        if (name := f"The {one} {other}") not in found:
            found.append(name)
    return found


def world(count: int, similar: bool, draw: Draw) -> World:
    """What is true of so many things of each kind. Painters' teachers are painters, too."""
    painters = people.several(draw, count)
    towns = town_names(count, similar, draw)
    found: World = {("painting", title): {} for title in titles(count, similar, draw)}
    found |= {("artist", name): {} for name in painters} | {("town", name): {} for name in towns}
    for (kind, name), facts in found.items():
        for key in OF[kind]:
            facts[key] = another(key, found, (), draw)
        if kind == "artist":
            # In a ring: nobody taught themselves, and routes don't return.
            facts["teacher"] = painters[(painters.index(name) + 1) % len(painters)]
    return found


def another(key: str, facts: World, taken: Collection[str], draw: Draw) -> str:
    """Some value for an attribute that is none of `taken`."""
    options = [name for kind, name in facts if kind == LINKS.get(key) and name not in taken]
    while True:
        if options:
            value = draw.pick(options)
        elif key == "mayor":
            value = people.person(draw)
        elif key == "river":
            value = "".join(SYLLABLES[draw.below(len(SYLLABLES))][0] for _ in range(2)).capitalize()
        else:
            value = str(draw.between(40, 250) if key == "width" else draw.between(1300, 1899))
        if value not in taken:
            return value
