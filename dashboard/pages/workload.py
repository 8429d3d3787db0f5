"""The Workload page: so many documents, what they cost, how long they take, who does them best."""

from __future__ import annotations

from dashboard.figures import routes
from dashboard.figures import workload as figure
from dashboard.pages import lens_page
from dashboard.pages.lens_page import Chart, LensPage, Material
from dashboard.pages.workload_asks import options
from dashboard.pages.workload_brief import brief, page_of

METHOD = """
#### Dollars and hours
Calls = documents / (1 - share made again). Dollars = calls × mean cost of a call. Hours = the
longest of calls × seconds / calls in flight, calls / requests a minute, calls × tokens / tokens a
minute: that is the limit which *binds*. Own machines are limited by themselves; batch prices (under
Prices) take a window of 24 hours; a shared server's hours are not known from single calls.
#### Who will do
Filled: accuracy and hours satisfy what was asked with their whole 95 % intervals; outlined: their
means do. Grey: lacks something, or can't be planned, with the reason. Cheapest first; the sentence
names the first. *Any* quality takes whoever beats blind guessing.
#### Cascades (squares)
The second contestant gets what a check of the first one's answer rejects. How good that check is
(passes 95 % of right and 20 % of wrong answers, for nothing) is **stated, not measured**, so its
accuracy is an estimate and counts for no more than that of the better stage alone; asking twice
needs no check, is measured on runs of the same samples, and is counted at its worst. So a cascade
never takes the first place in the sentence; it is said beside it. Its hours are those of one stage
after the other.
#### Mixing at random
What sending documents at random to two contestants buys for the same dollars. A router or cascade
is worth building only above that line. Blue: surely above, corrected for how many were tried.
Triangles: routers that know the level beforehand; diamond: knowing whom to ask, which nobody can.
#### Intervals, 95 %
They redraw cost, tokens and seconds of the samples together. They say how sure the means are, not
how unlike your documents may be.
"""


def _deadline(m: Material) -> float | None:
    hours = m.tables["asked"]["hours"][0]
    return None if hours is None else float(hours)


PAGE = LensPage(
    lens="workload",
    title="Plan my workload",
    charts=(
        Chart(
            "Dollars",
            "<b>What all documents cost</b>, cheapest adequate choice first, with 95 % intervals. "
            "Outlined: adequate, but not for sure. Grey: not, and why. Squares: "
            "cascades, if a free check told right from wrong as assumed (see Method).",
            lambda m, size: figure.dollars(
                m.tables["everyone"], m.tables["cascades"], size, m.asked.get("page")
            ),
            lambda m: figure.describe_dollars(m.tables["everyone"], m.tables["cascades"]),
            "Nobody here has a known price: give prices in the experiment, or choose others under "
            "Prices.",
            page_of,
        ),
        Chart(
            "Hours and dollars",
            "Up: <b>how long it takes</b> (log scale); down and to the left is better. Grey: not "
            "adequate. Squares: cascades with the assumed check.",
            lambda m, size: figure.time_and_money(
                m.tables["everyone"], m.tables["cascades"], _deadline(m), size
            ),
            lambda m: figure.describe_time(
                m.tables["everyone"], m.tables["cascades"], _deadline(m)
            ),
            "Nobody here has both a known price and measured seconds: collect once more.",
        ),
        Chart(
            "Routers and cascades",
            "Up: <b>% right</b>. Above the line is more than mixing two at random buys. Squares: "
            "cascades, if the check is as assumed; triangles: routers by level. Blue: surely above "
            "it.",
            lambda m, size: routes.build(
                m.beside["routing"]["routes"], m.beside["routing"]["mixing"], size
            ),
            lambda m: routes.describe(m.beside["routing"]["routes"]),
            "It takes two contestants on the frontier that answered the same samples with known "
            "costs: collect a cheap and a capable one.",
        ),
    ),
    method=METHOD,
    options=options,
    beside=("routing",),
    brief=brief,
    headings={
        "routes": "Who will do, cheapest first",
        "cascades": "Cascades: what is stated of the check stands under assumes",
        "everyone": "Everyone, and what they lack",
        "asked": "Asked",
    },
)


def page() -> None:
    """Draw the page."""
    lens_page.show(PAGE)
