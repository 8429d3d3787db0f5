"""The Questions page, where one lands: each claim that can be tested, and what became of it."""

from __future__ import annotations

import streamlit as st

from dashboard import navigation, query, theme
from dashboard.pages import filters, frontier_head, lens_page
from dashboard.pages.frame import framed
from data.analysis.questions import FAILS, HOLDS, OPEN

TITLE = "What holds on your own samples"
MARKS = {HOLDS: ("check_circle", "green"), FAILS: ("cancel", "orange"), OPEN: ("pending", "gray")}
"""Verdict -> its icon and colour."""
MORE = {"summary": "models"}
"""Lens -> the page that shows it, where it is not the lens's own."""


def page() -> None:
    """Draw the page."""
    framed(TITLE, _draw)


def _draw(source: query.Source, size: theme.Size) -> None:
    found = filters.headed(source, size, TITLE)
    if found is None:
        return
    head, what = found
    with st.spinner("Looking through every lens", show_time=False):
        shown = query.shown(source, what, "questions", {})
    with head:
        frontier_head.sentence(shown.sentence)
        lens_page.provenance(source, shown, what, size)
    rows = shown.tables["questions"].to_dicts()
    with st.container(key="questions"):
        for verdict in (HOLDS, FAILS, OPEN):
            for row in rows:
                if row["verdict"] == verdict:
                    _claim(row, size)
    with st.expander("As a file", icon=":material/download:"):
        from dashboard.pages.lens_download import download

        download(source, what, "questions", {}, picture=False)


def _claim(row: dict[str, str], size: theme.Size) -> None:
    """One claim: its verdict in a word and a mark, its sentence, and where to look further."""
    icon, colour = MARKS[row["verdict"]]
    with st.container(border=True, key=f"claim-{row['name']}"):
        said = f":{colour}[:material/{icon}:] **{theme.plain(row['claim'])}**"
        if size == "phone":
            st.markdown(f"{said} · {row['verdict']}")
        else:
            left, right = st.columns([5, 1], vertical_alignment="center")
            left.markdown(said)
            right.markdown(f":{colour}-badge[{row['verdict']}]")
        st.html(f'<p class="claim">{frontier_head.marked(row["said"])}</p>')
        with st.container(horizontal=True, vertical_alignment="center"):
            if row["collect"]:
                st.caption(f"To settle it: {theme.plain(row['collect'].replace('`', ''))}.")
            word = MORE.get(row["lens"], row["lens"])
            if word in navigation.pages():
                st.page_link(navigation.pages()[word], label="Look closer")
