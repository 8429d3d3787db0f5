"""A collection from start to end: check, lock, resume, send, journal, publish."""

from __future__ import annotations

import asyncio
import json
import secrets
import signal
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from collectors import bank, preflight, provenance
from collectors.budget import Budget
from collectors.engine import Engine
from collectors.entrants import Entrant
from collectors.events import Events, open_events
from collectors.experiment import Experiment
from collectors.fitting import Fitting
from collectors.judging import Bench, validation
from collectors.lane import Lane, budget_of, judge_lane, lanes
from collectors.locks import collecting
from collectors.plan import WHOLE, Plan, Planned, Shard, plan
from collectors.progress import Bar, Progress, progress_of
from collectors.providers.router import Providers
from collectors.rows import Setting
from collectors.status import StatusFile
from collectors.taught import Taught
from data.catalog.files import catalog_hash
from data.errors import IsocostError
from data.journal import Journal
from data.records import Fit
from data.store import Reader, merge, queries
from data.store.aside import merge_aside

ENDS = [getattr(signal, n) for n in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, n)]
"""Signals that ask a run to end."""
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
    """'complete', 'interrupted', 'timeout' or 'budget'."""
    unreadable: int = 0
    """Journal lines that could not be published; they stay in the journal."""
    fits: tuple[Fit, ...] = ()
    """What fitting heads took; no part of any answer's cost."""


def run_name() -> str:
    """A run id that sorts by time and never repeats."""
    return f"{datetime.now(UTC):%Y%m%dT%H%M%S}-{secrets.token_hex(4)}"


def prepare(
    experiment: Experiment,
    campaign: str,
    db: Path,
    redo_failed: bool = False,
    shard: Shard = WHOLE,
) -> Plan:
    """Publish what earlier runs left behind, then plan what is still missing.

    Raises StoreError when the database is newer than this Isocost or can't be written.
    """
    merge(db)
    bank.check_versions(Reader(db), campaign, experiment)
    found = look(experiment, campaign, db, redo_failed, shard)
    bank.verify(found.todo)
    return found


def look(
    experiment: Experiment,
    campaign: str,
    db: Path,
    redo_failed: bool = False,
    shard: Shard = WHOLE,
) -> Plan:
    """The plan against what is published now; writes nothing."""
    found = queries.tries(Reader(db), campaign).iter_rows() if db.exists() else ()
    return plan(experiment, campaign, {a: (t, s) for a, t, s in found}, redo_failed, shard)


def everyone(experiment: Experiment) -> tuple[Entrant, ...]:
    """Who is asked, and who judges: all need keys, prices and servers."""
    found = [*experiment.entrants, *experiment.judges.values()]
    return tuple({e.contestant.contestant_id: e for e in reversed(found)}.values())[::-1]


def collect(
    experiment: Experiment,
    db: Path,
    *,
    campaign: str | None = None,
    redo_failed: bool = False,
    replicas: int = 1,
    shard: Shard = WHOLE,
    workers: int = 0,
    log: str | None = None,
    extra: Callable[[Plan], tuple[Planned, ...]] = lambda plan: (),
    say: Callable[[str], None] = lambda text: None,
) -> Outcome:
    """Run an experiment to its end, its budget, its time limit or Ctrl-C; all of it is published.

    Nothing is sent before keys, settings, servers and the database have been checked. `replicas`
    is the number of server processes of each bundled writer; `workers` of processes that make the
    calls (0: this one); `log` is a file of JSON lines, or '-'; `extra` adds probes that no
    experiment names, given its plan.
    """
    campaign = campaign or experiment.name
    entrants = everyone(experiment)
    providers = Providers(
        [e.contestant for e in entrants],
        endpoints=preflight.endpoints(entrants),
        training={c.name: c.task.train for c in experiment.tasks if c.task.train},
        replicas=replicas,
        workers=workers,
    )
    prices = preflight.prices(entrants, datetime.now(UTC).replace(tzinfo=None))
    caps = preflight.caps(entrants)
    preflight.check_ceilings(experiment, prices, caps)
    preflight.check_settings(entrants)
    preflight.check_servers(entrants)
    try:
        providers.check_keys()
        with collecting(db, campaign, shard):
            found = prepare(experiment, campaign, db, redo_failed, shard)
            told = {a: (t, s) for a, t, s in queries.tries(Reader(db), campaign).iter_rows()}
            todo = (*validation(experiment, campaign, told), *extra(found), *found.todo)
            if not todo:
                return Outcome(None, Progress(0), found, "complete")
            running = lanes(todo, prices, caps)
            at_work = {x.contestant_id: x for x in running}
            judges = {
                name: at_work.get(i) or judge_lane(e, prices[i], caps[i])
                for name, e in experiment.judges.items()
                if (i := e.contestant.contestant_id)
            }
            run = _Run(experiment, campaign, db, found, running, judges, run_name(), shard)
            for name, why in experiment.skipped.items():
                say(f"'{name}' is left out: {why}")
            say(f"{len(found.todo):,} attempts to make; {found.stored:,} are stored already.")
            with open_events(log, run_id=run.run_id, campaign=campaign, say=say) as events:
                return asyncio.run(run.go(providers, events))
    finally:
        providers.close()


