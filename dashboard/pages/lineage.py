"""The Lineage page: students beside their teachers; labs and countries from the frontier."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

from dashboard.figures import lineage as figure
from dashboard.pages import lens_page
from dashboard.pages.lens_page import Chart, LensPage, Material

METHOD = """
#### Students
A distilled model beside the teacher that the catalogue names, each by its most capable contestant,
on the samples that both answered. *Kept*: the student's accuracy over the teacher's. Blue: keeps
all and more; orange: detectably less; hollow: not told from its teacher. Intervals, 95 %: paired
bootstrap of clusters within levels.
#### Distance from the frontier
How many times more than the cheapest contestant at least as capable each one costs: 1 on the
frontier. Of a group the geometric mean, every model counting once, list prices and machines of
one's own apart. Hollow: fewer than three models. Free contestants have no ratio. Intervals, 95 %: t
over models. It is about these samples and prices, and says nothing of why.
"""
GROUPS = {"Labs": "lab", "Countries": "country", "Weights": "weights", "Licences": "licence"}


def _one(by: str) -> Callable[[Material], Mapping[str, Any]]:
    """Asks which group stands out, at first the one nearest to the frontier."""

    def ask(m: Material) -> Mapping[str, Any]:
        names = figure.nearest(m.tables[f"by_{by}"])
        if not names:
            return {}
        chosen = st.selectbox(
            "Highlight", names, key=f"one_{by}", width=320, label_visibility="collapsed",
            bind="query-params",
        )  # fmt: skip
        return {"group": chosen}

    return ask


def _groups(name: str, by: str) -> Chart:
    return Chart(
        name,
        "<b>Times the cost of the cheapest that does as well</b>, geometric means with 95 % "
        "intervals; 1 is the frontier. Blue: the chosen one. Hollow: fewer than three models.",
        lambda m, size: figure.groups(m.tables[f"by_{by}"], m.asked.get("group"), size),
        lambda m: figure.describe_groups(m.tables[f"by_{by}"]),
        "Nobody here has a price above 0 and an accuracy above guessing: collect priced models.",
        _one(by),
    )


def _field(name: str, by: str) -> Chart:
    return Chart(
        name,
        "<b>Capability</b>, 0 to 100, by cost: one in blue, everybody else in grey. Diamond: "
        "closed weights.",
        lambda m, size: figure.field(m.placed, by, m.asked.get("group"), size),
        lambda m: figure.describe_field(m.placed, by, m.asked.get("group")),
        "Nobody here is priced and better than guessing: collect priced models.",
        _one(by),
    )


PAGE = LensPage(
    lens="lineage",
    title="What students keep, and who stands near the frontier",
    charts=(
        # First, since few have a student and its teacher in one campaign.
        _field("A lab in the field", "lab"),
        Chart(
            "Students",
            "<b>Capability that a student keeps of its teacher's</b>, %, with 95 % intervals. "
            "Hollow: not told from its teacher.",
            lambda m, size: figure.students(m.tables["students"], size),
            lambda m: figure.describe_students(m.tables["students"]),
            "No distilled model was asked together with the teacher that the catalogue names: "
            "collect both in one experiment, such as DeepSeek R1 and its distills.",
        ),
        *(_groups(name, by) for name, by in GROUPS.items()),
    ),
    method=METHOD,
    headings={
        "students": "Students beside their teachers",
        **{f"by_{by}": f"{name}: times the cheapest as capable" for name, by in GROUPS.items()},
    },
)


def page() -> None:
    """Draw the page."""
    lens_page.show(PAGE)
