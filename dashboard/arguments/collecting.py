"""demo, collect, merge, status: what writes results, and watching it."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from dashboard.arguments.common import Commands, db, port, shard, workers
from data.location import database


def add(commands: Commands) -> None:
    """Every command that writes results."""
    _add_demo(commands)
    _add_collect(commands)
    _add_merge(commands)
    _add_status(commands)


def _add_demo(commands: Commands) -> None:
    demo = commands.add_parser(
        "demo",
        help="collect from the bundled local models and serve the dashboard",
        description="Collect from small real models on this machine, print the Pareto table and "
        "serve the dashboard. Needs no key and no network.",
    )
    demo.add_argument(
        "--minutes",
        type=float,
        default=3.0,
        metavar="N",
        help="how long to collect for, about (default: 3, on two cores)",
    )
    demo.add_argument("--no-serve", action="store_true", help="stop after the table")
    demo.add_argument(
        "--reset",
        action="store_true",
        help="delete the results of earlier demos first; other results stay",
    )
    port(demo)
    db(demo)
    demo.set_defaults(run=_demo)  # fmt: skip


def _add_collect(commands: Commands) -> None:
    collect = commands.add_parser(
        "collect",
        help="run an experiment, or continue it",
        description="Send what an experiment asks for and is not stored yet; run it again to "
        "continue.",
    )
    collect.add_argument("experiment", type=Path, metavar="EXPERIMENT.toml")
    collect.add_argument(
        "--dry-run",
        action="store_true",
        help="print what would be sent and its estimated cost; send nothing",
    )
    collect.add_argument(
        "--budget",
        type=float,
        metavar="USD",
        help="stop before spending more than this (overrides budget_usd)",
    )
    collect.add_argument(
        "--redo", choices=["failed"], help="also repeat stored attempts that failed or timed out"
    )
    shard(collect)
    workers(collect)
    db(collect)
    collect.set_defaults(run=_collect)  # fmt: skip


def _add_merge(commands: Commands) -> None:
    merge = commands.add_parser(
        "merge", help="publish what collectors have journalled to the database"
    )
    db(merge)
    merge.set_defaults(run=_merge)


def _add_status(commands: Commands) -> None:
    status = commands.add_parser(
        "status", help="what is being collected now, and how the last runs ended"
    )
    status.add_argument("--follow", action="store_true", help="again every second, until Ctrl-C")
    status.add_argument("--json", action="store_true", help="for scripts")
    db(status)
    status.set_defaults(run=_status)


def _demo(args: argparse.Namespace) -> int:
    from dashboard.commands.demo import run

    return run(database(args.db), args.minutes, args.port, not args.no_serve, args.reset)


def _collect(args: argparse.Namespace) -> int:
    if args.dry_run:
        from dashboard.commands.plan import dry_run

        return dry_run(args)
    from dashboard.commands.collect import run

    return run(
        args.experiment,
        database(args.db),
        args.budget,
        redo_failed=args.redo == "failed",
        shard=args.shard,
        workers=args.workers,
        log=args.log,
    )


def _status(args: argparse.Namespace) -> int:
    from dashboard.commands.status import status

    return status(database(args.db), follow=args.follow, as_json=args.json)


def _merge(args: argparse.Namespace) -> int:
    from data.store import merge

    db = database(args.db)
    report = merge(db)
    print(f"{report.attempts:,} new attempts published to {db} in {report.seconds:.1f} s.")
    if report.skipped:
        print(f"{report.skipped:,} unreadable journal lines were skipped.", file=sys.stderr)
    return 0
