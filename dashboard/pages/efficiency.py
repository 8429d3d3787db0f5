"""The Efficiency page: who spends tokens only when the task needs them."""

from __future__ import annotations

from dashboard.figures import efficiency as figure
from dashboard.figures import tokens_spent
from dashboard.pages import lens_page
from dashboard.pages.efficiency_asks import ALONE, TOGETHER, alone, along, wasted, which
from dashboard.pages.lens_page import Chart, LensPage

METHOD = """
#### Token efficiency (STE)
Right answers, each weighed by how few tokens it took: a sample's *requirement* is what the terse
end of those who solve it reliably needs; an answer at the requirement counts in full, one that took
four times as much counts a quarter, a wrong one nothing. STE = accuracy × thrift, so the dotted
curves join equal efficiency. Who generates nothing (readers, rules) is faint: it has thrift 100 %.
#### Adaptivity, elasticity
Whether tokens follow the requirement from sample to sample: adaptivity 1 when they move one for
one, 0 when they don't. Elasticity 1: twice the need, twice the tokens. *Easy overhead* is how many
times the requirement the easiest third of levels takes.
#### Tokens by level
Means over the tasks' levels, on a log scale; × is tokens on the hardest over the easiest level.
Dotted: under half of the level is solved, so most of these tokens brought no answer.
#### Waste
The share of tokens, weighed in dollars, beyond the requirement or spent on wrong answers. Token
counts of different tokenizers within 25 % of each other are read as ties.
"""

PAGE = LensPage(
    lens="efficiency",
    title="Who spends tokens only when the task needs them",
    charts=(
        Chart(
            "Accuracy and thrift",
            lambda m: ALONE if alone(m) else TOGETHER,
            lambda m, size: (
                tokens_spent.build(m.beside["summary"]["by_category"], one, size)
                if (one := alone(m))
                else figure.plane(m.tables["contestants"], m.placed, size)
            ),
            lambda m: (
                tokens_spent.describe(m.beside["summary"]["by_category"], one)
                if (one := alone(m))
                else figure.describe_plane(m.tables["contestants"])
            ),
            "No contestant has a right answer with its tokens reported.",
        ),
        Chart(
            "Tokens by level",
            along,
            lambda m, size: figure.by_level(
                m.beside["summary"]["by_level"], m.placed, size, **m.asked
            ),
            lambda m: figure.describe_levels(m.beside["summary"]["by_level"]),
            "It takes two levels, or two tasks, with reported tokens: collect more.",
            which,
        ),
        Chart(
            "Waste in dollars",
            "<b>Dollars per 1,000 tasks that bought nothing</b>, and their share of the bill.",
            lambda m, size: figure.waste(m.tables["contestants"], size, m.asked.get("page")),
            lambda m: figure.describe_waste(m.tables["contestants"]),
            "Nobody here has both a price and a sample whose requirement is known: what "
            "a sample needs is learnt from several that write, so collect a second, with a price.",
            wasted,
        ),
    ),
    method=METHOD,
    beside=("summary",),
    headings={
        "contestants": "Contestants",
        "by_tokens": "By tokens: counts within 25 % are ties that dollars decide",
        "comparators": "Comparators: what other benchmarks would say",
        "cost_of_pass": "Cost of a right answer, per problem",
    },
)


def page() -> None:
    """Draw the page."""
    lens_page.show(PAGE)
