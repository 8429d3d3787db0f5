"""The Knowledge page: who knows what by obscurity, and who makes things up."""

from __future__ import annotations

from dashboard.figures import knowledge as figure
from dashboard.pages import lens_page
from dashboard.pages.frontier_chart import reasoning_scale
from dashboard.pages.lens_page import Chart, LensPage

NONE = (
    "Nobody here answered questions of knowledge: put capitals, cities or another task of that "
    "category into the experiment and collect."
)
METHOD = """
#### Accuracy, hallucination, index
Every question leaves “I don't know” open. Of the answers, *accuracy* is the share that is right;
*hallucination* the share of what is not right that was made up, not left open; the *index* takes
what is made up from what is right: 100 × (right - made up), so 100 is all right, 0 as much made up
as known, and saying nothing gives 0. On each dotted curve the index is the same. Levels weigh the
same.
#### What counts as what
A refusal is an abstention. An answer that was cut off, or is not in the form asked for, is neither
right nor made up. One that is partly right is not right. Who gets everything right has no
hallucination rate.
#### By band
A band is a level of obscurity; the figure beside a name is the index over all bands, of the best
effort. Dotted: below 0, so more is made up than known.
"""

PAGE = LensPage(
    lens="knowledge",
    title="Who knows, and who makes things up",
    charts=(
        Chart(
            "Known and made up",
            "Up: <b>hallucination</b>, the share of what is not right that was made up. Down and "
            f"to the right is better. Dotted: one knowledge index. {reasoning_scale('phone')}",
            lambda m, size: figure.plane(m.tables["contestants"], m.placed, size),
            lambda m: figure.describe_plane(m.tables["contestants"]),
            NONE,
        ),
        Chart(
            "By band",
            "<b>Knowledge index</b> by band of obscurity, best model first, with its index over "
            "all bands. Dotted: more is made up than known.",
            lambda m, size: figure.by_band(
                m.tables["bands"], m.tables["contestants"], m.placed, size
            ),
            lambda m: figure.describe_bands(m.tables["bands"]),
            f"It takes two bands (levels) with answers. {NONE}",
        ),
        Chart(
            "By size",
            "<b>Knowledge index</b> by total parameters (log scale), for models whose size is "
            f"stated. {reasoning_scale('phone')}",
            lambda m, size: figure.by_size(m.tables["contestants"], m.placed, size),
            lambda m: figure.describe_size(m.tables["contestants"], m.placed),
            "Nobody here has both a knowledge index and a stated size: collect open models that "
            "the catalogue knows.",
        ),
    ),
    method=METHOD,
    headings={
        "contestants": "Contestants",
        "bands": "Bands: by level of obscurity",
        "tasks": "By task",
    },
)


def page() -> None:
    """Draw the page."""
    lens_page.show(PAGE)
