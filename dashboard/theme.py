"""How the dashboard looks: its style sheet, the mark on the chosen point, the reader's screen."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Literal, cast

import streamlit as st

ICON = Path(__file__).with_name("static") / "icon.svg"
STYLE = Path(__file__).with_name("theme.css")

Size = Literal["wide", "medium", "phone"]

# Tells the server only what it guessed wrong: a phone says in its request that it is one.
WATCH_WIDTH = """
export default function({ setStateValue, data }) {
  const size = () => innerWidth <= 860 ? "phone" : innerWidth < 1280 ? "medium" : "wide";
  let told = data.size;
  const tell = () => {
    const now = size();
    if (now !== told) { told = now; setStateValue("size", now); }
  };
  tell();
  addEventListener("resize", tell);
  return () => removeEventListener("resize", tell);
}
"""


@cache
def _style() -> str:
    return f"<style>{STYLE.read_text('utf-8')}</style>"


def apply() -> None:
    """Put the style sheet and the mark of the product on the page."""
    st.html(_style())
    st.logo(str(ICON), size="small")


def screen() -> Size:
    """The size class of the reader's window, from the request or from what it reported since."""
    reported = st.session_state.get("screen")
    agent = st.context.headers.get("User-Agent", "") if st.context.headers else ""
    guess = "phone" if "Mobi" in agent else "wide"
    return cast(Size, getattr(reported, "size", None) or guess)


def watch_screen(size: Size) -> None:
    """Have the browser report when its size class is another one; nothing is shown."""
    with st.container(key="screen-watch"):
        watcher = st.components.v2.component("isocost.screen", js=WATCH_WIDTH)
        watcher(key="screen", data={"size": size}, on_size_change=lambda: None)


def highlight(*places: tuple[int, int]) -> None:
    """Mark points of the chart, each (trace, point in it), and fade the others.

    A style rule survives reruns, follows the list as well as a click, and works after a reload;
    a changed figure would be mounted anew and lose the reader's place.
    """
    points = ".st-key-chart .points path.point"
    chosen = ", ".join(
        f".st-key-chart .trace:nth-child({trace + 1}) .points path.point:nth-child({number + 1})"
        for trace, number in places
    )
    mark = "opacity: 1 !important; stroke: currentColor !important; stroke-width: 3px !important;"
    st.html(f"<style>{points} {{ opacity: .3 !important; }} {chosen} {{ {mark} }}</style>")


def plain(text: str) -> str:
    """Text that Markdown shows as it stands: for names and messages that come from data."""
    return re.sub(r"([\\`*_{}\[\]()#+\-.!|$<>:~^&@/])", r"\\\1", " ".join(text.split()))
