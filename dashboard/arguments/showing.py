"""dashboard, export: what shows results."""

from __future__ import annotations

import argparse
from pathlib import Path

from dashboard.arguments.common import Commands, Parser, basis, db, port
from data.formats import FORMATS
from data.lenses import LENSES, OPTIONS
from data.location import database


def add(commands: Commands) -> None:
    """Every command that shows results."""
    _add_dashboard(commands)
    _add_export(commands)


def _add_dashboard(commands: Commands) -> None:
    dashboard = commands.add_parser(
        "dashboard",
        help="serve the dashboard on 127.0.0.1",
        description="Serves the dashboard to this machine; to others only behind a login, or when "
        "you say that everyone may read it (docs/serving.md).",
    )
    port(dashboard)
    db(dashboard)
    dashboard.add_argument(
        "--host",
        default="127.0.0.1",
        metavar="ADDRESS",
        help="where to listen (default: 127.0.0.1)",
    )
    dashboard.add_argument(
        "--name",
        action="append",
        default=[],
        metavar="HOST",
        help="a name under which browsers reach it, such as dash.example.com; may be repeated",
    )
    dashboard.add_argument(
        "--login",
        type=Path,
        metavar="FILE",
        help="TOML of an OpenID Connect client and the readers",
    )
    dashboard.add_argument(
        "--without-login",
        action="store_true",
        help="everyone who can reach the address may read every result, prompt and answer",
    )
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
    _add_view(pareto)
    pareto.set_defaults(run=_export_pareto)
    eee = tables.add_parser(
        "eee",
        help="every attempt of a campaign as Every Eval Ever's records: a folder",
        description="Writes data/<collection>/<developer>/<model>/<uuid>.json with its instances, "
        "for each contestant, into a new folder.",
    )
    eee.add_argument("--campaign", help="default: the one with the newest attempt")
    eee.add_argument(
        "--organisation", default="unknown", metavar="NAME", help="who evaluated (default: unknown)"
    )
    eee.add_argument("-o", "--output", type=Path, required=True, metavar="FOLDER", help="where")
    db(eee)
    eee.set_defaults(run=_export_eee)
    for name, question in LENSES.items():
        lens = tables.add_parser(name, help=question)
        lens.add_argument("--table", metavar="NAME", help="only this of its tables")
        for option in OPTIONS.get(name, ()):
            lens.add_argument(
                option.flag, type=option.kind, metavar=option.metavar, help=option.help
            )
        _add_view(lens)
        lens.set_defaults(run=_export_lens, lens=name)


def _add_view(parser: Parser) -> None:
    """Which attempts, how their usage becomes dollars, and where the table goes."""
    parser.add_argument("--format", default="md", choices=list(FORMATS), help="default: md")
    parser.add_argument(
        "--columns",
        type=_names,
        default=(),
        metavar="A,B,...",
        help="only these columns of one table, in this order (default: the format's usual ones)",
    )
    parser.add_argument(
        "-o",
        "--output",
        type=Path,
        metavar="FILE",
        help="where to write it (default: standard output)",
    )
    view_of(parser)


def view_of(parser: Parser) -> None:
    """Which attempts, and how their usage becomes dollars."""
    parser.add_argument("--campaign", help="default: the one with the newest attempt")
    for flag, kind, metavar in (
        ("category", str, "NAME"),
        ("task", str, "NAME"),
        ("level", int, "N"),
        ("lab", str, "NAME"),
        ("weights", str, "open|closed"),
        ("kind", str, "NAME"),
    ):
        parser.add_argument(
            f"--{flag}",
            action="append",
            default=[],
            type=kind,
            metavar=metavar,
            help=f"only this {flag} (may be repeated)",
        )
    parser.add_argument(
        "--mix",
        action="append",
        default=[],
        metavar="NAME=WEIGHT",
        help="weight of a category or task, 1 unless told otherwise (may be repeated)",
    )
    basis(parser)
    db(parser)


def _names(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split(",") if name.strip())


def _dashboard(args: argparse.Namespace) -> int:
    from dashboard.listening import listening
    from dashboard.serve import Dashboard
    from data.store import Reader

    db = database(args.db)
    where = listening(args.host, tuple(args.name), args.login, args.without_login, db)
    if db.exists():
        reader = Reader(db)
        reader.sql("SELECT 1")
        reader.close()
    with Dashboard(db, args.port, where) as dashboard:
        dashboard.wait_ready()
        print(f"Dashboard: {dashboard.url} (Ctrl-C stops it)", flush=True)
        return dashboard.wait()


def _export_pareto(args: argparse.Namespace) -> int:
    from dashboard.commands.export import pareto

    return pareto(database(args.db), args)


def _export_eee(args: argparse.Namespace) -> int:
    from dashboard.commands.eee import export

    return export(database(args.db), args.campaign, args.organisation, args.output)


def _export_lens(args: argparse.Namespace) -> int:
    from dashboard.commands.export import lens

    return lens(database(args.db), args)
