"""The Download tab of published results: every row says who measured it, when and where."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from functools import partial
from typing import Any

import streamlit as st

from data import export
from data.catalog import results
from data.catalog.results import SCHEMA, Collection
from data.catalog.sources import sources

COLUMNS = [*SCHEMA, "note", "source_title", "source_url", "source_licence", "source_checked"]


def download(about: Collection) -> None:
    """Files are made when they are asked for, not on every rerun."""
    st.markdown("**The collection as it stands in the catalogue**, measured by others")
    with st.container(horizontal=True):
        for label, kind, mime, write in (
            ("CSV", "csv", "text/csv", to_csv),
            ("JSON", "json", "application/json", partial(to_json, about)),
        ):
            st.download_button(
                label,
                data=partial(_made, write, about.id),
                file_name=f"isocost-published-{about.id}.{kind}",
                mime=mime,
                on_click="ignore",
                icon=":material/download:",
                key=f"download-{kind}",
            )
    st.caption(
        "Cost and tokens are of the whole run, n is its questions, sizes are as stated beside the "
        "score; an empty cell is not known. The source's licence stands in every row."
    )


def table(collection: str) -> export.Table:
    """Rows as the source states them (whole runs), each with its source and day."""
    notes = [result.note for result in results.results(collection)]
    rows = results.frame(collection).iter_rows(named=True)
    return [_row({**row, "note": note}) for row, note in zip(rows, notes, strict=True)]


def to_csv(table: export.Table) -> str:
    """CSV with a header; text that a spreadsheet would run as a formula is prefixed by '."""
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows({key: export.inert(value) for key, value in row.items()} for row in table)
    return out.getvalue()


def to_json(about: Collection, table: export.Table) -> str:
    """{"meta": ..., "rows": [...]}; null is not known."""
    meta = {
        "title": f"Measured by others: {about.title}",
        "measured_by": "others",
        "metric": about.metric,
        "unit": "percent",
        "note": about.note,
    }
    return export.to_json(table, meta)


def _made(write: Callable[[export.Table], str], collection: str) -> str:
    return write(table(collection))


def _row(row: dict[str, Any]) -> dict[str, Any]:
    source = sources()[row["source"]]
    more = {
        "source_title": source.title,
        "source_url": source.url,
        "source_licence": source.licence,
        "source_checked": str(source.checked),
    }
    day = None if row["measured"] is None else str(row["measured"])
    return {column: {**row, **more, "measured": day}[column] for column in COLUMNS}
