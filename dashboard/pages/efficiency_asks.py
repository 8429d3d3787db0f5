"""What the Efficiency page's charts ask for, and what they say of one that writes alone."""

from __future__ import annotations

import html
from collections.abc import Mapping
from typing import Any

import streamlit as st

from dashboard import theme
from dashboard.figures import efficiency as figure
from dashboard.figures import forest, panels
from dashboard.pages import address, paging
from dashboard.pages.frontier_chart import reasoning_scale
from dashboard.pages.lens_page import Material
from data.analysis.steps import MOST_NAMES, steps

TOGETHER = (
    "<b>Right answers for few tokens</b>: up and to the right is better; a dotted curve joins "
    f"equal token efficiency (STE). Up: <b>thrift</b>. {reasoning_scale('phone')}"
)
ALONE = (
    "<b>Where its tokens go</b>, by category. Orange outline: under half is right, so most of them "
    "bring no answer. Thrift takes a second writer: what a sample needs is learnt from all who "
    "solve it."
)

BY_LEVEL = (
    "<b>Output tokens per task</b> (log scale) by level, steepest model first; × is the hardest "
    "level over the easiest. Dotted: under half is solved, tokens without answers."
)
BY_TASK = "<b>Output tokens</b> (log scale) by task, for want of levels"
TASKS_END = (
    "; steepest model first, × is the last task over the first. Dotted: under half is solved, "
    "tokens without answers."
)


def along(m: Material) -> str:
    """What tokens are followed along: levels, or tasks where none has two."""
    _, tasks = steps(m.beside["summary"]["by_level"])
    if not tasks:
        return BY_LEVEL
    named = f": {html.escape(', '.join(tasks))}" if len(tasks) <= MOST_NAMES else ""
    return BY_TASK + named + TASKS_END


def alone(m: Material) -> str | None:
    """The name of the only one that writes: with nobody beside it, thrift says nothing."""
    writers = m.tables["contestants"].filter("writes")["name"]
    return str(writers[0]) if len(writers) == 1 else None


def which(m: Material) -> Mapping[str, Any]:
    """Asks whose panels are drawn where there is no room for all; says which these are."""
    known = list(dict.fromkeys(figure.models(m.beside["summary"]["by_level"], m.placed)))
    most = panels.MOST[theme.screen()]
    if len(known) <= most:
        return {}
    with st.container(horizontal=True, vertical_alignment="center", key="which"):
        address.settle("models", known, "the model", several=True)
        names = st.multiselect(
            "Models", known, key="models", placeholder="Choose models", width=320,
            label_visibility="collapsed", bind="query-params",
        )  # fmt: skip
        what = "models that were chosen" if names else "models, those that rise most first"
        page = paging.page(len(names or known), most, what, "page")
    return {"names": names, "page": page}


def wasted(m: Material) -> Mapping[str, Any]:
    """Asks for a page of the contestants whose waste is known."""
    known = m.tables["contestants"]["waste_per_1k_usd"].count()
    what = "contestants, most wasted first"
    return {"page": paging.page(known, forest.ROWS, what, "rows")}
