"""A day chosen on a slider, or played through to the newest one; the address holds it."""

from __future__ import annotations

import math
from collections.abc import Sequence

import streamlit as st

from dashboard.pages import address

STEP_S = 0.8
MOST = 24
"""Steps of a whole play: with more days some are jumped over."""


def day(key: str, days: Sequence[str], label: str) -> str:
    """The day that is shown, the newest at first; Play goes on from it, at the end from the start.

    Everything is an ordinary widget: Tab and arrow keys move the slider, Space presses the button.
    """
    playing, ahead = f"{key}-playing", f"{key}-ahead"
    address.settle(key, days, "the day")
    if ahead in st.session_state:
        st.session_state[key] = st.session_state.pop(ahead)
    with st.container(horizontal=True, vertical_alignment="center", key="play"):
        on = bool(st.session_state.get(playing))
        st.button(
            "Pause" if on else "Play", icon=f":material/{'pause' if on else 'play_arrow'}:",
            key=f"{key}-play", on_click=_press, args=(key, list(days)),
        )  # fmt: skip
        shown: str = st.select_slider(
            label, days, value=days[-1], key=key, label_visibility="collapsed",
            bind="query-params",
        )  # fmt: skip
    if on:
        _tick(key, list(days), shown)
    return shown


def _press(key: str, days: list[str]) -> None:
    """Play or pause; from the last day it begins anew."""
    playing = f"{key}-playing"
    st.session_state[playing] = not st.session_state.get(playing)
    if st.session_state[playing] and st.session_state.get(key, days[-1]) == days[-1]:
        st.session_state[f"{key}-ahead"] = days[0]


@st.fragment(run_every=STEP_S)
def _tick(key: str, days: list[str], shown: str) -> None:
    """Asks for the next day each time that it runs by itself, and at the last one stops."""
    seen = f"{key}-seen"
    if st.session_state.get(seen) != shown:
        # The page has just been drawn with this day.
        st.session_state[seen] = shown
        return
    at = days.index(shown) + max(1, math.ceil(len(days) / MOST))
    st.session_state[f"{key}-ahead"] = days[min(at, len(days) - 1)]
    if at >= len(days) - 1:
        st.session_state[f"{key}-playing"] = False
    st.rerun()
