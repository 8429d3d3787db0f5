"""Values in the address that a widget would drop in silence: read in any case, or told."""

from __future__ import annotations

import difflib
import html
from collections.abc import Iterable, Sequence

import streamlit as st

HELD, FIRST = "not-found", "not-found-first"
LATER = ("show", "page", "rows")
"""Keys of widgets that stand below the line: theirs is told beside them."""
LISTED, LONGEST = 6, 60
"""Names that a line lists, and characters of a value that it repeats."""


def settle(key: str, options: Sequence[str], what: str, several: bool = False) -> None:
    """Called before a widget is drawn: what its address says in other letters is what is meant.

    What is none of its options is remembered for `tell`; the widget itself drops it.
    """
    asked = st.query_params.get_all(key)
    if key in st.session_state or not asked or all(one in options for one in asked):
        return
    by_letters = {option.casefold(): option for option in reversed(options)}
    found = [by_letters.get(one.strip().casefold()) for one in asked]
    good = list(dict.fromkeys(one for one in found if one is not None))
    if good:
        st.session_state[key] = good if several else good[0]
    for one, match in zip(asked, found, strict=True):
        if match is None and one.strip():
            miss(key, missing(what, one, options))


def miss(key: str, line: str) -> None:
    """Remember a line for as long as its widget is not set, on this page."""
    st.session_state.setdefault(HELD, {})[key] = (line, st.context.url)


def missing(what: str, value: str, known: Iterable[str]) -> str:
    """'No category "mth" here. Did you mean math? There are: ...', in one line."""
    names = sorted(dict.fromkeys(known), key=str.casefold)
    said = " ".join(value.split())
    said = said if len(said) <= LONGEST else f"{said[:LONGEST]}…"
    more = f" and {len(names) - LISTED:,} more" if len(names) > LISTED else ""
    there = f" There are: {', '.join(names[:LISTED])}{more}." if names else ""
    by_letters = {name.casefold(): name for name in names}
    close = difflib.get_close_matches(said.casefold(), by_letters, n=1)
    near = f" Did you mean “{by_letters[close[0]]}”?" if close else ""
    return f"The address names {what} “{said}”, which is not here.{near}{there}"


def tell(*only: str) -> None:
    """One line for each value of this page's address that was not found; of `only` these keys."""
    held: dict[str, tuple[str, str | None]] = st.session_state.get(HELD, {})
    first: dict[str, object] = st.session_state.setdefault(FIRST, {})
    for key, (line, url) in held.items():
        if (key not in only) if only else key in LATER:
            continue
        # What the widget fell back to: once it says something else, the line has done its work.
        now = st.session_state.get(key)
        if url == st.context.url and first.setdefault(key, now) == now:
            show(line)


def show(line: str) -> None:
    """The line, as a reader of the page and a screen reader get it."""
    st.html(f'<p class="not-found" role="status">{html.escape(line)}</p>')
