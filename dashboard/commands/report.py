"""`isocost report`, `chart` and `share`: what leaves as a whole, without a running dashboard."""

from __future__ import annotations

import argparse
import re
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from streamlit.logger import set_log_level

from dashboard.commands.export import view_of, write
from data.errors import ExportError, did_you_mean
from data.export import command
from data.lenses import LENSES
from data.store import Reader
from data.study import Study

# The pages' modules say at import that no server runs, which is what is meant here.
set_log_level("ERROR")

ENDINGS = {".htm": "html", ".html": "html", ".pdf": "pdf", ".zip": "zip"}
SHARED = ("frontier", "questions", "efficiency", "readers", "spectrum", "size", "sparsity",
          "lineage", "hardware", "knowledge", "time", "workload", "runs")  # fmt: skip
"""Lenses of a shared folder, the first on its first page."""


def report(db: Path, args: argparse.Namespace) -> int:
    """Write the report."""
    from dashboard.printed.whole import Whole, whole, whole_name

    kind = args.format or ENDINGS.get(args.output.suffix.lower() if args.output else "", "html")
    since = _day(args.since) if args.since else None
    asked = Whole(kind, tuple(args.lens), since, args.interactive, args.template)
    study = _study(db, args)
    body = whole(study, asked)
    target = args.output or Path(whole_name(study.view, asked))
    write(body, target, binary=True)
    print(f"{target}: {len(body) / 1000:,.0f} kB")
    return 0


def chart(db: Path, args: argparse.Namespace) -> int:
    """Write one chart."""
    from dashboard.printed.charts import charts
    from dashboard.printed.image import FORMATS, press
    from data.export import provenance
    from data.formats.about import about

    ending = args.output.suffix.lower().lstrip(".") if args.output else ""
    kind = args.format or (ending if ending in FORMATS else "svg")
    study = _study(db, args)
    drawn = list(charts(study, args.lens))
    names = [d.name for d in drawn]
    if args.chart is not None and args.chart not in names:
        raise ExportError(
            f"No chart '{args.chart}' of '{args.lens}'.{did_you_mean(args.chart, names)}"
        )
    chosen = drawn[names.index(args.chart) if args.chart else 0]
    if chosen.figure is None:
        raise ExportError(f"'{chosen.name}' has nothing to draw: {chosen.alt}")
    said = [args.lens, "--chart", chosen.name, "--format", kind]
    told = about(study, provenance(study, command(study.view, said, "chart")))
    title = f"{LENSES[args.lens]}: {chosen.name}"
    with press() as drawing:
        body = drawing.draw(chosen.figure, kind, {"Title": title, **told})
    target = args.output or Path(f"isocost-{args.lens}-{_slug(chosen.name)}.{kind}")
    write(body, target, binary=True)
    print(f"{target}: {len(body) / 1000:,.0f} kB")
    return 0


def share(db: Path, args: argparse.Namespace) -> int:
    """Write the pages, or the stripped database."""
    from dashboard.printed import share as shared
    from dashboard.printed.content import content
    from dashboard.printed.image import press

    if args.database:
        shared.stripped(db, args.target)
        size = args.target.stat().st_size / 1e6
        print(f"{args.target}: {size:,.1f} MB, without prompts, answers and machines.")
        return 0
    study = _study(db, args)
    made = content(study, SHARED, command(study.view, ["FOLDER"], "share"))
    with press() as drawing:
        names = shared.folder(made, drawing, args.target)
    print(f"{args.target / names[0]}: {len(names)} pages. Open it in a browser.")
    return 0


def _study(db: Path, args: argparse.Namespace) -> Study:
    reader = Reader(db)
    return Study(reader, view_of(reader, args))


def _day(text: str) -> date:
    """A day from its ISO form or the words that are offered."""
    today = datetime.now(UTC).date()
    words = {"yesterday": today - timedelta(days=1), "last-week": today - timedelta(days=7)}
    try:
        day = words.get(text.lower()) or date.fromisoformat(text)
    except ValueError as error:
        raise ExportError(
            f"--since {text}: write a day as YYYY-MM-DD, or 'yesterday' or 'last-week'."
        ) from error
    if day > today:
        print(f"--since {day} lies in the future: everything is compared.", file=sys.stderr)
    return day


def _slug(name: str) -> str:
    return re.sub(r"[^\w.-]+", "-", name).strip("-")[:100]
