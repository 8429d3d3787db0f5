"""The dashboard's entry point: `streamlit run dashboard/app.py`, or better `isocost dashboard`."""

from __future__ import annotations

from importlib import import_module

import streamlit as st

from dashboard import door, navigation, theme
from data.errors import IsocostError

# Plotly asks sys.modules for pandas without the import lock: a first visit whose page runs twice
# would find it half imported. Streamlit needs it in any case.
import_module("pandas")


def main() -> None:
    """Configure the page, then run the one that the address names."""
    st.set_page_config(page_title="Isocost", page_icon=str(theme.ICON), layout="wide")
    theme.apply()
    try:
        admitted = door.admitted()
    except IsocostError as error:
        # A login file that broke while we serve lets nobody in.
        st.error(theme.plain(str(error)), icon=":material/error:")
        return
    if admitted:
        st.navigation(navigation.menu(), position="top").run()
        door.leave()


if __name__ == "__main__":
    main()