@dataclass
class _Run:
    experiment: Experiment
    campaign: str
    db: Path
    plan: Plan
    asked: list[Lane]
    judges: dict[str, Lane]
    run_id: str
    shard: Shard
    unreadable: int = 0

    @property
    def lanes(self) -> list[Lane]:
        """Of those that are asked, and of those that judge."""
        return list({id(x): x for x in (*self.asked, *self.judges.values())}.values())

    async def go(self, providers: Providers, events: Events) -> Outcome:
        stop = asyncio.Event()
        _stop_on_interrupt(stop)
        budget = budget_of(self.experiment.budget_usd, self.lanes)
        setting = Setting(self.campaign, self.run_id, self.experiment.store_text)
        part = "/".join(map(str, self.shard))
        status = StatusFile(self.db, self.run_id, self.campaign, part, self.lanes, budget.run)
        total = sum(lane.planned for lane in self.lanes)
        with Journal(self.db, self.run_id) as journal, Bar(total, "collect") as bar:
            self._open(journal, events)
            status.update(force=True)
            taught = Taught(self.run_id, self.lanes, journal, events)
            taught.by_prompts()

            def report() -> None:
                taught.bundled(providers.fits)
                bar.show(progress_of(self.lanes, budget.run))

            engine = Engine(
                setting, providers, journal, self.lanes, budget, report, events,
                Bench(self.judges), Fitting(setting, taught.fitted),
            )  # fmt: skip
            reason = "failed"
            try:
                async with providers:
                    background = [
                        asyncio.create_task(self._publish_often(bar, events)),
                        asyncio.create_task(_often(status.update)),
                    ]
                    try:
                        reason = await engine.run(stop, self.experiment.timeout_s)
                    finally:
                        for task in background:
                            task.cancel()
            finally:
                taught.bundled(providers.fits)
                progress = progress_of(self.lanes, budget.run)
                self._close(journal, budget, progress, reason, events)
                status.remove()
        self.unreadable += (await asyncio.to_thread(merge, self.db)).skipped
        events.emit("published", db=self.db.name)
        return Outcome(
            self.run_id, progress, self.plan, reason, self.unreadable, tuple(taught.fits)
        )

    async def _publish_often(self, bar: Bar, events: Events) -> None:
        """Let the dashboard see the run as it goes; what fails is said and tried again."""
        pause = MIN_PUBLISH_S
        while True:
            await asyncio.sleep(pause)
            try:
                report = await asyncio.to_thread(merge_aside, self.db)
                self.unreadable += report.skipped
                pause = max(MIN_PUBLISH_S, MERGE_SHARE * report.seconds)
                events.emit("published", attempts=report.attempts, seconds=report.seconds)
            except IsocostError as error:
                bar.note(f"Not published yet: {error}")
                events.emit("warning", text=f"Not published yet: {error}")

    def _open(self, journal: Journal, events: Events) -> None:
        row = {
            "run_id": self.run_id,
            "campaign": self.campaign,
            "started_at": datetime.now(UTC).replace(tzinfo=None),
            "experiment": self.experiment.text,
            "versions": provenance.versions(),
            "git_commit": provenance.git_commit(),
            "catalog_hash": catalog_hash(),
            "machine": provenance.machine(),
            "planned": sum(lane.planned for lane in self.lanes),
            "shard": "/".join(map(str, self.shard)),
            "budget_usd": self.experiment.budget_usd,
        }
        journal.add("run", row)
        for lane in self.lanes:
            lane.told.add(lane.contestant_id)
            journal.contestant(lane.contestant)
            journal.price(lane.price)
        journal.commit()
        events.emit("run_started", planned=row["planned"], shard=row["shard"])

    def _close(
        self, journal: Journal, budget: Budget, progress: Progress, reason: str, events: Events
    ) -> None:
        for lane in self.lanes:
            # Nothing is in flight any more: what is open now stays so.
            open_usd = budget.own[lane.contestant_id].unsettled_usd
            if lane.held_usd or open_usd:
                journal.hold(self.run_id, lane.contestant_id, open_usd)
        journal.add(
            "run_end",
            {
                "run_id": self.run_id,
                "ended_at": datetime.now(UTC).replace(tzinfo=None),
                "outcome": reason,
                "done": progress.done,
                "failed": progress.failed,
                "cost_usd": progress.cost_usd,
                "unsettled_usd": progress.unsettled_usd,
                "retries": progress.retries,
                "stopped": json.dumps(progress.stopped) if progress.stopped else None,
            },
        )
        journal.commit()
        events.emit(
            "run_ended",
            outcome=reason,
            done=progress.done,
            failed=progress.failed,
            cost_usd=progress.cost_usd,
        )


async def _often(call: Callable[[], None]) -> None:
    while True:
        await asyncio.sleep(1.0)
        call()


def _stop_on_interrupt(stop: asyncio.Event) -> None:
    """The first Ctrl-C (or terminate, or a closed terminal) finishes cleanly; the second one is the
    usual hard stop."""
    loop = asyncio.get_running_loop()

    def ask() -> None:
        stop.set()
        for number in ENDS:
            loop.remove_signal_handler(number)

    for number in ENDS:
        try:
            loop.add_signal_handler(number, ask)
        except (NotImplementedError, RuntimeError, ValueError):
            return
