"""The Runs page: the nights of an experiment, what moved, and whether it can be trusted."""

from __future__ import annotations

import html
from functools import partial

import streamlit as st

from dashboard import query, theme
from dashboard.figures import runs as figure
from dashboard.figures import runs_moved
from dashboard.pages import filters, lens_page
from dashboard.pages.lens_page import Chart, LensPage, Material
from data.view import View

METHOD = """
#### Failures, spend, duration
A failure is an attempt whose latest try has no answer, by the name of its error. Spend is every try
of every call at the price of its moment, probes included; the budget is the night's, whatever
starts it again. Duration leaves out pauses between two runs.
#### What moved
Accuracy, tokens, time and cost of each contestant, on the samples that both nights answered.
Colour: beyond chance (q < 0.05, corrected over all contestants and metrics of the night by
Benjamini-Hochberg) *and* large: 5 points of accuracy, or below 80 % or above 125 % of tokens, time
or cost. Hollow: neither. Bars are 95 % intervals of a paired bootstrap. It takes another night to
confirm a change. Time is compared only between nights that began at the same hour; costs of both
nights are at tonight's prices.
#### Canaries
Frozen local contestants and known answers, asked every night. When they change, the measuring
itself moved, and no change of that night counts.
#### Trust
*Counts mended*: parts that did not fit their total were made to. *Doubted reasoning counts*: larger
than the output that they are in, or reported by nobody. *Not in the catalogue*: a model string
without an entry has no facts; `isocost models resolve` says what is near.
"""


def bar(source: query.Source, size: theme.Size) -> View:
    """One filter: the night."""
    del size
    with st.container(key="filters", width=360):
        return View(filters.campaign_of(source))


def side(material: Material, size: theme.Size) -> None:
    """What is to be known of the newest night's answers beyond their scores."""
    del size
    canaries = material.tables["canaries"]
    failed = canaries.filter(~canaries["passed"]) if canaries.height else canaries
    lines = [
        f"<dt>{row['count']:,}</dt><dd>{html.escape(row['what'])}</dd>"
        for row in material.tables["checks"].to_dicts()
    ]
    told = f"{canaries.height:,} asked" if canaries.height else "none asked"
    lines.append(f"<dt>{failed.height:,}</dt><dd>canaries that changed ({told})</dd>")
    answers = int(material.tables["checks"]["of"][0])
    st.html(
        f'<p class="card-title">Can it be trusted?</p>'
        f'<p class="provenance">Of {answers:,} answers of the chosen night:</p>'
        f'<dl class="facts tally">{"".join(lines)}</dl>'
    )
    st.caption("The table says whose they are.")


def _moved(name: str, metric: str, note: str, empty: str) -> Chart:
    return Chart(
        name,
        f"<b>{note}</b>, with 95 % intervals; the surest on top. Colour: beyond chance and large; "
        "hollow: neither.",
        lambda m, size: runs_moved.build(m.tables["changes"], metric, size),
        lambda m: runs_moved.describe(m.tables["changes"], metric),
        empty,
    )


AGAIN = "Nothing to compare: collect the same experiment on another night with `isocost nightly`."
moved = partial(_moved, empty=AGAIN)

PAGE = LensPage(
    lens="runs",
    title="What the nights brought",
    charts=(
        Chart(
            "Nights",
            "<b>Dollars</b> (dotted: the budget) and <b>failed attempts</b> by night.",
            lambda m, size: figure.build(m.tables["nights"], m.tables["failures"], size),
            lambda m: figure.describe(m.tables["nights"]),
            "Nothing was asked that counts: collect with `isocost nightly`.",
        ),
        moved("Accuracy moved", "accuracy", "Accuracy, tonight less before"),
        moved("Tokens moved", "output_tokens", "Output tokens an answer, tonight over before"),
        moved("Cost moved", "cost_usd", "Dollars an answer, tonight over before, at one price"),
        _moved(
            "Time moved",
            "duration_s",
            "Seconds an answer, tonight over before",
            "Nothing to compare: it takes two nights that began at the same hour (UTC).",
        ),
    ),
    method=METHOD,
    bar=bar,
    side=side,
    headings={
        "nights": "Nights",
        "changes": "Changes against an earlier night",
        "failures": "Failures by night and kind",
        "checks": "The chosen night's answers, in all",
        "integrity": "The same by contestant",
        "canaries": "Canaries",
        "runs": "Runs",
    },
)


def page() -> None:
    """Draw the page."""
    lens_page.show(PAGE)
