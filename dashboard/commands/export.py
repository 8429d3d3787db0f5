"""`isocost export`: the same numbers as the page, in a file."""

from __future__ import annotations

import argparse
import math
import os
import sys
from collections.abc import Callable
from pathlib import Path

import polars as pl

from dashboard.commands.basis import read_basis
from data import lens_export, lenses
from data.analysis.weights import level_weights
from data.errors import ExportError, did_you_mean
from data.export import FORMATS, command, pareto_command, pareto_table, provenance
from data.lenses import OPTIONS
from data.store import Reader, queries
from data.study import Study
from data.view import View, levels_of, newest_campaign

MOST_WEIGHT = 1e6


def pareto(db: Path, args: argparse.Namespace) -> int:
    """Write the Pareto table as asked."""
    reader = Reader(db)
    view = _view(reader, args)
    study = Study(reader, view)
    placed = study.placed
    if placed.is_empty():
        raise ExportError(
            "Nothing matches these filters together. Drop one of --category, --task and --level."
        )
    meta = provenance(study, pareto_command(view, args.rows, args.format))
    if args.rows == "frontier":
        counts = dict(placed["place"].value_counts().iter_rows())
        meta["left_out"] = {word: counts.get(word, 0) for word in ("beaten", "apart")}
    write(FORMATS[args.format](pareto_table(placed, args.rows, view.basis), meta), args.output)
    return 0


def lens(db: Path, args: argparse.Namespace) -> int:
    """Write a lens's tables as asked."""
    reader = Reader(db)
    view = _view(reader, args)
    options = {o.name: getattr(args, o.name) for o in OPTIONS.get(args.lens, ())}
    study = Study(reader, view, {k: v for k, v in options.items() if v is not None})
    seen = lenses.lens(args.lens).look(study)
    words = [args.lens, "--format", args.format]
    words += ["--table", args.table] if args.table else []
    for option in OPTIONS.get(args.lens, ()):
        words += [option.flag, str(options[option.name])] if option.name in study.options else []
    meta = provenance(study, command(view, words))
    meta = {**meta, "interval": seen.interval}
    if seen.note:
        meta["note"] = seen.note
    tables = lens_export.chosen(seen, args.table)
    write(lens_export.FORMATS[args.format](tables, seen.sentence, meta), args.output)
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
        mix=_mix(args.mix, rows),
    )


def _mix(texts: list[str], rows: pl.DataFrame) -> tuple[tuple[str, float], ...]:
    """NAME=WEIGHT texts as the view keeps them; a later one of a name counts."""
    names = {*rows["category"].drop_nulls(), *rows["task"]}
    mix: dict[str, float] = {}
    for text in texts:
        name, equals, number = text.rpartition("=")
        if not equals:
            raise ExportError(f"--mix {text}: write NAME=WEIGHT, such as {text}=2.")
        if name not in names:
            raise ExportError(
                f"--mix {text}: no category or task '{name or text}' in this campaign."
                f"{did_you_mean(name or text, sorted(names))}"
            )
        try:
            mix[name] = float(number)
        except ValueError:
            mix[name] = math.nan
        if not 0 <= mix[name] <= MOST_WEIGHT:
            raise ExportError(f"--mix {text}: write a weight from 0 to a million, as {name}=2.")
    if not level_weights(rows, mix)["weight"].sum():
        raise ExportError("--mix: every task has a weight of 0. Leave one of them above 0.")
    return tuple(sorted(mix.items()))


def _check(
    wanted: list[object], known: list[object], what: str, word: Callable[[object], str]
) -> None:
    for value in wanted:
        if value not in known:
            names = [word(k) for k in known]
            raise ExportError(
                f"No {what} '{value}' in this database.{did_you_mean(word(value), names)}"
            )
