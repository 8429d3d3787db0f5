"""Questions about paintings, painters and towns: passages that hold the answer, or do not.

With the level there are more passages about things whose names nearly agree, statements of what is
not so, questions that need two to six passages, and dated notes that disagree. Everything is
invented, so that no knowledge helps.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from collectors.tasks import people
from collectors.tasks.draw import Draw
from collectors.tasks.grounded_world import (
    ASKS,
    DENIES,
    KIND,
    LINKS,
    OF,
    ROUTES,
    SAYS,
    THROUGH,
    Thing,
    World,
    another,
    world,
)
from collectors.tasks.grounding import Question, grounding, joined
from collectors.tasks.prompts import manners

NAME, VERSION = "grounded", "1"
FIRST_YEAR = 1950
"""Of the oldest note."""
FEWEST = 3
"""Things of each kind there are, though passages may tell of fewer."""


@dataclass(frozen=True)
class Rung:
    """One level."""

    text: str
    things: int
    """Paintings, and as many painters and towns; 0: the passage with the answer alone."""
    hops: int
    """Passages that an answer needs."""
    similar: bool = False
    negated: bool = False
    """Passages also say what is not so."""
    notes: int = 1
    """Dated notes of each passage, which disagree; the newest counts."""


LADDER: Mapping[int, Rung] = {
    1: Rung("one passage", 0, 1),
    2: Rung("three passages about different things", 1, 1),
    3: Rung("nine passages", 3, 1),
    4: Rung("15 passages, names that nearly agree, statements of what is not so", 5, 1, True, True),
    5: Rung("two passages needed of 15", 5, 2, True, True),
    6: Rung("three passages needed of 24", 8, 3, True, True),
    7: Rung("three passages needed of 27, two dated notes of each, which disagree", 9, 3, True,
            True, 2),
    8: Rung("six passages needed of 45, three dated notes of each", 15, 6, True, True, 3),
}  # fmt: skip

NEWEST = "Where notes disagree, the newest counts."


@lru_cache(64)
def drawn(level: int, seed: int, open_: bool) -> Question:
    rung = LADDER[level]
    draw = Draw(f"{NAME}/{level}/{VERSION}/{seed}")
    facts = world(max(FEWEST, rung.things), rung.similar, draw)
    route = draw.pick(ROUTES[rung.hops])
    key = route[-1]
    start = draw.pick([thing for thing in facts if thing[0] == KIND[route[0]]])
    path = walked(facts, start, route)
    # What is missing is the last link or, half of the time, any one.
    hole = draw.below(rung.hops) if draw.chance(0.5) else rung.hops - 1
    missing = (path[hole], route[hole]) if open_ else None
    shown = visible(facts, path, rung, draw) if rung.things else path
    notes = [note for thing in shown for note in told(thing, facts, rung, missing, draw)]
    np = f"'{start[1]}'" if start[0] == "painting" else start[1]
    for link in route[:-1]:
        np = THROUGH[link].format(np=np)
    question = ASKS[key].format(np=np) + (f" {NEWEST}" if rung.notes > 1 else "")
    answer = facts[path[-1]][key]
    # Who stands on the way is no answer, and may be named beside one; a mayor may be both.
    passed = {name for _, name in path} - {answer}
    told_of = {value for note in notes for k, value in note.values if k == key}
    known = told_of | {name for kind, name in facts if kind == LINKS.get(key)}
    return Question(
        joined(draw.shuffled([note.text for note in notes]), question),
        None if open_ else answer,
        tuple(sorted(known - passed)),
        sum(len(note.values) for note in notes) * rung.hops,
        key,
    )


def walked(facts: World, start: Thing, route: tuple[str, ...]) -> list[Thing]:
    """The things whose passages the answer needs."""
    path = [start]
    for link in route[:-1]:
        path.append((LINKS[link], facts[path[-1]][link]))
    return path


def visible(facts: World, path: list[Thing], rung: Rung, draw: Draw) -> list[Thing]:
    """The things that have passages: so many of each kind, those of the path among them."""
    found = list(dict.fromkeys(path))
    for kind in OF:
        others = [thing for thing in facts if thing[0] == kind and thing not in found]
        lacking = rung.things - sum(thing[0] == kind for thing in found)
        found += draw.shuffled(others)[: max(0, lacking)]
    return found


@dataclass(frozen=True)
class Note:
    """One passage."""

    text: str
    values: tuple[tuple[str, str], ...]
    """(attribute, value) for each sentence, be it said or denied."""


def told(
    thing: Thing, facts: World, rung: Rung, missing: tuple[Thing, str] | None, draw: Draw
) -> list[Note]:
    """The notes about a thing, the newest of which is true."""
    kind, name = thing
    years = sorted(draw.shuffled(range(FIRST_YEAR, FIRST_YEAR + 70))[: rung.notes])
    notes = []
    for year in years:
        said, values = [], []
        for key in OF[kind]:
            true = facts[thing][key]
            value = true if year == years[-1] else another(key, facts, (true, name), draw)
            if missing != (thing, key):
                said.append(draw.pick(SAYS[key]).format(e=name, v=value))
                values.append((key, value))
            if rung.negated and draw.chance(0.4):
                denied = another(key, facts, (true, value, name), draw)
                said.append(DENIES[key].format(e=name, v=denied))
                values.append((key, denied))
        head = f"Note of {year}: " if rung.notes > 1 else ""
        notes.append(Note(head + " ".join(draw.shuffled(said)), tuple(values)))
    return notes


EXAMPLES = (
    ("'The Red Plum' was painted by Olga Stein. 'The Red Plum' is 31 centimetres wide.\n\n"
     "How many centimetres wide is 'The Red Plum'?", "31",
     "The passage says: 'The Red Plum' is 31 centimetres wide."),
    ("'The Red Plum' was painted by Olga Stein. 'The Blue Plum' dates from 1950.\n\n"
     "From which year does 'The Red Plum' date?", "not stated",
     "1950 is the year of 'The Blue Plum'; none is given for 'The Red Plum'."),
    ("Pufago has Karl Moss as its mayor. Pufago lies on the river Zelu.\n\n"
     "Who is the mayor of Pufago?", "Karl Moss",
     "The passage says: Pufago has Karl Moss as its mayor."),
    ("Olga Stein was taught by Karl Moss. The birth of Olga Stein was in 1921.\n\n"
     "In which year was Olga Stein born?", "1921",
     "The passage says: The birth of Olga Stein was in 1921."),
)  # fmt: skip
MANNERS = manners(
    "Answer the question from the passages alone. If they don't say, answer 'not stated'.",
    "answer",
    EXAMPLES,
)

TASK = grounding(
    name=NAME,
    title="Answers from passages, or none",
    version=VERSION,
    language="en",
    levels={n: rung.text for n, rung in LADDER.items()},
    manners=MANNERS,
    drawn=drawn,
    sources=f"Generated from own sentences and invented facts. {people.SOURCE}",
)
