"""`isocost plan`: what would be sent and what it would cost; a pilot where nothing is known."""

from __future__ import annotations

import argparse
import json
import math
import sys
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from collectors import preflight
from collectors.collect import Outcome, collect, look
from collectors.estimate import Estimate, estimate
from collectors.estimate.pilot import SAMPLES, ceiling_usd, pilot_of
from collectors.experiment import Experiment, load
from collectors.keys import load_env
from collectors.plan import WHOLE, Shard
from dashboard.commands.ask import read_line
from dashboard.commands.collect import exit_code, report, say, with_budget
from dashboard.commands.plan_json import record
from dashboard.commands.plan_text import text
from dashboard.commands.table import pareto
from data.errors import ExperimentError
from data.location import database
from data.store import Reader
from data.wording import amount


@dataclass(frozen=True)
class Asked:
    """What the command line asked to look at."""

    path: Path
    db: Path
    budget_usd: float | None = None
    """Of everything that is sent, pilot and run together; overrides the file's."""
    redo_failed: bool = False
    shard: Shard = WHOLE


@dataclass(frozen=True)
class Pilot:
    """A pilot that could be sent."""

    experiment: Experiment
    attempts: int
    at_most_usd: float | None
    """None where nothing tells, and no ceiling holds: none of it is charged by tokens."""
    why: str


def asked_by(args: argparse.Namespace) -> Asked:
    """What the options of `plan` and of `collect --dry-run` ask for."""
    return Asked(args.experiment, database(args.db), args.budget, args.redo == "failed", args.shard)


def dry_run(args: argparse.Namespace) -> int:
    """Print what would be sent and its expected cost, hours and power. Sends and writes nothing."""
    asked = asked_by(args)
    experiment = _experiment(asked)
    found = _look(asked, experiment)
    _warn(experiment)
    print(text(found), "Nothing was sent.", sep="\n")
    return 0


def plan(args: argparse.Namespace) -> int:
    """`isocost plan` with its options: see `run`."""
    return run(asked_by(args), pilot=args.pilot, yes=args.yes, as_json=args.json)


def run(asked: Asked, *, pilot: bool = False, yes: bool = False, as_json: bool = False) -> int:
    """Print the plan, and on a terminal offer a pilot and then the run.

    0, or how the last collection ended: 1 with failed attempts, 130 when interrupted.
    """
    if yes and not pilot:
        raise ExperimentError("--yes sends a pilot without asking: write --pilot --yes.")
    experiment = _experiment(asked)
    found = _look(asked, experiment)
    offered = _pilot(asked, found)
    asks = not as_json and _terminal()
    if offered is None or not (asks or pilot):
        _warn(experiment)
        _show(found, as_json, "Nothing was sent.")
        _say_no_pilot(found, offered, pilot)
        return 0
    if not (asks or yes):
        raise ExperimentError("--pilot asks before it sends, and nobody can answer: add --yes.")
    if not as_json:
        print(text(found), flush=True)
    refused = _warn(offered.experiment)
    if not yes and (refused or not _answer(_question(offered))):
        say("Nothing was sent.")
        return 0
    if yes:
        say(_question(offered).removesuffix("?") + ".")
    return _after(asked, found, offered, asks, as_json)


def _after(asked: Asked, found: Estimate, pilot: Pilot, asks: bool, as_json: bool) -> int:
    """Send the pilot, show the plan again, and offer the run."""
    experiment = found.experiment
    tried = _collect(asked, pilot.experiment)
    if tried.reason == "interrupted":
        return exit_code(tried)
    found = _look(asked, experiment)
    _show(found, as_json, "Beyond the pilot nothing was sent.")
    if found.unheard:
        names = ", ".join(f"'{x.name}'" for x in found.unheard)
        say(f"The pilot got no answer from {names}: see what is said above.")
    if not (asks and found.plan.todo and _answer("Go on with the whole run?")):
        return exit_code(tried)
    left = _left(experiment, tried)
    if left is not None and left <= 0:
        say("The pilot used up the budget: nothing more is sent. Raise it with --budget.")
        return 1
    whole = _collect(asked, replace(experiment, budget_usd=left))
    if whole.reason != "interrupted":
        print(pareto(Reader(asked.db), experiment.name))
    return exit_code(whole)


