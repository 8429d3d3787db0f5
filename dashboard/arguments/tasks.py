"""tasks: what the bank holds, and how hard its levels turned out."""

from __future__ import annotations

import argparse

from dashboard.arguments.common import Commands, db


def add(commands: Commands) -> None:
    """`isocost tasks list | show | calibrate`."""
    tasks = commands.add_parser("tasks", help="the bank: families, levels, examples, calibration")
    actions = tasks.add_subparsers(required=True, metavar="ACTION", title="actions")
    listing = actions.add_parser("list", help="every family with its levels and baseline")
    listing.add_argument("--category", metavar="NAME", help="only those of a category")
    listing.add_argument("--json", action="store_true", help="for scripts")
    listing.set_defaults(run=_list)
    show = actions.add_parser("show", help="a family's levels, each with an example")
    show.add_argument("name", metavar="TASK")
    show.add_argument("--level", type=int, metavar="N", help="only this level")
    show.add_argument("--seed", type=int, default=0, metavar="N", help="which sample (default: 0)")
    show.add_argument(
        "--style", default="plain", metavar="STYLE", help="prompt style (default: plain)"
    )
    show.add_argument("--json", action="store_true", help="for scripts")
    show.set_defaults(run=_show)
    calibrate = actions.add_parser(
        "calibrate", help="how difficult each level turned out, by a Rasch fit of stored attempts"
    )
    calibrate.add_argument("--campaign", metavar="NAME", help="(default: the newest)")
    calibrate.add_argument("--task", action="append", default=[], metavar="NAME", help="only this")
    calibrate.add_argument("--json", action="store_true", help="for scripts")
    db(calibrate)
    calibrate.set_defaults(run=_calibrate)


def _list(args: argparse.Namespace) -> int:
    from dashboard.commands.tasks import show_list

    return show_list(args.category, args.json)


def _show(args: argparse.Namespace) -> int:
    from dashboard.commands.tasks import show_task

    return show_task(args.name, args.level, args.seed, args.style, args.json)


def _calibrate(args: argparse.Namespace) -> int:
    from dashboard.commands.calibrate import calibrate
    from data.location import database

    return calibrate(database(args.db), args.campaign, tuple(args.task), args.json)
