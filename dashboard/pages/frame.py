"""What every page begins and ends with: the reader's screen, an empty store, a line for errors."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from dashboard import query, theme
from dashboard.pages import first_run, watch
from data.errors import IsocostError

TABS = ["Chart", "Table", "Method", "Download"]

Draw = Callable[[query.Source, theme.Size], None]


def framed(title: str, draw: Draw) -> None:
    """Draw a page of the store; what the user can mend is said in one line."""
    size = theme.screen()
    source = None
    try:
        source = query.source()
        if source is None or query.campaigns(source).is_empty():
            first_run.nothing_yet(title)
        else:
            first_run.greet()
            draw(source, size)
    except IsocostError as error:
        st.error(theme.plain(str(error)), icon=":material/error:")
    theme.watch_screen(size)
    watch.newer(None if source is None else source.generation)


def config(name: str) -> dict[str, object]:
    """Plotly's toolbar: the picture, as the Download tab says, and nothing that leaves here."""
    image = str(st.session_state.get("picture", "PNG")).lower()
    return {
        "displaylogo": False,
        "modeBarButtons": [["toImage"]],
        "toImageButtonOptions": {"format": image, "filename": f"isocost-{name}", "scale": 2},
        "showTips": False,
        "doubleClick": False,
    }
