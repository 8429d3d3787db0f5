"""`isocost collect`: run an experiment or show what it would send."""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from collectors import preflight
from collectors.collect import Outcome, collect, look
from collectors.estimate import ASSUMED_ANSWER, BYTES_PER_TOKEN, Line, estimate, history
from collectors.experiment import Experiment, load
from dashboard.commands.table import aligned, pareto
from data.errors import ExperimentError
from data.pricing.cost import REASONS
from data.store import Reader
from data.wording import usd


def run(path: Path, db: Path, budget_usd: float | None, redo_failed: bool) -> int:
    """Collect, print the campaign's table; 1 when any attempt failed, 130 when interrupted."""
    experiment = _with_budget(load(path), budget_usd)
    outcome = collect(experiment, db, redo_failed=redo_failed, say=say)
    if outcome.reason != "interrupted":
        print(pareto(Reader(db), experiment.name))
    report(outcome, db)
    return exit_code(outcome)


def dry_run(path: Path, db: Path, budget_usd: float | None, redo_failed: bool) -> int:
    """Print what would be sent and its estimated cost, by contestant. Sends and writes nothing."""
    experiment = _with_budget(load(path), budget_usd)
    plan = look(experiment, experiment.name, db, redo_failed)
    for problem in preflight.problems(experiment.entrants):
        say(f"A real run would be refused: {problem}")
    now = datetime.now(UTC).replace(tzinfo=None)
    lines = estimate(plan, preflight.prices(experiment.entrants, now), history(db))
    rows = [
        [
            x.name,
            f"{x.attempts:,}",
            f"{x.input_tokens:,}",
            _expected(x),
        ]
        for x in lines
    ]
    print(aligned(rows, ("contestant", "attempts", "input tokens", "estimated cost")))
    known = sum(x.usd for x in lines if x.usd is not None)
    unknown = sum(x.usd is None for x in lines)
    print(
        f"\n{len(plan.todo):,} attempts would be sent, {plan.stored:,} are stored already; about "
        f"{usd(known) if known else '$0'}"
        + _without_cost(unknown)
        + (f", under a budget of {usd(experiment.budget_usd)}" if experiment.budget_usd else "")
        + "."
    )
    past = sum(x.from_history for x in lines)
    print(
        f"Estimated from the mean of stored attempts for {past:,}; from list prices with "
        f"{BYTES_PER_TOKEN} bytes a token and at most {ASSUMED_ANSWER} output tokens for the rest. "
        "Nothing was sent."
    )
    return 0


def _without_cost(contestants: int) -> str:
    if not contestants:
        return ""
    who = "contestant" if contestants == 1 else "contestants"
    return f" plus {contestants} {who} whose cost is not known beforehand"


def _expected(line: Line) -> str:
    """Its dollars, or why they can't be known beforehand."""
    if line.usd is not None:
        return usd(line.usd)
    return REASONS.get(line.missing, "unknown")


def say(text: str) -> None:
    """A line for people, beside the results."""
    print(text, file=sys.stderr, flush=True)


def report(outcome: Outcome, db: Path) -> None:
    """What people should know about how the collection ended."""
    progress, left = outcome.progress, len(outcome.plan.todo) - outcome.progress.done
    for name, reason in progress.stopped.items():
        say(f"'{name}' was stopped: {reason}")
    if outcome.run_id is None:
        say(f"Nothing to do: all {outcome.plan.stored:,} attempts are stored.")
    elif outcome.reason == "interrupted":
        say(
            f"Interrupted: {progress.done:,} attempts kept, {left:,} not made. "
            "Run it again to continue."
        )
    elif outcome.reason == "budget":
        say(f"Budget reached at {usd(progress.cost_usd)}: {left:,} attempts were not made.")
    if outcome.unreadable:
        say(
            f"{outcome.unreadable:,} journal lines could not be published; "
            "they stay in the journal."
        )
    if progress.unpriced:
        say(f"{progress.unpriced:,} attempts have no known cost; they count for capability only.")
    failed = progress.failed + outcome.plan.failed
    if failed:
        say(f"{failed:,} attempts failed and have no score. Repeat them with --redo failed.")
    say(f"Stored in {db}.")


def exit_code(outcome: Outcome) -> int:
    """130 interrupted, 1 with failed or unmade attempts, else 0."""
    if outcome.reason == "interrupted":
        return 130
    incomplete = outcome.reason != "complete" or outcome.progress.stopped
    return 1 if outcome.progress.failed or outcome.plan.failed or incomplete else 0


def _with_budget(experiment: Experiment, budget_usd: float | None) -> Experiment:
    if budget_usd is None:
        return experiment
    if not 0 < budget_usd < 1e12:
        raise ExperimentError(f"--budget {budget_usd}: write dollars above 0.")
    return replace(experiment, budget_usd=budget_usd)
