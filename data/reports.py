"""Reports: the Pareto table or a lens's tables as a file, for the command and the page alike."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from data import export, lens_export, lenses
from data.errors import ExportError, did_you_mean
from data.formats import FORMATS, write
from data.formats.about import about
from data.formats.document import Document, Sheet
from data.lens_words import numeric, readable
from data.lenses import OPTIONS, Seen, Tables
from data.pricing.words import basis_slug
from data.study import Study
from data.view import View

PARETO = "pareto"
HEADS = (
    "contestant", "capability (95 %)", "$ / 1k tasks", "tokens", "time", "P(frontier)", "verdict",
)  # fmt: skip
PRINTED = (
    "contestant", "capability", "capability_low", "capability_high", "cost_per_1k_usd",
    "output_tokens", "duration_s", "p_frontier", "verdict",
)  # fmt: skip
WHOLE = ("samples", "attempts", "failed")
NUMBERS = (
    *export.PERCENT, "cost_per_1k_usd", "input_tokens", "output_tokens", "reasoning_share",
    "duration_s", "p_frontier", "p_frontier_families", "overspend", "overspend_mixing",
)  # fmt: skip
NOTHING = "Nothing to show."
NO_MATCH = "Nothing matches these filters together. Drop one of --category, --task and --level."


@dataclass(frozen=True)
class Asked:
    """What to write."""

    name: str
    """'pareto', or a lens."""
    format: str
    rows: str = "frontier"
    """Of the Pareto table: 'frontier' or 'all'."""
    table: str | None = None
    """Of a lens: only this of its tables."""
    options: Mapping[str, Any] = field(default_factory=dict)
    """Of a lens: see data.lenses.OPTIONS."""
    columns: tuple[str, ...] = ()
    """Only these, in this order; empty: the usual ones of the format."""


@dataclass(frozen=True)
class Report:
    """A file, and what it was made of where that is more than its text."""

    body: bytes
    rows: int
    """Of all its tables."""
    document: Document | None = None
    empty: str = ""
    """Why there is no row."""


def command(view: View, asked: Asked) -> str:
    """The command that makes this file."""
    columns = ["--columns", ",".join(asked.columns)] if asked.columns else []
    if asked.name == PARETO:
        words = [PARETO, "--rows", asked.rows, "--format", asked.format, *columns]
        return export.command(view, words)
    words = [asked.name, "--format", asked.format, *columns]
    words += ["--table", asked.table] if asked.table else []
    for option in OPTIONS.get(asked.name, ()):
        if option.name in asked.options:
            value = asked.options[option.name]
            # A table of the reader's own has no path here.
            said = f"{option.name}.csv" if isinstance(value, pl.DataFrame) else str(value)
            words += [option.flag, said]
    return export.command(view, words)


def file_name(view: View, asked: Asked) -> str:
    """What the file is called unless somebody says otherwise; any system takes it."""
    part = asked.rows if asked.name == PARETO else asked.table
    words = ["isocost", asked.name, *([part] if part else []), view.campaign]
    stem = re.sub(r"[^\w.-]+", "-", "-".join(words) + basis_slug(view.basis))
    return f"{stem[:120]}.{asked.format}"


def make(study: Study, asked: Asked) -> Report:
    """The file; the study holds the view, and the options of the lens."""
    meta = export.provenance(study, command(study.view, asked))
    return _pareto(study, asked, meta) if asked.name == PARETO else _lens(study, asked, meta)


def _pareto(study: Study, asked: Asked, meta: dict[str, Any]) -> Report:
    placed = study.placed
    if placed.is_empty():
        raise ExportError(NO_MATCH)
    table = export.pareto_table(placed, asked.rows, study.view.basis)
    if asked.rows == "frontier":
        counts = dict(placed["place"].value_counts().iter_rows())
        meta["left_out"] = {word: counts.get(word, 0) for word in ("beaten", "apart")}
    empty = "" if table else why_empty(placed)
    meta |= {"empty": empty} if empty else {}
    if asked.columns:
        return _chosen(study, asked, _frame(table), _said(placed, meta), meta, empty)
    if FORMATS[asked.format].plain:
        text = export.FORMATS[asked.format](table, meta)
        return Report(text.encode(), len(table), empty=empty)
    frame = _frame(table)
    texts = [export.cells(row) for row in table]
    verdicts = pl.Series("verdict", [row[-1] for row in texts], dtype=pl.String)
    sheet = Sheet(
        "contestants", frame, frame.with_columns(verdicts).select(PRINTED), [HEADS, *texts],
        [False, True, True, True, True, True, False], empty or NOTHING,
    )  # fmt: skip
    said = _said(placed, meta)
    return _written(Document(PARETO, meta["title"], said, (sheet,), about(study, meta)), asked)


def _frame(table: export.Table) -> pl.DataFrame:
    return pl.DataFrame(table, schema={c: _kind(c) for c in export.COLUMNS}, strict=False)


def _chosen(
    study: Study, asked: Asked, frame: pl.DataFrame, said: str, meta: dict[str, Any],
    empty: str = "",
) -> Report:  # fmt: skip
    """One table with the columns that were asked for, in their order, in any format."""
    unknown = next((c for c in asked.columns if c not in frame.columns), None)
    if unknown is not None:
        raise ExportError(f"No column '{unknown}'.{did_you_mean(unknown, frame.columns)}")
    kept = frame.select(list(dict.fromkeys(asked.columns)))
    name = asked.table or "contestants"
    if FORMATS[asked.format].plain:
        text = lens_export.FORMATS[asked.format]({name: kept}, said, meta)
        return Report(text.encode(), kept.height, empty=empty)
    sheet = Sheet(name, kept, kept, readable(kept), numeric(kept), empty or NOTHING)
    title = meta["title"] if asked.name == PARETO else f"Isocost: {lenses.LENSES[asked.name]}"
    return _written(Document(asked.name, title, said, (sheet,), about(study, meta)), asked)


def _lens(study: Study, asked: Asked, meta: dict[str, Any]) -> Report:
    view = study.view
    if (view.labs or view.weights or view.kinds) and study.summary.is_empty():
        raise ExportError(NO_MATCH)
    seen = lenses.lens(asked.name).look(study)
    meta = {**meta, "interval": seen.interval}
    if seen.note:
        meta["note"] = seen.note
    tables = lens_export.chosen(seen, asked.table)
    if asked.columns:
        if len(tables) > 1:
            known = ", ".join(tables)
            raise ExportError(f"--columns is of one table: choose it with --table ({known}).")
        return _chosen(study, asked, next(iter(tables.values())), seen.sentence, meta)
    if FORMATS[asked.format].plain:
        text = lens_export.FORMATS[asked.format](tables, seen.sentence, meta)
        return Report(text.encode(), sum(frame.height for frame in tables.values()))
    return _written(_document(study, asked, seen, tables, meta), asked)


def _document(
    study: Study, asked: Asked, seen: Seen, tables: Tables, meta: Mapping[str, Any]
) -> Document:
    sheets = tuple(
        Sheet(name, frame, frame, readable(frame), numeric(frame), NOTHING)
        for name, frame in tables.items()
    )
    title = f"Isocost: {lenses.LENSES[asked.name]}"
    return Document(asked.name, title, seen.sentence, sheets, about(study, meta))


def _written(document: Document, asked: Asked) -> Report:
    rows = sum(sheet.frame.height for sheet in document.sheets)
    return Report(write(asked.format, document), rows, document)


def _said(placed: pl.DataFrame, meta: Mapping[str, Any]) -> str:
    """How many are on the frontier, and of how much this is."""
    on = int((placed["place"] == "frontier").sum())
    newest = (meta["newest_attempt"] or "never")[:10]
    return (
        f"**{on} of {placed.height}** contestants on the frontier; {meta['attempts']:,} attempts "
        f"to {newest}."
    )


def why_empty(placed: pl.DataFrame) -> str:
    """Why nobody is on the frontier: how many are listed apart, and for what."""
    reasons = Counter(placed["apart_reason"].drop_nulls().sort().to_list())
    told = "; ".join(f"{n} {reason}" for reason, n in reasons.items())
    return f"No contestant is on the frontier of this selection; listed apart: {told}."


def _kind(column: str) -> Any:
    if column in WHOLE:
        return pl.Int64
    return pl.Float64 if column in NUMBERS else pl.String
