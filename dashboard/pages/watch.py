"""Pages that stay open follow the database."""

from __future__ import annotations

import streamlit as st

from dashboard import query


@st.fragment(run_every="10s")
def newer(seen: object) -> None:
    """Look for a newer generation while the page is open, and rerun only when there is one."""
    if query.reader(query.path()).generation != seen:
        st.rerun()
