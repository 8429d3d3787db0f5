"""Lenses as files: their tables as Markdown, CSV or JSON, the same bytes for the same data."""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import polars as pl

from data.errors import ExportError, did_you_mean
from data.export import Meta, cell, inert, meta_lines
from data.lens_words import numeric, readable
from data.lenses import Seen, Tables


def to_markdown(tables: Tables, sentence: str, meta: Meta) -> str:
    """The sentence, each table under its name, and how it was made."""
    parts = [_inline(sentence), ""]
    for name, frame in tables.items():
        parts += [f"**{name.replace('_', ' ').capitalize()}**", "", *_markdown(frame), ""]
    return "\n".join([*parts, *meta_lines(meta)]).rstrip() + "\n"


def to_csv(tables: Tables, sentence: str, meta: Meta) -> str:
    """The only table as CSV; ExportError where there are several, since CSV holds one."""
    del sentence, meta  # CSV has no place for them that every reader would skip.
    if len(tables) > 1:
        raise ExportError(
            f"CSV holds one table, and there are {len(tables)}: choose one with --table "
            f"({', '.join(tables)}), or use --format json."
        )
    (frame,) = tables.values()
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(frame.columns)
    for row in frame.iter_rows():
        writer.writerow([inert(_flat(_tidy(v))) for v in row])
    return out.getvalue()


def to_json(tables: Tables, sentence: str, meta: Meta) -> str:
    """{"meta", "sentence", "tables": {name: rows}}; null is not known, or has no bound."""
    rows = {
        name: [
            {k: _bounded(_tidy(v)) for k, v in row.items()} for row in frame.iter_rows(named=True)
        ]
        for name, frame in tables.items()
    }
    body = {"meta": dict(meta), "sentence": sentence, "tables": rows}
    return json.dumps(body, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


FORMATS: dict[str, Callable[[Tables, str, Meta], str]] = {
    "csv": to_csv,
    "md": to_markdown,
    "json": to_json,
}


def chosen(seen: Seen, name: str | None) -> Tables:
    """The table of that name alone; without one all but the long ones."""
    if name is None:
        return seen.tables
    if name in seen.more:
        return {name: seen.more[name]()}
    if name not in seen.tables:
        known = (*seen.tables, *seen.more)
        raise ExportError(f"No table '{name}' here.{did_you_mean(name, known)}")
    return {name: seen.tables[name]}


def _markdown(frame: pl.DataFrame) -> list[str]:
    heads, *rows = readable(frame)
    lines = [
        "| " + " | ".join(cell(head) for head in heads) + " |",
        "|" + "|".join("--:" if n else "---" for n in numeric(frame)) + "|",
        *("| " + " | ".join(cell(text) for text in row) + " |" for row in rows),
    ]
    if frame.is_empty():
        lines.append("| nothing to show |" + " |" * (len(heads) - 1))
    return lines


def _inline(sentence: str) -> str:
    """A sentence whose names can't become HTML, a link, an image or code; its bold stays."""
    for mark in "\\`<>|":
        sentence = sentence.replace(mark, "\\" + mark)
    for link in "([":
        sentence = sentence.replace("]" + link, "]\\" + link)
    return " ".join(sentence.split())


def _tidy(value: Any) -> Any:
    """Six significant digits, dates as text: two nights diff cleanly."""
    if isinstance(value, float):
        return float(f"{value:.6g}")
    if isinstance(value, datetime | date):
        return str(value)[:19]
    if isinstance(value, list):
        return [_tidy(v) for v in value]
    return value


def _flat(value: Any) -> Any:
    return "; ".join(map(str, value)) if isinstance(value, list) else value


def _bounded(value: Any) -> Any:
    """JSON knows no infinity."""
    return None if isinstance(value, float) and not math.isfinite(value) else value
