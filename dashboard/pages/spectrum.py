"""The Spectrum page: what a reasoning label still explains, and what it hides."""

from __future__ import annotations

from dashboard.figures import spectrum as figure
from dashboard.pages import lens_page
from dashboard.pages.frontier_chart import reasoning_scale
from dashboard.pages.lens_page import Chart, LensPage

TOO_FEW = (
    "It takes 10 contestants that report their reasoning tokens, with 3 that reason and 3 that "
    "don't: collect some models at several efforts."
)
METHOD = """
#### The label
A contestant has the label when it spent any reasoning tokens on this view's tasks. Who does not
report reasoning tokens has no label and takes no part; neither does who answered only part of the
samples. The table counts them.
#### Variance explained
Of capability: R² of accuracy on the label, on the reasoning share of output, on log cost, all for
the same contestants. Of log tokens and log cost: what lies between the two labels (η²). *Beside
the share* and *beside the cost* are what the label adds to that (R² with it less R² without), with
p of the F test of nested fits, which takes contestants as independent; hollow: p of 0.05 or more.
Shares of small samples are never quite 0, so read them with their intervals: 95 %, resamples of
models, each with all its efforts.
#### What it hides
How far apart contestants of one label are: the 95th over the 5th percentile of their tokens and of
their cost. ×100 means that the label puts a contestant in one drawer with one that spends a
hundredth.
"""

PAGE = LensPage(
    lens="spectrum",
    title="What a reasoning label still explains",
    charts=(
        Chart(
            "What it explains",
            "<b>Share of the differences explained</b>, with 95 % intervals. Orange: by the label "
            "“reasons or not”; blue: by the continuum. Hollow: what the label adds is not told "
            "from chance.",
            lambda m, size: figure.explained(m.tables["measures"], size),
            lambda m: figure.describe_explained(m.tables["measures"]),
            TOO_FEW,
        ),
        Chart(
            "The continuum",
            "<b>Capability</b> (0 to 100) by reasoning share; a thin line joins one model's "
            f"efforts. Diamond: closed weights. {reasoning_scale('phone')}",
            lambda m, size: figure.continuum(m.placed, size),
            lambda m: figure.describe_continuum(m.placed),
            "Nobody here reports reasoning tokens: collect a model whose provider does, at several "
            "efforts.",
        ),
        Chart(
            "What it hides",
            "<b>How far apart contestants of one label are</b>: the 95th over the 5th percentile "
            "of tokens and cost, with 95 % intervals. Orange: those that reason.",
            lambda m, size: figure.hidden(m.tables["measures"], size),
            lambda m: figure.describe_hidden(m.tables["measures"]),
            TOO_FEW,
        ),
    ),
    method=METHOD,
    headings={"measures": "Measures"},
)


def page() -> None:
    """Draw the page."""
    lens_page.show(PAGE)
