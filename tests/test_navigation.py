"""Sessions have pages of their own: st.navigation marks the one that may run."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest

CODE = """
import streamlit as st
from dashboard import navigation
st.session_state["same"] = navigation.pages() is navigation.pages()
st.session_state["pages"] = list(navigation.pages().values())
"""


def test_no_page_is_shared_between_sessions() -> None:
    """One session would use up the mark of another that runs at the same time."""
    one, other = AppTest.from_string(CODE).run(), AppTest.from_string(CODE).run()
    assert one.session_state["same"]
    assert one.session_state["pages"]
    ids = {id(page) for page in one.session_state["pages"]}
    assert not ids & {id(page) for page in other.session_state["pages"]}
