"""Chemical elements by how often English texts name them, number to name and name to number.

How often is wordfreq's estimate, all spellings together; lead, tin and mercury owe some of it to
their other meanings. The atomic number says nothing of obscurity: gold has the 79th.
"""

from __future__ import annotations

from functools import cache

from collectors.tasks.knowledge.facts import Fact, asking, family, rows, sixths
from collectors.tasks.knowledge.reply import Finder, bare, names, numbers

NAME, VERSION = "elements", "1"


def by_name(name: str) -> str:
    return f"What is the atomic number of {name}?"


def by_number(number: str) -> str:
    return f"Which chemical element has the atomic number {number}?"


@cache
def find_elements() -> Finder:
    """The elements that a text names."""
    return names(n for row in rows("elements.csv") for n in (row["name"], row["alias"]) if n)


@cache
def facts() -> tuple[Fact, ...]:
    """Most named first; two questions of each."""
    found = []
    for row in rows("elements.csv"):
        level, number, name = int(row["level"]), row["number"], row["name"]
        cluster = f"{NAME}/{row['symbol']}"
        called = frozenset(map(bare, filter(None, (name, row["alias"]))))
        found += [
            Fact(level, by_name(name), number, frozenset((number,)), numbers, True, cluster),
            Fact(level, by_number(number), name, called, find_elements(), False, cluster),
        ]
    return tuple(found)


TASK = family(
    NAME,
    "Chemical elements",
    VERSION,
    sixths("elements, those that texts name most often first"),
    facts,
    asking(
        "Answer the question.",
        "number, or English name of the element",
        (
            (by_name("chlorine"), "17", "Chlorine is the halogen after fluorine."),
            (by_number("18"), "argon", "Number 18 is the noble gas after neon."),
        ),
    ),
    baseline=0.0,
    sources="periodictable 2.1.0 (public domain); the order from wordfreq 3.1.1 (data CC BY-SA 4.0)"
    ", frozen.",
)
