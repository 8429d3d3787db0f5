"""`isocost export`: the same numbers as the page, in a file."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable
from pathlib import Path

from dashboard.commands.basis import read_basis
from data.errors import ExportError, did_you_mean
from data.export import FORMATS, command, pareto_table, provenance
from data.store import Reader, queries
from data.study import Study
from data.view import View, levels_of, newest_campaign


def pareto(db: Path, args: argparse.Namespace) -> int:
    """Write the Pareto table as asked."""
    reader = Reader(db)
    view = _view(reader, args)
    placed = Study(reader, view).placed
    if placed.is_empty():
        raise ExportError(
            "Nothing matches these filters together. Drop one of --category, --task and --level."
        )
    meta = provenance(reader, view, command(view, args.rows, args.format))
    write(FORMATS[args.format](pareto_table(placed, args.rows, view.basis), meta), args.output)
    return 0


def write(text: str, output: Path | None) -> None:
    """To the file, whole or not at all; to standard output without one."""
    if output is None:
        sys.stdout.write(text)
        return
    part = output.with_name(f".{output.name}.{os.getpid()}.part")
    try:
        part.write_text(text, "utf-8", newline="\n")
        os.replace(part, output)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise ExportError(
            f"Can't write {output}: {error.strerror or error}. Choose another file with -o."
        ) from error


def _view(reader: Reader, args: argparse.Namespace) -> View:
    campaign = args.campaign or newest_campaign(reader)
    _check([campaign], queries.campaigns(reader)["campaign"].to_list(), "campaign", str)
    view = View(campaign)
    rows = levels_of(reader, view)
    for flag, wanted, column in (
        ("category", args.category, "category"),
        ("task", args.task, "task"),
        ("level", args.level, "level"),
    ):
        _check(wanted, rows[column].drop_nulls().unique().to_list(), flag, str)
    return View(
        campaign,
        categories=tuple(args.category),
        tasks=tuple(args.task),
        levels=tuple(args.level),
        basis=read_basis(args),
    )


def _check(
    wanted: list[object], known: list[object], what: str, word: Callable[[object], str]
) -> None:
    for value in wanted:
        if value not in known:
            names = [word(k) for k in known]
            raise ExportError(
                f"No {what} '{value}' in this database.{did_you_mean(word(value), names)}"
            )
