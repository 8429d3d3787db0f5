"""The chosen contestant: it lives in the address, whichever way it was chosen."""

from __future__ import annotations

import polars as pl
import streamlit as st

from dashboard.pages import address

KEY = "contestant"
BESIDE = "with"


def chosen() -> str | None:
    """Id of the chosen contestant, if the address names one."""
    return st.query_params.get(KEY)


def choose(contestant_id: str | None) -> None:
    """Choose a contestant, or none."""
    _put(KEY, contestant_id)


def beside() -> str | None:
    """Id of the contestant that the chosen one is compared with."""
    return st.query_params.get(BESIDE)


def set_beside(contestant_id: str | None) -> None:
    """Compare the chosen contestant with another, or with none."""
    _put(BESIDE, contestant_id)


def settle(placed: pl.DataFrame) -> None:
    """What the address names by a name, or in other letters, becomes an id; else it is told."""
    known = dict(placed.select("contestant_id", "name").iter_rows())
    by_letters = {text.casefold(): i for i, name in known.items() for text in (i, name)}
    for key in (KEY, BESIDE):
        asked = st.query_params.get(key)
        if asked and asked not in known:
            found = by_letters.get(asked.strip().casefold())
            if found:
                _put(key, found)
            else:
                address.show(address.missing("the contestant", asked, known.values()))


def _put(key: str, contestant_id: str | None) -> None:
    if contestant_id is None:
        st.query_params.pop(key, None)
    else:
        st.query_params[key] = contestant_id


def swap() -> None:
    """The two change places."""
    a, b = chosen(), beside()
    choose(b)
    set_beside(a)


def from_chart() -> None:
    """Follow a click on the chart; a click on the chosen point lets go of it.

    Plotly keeps a selection of its own. When the list has moved the choice elsewhere, a click on
    the point that Plotly still holds arrives as an empty selection: then that point is meant.
    """
    points = st.session_state["chart"]["selection"]["points"]
    held = st.session_state.get("chart_held")
    if points:
        picked = points[0].get("customdata", [None])
        st.session_state["chart_held"] = picked[0]
        choose(picked[0])
    else:
        st.session_state["chart_held"] = None
        choose(held if held and chosen() not in (held, None) else None)
