"""The Method tab of published results: what the collection is, and how the charts are made."""

from __future__ import annotations

import html

import streamlit as st

from data.analysis.published import FEWEST
from data.catalog.results import Collection

APART = """
#### Why apart from your own attempts
Others asked other questions, with other prompts and tools, on other days and at other prices. A
point of theirs beside a point of yours would compare all of that at once, so no result from here
stands on a frontier with your attempts, and each collection has a frontier of its own.
"""
BOUGHT = """
#### Cost, tokens and time
The source's figure for the whole run, divided by its number of questions. Costs are at the prices
of that day and are not computed again. A result whose source gives no figure is listed apart:
unknown is never drawn as free. The staircase joins the results that no other of the collection
beats; published scores come without intervals, so it has none. The name in bold is the cheapest
result with at least 93% of the best score.
"""
SIZE = f"""
#### Size
The line is fitted by least squares: score = a + s · log10(parameters) + q · thinking. The last term
is used where every result tells whether the model thought and they differ. Sizes are those stated
beside the scores. "Explains" is what size adds, the partial R²: of the scores' variance that
thinking alone leaves open, the share that size accounts for. Without the last term it is the plain
R². Total and active parameters are compared over the same results, those that state both. Fewer
than {FEWEST} models are not fitted. An entry that its note doubts is drawn hollow and not fitted;
one outside the range of the others is only listed.
"""
MARKS = """
#### Marks
Against size, a square is a mixture of experts, its thin line reaching from active to total
parameters. Against cost, tokens or time, a diamond has closed weights; a circle has open ones or is
not in the catalogue. Colour is the share of reasoning tokens where a source counts them.
"""


def method(about: Collection) -> None:
    """The collection's own note as it stands, then two columns of short texts."""
    facts = [
        ("Collection", about.title),
        ("Score", f"{about.metric}, in percent"),
        ("Measures", about.measure + (", asked without tools" if about.closed_book else "")),
        ("Note", about.note or "none"),
    ]
    inside = "".join(f"<dt>{name}</dt><dd>{html.escape(text)}</dd>" for name, text in facts)
    st.html(f'<dl class="facts reading">{inside}</dl>')
    left, right = st.columns(2, gap="large")
    left.markdown((APART + MARKS).replace("$", "\\$"))
    right.markdown((BOUGHT + SIZE).replace("$", "\\$"))
