"""Parquet: one table, typed, with how it was made in the file's own metadata."""

from __future__ import annotations

import io
import json

from data.errors import ExportError
from data.formats.document import Document, tidied, unmarked

KEY = "isocost"
"""The entry of the metadata: JSON with title, sentence, table, about, and why it is empty."""


def write(document: Document) -> bytes:
    """The document's only table."""
    if len(document.sheets) > 1:
        names = ", ".join(sheet.name for sheet in document.sheets)
        raise ExportError(
            f"Parquet holds one table, and there are {len(document.sheets)}: choose one with "
            f"--table ({names}), or use --format xlsx."
        )
    (sheet,) = document.sheets
    told = {
        "title": document.title,
        "sentence": unmarked(document.sentence),
        "table": sheet.name,
        "about": dict(document.about),
    }
    if sheet.frame.is_empty():
        told["empty"] = sheet.empty
    out = io.BytesIO()
    # One entry: several would come in any order, and the bytes would differ between reruns.
    tidied(sheet.frame).write_parquet(out, metadata={KEY: json.dumps(told, ensure_ascii=False)})
    return out.getvalue()
