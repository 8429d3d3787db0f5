"""A collection from start to end: check, resume, send, journal, publish."""

from __future__ import annotations

import asyncio
import secrets
import signal
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from collectors import preflight, provenance, tasks
from collectors.budget import Budget
from collectors.engine import Engine, Progress, Setting
from collectors.experiment import Experiment
from collectors.plan import Plan, plan
from collectors.progress import Bar
from collectors.providers.router import Providers
from data.catalog.files import catalog_hash
from data.errors import IsocostError
from data.journal import Journal
from data.price import Price
from data.store import Reader, merge, queries

MIN_PUBLISH_S = 30.0
MERGE_SHARE = 20.0
"""Publish at most every 20 times as long as the last merge took."""


@dataclass(frozen=True)
class Outcome:
    """How a collection ended."""

    run_id: str | None
    """None when there was nothing to do."""
    progress: Progress
    plan: Plan
    reason: str
    """'complete', 'interrupted' or 'budget'."""
    unreadable: int = 0
    """Journal lines that could not be published; they stay in the journal."""


def run_name() -> str:
    """A run id that sorts by time and never repeats."""
    return f"{datetime.now(UTC):%Y%m%dT%H%M%S}-{secrets.token_hex(4)}"


def prepare(experiment: Experiment, campaign: str, db: Path, redo_failed: bool = False) -> Plan:
    """Publish what earlier runs left behind, then plan what is still missing.

    Raises StoreError when the database is newer than this Isocost or can't be written.
    """
    merge(db)
    return look(experiment, campaign, db, redo_failed)


def look(experiment: Experiment, campaign: str, db: Path, redo_failed: bool = False) -> Plan:
    """The plan against what is published now; writes nothing."""
    found = queries.tries(Reader(db), campaign).iter_rows() if db.exists() else ()
    return plan(experiment, campaign, {a: (t, s) for a, t, s in found}, redo_failed)


def collect(
    experiment: Experiment,
    db: Path,
    *,
    campaign: str | None = None,
    redo_failed: bool = False,
    replicas: int = 1,
    say: Callable[[str], None] = lambda text: None,
) -> Outcome:
    """Run an experiment to its end, its budget, or Ctrl-C; everything finished is published.

    Nothing is sent before keys, servers and the database have been checked. `replicas` is the
    number of server processes of each bundled writer.
    """
    campaign = campaign or experiment.name
    providers = Providers(
        [e.contestant for e in experiment.entrants],
        endpoints=preflight.endpoints(experiment.entrants),
        training={t.name: t.train for c in experiment.tasks if (t := tasks.task(c.name)).train},
        replicas=replicas,
    )
    preflight.check_servers(experiment.entrants)
    providers.check_keys()
    todo = prepare(experiment, campaign, db, redo_failed)
    if not todo.todo:
        return Outcome(None, Progress(0), todo, "complete")
    prices = preflight.prices(experiment.entrants, datetime.now(UTC).replace(tzinfo=None))
    run = _Run(experiment, campaign, db, todo, prices, run_name())
    say(f"{len(todo.todo):,} attempts to make; {todo.stored:,} are stored already.")
    return asyncio.run(run.go(providers))


@dataclass
class _Run:
    experiment: Experiment
    campaign: str
    db: Path
    plan: Plan
    prices: dict[str, Price]
    run_id: str
    unreadable: int = 0

    async def go(self, providers: Providers) -> Outcome:
        stop = asyncio.Event()
        _stop_on_interrupt(stop)
        budget = Budget(self.experiment.budget_usd)
        setting = Setting(self.campaign, self.run_id, self.prices, self.experiment.store_text)
        with Journal(self.db, self.run_id) as journal, Bar(len(self.plan.todo), "collect") as bar:
            self._open(journal)
            engine = Engine(setting, providers, journal, budget, bar.show)
            reason = "failed"
            try:
                async with providers:
                    publisher = asyncio.create_task(self._publish_often(bar))
                    try:
                        progress = await engine.run(self.plan.todo, stop)
                    finally:
                        publisher.cancel()
                reason = _reason(stop, budget)
            finally:
                self._close(journal, engine.progress, reason)
        self.unreadable += (await asyncio.to_thread(merge, self.db)).skipped
        return Outcome(self.run_id, progress, self.plan, reason, self.unreadable)

    async def _publish_often(self, bar: Bar) -> None:
        """Let the dashboard see the run as it goes; what fails is said and tried again."""
        pause = MIN_PUBLISH_S
        while True:
            await asyncio.sleep(pause)
            try:
                report = await asyncio.to_thread(merge, self.db)
                self.unreadable += report.skipped
                pause = max(MIN_PUBLISH_S, MERGE_SHARE * report.seconds)
            except IsocostError as error:
                bar.note(f"Not published yet: {error}")

    def _open(self, journal: Journal) -> None:
        journal.add(
            "run",
            {
                "run_id": self.run_id,
                "campaign": self.campaign,
                "started_at": datetime.now(UTC).replace(tzinfo=None),
                "experiment": self.experiment.text,
                "versions": provenance.versions(),
                "git_commit": provenance.git_commit(),
                "catalog_hash": catalog_hash(),
                "machine": provenance.machine(),
                "planned": len(self.plan.todo),
            },
        )
        for entrant in self.experiment.entrants:
            journal.contestant(entrant.contestant)
        for price in self.prices.values():
            journal.price(price)
        journal.commit()

    def _close(self, journal: Journal, progress: Progress, reason: str) -> None:
        journal.add(
            "run_end",
            {
                "run_id": self.run_id,
                "ended_at": datetime.now(UTC).replace(tzinfo=None),
                "outcome": reason,
                "done": progress.done,
                "failed": progress.failed,
                "cost_usd": progress.cost_usd,
            },
        )
        journal.commit()


def _reason(stop: asyncio.Event, budget: Budget) -> str:
    if stop.is_set():
        return "interrupted"
    return "budget" if budget.exhausted else "complete"


def _stop_on_interrupt(stop: asyncio.Event) -> None:
    """The first Ctrl-C (or terminate) finishes cleanly; the second one is the usual hard stop."""
    loop = asyncio.get_running_loop()

    def ask() -> None:
        stop.set()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(number)

    for number in (signal.SIGINT, signal.SIGTERM):
        try:
            loop.add_signal_handler(number, ask)
        except (NotImplementedError, RuntimeError, ValueError):
            return
