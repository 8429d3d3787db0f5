"""The dashboard's entry point: `streamlit run dashboard/app.py`, or better `isocost dashboard`."""

from __future__ import annotations

from importlib import import_module

import streamlit as st

from dashboard import theme
from dashboard.pages import frontier, published, tasks

# Plotly asks sys.modules for pandas without the import lock: a first visit whose page runs twice
# would find it half imported. Streamlit needs it in any case.
import_module("pandas")

PAGES = [
    st.Page(
        frontier.page,
        title="Frontier",
        icon=":material/show_chart:",
        url_path="frontier",
        default=True,
    ),
    st.Page(
        tasks.page,
        title="Tasks",
        icon=":material/checklist:",
        url_path="tasks",
    ),
    st.Page(
        published.page,
        title="Published",
        icon=":material/public:",
        url_path="published",
    ),
]


def main() -> None:
    """Configure the page, then run the one that the address names."""
    st.set_page_config(page_title="Isocost", page_icon=str(theme.ICON), layout="wide")
    theme.apply()
    st.navigation(PAGES, position="top").run()


if __name__ == "__main__":
    main()
