"""Tables as every page shows them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl
import streamlit as st


def show(rows: pl.DataFrame, columns: Mapping[str, Any], alt: str) -> None:
    """A table without an index, as high as its rows; a column that says nothing is left out."""
    empty = [name for name in rows.columns if rows[name].is_null().all()]
    st.dataframe(
        rows.drop(empty),
        hide_index=True,
        placeholder="–",
        height=min(560, 38 + 35 * (rows.height + 1)),
        column_config=columns,
        alt=alt,
    )