def _experiment(asked: Asked) -> Experiment:
    load_env(Path.cwd(), say)
    return with_budget(load(asked.path), asked.budget_usd)


def _look(asked: Asked, experiment: Experiment) -> Estimate:
    plan = look(experiment, experiment.name, asked.db, asked.redo_failed, asked.shard)
    return estimate(experiment, plan, asked.db, _now())


def _now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)


def _warn(experiment: Experiment) -> bool:
    """Say what would stop a real run before it sends anything; whether there is such a thing."""
    problems = preflight.problems(experiment.entrants)
    try:
        prices = preflight.prices(experiment.entrants, _now())
        preflight.check_ceilings(experiment, prices, preflight.caps(experiment.entrants))
    except ExperimentError as error:
        problems.append(str(error))
    for problem in problems:
        say(f"A real run would be refused: {problem}")
    return bool(problems)


def _show(found: Estimate, as_json: bool, end: str) -> None:
    if as_json:
        print(json.dumps(record(found), indent=2, ensure_ascii=False))
    else:
        print(text(found), end, sep="\n", flush=True)


def _pilot(asked: Asked, found: Estimate) -> Pilot | None:
    """What a pilot would send; None where everyone has answered, or nothing of it is left."""
    if not found.unheard:
        return None
    given = found.experiment.budget_usd if asked.budget_usd is None else None
    ceiling, why = ceiling_usd(given, asked.budget_usd)
    small = pilot_of(found.experiment, found.unheard, ceiling)
    sent = _look(asked, small)
    if not sent.plan.todo:
        return None
    limits = [x.expected.at_most_usd for x in sent.lines]
    known = math.fsum(usd for usd in limits if usd is not None)
    return Pilot(small, len(sent.plan.todo), min(known, ceiling) if known else None, why)


def _question(pilot: Pilot) -> str:
    most = "cost not known beforehand"
    if pilot.at_most_usd is not None:
        most = f"at most {amount(pilot.at_most_usd)}"
    ceiling = amount(pilot.experiment.budget_usd)
    return (
        f"Run a pilot first: {SAMPLES} samples a level, {pilot.attempts:,} attempts, {most} "
        f"(ceiling {ceiling}: {pilot.why})?"
    )


def _say_no_pilot(found: Estimate, offered: Pilot | None, wanted: bool) -> None:
    if offered is not None:
        most = "" if offered.at_most_usd is None else f", at most {amount(offered.at_most_usd)}"
        say(
            f"{len(found.unheard):,} of {len(found.lines):,} contestants have no history. A pilot "
            f"of {offered.attempts:,} attempts{most}, would tell more of them: --pilot --yes."
        )
    elif wanted:
        say("No pilot is needed: nothing that it would send is missing.")


def _answer(question: str) -> bool:
    """Whether the person at the terminal says yes; silence is no."""
    print(f"{question} [y/N] ", end="", file=sys.stderr, flush=True)
    return read_line().strip().lower() in ("y", "yes")


def _terminal() -> bool:
    return sys.stdin.isatty() and sys.stdout.isatty() and sys.stderr.isatty()


def _collect(asked: Asked, experiment: Experiment) -> Outcome:
    outcome = collect(
        experiment,
        asked.db,
        campaign=experiment.name,
        redo_failed=asked.redo_failed,
        shard=asked.shard,
        say=say,
    )
    report(outcome, asked.db)
    return outcome


def _left(experiment: Experiment, tried: Outcome) -> float | None:
    """What the pilot left of the budget, counting what nobody told us as spent."""
    if experiment.budget_usd is None:
        return None
    return experiment.budget_usd - tried.progress.cost_usd - tried.progress.unsettled_usd
