"""`isocost collect`: run an experiment, or continue it."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from collectors.collect import Outcome, collect
from collectors.experiment import Experiment, load
from collectors.keys import load_env
from collectors.plan import WHOLE, Shard
from dashboard.commands.table import pareto
from data.errors import ExperimentError
from data.records import Fit
from data.store import Reader
from data.wording import seconds, usd


def run(
    path: Path,
    db: Path,
    budget_usd: float | None = None,
    *,
    redo_failed: bool = False,
    shard: Shard = WHOLE,
    workers: int = 0,
    log: str | None = None,
) -> int:
    """Collect, print the campaign's table; 1 when any attempt failed, 130 when interrupted."""
    load_env(Path.cwd(), say)
    experiment = with_budget(load(path), budget_usd)
    outcome = collect(
        experiment,
        db,
        redo_failed=redo_failed,
        shard=shard,
        workers=workers,
        log=log,
        say=say,
    )
    if outcome.reason != "interrupted":
        print(pareto(Reader(db), experiment.name))
    report(outcome, db)
    return exit_code(outcome)


def say(text: str) -> None:
    """A line for people, beside the results."""
    print(text, file=sys.stderr, flush=True)


def report(outcome: Outcome, db: Path) -> None:
    """What people should know about how the collection ended."""
    for line in told(outcome):
        say(line)
    say(f"Stored in {db}.")


def told(outcome: Outcome) -> list[str]:
    """How the collection ended, a line for each thing that people should know."""
    progress = outcome.progress
    lines = [f"'{name}' was stopped: {reason}" for name, reason in progress.stopped.items()]
    left = sum(progress.left.values())
    if outcome.run_id is None:
        lines.append(f"Nothing to do: all {outcome.plan.stored:,} attempts are stored.")
    elif outcome.reason == "interrupted":
        lines.append(
            f"Interrupted: {progress.done:,} attempts kept, {left:,} not made. "
            "Run it again to continue."
        )
    elif outcome.reason == "budget":
        lines.append(f"Budget reached at {usd(progress.cost_usd)}: {left:,} attempts not made.")
    elif outcome.reason == "timeout":
        lines.append(f"Time limit reached: {left:,} attempts not made. Run it again to continue.")
    if left and outcome.reason != "interrupted":
        lines.append("Not made: " + ", ".join(f"{n:,} of '{x}'" for x, n in progress.left.items()))
    if progress.unsettled_usd:
        lines.append(
            f"Calls whose end nobody told us can have cost up to {usd(progress.unsettled_usd)} "
            "more; the budget counts that as spent."
        )
    for name, (n, ours, theirs) in progress.disputed.items():
        lines.append(
            f"WARNING: what LiteLLM or the provider itself says {n:,} attempts of '{name}' cost "
            f"differs by more than 1 % from ours: {usd(theirs)} against {usd(ours)}. Check "
            "`isocost prices show`."
        )
    if outcome.fits:
        lines.append(f"{fitted(outcome.fits)}; no answer's cost holds any of it.")
    if outcome.unreadable:
        lines.append(
            f"{outcome.unreadable:,} journal lines could not be published; "
            "they stay in the journal."
        )
    if progress.unpriced:
        lines.append(
            f"{progress.unpriced:,} attempts have no known cost; they count for capability only."
        )
    if failed := progress.failed + outcome.plan.failed:
        lines.append(f"{failed:,} attempts failed and have no score. Repeat them: --redo failed.")
    return lines


def fitted(fits: Sequence[Fit]) -> str:
    """What fitting heads took: "Fitted 2 heads on 690 labelled examples: 0.4 s of CPU time"."""
    heads, labels = len(fits), sum(fit.labels for fit in fits)
    dollars = [fit.usd for fit in fits]
    paid = usd(sum(x for x in dollars if x is not None)) + (
        f" and an unknown cost of {dollars.count(None):,}" if None in dollars else ""
    )
    return (
        f"Fitted {heads:,} {'head' if heads == 1 else 'heads'} on {labels:,} labelled examples: "
        f"{seconds(sum(fit.cpu_s or 0.0 for fit in fits))} of CPU time, {paid}"
    )


def exit_code(outcome: Outcome) -> int:
    """130 interrupted, 1 with failed or unmade attempts, else 0."""
    if outcome.reason == "interrupted":
        return 130
    incomplete = outcome.reason != "complete" or outcome.progress.stopped
    return 1 if outcome.progress.failed or outcome.plan.failed or incomplete else 0


def with_budget(experiment: Experiment, budget_usd: float | None) -> Experiment:
    """The experiment under --budget, where that was given."""
    if budget_usd is None:
        return experiment
    if not 0 < budget_usd < 1e12:
        raise ExperimentError(f"--budget {budget_usd}: write dollars above 0.")
    return replace(experiment, budget_usd=budget_usd)
