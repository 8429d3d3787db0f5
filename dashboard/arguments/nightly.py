"""nightly: an experiment every night, and what moved since the nights before."""

from __future__ import annotations

import argparse
from pathlib import Path

from dashboard.arguments.common import Commands, db, workers
from data.location import database


def add(commands: Commands) -> None:
    """The command that a schedule runs."""
    nightly = commands.add_parser(
        "nightly",
        help="collect a night of an experiment and tell what moved, failed and cost",
        description="Collect an experiment as the campaign of this night, compare it with the "
        "nights before and write a summary. Exit codes: 0 fine, 1 something failed (or a canary "
        "did), 2 something you can fix, 3 drift alarm.",
    )
    nightly.add_argument("experiment", type=Path, metavar="EXPERIMENT.toml")
    nightly.add_argument(
        "--date", metavar="YYYY-MM-DD", help="the UTC day on which the night began (default: today)"
    )
    nightly.add_argument(
        "--wait",
        type=float,
        default=0.0,
        metavar="MINUTES",
        help="how long to wait for another nightly run of this experiment (default: 0)",
    )
    nightly.add_argument(
        "--summary",
        type=Path,
        metavar="FOLDER",
        help="where summaries are written (default: nightly/ beside the database)",
    )
    workers(nightly)
    nightly.add_argument("--json", action="store_true", help="print the summary as JSON")
    db(nightly)
    nightly.set_defaults(run=_nightly)


def _nightly(args: argparse.Namespace) -> int:
    from dashboard.commands.nightly import run

    return run(
        args.experiment,
        database(args.db),
        date=args.date,
        wait_min=args.wait,
        summary=args.summary,
        workers=args.workers,
        log=args.log,
        as_json=args.json,
    )
