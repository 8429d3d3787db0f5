"""A whole report on the Reports page: previewed as it leaves, with the command that makes it."""

from __future__ import annotations

import shlex
from dataclasses import replace
from typing import Any

import streamlit as st

from dashboard import query, theme
from dashboard.pages import frontier_head, saving
from dashboard.pages.saving import Offer
from dashboard.printed.charts import charted
from dashboard.printed.content import USUAL
from dashboard.printed.whole import FORMATS, Whole, whole, whole_command, whole_name
from data.errors import IsocostError
from data.view import View

NAME = "Whole report"
KINDS = {title: kind for kind, title in FORMATS.items()}
HOLDS = {
    "pdf": "A4 pages with the same charts and tables as the HTML, which is shown here.",
    "zip": "The HTML, which is shown here; the Pareto table in every format; every table and chart "
    "of these lenses; a README and a manifest with hashes.",
}
_HASH: Any = {query.Source: lambda s: (s.path, s.generation), View: repr, Whole: repr}


@st.cache_data(show_spinner=False, max_entries=4, hash_funcs=_HASH)
def made(source: query.Source, what: View, asked: Whole) -> bytes:
    """The report of a view, made once."""
    return whole(query.study(source, what, {}), asked)


def draw(source: query.Source, what: View, head: Any, right: Any) -> None:
    """The choices where the caller stands, the sentence in `head`, the preview on the `right`."""
    wanted = _asked()
    shown = replace(wanted, kind="html")
    try:
        with st.spinner("Drawing the charts", show_time=False):
            page = made(source, what, shown)
            body = page if wanted == shown else made(source, what, wanted)
    except IsocostError as error:
        with right, st.container(border=True, key="no-report"):
            st.markdown("**This report can't be made yet.**")
            st.caption(theme.plain(str(error)))
        return
    name, title = whole_name(what, wanted), FORMATS[wanted.kind]
    saving.button(Offer(f"Download {title}", wanted.kind, name, body), primary=True)
    saving.terminal(f"{whole_command(what, wanted)} -o {shlex.quote(name)}")
    with head:
        size = f"{len(body) / 1000:,.0f} kB"
        frontier_head.sentence(f"**The whole report** as {title}: {size}, of {what.campaign}.")
    with right, st.container(key="report-preview"):
        if wanted.kind in HOLDS:
            st.caption(HOLDS[wanted.kind])
        st.iframe(page.decode(), height=720)


def _asked() -> Whole:
    """What is to be in it, from widgets that live in the address."""
    chosen = st.multiselect(
        "Sections", [*charted(), "questions"], default=list(USUAL), key="sections",
        bind="query-params",
    )  # fmt: skip
    title = st.pills(
        "Format", list(KINDS), default="HTML", required=True, key="whole-format",
        bind="query-params",
    )  # fmt: skip
    same = tuple(chosen) == USUAL
    return Whole(KINDS[title or "HTML"], () if same else tuple(chosen))
