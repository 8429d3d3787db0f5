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
from data.analysis.weights import level_weights
from data.errors import ExportError, did_you_mean
from data.formats import FORMATS
from data.lenses import OPTIONS
from data.reports import Asked, make
from data.scores import tasks_by_campaign
from data.store import Reader, queries
from data.study import Study
from data.view import View, levels_of, newest_campaign

MOST_WEIGHT = 1e6


def pareto(db: Path, args: argparse.Namespace) -> int:
    """Write the Pareto table as asked."""
    return _write(db, args, Asked("pareto", args.format, rows=args.rows, columns=args.columns))


def lens(db: Path, args: argparse.Namespace) -> int:
    """Write a lens's tables as asked."""
    options = {o.name: getattr(args, o.name) for o in OPTIONS.get(args.lens, ())}
    options = {k: v for k, v in options.items() if v is not None}
    return _write(
        db,
        args,
        Asked(args.lens, args.format, table=args.table, options=options, columns=args.columns),
    )


def _write(db: Path, args: argparse.Namespace, asked: Asked) -> int:
    kind = FORMATS[asked.format]
    if kind.binary and args.output is None and sys.stdout.isatty():
        raise ExportError(
            f"--format {kind.name} is not for a terminal. Write it to a file with "
            f"-o {asked.name}.{kind.name}."
        )
    reader = Reader(db)
    report = make(Study(reader, view_of(reader, args), asked.options), asked)
    write(report.body, args.output, kind.binary)
    if report.empty and kind.name == "csv":
        print(report.empty, file=sys.stderr)  # a line in the table would be read as a row
    return 0


def write(body: bytes, output: Path | None, binary: bool = False) -> None:
    """To the file, whole or not at all; to standard output without one."""
    if output is None and binary:
        sys.stdout.buffer.write(body)
        return
    if output is None:
        sys.stdout.write(body.decode())
        return
    part = output.with_name(f".{output.name}.{os.getpid()}.part")
    try:
        part.write_bytes(body)
        os.replace(part, output)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise ExportError(
            f"Can't write {output}: {error.strerror or error}. Choose another file with -o."
        ) from error


def view_of(reader: Reader, args: argparse.Namespace) -> View:
    """The view that the flags describe; ExportError for a name that the database does not have."""
    known = tasks_by_campaign(reader) if getattr(args, "lens", None) == "scores" else {}
    if known and (args.campaign is None or args.campaign in known):
        # Scores without attempts: the campaign may be in nobody's list of attempts.
        campaign = args.campaign or next(iter(known))
        _check(args.task, list(known[campaign]), "task", str)
        return View(campaign, tasks=tuple(args.task))
    campaign = args.campaign or newest_campaign(reader)
    _check([campaign], queries.campaigns(reader)["campaign"].to_list(), "campaign", str)
    view = View(campaign)
    rows = levels_of(reader, view)
    for flag, wanted, column in (
        ("category", args.category, "category"),
        ("task", args.task, "task"),
        ("level", args.level, "level"),
        ("lab", args.lab, "lab"),
        ("weights", args.weights, "weights"),
        ("kind", args.kind, "kind"),
    ):
        _check(wanted, rows[column].drop_nulls().unique().to_list(), flag, str)
    return View(
        campaign,
        categories=tuple(args.category),
        tasks=tuple(args.task),
        levels=tuple(args.level),
        labs=tuple(args.lab),
        weights=tuple(args.weights),
        kinds=tuple(args.kind),
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
