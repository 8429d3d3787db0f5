"""report, share: what leaves as a whole."""

from __future__ import annotations

import argparse
from pathlib import Path

from dashboard.arguments.common import Commands
from dashboard.arguments.showing import view_of
from data.lenses import LENSES
from data.location import database

FORMATS = ("html", "pdf", "zip")
PICTURES = ("svg", "pdf", "png")


def add(commands: Commands) -> None:
    """Every command that writes a whole."""
    _add_report(commands)
    _add_chart(commands)
    _add_share(commands)


def _add_report(commands: Commands) -> None:
    report = commands.add_parser(
        "report",
        help="one file with charts, tables and how they were made: HTML, PDF or a pack",
        description="Writes the frontier, its table, the questions and the lenses you name into "
        "one file that asks for nothing. Charts need Chrome or Chromium.",
    )
    report.add_argument(
        "--lens",
        action="append",
        default=[],
        choices=list(LENSES),
        metavar="NAME",
        help="a lens of its own section (may be repeated; default: frontier, "
        "efficiency, readers, questions)",
    )
    report.add_argument(
        "--since",
        metavar="DATE",
        help="begin with what moved since that day: YYYY-MM-DD, 'yesterday' or 'last-week'",
    )
    report.add_argument("--format", choices=FORMATS, help="default: by the file's ending, or html")
    report.add_argument(
        "--interactive", action="store_true", help="charts that answer to the pointer (5 MB)"
    )
    report.add_argument(
        "--template", type=Path, metavar="FILE", help="a Jinja layout of your own (docs/reports.md)"
    )
    _output(report, "isocost-report-<campaign>.<format>")
    view_of(report)
    report.set_defaults(run=_report)


def _add_chart(commands: Commands) -> None:
    chart = commands.add_parser(
        "chart", help="one chart of a lens as SVG, PDF or PNG at print size"
    )
    chart.add_argument("lens", choices=list(LENSES), metavar="LENS", help="such as frontier")
    chart.add_argument("--chart", metavar="NAME", help="which of its charts (default: the first)")
    chart.add_argument("--format", choices=PICTURES, help="default: by the file's ending, or svg")
    _output(chart, "isocost-<lens>-<chart>.<format>")
    view_of(chart)
    chart.set_defaults(run=_chart)


def _add_share(commands: Commands) -> None:
    share = commands.add_parser(
        "share",
        help="a folder of read-only pages, or a database without prompts and answers",
        description="Writes pages that open from disk without a server; or, with --database, a "
        "copy of the database without prompts, answers and what tells of machines.",
    )
    share.add_argument("target", type=Path, metavar="FOLDER|FILE", help="where; must be new")
    share.add_argument(
        "--database", action="store_true", help="a stripped copy of the database instead of pages"
    )
    view_of(share)
    share.set_defaults(run=_share)


def _output(parser: argparse.ArgumentParser, default: str) -> None:
    parser.add_argument(
        "-o", "--output", type=Path, metavar="FILE", help=f"where to write it (default: {default})"
    )


def _report(args: argparse.Namespace) -> int:
    from dashboard.commands.report import report

    return report(database(args.db), args)


def _chart(args: argparse.Namespace) -> int:
    from dashboard.commands.report import chart

    return chart(database(args.db), args)


def _share(args: argparse.Namespace) -> int:
    from dashboard.commands.report import share

    return share(database(args.db), args)
