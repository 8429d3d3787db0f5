"""The formats that a table leaves in: their names, and what each is. Reading this loads no writer.

A format is a module of this folder with `write(document)`, and its line here.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from data.formats.document import Document


@dataclass(frozen=True)
class Format:
    """One format."""

    name: str
    """As the command line has it, and the ending of its files."""
    title: str
    mime: str
    binary: bool = False
    """Not for a terminal."""
    single: bool = False
    """A file holds one table."""
    plain: bool = False
    """Written from rows by data.export and data.lens_export, not from a document."""


FORMATS = {
    f.name: f
    for f in (
        Format("csv", "CSV", "text/csv", single=True, plain=True),
        Format("parquet", "Parquet", "application/vnd.apache.parquet", binary=True, single=True),
        Format("json", "JSON", "application/json", plain=True),
        Format(
            "xlsx",
            "Excel",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            binary=True,
        ),
        Format("md", "Markdown", "text/markdown", plain=True),
        Format("tex", "LaTeX", "application/x-tex"),
        Format("html", "HTML", "text/html"),
    )
}


def write(name: str, document: Document) -> bytes:
    """The document in that format: the same bytes for the same document."""
    return cast("bytes", import_module(f"data.formats.{name}").write(document))
