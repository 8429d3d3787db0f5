"""Rows of a chart, some at a time: what is not on this page is said, and one click away."""

from __future__ import annotations

import math

import streamlit as st

from dashboard.pages import address
from dashboard.theme import plain

PAGE_PX = 42
"""Width of one number."""


def page(total: int, most: int, what: str, key: str) -> int:
    """The page that is shown, from 1; `what`: '48 models, steepest first', without the number.

    Draws nothing where all fit. The address keeps the page under `key`.
    """
    pages = math.ceil(total / most)
    if pages < 2:
        return 1
    held = st.session_state.get(key)
    if isinstance(held, int) and held > pages:
        # Fewer are left than when this page was chosen.
        st.session_state[key] = pages
    address.settle(key, [str(n) for n in range(1, pages + 1)], "the page")
    address.tell(key)
    with st.container(horizontal=True, vertical_alignment="center", key=f"{key}-row"):
        # As wide as its numbers: squeezed, it would leave some out.
        room = PAGE_PX * (min(pages, 8) + 3)
        shown = st.pagination(pages, key=key, width=room, bind="query-params")
        first = (shown - 1) * most + 1
        last = min(shown * most, total)
        st.caption(plain(f"{first:,} to {last:,} of {total:,} {what}"), width="content")
    return shown
