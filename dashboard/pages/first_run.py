"""What a page shows while nothing has been collected: what to type."""

from __future__ import annotations

import streamlit as st


def nothing_yet(title: str) -> None:
    """The page's title and the commands that fill it."""
    with st.container(key="head"):
        st.title(title, anchor=False)
    with st.container(border=True, key="first-run"):
        st.markdown("**Nothing has been collected yet.** In a terminal, type one of these:")
        st.code("isocost demo", language=None)
        st.caption("Small models on this machine, no key and no network needed.")
        st.code("isocost collect experiment.toml", language=None)
        st.caption("Your own models and prompts; `--dry-run` says what it would cost.")
        st.caption("This page fills by itself as soon as the first results are in.")
