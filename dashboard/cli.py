"""The command line: parse, call one function, print its result. Heavy imports wait their turn.

Results go to stdout, progress and warnings to stderr. Exit codes: 0 done, 1 done with failed
attempts, 2 the user can fix it (one line says how), 130 stopped by Ctrl-C.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from data.errors import IsocostError
from data.location import DEFAULT, VARIABLE, database

DEFAULT_PORT = 8501


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code."""
    args = parser().parse_args(argv)
    try:
        code = int(args.run(args))
        sys.stdout.flush()
        return code
    except IsocostError as error:
        print(f"isocost: {' '.join(str(error).split())}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("isocost: stopped; everything finished before is kept.", file=sys.stderr)
        return 130
    except BrokenPipeError:
        # `isocost export ... | head` closes our stdout: that is no error of anyone's.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


class Parser(argparse.ArgumentParser):
    """Says what is wrong on one line, like every other error."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"isocost: {message}. See `{self.prog} --help`.\n")


def parser() -> argparse.ArgumentParser:
    """Every command with its options."""
    top = Parser(
        prog="isocost",
        description="What LLM capability costs: collect graded prompts, plot the frontier.",
        epilog="Exit codes: 0 done, 1 done with failed attempts, 2 something you can fix, "
        "130 stopped by Ctrl-C.",
    )
    top.add_argument("--version", action="version", version=f"isocost {_version()}")
    commands = top.add_subparsers(required=True, metavar="COMMAND", title="commands")
    _add_demo(commands)
    _add_collect(commands)
    _add_merge(commands)
    _add_dashboard(commands)
    _add_export(commands)
    return top


def _add_demo(commands: argparse._SubParsersAction[Parser]) -> None:
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
    _port(demo)
    _db(demo)
    demo.set_defaults(run=_demo)  # fmt: skip


def _add_collect(commands: argparse._SubParsersAction[Parser]) -> None:
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
    _db(collect)
    collect.set_defaults(run=_collect)  # fmt: skip


def _add_merge(commands: argparse._SubParsersAction[Parser]) -> None:
    merge = commands.add_parser(
        "merge", help="publish what collectors have journalled to the database"
    )
    _db(merge)
    merge.set_defaults(run=_merge)


def _add_dashboard(commands: argparse._SubParsersAction[Parser]) -> None:
    dashboard = commands.add_parser("dashboard", help="serve the dashboard on 127.0.0.1")
    _port(dashboard)
    _db(dashboard)
    dashboard.set_defaults(run=_dashboard)


def _add_export(commands: argparse._SubParsersAction[Parser]) -> None:
    export = commands.add_parser("export", help="write a table to a file")
    tables = export.add_subparsers(required=True, metavar="TABLE", title="tables")
    pareto = tables.add_parser("pareto", help="the Pareto table: capability against cost")
    pareto.add_argument(
        "--rows",
        default="frontier",
        choices=["frontier", "all"],
        help="the frontier alone, or every contestant (default: frontier)",
    )
    pareto.add_argument("--format", default="md", choices=["csv", "md", "json"], help="default: md")
    pareto.add_argument(
        "-o",
        "--output",
        type=Path,
        metavar="FILE",
        help="where to write it (default: standard output)",
    )
    pareto.add_argument("--campaign", help="default: the one with the newest attempt")
    pareto.add_argument(
        "--category",
        action="append",
        default=[],
        metavar="NAME",
        help="only this category (may be repeated)",
    )
    pareto.add_argument(
        "--task",
        action="append",
        default=[],
        metavar="NAME",
        help="only this task (may be repeated)",
    )
    pareto.add_argument(
        "--level",
        action="append",
        default=[],
        type=int,
        metavar="N",
        help="only this level (may be repeated)",
    )
    _db(pareto)
    pareto.set_defaults(run=_export_pareto)  # fmt: skip


def _db(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--db", metavar="PATH", help=f"database (default: ${VARIABLE} or {DEFAULT})"
    )


def _port(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--port", type=int, default=DEFAULT_PORT, metavar="N", help=f"default: {DEFAULT_PORT}"
    )


def _demo(args: argparse.Namespace) -> int:
    from dashboard.commands.demo import run

    return run(database(args.db), args.minutes, args.port, not args.no_serve, args.reset)


def _collect(args: argparse.Namespace) -> int:
    from dashboard.commands.collect import dry_run, run

    if args.dry_run:
        return dry_run(args.experiment, database(args.db), args.budget, args.redo == "failed")
    return run(args.experiment, database(args.db), args.budget, args.redo == "failed")


def _merge(args: argparse.Namespace) -> int:
    from data.store import merge

    db = database(args.db)
    report = merge(db)
    print(f"{report.attempts:,} new attempts published to {db} in {report.seconds:.1f} s.")
    if report.skipped:
        print(f"{report.skipped:,} unreadable journal lines were skipped.", file=sys.stderr)
    return 0


def _dashboard(args: argparse.Namespace) -> int:
    from dashboard.serve import Dashboard
    from data.store import Reader

    db = database(args.db)
    if db.exists():
        reader = Reader(db)
        reader.sql("SELECT 1")
        reader.close()
    with Dashboard(db, args.port) as dashboard:
        dashboard.wait_ready()
        print(f"Dashboard: {dashboard.url} (Ctrl-C stops it)", flush=True)
        return dashboard.wait()


def _export_pareto(args: argparse.Namespace) -> int:
    from dashboard.commands.export import pareto

    return pareto(database(args.db), args)


def _version() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("isocost")
    except PackageNotFoundError:
        return "(not installed)"


if __name__ == "__main__":
    sys.exit(main())
