"""What every Download tab is made of: buttons for files, the command, and the chart's picture."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import streamlit as st

from data.formats import FORMATS

MIMES = {"pdf": "application/pdf", "zip": "application/zip"}
"""Of what is no table."""


@dataclass(frozen=True)
class Offer:
    """One file, made when it is asked for and not on every rerun."""

    label: str
    kind: str
    """A name of data.formats or MIMES, which say what a browser is told it is."""
    name: str
    made: bytes | Callable[[], bytes | str]
    key: str = ""
    """What tells its button from others of the same kind."""


def files(title: str, offers: Sequence[Offer]) -> None:
    """A line and a row of buttons; on a phone they wrap."""
    st.markdown(title)
    with st.container(horizontal=True):
        for offer in offers:
            button(offer)


def button(offer: Offer, primary: bool = False) -> None:
    """One file's button."""
    st.download_button(
        offer.label,
        data=offer.made,
        file_name=offer.name,
        mime=FORMATS[offer.kind].mime if offer.kind in FORMATS else MIMES[offer.kind],
        on_click="ignore",
        type="primary" if primary else "secondary",
        icon=":material/download:",
        key=f"download-{offer.key or offer.kind}",
    )


def terminal(command: str) -> None:
    """The command that writes the same."""
    st.caption("The same in a terminal:")
    st.code(command, language=None, wrap_lines=True)


def picture() -> None:
    """How the chart is saved; frame.config reads the choice."""
    st.markdown("**The chart as a picture**")
    st.segmented_control(
        "Picture", ["PNG", "SVG"], default="PNG", required=True, key="picture",
        label_visibility="collapsed", bind="query-params",
    )  # fmt: skip
    st.caption("Choose a format, then use the camera that appears over the chart.")
