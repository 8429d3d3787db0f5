"""The one row of filters: what they offer, what they are set to, and how they are cleared.

Every widget is bound to the address, so a link or a reload brings the same view back. The words
in the address are the labels: renaming one breaks the links people have kept.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from dashboard import query, theme
from dashboard.figures.axes import AXES
from dashboard.pages import address, costing
from data.view import View

ALL = "All"
MULTIPLE = {"task": "Tasks", "level": "Levels", "lab": "Labs", "weights": "Weights", "kind": "Kind"}
KEYS = ("category", "campaign", *MULTIPLE)


def clear() -> None:
    """Set every filter back; the address follows."""
    for key in ("category", *MULTIPLE):
        if key in st.session_state:
            st.session_state[key] = ALL if key == "category" else []
    costing.reset()


def bar(
    source: query.Source,
    size: theme.Size,
    axes: bool = True,
    more: Callable[[str], None] | None = None,
) -> View:
    """Draw the row and return the view it describes; without `axes` it is one of dollars.

    `more` draws what a page adds to the row, once the campaign is known.
    """
    with st.container(horizontal=True, vertical_alignment="center", key="filters"):
        if size == "phone":
            # Its place is kept: which categories there are depends on the campaign chosen inside.
            first = st.container(width=150)
            inside = st.popover(
                _counted("Axis and filters" if axes else "Filters", _filtered() + costing.active()),
                icon=":material/tune:",
            )
            prices = inside
        else:
            first, second = st.container(width="content"), st.container(width="content")
            inside = st.popover(_label(), icon=":material/tune:")
            prices = st.popover(_counted("Prices", costing.active()), icon=":material/payments:")
        with inside:
            axis = _axis() if axes and size == "phone" else None
            campaign = campaign_of(source)
            offers = query.choices(source, campaign)
            chosen = _multiple(offers)
        with prices:
            basis = costing.settings()
        with first:
            chosen_category = category(offers.categories, size)
        if axes and axis is None:
            with second:
                axis = _axis()
        if more:
            more(campaign)
    address.tell()
    return View(
        campaign,
        categories=() if chosen_category == ALL else (chosen_category.lower(),),
        tasks=chosen["task"],
        levels=tuple(int(level) for level in chosen["level"]),
        labs=chosen["lab"],
        weights=chosen["weights"],
        kinds=chosen["kind"],
        x=AXES[axis or "Cost"].column,
        basis=basis,
    )


def headed(source: query.Source, size: theme.Size, title: str) -> tuple[Any, View] | None:
    """Title and row of filters: (the head, whose sentence stands above the row; the view).

    None where nothing matches, which is said.
    """
    head = st.container(key="head")
    what = bar(source, size, axes=False)
    with head:
        st.title(title, anchor=False)
    if not query.contestants(source, what):
        no_match()
        return None
    return head, what


def no_match() -> None:
    """What stands where nothing matches."""
    with st.container(border=True, key="no-match"):
        st.markdown("**:material/filter_alt_off: No contestant matches these filters.**")
        st.caption("Widen the tasks, levels, labs, weights or kind.")
        st.button("Clear filters", on_click=clear, key="clear")


def _label() -> str:
    return _counted("Filters", _filtered())


def _filtered() -> int:
    return sum(bool(st.session_state.get(key)) for key in MULTIPLE)


def _counted(word: str, active: int) -> str:
    return f"{word} · {active}" if active else word


def category(categories: tuple[str, ...], size: theme.Size) -> str:
    """The category chosen, capitalised, or ALL."""
    options = [ALL, *(one.capitalize() for one in categories)]
    address.settle("category", options, "the category")
    if size == "phone":
        chosen = st.selectbox(
            "Category",
            options,
            key="category",
            label_visibility="collapsed",
            bind="query-params",
        )
    else:
        chosen = st.pills(
            "Category",
            options,
            default=ALL,
            required=True,
            key="category",
            label_visibility="collapsed",
            bind="query-params",
        )
    return chosen or ALL


def _axis() -> str:
    address.settle("axis", list(AXES), "the axis")
    chosen = st.segmented_control(
        "Horizontal axis",
        list(AXES),
        default="Cost",
        required=True,
        key="axis",
        label_visibility="collapsed",
        bind="query-params",
    )
    return chosen or "Cost"


def campaign_of(source: query.Source) -> str:
    """The campaign chosen, the newest at first."""
    names = query.campaigns(source)["campaign"].to_list()
    address.settle("campaign", names, "the campaign")
    return str(st.selectbox("Campaign", names, key="campaign", bind="query-params"))


def _multiple(offers: query.Choices) -> dict[str, tuple[str, ...]]:
    options = {
        "task": offers.tasks,
        "level": tuple(str(level) for level in offers.levels),
        "lab": offers.labs,
        "weights": offers.weights,
        "kind": offers.kinds,
    }
    for key, word in MULTIPLE.items():
        address.settle(key, options[key], f"the {word.lower().removesuffix('s')}", several=True)
    # A filter with one choice filters nothing; it stays while the address still sets it.
    return {
        key: tuple(
            st.multiselect(
                MULTIPLE[key],
                options[key],
                key=key,
                placeholder="All",
                bind="query-params",
            )
        )
        if len(options[key]) > 1
        else ()
        for key in MULTIPLE
    }
