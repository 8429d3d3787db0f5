"""The pages and their places in the menu. A new page is its module and a line here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import NamedTuple, cast

import streamlit as st
from streamlit.navigation.page import StreamlitPage


class Entry(NamedTuple):
    """One page."""

    word: str
    """Its address, and its module in dashboard.pages."""
    title: str
    icon: str
    """A Material symbol."""


MENU: Mapping[str, tuple[Entry, ...]] = {
    "": (
        Entry("questions", "Questions", "help"),
        Entry("frontier", "Frontier", "show_chart"),
        Entry("efficiency", "Efficiency", "bolt"),
    ),
    "Decide": (
        Entry("workload", "Plan my workload", "inventory_2"),
        Entry("bill", "My bill", "receipt_long"),
        Entry("readers", "Readers", "menu_book"),
    ),
    "Lenses": (
        Entry("spectrum", "Spectrum", "gradient"),
        Entry("size", "Size", "straighten"),
        Entry("knowledge", "Knowledge", "school"),
        Entry("time", "Time", "schedule"),
        Entry("sparsity", "Sparsity", "grain"),
        Entry("lineage", "Lineage", "account_tree"),
        Entry("hardware", "Hardware", "memory"),
    ),
    "Evidence": (
        Entry("models", "Models", "deployed_code"),
        Entry("runs", "Runs", "nights_stay"),
        Entry("reports", "Reports", "description"),
        Entry("tasks", "Tasks", "checklist"),
        Entry("published", "Published", "public"),
        Entry("method", "Method", "functions"),
    ),
}
"""Heading of the menu ('': none, in the bar itself) -> its pages. The first page is the landing."""


def _draw(word: str) -> Callable[[], None]:
    """Draws a page; its module is loaded when somebody asks for it."""

    def draw() -> None:
        import_module(f"dashboard.pages.{word}").page()

    draw.__name__ = word
    return draw


def pages() -> Mapping[str, StreamlitPage]:
    """Every page by its word, made once a session.

    st.navigation marks the page that may run now: sessions with a page in common, run at once,
    would use up each other's mark.
    """
    if _KEY not in st.session_state:
        entries = [entry for group in MENU.values() for entry in group]
        st.session_state[_KEY] = {
            e.word: st.Page(
                _draw(e.word),
                title=e.title,
                icon=f":material/{e.icon}:",
                # Streamlit serves its default page at the root alone, and keeps its word from
                # others.
                url_path=e.word if i else "start",
                default=i == 0,
            )
            for i, e in enumerate(entries)
        }
    return cast(Mapping[str, StreamlitPage], st.session_state[_KEY])


_KEY = "navigation-pages"


def _landing() -> StreamlitPage:
    """The landing page under its own word, for links that name it."""
    entry = next(iter(MENU.values()))[0]
    return st.Page(_draw(entry.word), title=entry.title, url_path=entry.word, visibility="hidden")


def menu() -> dict[str, list[StreamlitPage]]:
    """The pages under their headings, as st.navigation takes them."""
    found = {heading: [pages()[e.word] for e in group] for heading, group in MENU.items()}
    found[""].append(_landing())
    return found
