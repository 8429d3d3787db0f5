"""The door: with a login, nobody sees a page before the server knows that they may."""

from __future__ import annotations

import os
from pathlib import Path

import streamlit as st

from dashboard import theme
from dashboard.listening import LOGIN, check_login, may_read, readers


def admitted() -> bool:
    """Whether the pages may be drawn; draws the door where not."""
    named = os.environ.get(LOGIN)
    if not named:
        return True
    path = Path(named)
    allowed = readers(check_login(path), path)
    if not st.user.is_logged_in:
        with st.container(key="door"):
            st.title("Isocost", anchor=False)
            st.markdown("What LLM capability costs. These results are for those who may read them.")
            st.button("Log in", on_click=st.login, type="primary", icon=":material/login:")
        return False
    email = _text(st.user.get("email"))
    if may_read(email, st.user.get("email_verified"), allowed):
        return True
    with st.container(key="door"):
        st.title("Not one of the readers", anchor=False)
        st.markdown(
            f"You are logged in as {theme.plain(email or 'someone without an address')}, who is "
            "not among those that may read these results. Whoever runs this server can add you."
        )
        st.button("Log out", on_click=st.logout, icon=":material/logout:")
    return False


def leave() -> None:
    """The way out, for those who came in by a login."""
    if os.environ.get(LOGIN) and st.user.is_logged_in:
        with st.container(key="leave", horizontal=True, horizontal_alignment="right"):
            st.caption(theme.plain(_text(st.user.get("email")) or ""))
            st.button("Log out", on_click=st.logout, type="tertiary", key="log-out")


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None
