"""The Readers page: where an encoder or rules do as well as a model that writes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from dashboard import query
from dashboard.figures import readers as figure
from dashboard.pages import lens_page
from dashboard.pages.lens_page import Chart, LensPage
from data.analysis.reader_costs import LABEL_USD
from data.lenses.readers import MOST_USD

METHOD = """
#### Reader against writer
Of each task the reader (an encoder with a fitted head, or rules) with the highest accuracy against
the writer with the highest, levels weighing the same, among those that answered 95 % of the
samples. Only samples that both answered are compared. *Better*: the interval of the difference lies
above 0. *Behind*: below 0. *Matches*: it ends above -5 points (the dotted rule). Else *too close
to call*; hovering a row says about how many shared samples telling would take, should the
difference seen so far hold.
#### Cost
What the writer costs over what the reader does, for the same samples. List prices and machines of
one's own are never put together without saying so.
#### By level
The same two at each level. *Behind from* marks the first level at which the reader is detectably
behind, with p multiplied by the number of levels.
#### Equal labels
The best of the readers that were fitted on exactly so many labelled examples, against the best of
the writers whose prompts show no more of them.
#### Break-even
(labels at the assumed price + fitting) / (what a document saves against the cheapest writer that
the reader is not detectably better than). Where no writer is as good, against the best one.
"""
BLUE_ORANGE = "Blue: as good or better; orange: behind; hollow: too close to call."


def options(source: query.Source, campaign: str) -> Mapping[str, Any]:
    """What a label is assumed to cost, from a field that lives in the address."""
    del source, campaign
    with st.popover("Labels", icon=":material/sell:"):
        usd = st.number_input(
            "Dollars for one labelled example (an assumption)",
            min_value=0.0,
            max_value=MOST_USD,
            value=LABEL_USD,
            step=0.01,
            key="label_usd",
            bind="query-params",
        )
    return {} if usd == LABEL_USD else {"label_usd": usd}


PAGE = LensPage(
    lens="readers",
    title="Where reading is enough",
    charts=(
        Chart(
            "By task",
            "<b>The best reader less the best writer</b>, points, with 95 % intervals. "
            f"{BLUE_ORANGE} Dotted: 5 points, the margin of a match.",
            lambda m, size: figure.by_task(m.tables["tasks"], size),
            lambda m: figure.describe_tasks(m.tables["tasks"], "by task"),
            "No task was answered by both a reader and a writer: add an encoder or rules, and a "
            "model that writes, to one experiment and collect.",
        ),
        Chart(
            "By level",
            "<b>Accuracy by level</b>, % of samples: the task's best reader and best writer. "
            "Dotted: from here the reader is detectably behind.",
            lambda m, size: figure.by_level(m.tables["levels"], size),
            lambda m: figure.describe_levels(m.tables["levels"]),
            "It takes a task with two levels that a reader and a writer answered: collect more "
            "levels.",
        ),
        Chart(
            "Equal labels",
            "<b>With so many labelled examples</b>: reader less writer, points, for readers fitted "
            f"on that many and writers shown no more. {BLUE_ORANGE}",
            lambda m, size: figure.by_labels(m.tables["labelled"], size),
            lambda m: figure.describe_tasks(m.tables["labelled"], "by task and number of labels"),
            "No reader here was fitted on a known number of examples beside a writer: collect "
            "readers with several numbers of labels.",
        ),
        Chart(
            "Break-even",
            "<b>Documents from which a reader has paid for its labels</b> and its fitting, against "
            f"the cheapest writer as good. {BLUE_ORANGE}",
            lambda m, size: figure.break_even(m.tables["tasks"], size),
            lambda m: figure.describe_break_even(m.tables["tasks"]),
            "No reader here both saves something and has known labels: the table says why, "
            "task by task.",
        ),
    ),
    method=METHOD,
    options=options,
    options_in_row=True,
    headings={
        "tasks": "Tasks: the best reader beside the best writer",
        "levels": "Levels",
        "labelled": "At equal numbers of labels",
        "shifted": "Shifted: texts from elsewhere than the training split",
    },
)


def page() -> None:
    """Draw the page."""
    lens_page.show(PAGE)
