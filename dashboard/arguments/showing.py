"""dashboard, export: what shows results."""

from __future__ import annotations

import argparse
from pathlib import Path

from dashboard.arguments.common import Commands, basis, db, port
from data.location import database


def add(commands: Commands) -> None:
    """Every command that shows results."""
    _add_dashboard(commands)
    _add_export(commands)


def _add_dashboard(commands: Commands) -> None:
    dashboard = commands.add_parser("dashboard", help="serve the dashboard on 127.0.0.1")
    port(dashboard)
    db(dashboard)
    dashboard.set_defaults(run=_dashboard)


def _add_export(commands: Commands) -> None:
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
    basis(pareto)
    db(pareto)
    pareto.set_defaults(run=_export_pareto)  # fmt: skip


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
