"""plan: what an experiment would send, cost and tell."""

from __future__ import annotations

import argparse
from pathlib import Path

from dashboard.arguments.common import Commands, db, shard


def add(commands: Commands) -> None:
    """The command that looks before anything is sent."""
    plan = commands.add_parser(
        "plan",
        help="what an experiment would send, cost and tell; sends nothing unless asked",
        description="Print what an experiment would send, its expected dollars with a 95 % "
        "interval, its hours, and the smallest difference it can detect. On a terminal it offers a "
        "small pilot where nothing is stored yet, and then the run.",
    )
    plan.add_argument("experiment", type=Path, metavar="EXPERIMENT.toml")
    plan.add_argument(
        "--budget",
        type=float,
        metavar="USD",
        help="the most that the pilot and the run may cost together (overrides budget_usd)",
    )
    plan.add_argument(
        "--pilot",
        action="store_true",
        help="first send two samples a level for contestants that never answered",
    )
    plan.add_argument("--yes", action="store_true", help="send the pilot without asking")
    shard(plan)
    plan.add_argument(
        "--redo", choices=["failed"], help="also count stored attempts that failed or timed out"
    )
    plan.add_argument("--json", action="store_true", help="every figure, for scripts")
    db(plan)
    plan.set_defaults(run=_plan)


def _plan(args: argparse.Namespace) -> int:
    from dashboard.commands.plan import plan

    return plan(args)
