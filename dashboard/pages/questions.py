"""The Questions page, where one lands: each claim that can be tested, and what became of it."""

from __future__ import annotations

import streamlit as st

from dashboard import navigation, query, theme
from dashboard.pages import filters, frontier_head, lens_page
from dashboard.pages.frame import framed
from data.analysis.claims import CLOSE, FAILS, HOLDS, OPEN, VERDICTS

TITLE = "What holds, and on which evidence"
MARKS = {
    HOLDS: ("check_circle", "green"), FAILS: ("cancel", "orange"), CLOSE: ("balance", "blue"),
    OPEN: ("pending", "gray"),
}  # fmt: skip
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
        for verdict in VERDICTS:
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
        verdict = f":{colour}-badge[:material/{icon}: {row['verdict']}]"
        if size == "phone":
            st.markdown(verdict)
            _said(row)
            _closer(row)
            return
        # Verdicts stand under each other, as do claims and links.
        left, middle, right = st.columns([1.25, 6, 1.05], gap="small")
        left.markdown(verdict)
        with middle:
            _said(row)
        with right, st.container(horizontal=True, horizontal_alignment="right"):
            _closer(row)


def _said(row: dict[str, str]) -> None:
    st.markdown(f"**{theme.plain(row['claim'])}**")
    st.html(f'<p class="claim">{frontier_head.marked(row["said"])}</p>')
    st.caption(f"From {theme.plain(row['evidence'])}. Holds if {theme.plain(row['takes'])}.")
    if row["collect"]:
        st.caption(f"To settle it: {theme.plain(row['collect'].replace('`', ''))}.")


def _closer(row: dict[str, str]) -> None:
    word = MORE.get(row["lens"], row["lens"])
    if word in navigation.pages():
        st.page_link(navigation.pages()[word], label="Look closer")
