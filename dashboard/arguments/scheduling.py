"""schedule: what runs by itself."""

from __future__ import annotations

import argparse
from pathlib import Path

from dashboard.arguments.common import Commands, db
from data.location import database

KINDS = ("systemd", "cron", "github")


def add(commands: Commands) -> None:
    """Every command about the clock."""
    schedule = commands.add_parser(
        "schedule",
        help="run an experiment every night: a systemd timer, a cron line or a GitHub workflow",
        description="Show what would run `isocost nightly EXPERIMENT.toml` every night, and when "
        "it runs next. Keys are read from the .env of this folder when it runs.",
    )
    schedule.add_argument("experiment", type=Path, metavar="EXPERIMENT.toml")
    schedule.add_argument("--with", dest="kind", choices=KINDS, required=True, help="what wakes it")
    schedule.add_argument(
        "--at", default="02:30", metavar="HH:MM", help="local time (default: 02:30)"
    )
    schedule.add_argument("--utc", action="store_true", help="the time is in UTC")
    schedule.add_argument(
        "--env-file", type=Path, metavar="PATH", help="read keys from this file too"
    )
    act = schedule.add_mutually_exclusive_group()
    act.add_argument("--install", action="store_true", help="write it and start it")
    act.add_argument("--remove", action="store_true", help="stop it and delete it")
    schedule.add_argument("--json", action="store_true", help="print JSON")
    db(schedule)
    schedule.set_defaults(run=_schedule)


def _schedule(args: argparse.Namespace) -> int:
    from dashboard.commands.schedule import run

    return run(args, database(args.db))
