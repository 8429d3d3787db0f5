"""`isocost import`: read, store, and say what was understood."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

import polars as pl
from tqdm import tqdm

from collectors.importers import FORMATS
from collectors.importers.files import walk
from collectors.importers.found import Options
from collectors.importers.job import inert, shown
from collectors.importers.load import Imported, Wanted, detect, load
from collectors.importers.table import mapping
from collectors.importers.words import when
from data.errors import FormatError, did_you_mean
from data.pricing.cost import REASONS

COSTS = {
    "told": "told by the file",
    "computed": "computed from tokens and the list price of the day",
}
WIDTH = 44
MOST_NAMES = 8


def formats() -> int:
    """The formats, one a line."""
    for name, what in FORMATS.items():
        print(f"{name:18} {what}")
    return 0


def detected(path: Path, as_json: bool) -> int:
    """Which format a path looks like; exit code 2 when none is known."""
    found = detect(path)
    if as_json:
        print(json.dumps([{"format": name, "why": why} for name, why in found]))
    elif found:
        for name, why in found:
            _say(f"{name}: {why}")
    if not found:
        raise FormatError(
            f"{shown(path)} looks like no known format. Name it (`isocost import --formats`), or "
            "describe its columns: `isocost import table FILE --map FILE.toml`."
        )
    return 0


def run(args: argparse.Namespace, db: Path) -> int:
    """Import and print the conformance report; 1 when nothing could be used."""
    wanted = _wanted(args)
    size = sum(_size(path) for path in wanted.paths)
    with tqdm(total=size, unit="B", unit_scale=True, file=sys.stderr, disable=None) as bar:
        found = load(db, wanted, bar.update)
    if args.json:
        print(json.dumps(found.as_dict(), indent=2))
    else:
        _told(found, db)
    return 0 if found.tally.kept else 1


def _wanted(args: argparse.Namespace) -> Wanted:
    if args.format is None or not args.paths:
        raise FormatError(
            "say a format and a path, as in `isocost import inspect logs/`. `--formats` lists "
            "the formats, `--detect PATH` guesses."
        )
    if args.format not in FORMATS:
        raise FormatError(
            f"Unknown format '{args.format}'.{did_you_mean(args.format, FORMATS)} "
            "`isocost import --formats` lists them."
        )
    if args.map and args.format != "table":
        raise FormatError(f"--map is for 'table'; '{args.format}' knows its columns. Leave it out.")
    measured = when(args.measured) if args.measured else None
    if args.measured and (measured is None or measured > datetime.now()):
        raise FormatError(
            f"--measured '{args.measured}' is no day that was: write it as 2026-11-30."
        )
    said: Mapping[str, object] = mapping(args.map) if args.map else {}
    return Wanted(
        args.format,
        args.paths,
        args.campaign or args.format,
        Options(said, measured),
        args.texts,
        args.dry_run,
    )


def _size(path: Path) -> int:
    if path.is_dir():
        return sum(p.stat().st_size for p in walk(path, "*"))
    return path.stat().st_size if path.exists() else 0


def _told(found: Imported, db: Path) -> None:
    """The conformance report, for people."""
    tally, stored = found.tally, found.stored
    files = ", ".join(shown(path.name) for path in found.wanted.paths)
    _say(f"{found.wanted.format}: {files}")
    _line("rows read", tally.read)
    _line("kept", tally.kept)
    for reason, n in tally.skipped.most_common():
        _line(f"skipped: {reason}", n, tally.first.get(reason))
    if stored.repeated:
        _line("standing twice: one of each was kept", stored.repeated)
    for what, n in tally.changed.most_common():
        _line(what, n, tally.first.get(what))
    for name, n in tally.missing.most_common():
        if n < tally.kept:
            _line(f"without {name}", n)
    nothing = [name for name, n in tally.missing.items() if n == tally.kept]
    if nothing:
        _say(f"  never said: {', '.join(sorted(nothing))}")
    for name, n in found.costs.items():
        _line(f"cost {COSTS.get(name) or 'unknown: ' + REASONS.get(name, name)}", n)
    for theirs, ours in tally.meanings.items():
        _say(f"  {theirs} -> {ours}")
    if found.unresolved:
        names = ", ".join(found.unresolved[:MOST_NAMES])
        more = f" and {len(found.unresolved) - MOST_NAMES} more" * (
            len(found.unresolved) > MOST_NAMES
        )
        _say(f"  models not in the catalogue (no lab, size or list price): {names}{more}")
    if found.wanted.dry_run:
        _previewed(found.preview)
        _say("Nothing was stored: this was a dry run.")
        return
    attempts, scores = (
        f"{stored.attempts:,} new attempts",
        f"{stored.aggregates:,} new score{'s' * (stored.aggregates != 1)}",
    )
    new = scores if found.scores_alone else attempts
    if stored.attempts and stored.aggregates:
        new = f"{attempts} and {scores}"
    of = f"of {found.contestants:,} contestants" if found.contestants != 1 else "of 1 contestant"
    _say(
        f"{new} {of} in campaign '{found.wanted.campaign}' of {db}"
        + ("." if stored.attempts or stored.aggregates else _none_new(tally.kept))
    )


def _none_new(kept: int) -> str:
    return ": everything was there already." if kept else ": nothing in it could be used."


def _previewed(rows: pl.DataFrame) -> None:
    """The first rows, a column a line: there are more columns than a terminal is wide."""
    _say(f"  as stored, the first {rows.height}:")
    for name in rows.columns:
        values = (" ".join(str("" if v is None else v).split()) for v in rows[name].head(3))
        told = " | ".join(v if len(v) <= 28 else v[:27] + "…" for v in values)
        _say(f"    {name:20} {told}")


def _line(what: str, n: int, place: str | None = None) -> None:
    _say(f"  {what:{WIDTH}} {n:>11,}{f'  first: {place}' if place else ''}")


def _say(line: str) -> None:
    """Print a line that may hold words of the file."""
    print(inert(line))
