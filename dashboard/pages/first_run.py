"""What a page shows while nothing has been collected: what to type, or a file to open."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from dashboard import query, theme, uploading

KEPT = "first-run-told"
MOST_MB = 200
"""A longer file is for the command."""


def nothing_yet(title: str) -> None:
    """The page's title and what fills it."""
    with st.container(key="head"):
        st.title(title, anchor=False)
    with st.container(border=True, key="first-run"):
        st.markdown("**Nothing has been collected yet.** In a terminal, type one of these:")
        st.code("isocost demo", language=None)
        st.caption("Small models on this machine, no key and no network needed.")
        st.code("isocost collect experiment.toml", language=None)
        st.caption("Your own models and prompts; `--dry-run` says what it would cost.")
        st.code("isocost import inspect logs/", language=None)
        st.caption(
            "Results that you have already: Inspect, lm-evaluation-harness, promptfoo, Aider and "
            "others; `isocost import --formats` lists them."
        )
        st.caption("This page fills by itself as soon as the first results are in.")
    if uploading.allowed():
        _open()


def greet() -> None:
    """The report of a file that was just opened, once, over the pages that it fills."""
    told: dict[str, uploading.Told] = st.session_state.pop(KEPT, {})
    for found in told.values():
        if found.ok:
            with st.expander("What was read from the file", icon=":material/task_alt:"):
                st.code(found.text, language=None)


def _open() -> None:
    """Another tool's file, imported where it is dropped."""
    with st.container(border=True, key="first-file"):
        st.markdown("**Or open a result file here.** Its format is recognised.")
        given = st.file_uploader(
            "Result file", label_visibility="collapsed", key="result-file",
            max_upload_size=MOST_MB,
        )  # fmt: skip
        if given is None:
            return
        told: dict[str, uploading.Told] = st.session_state.setdefault(KEPT, {})
        # The script runs again for many reasons; the file is imported for one.
        if given.file_id not in told:
            with st.spinner("Reading the file", show_time=False):
                told[given.file_id] = uploading.bring_in(
                    Path(query.path()), given.name, given.getvalue()
                )
        found = told[given.file_id]
        if not found.ok:
            st.error(theme.plain(found.text), icon=":material/error:")
            return
        st.code(found.text, language=None)
        st.caption(
            "Attempts appear on every page within a few seconds; scores without attempts stand on "
            "the page Published."
        )
