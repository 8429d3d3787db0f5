"""The Method page: what every number means, and what the newest run was made with."""

from __future__ import annotations

import html
from collections.abc import Sequence

import streamlit as st

from dashboard import navigation, query, theme
from dashboard.pages import frontier_head, watch
from data import made_with, method
from data.errors import IsocostError
from data.method import Section

TITLE = "What every number means"
# A link to a section is followed again once what stands above it has its height; not if the reader
# has begun to scroll.
FOLLOW = """
export default function() {
  const go = () => document.getElementById(decodeURIComponent(location.hash.slice(1)))
    ?.scrollIntoView();
  const waits = location.hash ? [500, 1500].map((ms) => setTimeout(go, ms)) : [];
  const stop = () => waits.forEach(clearTimeout);
  const signs = ["wheel", "touchstart", "keydown", "pointerdown"];
  signs.forEach((sign) => addEventListener(sign, stop, { once: true, passive: true }));
  return () => { stop(); signs.forEach((sign) => removeEventListener(sign, stop)); };
}
"""


def page() -> None:
    """Draw the page; it has something to say without a store, too."""
    size = theme.screen()
    source = None
    try:
        source = query.source()
        made = {} if source is None else query.made(source)
        _draw(method.sections(), made, size)
    except IsocostError as error:
        st.error(theme.plain(str(error)), icon=":material/error:")
    with st.container(key="section-follow"):
        st.components.v2.component("isocost.section", js=FOLLOW)(key="section")
    theme.watch_screen(size)
    watch.newer(None if source is None else source.generation)


def _draw(sections: Sequence[Section], made: dict[str, str], size: theme.Size) -> None:
    headed = [s for s in sections if s.title]
    with st.container(key="head"):
        st.title(TITLE, anchor=False)
        frontier_head.sentence(made_with.sentence(len(headed), made))
    if size == "phone":
        with st.expander("Contents and the newest run", icon=":material/toc:"):
            _aside(headed, made)
        _text(sections)
        return
    left, right = st.columns([2.45 if size == "wide" else 1.8, 1], gap="large")
    with left, st.container(key="method-text"):
        _text(sections)
    with right, st.container(key="method-aside"):
        _aside(headed, made)


def _text(sections: Sequence[Section]) -> None:
    for section in sections:
        if section.title:
            st.header(theme.plain(section.title), anchor=section.anchor)
        st.markdown(method.shown(section.body))


def _aside(headed: Sequence[Section], made: dict[str, str]) -> None:
    links = "".join(
        f'<a href="#{html.escape(s.anchor)}" target="_self">{html.escape(s.title)}</a>'
        for s in headed
    )
    st.html(f'<nav class="contents" aria-label="Contents">{links}</nav>')
    st.markdown("**The tasks**")
    st.caption(
        "Each family with an example of every level: docs/tasks.md, or `isocost tasks show TASK`. "
        "How hard the levels turned out here:"
    )
    if "tasks" in navigation.pages():
        st.page_link(navigation.pages()["tasks"], label="Tasks")
    if made:
        st.markdown("**The newest run**")
        rows = "".join(
            f"<dt>{html.escape(label)}</dt><dd>{html.escape(text)}</dd>"
            for label, text in made.items()
        )
        st.html(f'<dl class="facts reading">{rows}</dl>')
