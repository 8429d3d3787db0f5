"""Pages that stay open follow the database."""

from __future__ import annotations

import streamlit as st

from dashboard import query


@st.fragment(run_every="10s")
def newer(seen: object) -> None:
    """Look for a newer generation while the page is open; rerun only when one can be shown."""
    shown = query.source()
    if (None if shown is None else shown.generation) != seen:
        st.rerun()
