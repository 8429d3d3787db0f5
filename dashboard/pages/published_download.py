"""The Download tab of published results: every row says who measured it, when and where."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from functools import partial
from typing import Any

import streamlit as st

from dashboard.pages import published_shelf, saving
from dashboard.pages.saving import Offer
from data import export
from data.catalog import results
from data.catalog.results import SCHEMA, Collection
from data.formats import FORMATS

COLUMNS = [*SCHEMA, "note", "source_title", "source_url", "source_licence", "source_checked"]


def download(about: Collection) -> None:
    """Files are made when they are asked for, not on every rerun."""
    stem = "isocost-published-" + re.sub(r"[^\w.-]+", "-", about.id)[:100]
    written: dict[str, Callable[[export.Table], str]] = {
        "csv": to_csv,
        "json": partial(to_json, about),
    }
    saving.files(
        "**The collection as it stands in the catalogue**, measured by others",
        [
            Offer(FORMATS[kind].title, kind, f"{stem}.{kind}", partial(_made, write, about.id))
            for kind, write in written.items()
        ],
    )
    st.caption(
        "Cost and tokens are of the whole run, n is its questions, sizes are as stated beside the "
        "score; an empty cell is not known. The source's licence stands in every row."
    )
    saving.picture()


def table(collection: str) -> export.Table:
    """Rows as the source states them (whole runs), each with its source and day."""
    if published_shelf.is_imported(collection):
        held = published_shelf.imported()[collection].rows
        return [_row(row) for row in held.iter_rows(named=True)]
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
    source = published_shelf.known()[row["source"]]
    more = {
        "source_title": source.title,
        "source_url": source.url,
        "source_licence": source.licence,
        "source_checked": str(source.checked),
    }
    day = None if row["measured"] is None else str(row["measured"])
    return {column: {**row, **more, "measured": day}[column] for column in COLUMNS}
