"""The experiment: the user's TOML, checked key by key before anything is sent."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from collectors import checks, tasks
from collectors.entrants import Entrant, entrants
from collectors.judges import judges
from collectors.tasks import table
from collectors.tasks.task import Task
from data.errors import ExperimentError

TOP_KEYS = (
    "name",
    "epochs",
    "budget_usd",
    "timeout_s",
    "store_text",
    "monthly",
    "notify",
    "contestant",
    "judge",
    "task",
)
MOST_ATTEMPTS = 10_000_000
"""A plan is held in memory."""
TASK_KEYS = ("name", "kind", "levels", "samples", "fresh")
STORE_TEXT = ("keep", "hash", "drop")
NOTIFY_ON = ("alarm", "failure", "always")


@dataclass(frozen=True)
class TaskChoice:
    name: str
    levels: tuple[int, ...]
    samples: int
    """Per level; a level of one's own documents may hold fewer."""
    task: Task = field(compare=False)
    fresh: int = 0
    """Samples per level, new in every campaign, that are held against the frozen ones."""

    def count(self, level: int) -> int:
        """Samples of a level."""
        return min(self.samples, self.task.size(level))


@dataclass(frozen=True)
class Notify:
    """Who is told how a nightly run ended."""

    webhook_env: str
    """The environment variable that holds the address: whoever knows it can post."""
    on: tuple[str, ...] = ("alarm", "failure")


@dataclass(frozen=True)
class Experiment:
    name: str
    entrants: tuple[Entrant, ...]
    tasks: tuple[TaskChoice, ...]
    epochs: int = 1
    budget_usd: float | None = None
    timeout_s: float | None = None
    """Seconds for the whole run."""
    store_text: str = "keep"
    monthly: Mapping[str, float] = field(default_factory=dict)
    """Calls a month by task, where the user told: what alerts count dollars by."""
    notify: Notify | None = None
    judges: Mapping[str, Entrant] = field(default_factory=dict)
    """Who scores tasks that have no exact scorer, by the task's `judge`."""
    skipped: Mapping[str, str] = field(default_factory=dict)
    """Tasks that can't be run here, with the reason."""
    text: str = field(default="", compare=False)
    """The file as the user wrote it, stored with every run."""


def load(path: Path) -> Experiment:
    """Read and check an experiment file; ExperimentError names the file, the key and the value."""
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or "not UTF-8 text"
        raise ExperimentError(f"Can't read the experiment {path}: {why}.") from error
    return parse(text, str(path), path.parent)


def parse(text: str, where: str = "experiment", folder: Path | None = None) -> Experiment:
    """Check an experiment's text; `where` is how errors name it, `folder` where its files are.

    Without a folder no Python function can be a contestant: only a file that somebody wrote may
    name code to run.
    """
    try:
        # A byte-order mark is no mistake that anybody can see.
        raw = tomllib.loads(text.removeprefix("\ufeff"))
    except (ValueError, RecursionError) as error:
        # Python's own limits, too: thousands of brackets, a number of thousands of digits.
        raise ExperimentError(f"{where} is not valid TOML: {error}.") from error
    checks.known(raw, TOP_KEYS, where)
    name = checks.required(raw, "name", where)
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._ -]{0,79}", name):
        raise ExperimentError(
            f"{where}: name = '{name}': use 1 to 80 letters, digits, spaces, '.', '_' or '-'."
        )
    named = tuple(
        _task(t, f"{where}, [[task]] {i}", folder or Path())
        for i, t in checks.tables(raw, "task", where)
    )
    skipped = {c.name: why for c in named if (why := c.task.missing())}
    choices = tuple(c for c in named if c.name not in skipped)
    names = [c.name for c in named]
    if not choices:
        raise ExperimentError(f"{where}: {next(iter(skipped.values()))}")
    for twin in (n for n in names if names.count(n) > 1):
        raise ExperimentError(f"{where}: task '{twin}' stands twice. Join its levels.")
    entered = [
        entrant
        for i, table in checks.tables(raw, "contestant", where)
        for entrant in entrants(
            table, f"{where}, [[contestant]] {i}", names, i, [c.task for c in named], folder
        )
    ]
    _no_twins(entered, where)
    epochs = checks.whole(raw.get("epochs", 1), "epochs", where)
    asked = len(entered) * sum(epochs * c.count(n) + c.fresh for c in choices for n in c.levels)
    if asked > MOST_ATTEMPTS:
        raise ExperimentError(
            f"{where}: epochs, samples and contestants make up to {asked:,} attempts; one "
            f"experiment holds {MOST_ATTEMPTS:,}. Ask for less, or split it."
        )
    return Experiment(
        name=name,
        entrants=tuple(entered),
        tasks=choices,
        epochs=epochs,
        budget_usd=checks.money(raw.get("budget_usd"), "budget_usd", where),
        timeout_s=checks.above_zero(raw.get("timeout_s"), "timeout_s", where),
        store_text=checks.one_of(raw.get("store_text", "keep"), STORE_TEXT, "store_text", where),
        monthly=_monthly(raw.get("monthly", {}), names, where),
        notify=_notify(raw.get("notify"), where),
        judges=judges([c.task for c in choices], entered, raw, where, folder),
        skipped=skipped,
        text=text,
    )


def _task(raw: Mapping[str, Any], where: str, folder: Path) -> TaskChoice:
    name = checks.required(raw, "name", where)
    kind = checks.one_of(raw.get("kind", "bank"), ("bank", "table"), "kind", where)
    if kind == "table":
        task = _own(raw, name, where, folder)
    else:
        checks.known(raw, TASK_KEYS, where)
        try:
            task = tasks.task(name)
        except ExperimentError as error:
            raise ExperimentError(f"{where}: {error}") from error
    levels = raw.get("levels", list(task.levels))
    if not isinstance(levels, list) or not levels:
        raise ExperimentError(f"{where}: levels = {levels!r}: write a list such as [1, 2, 3].")
    most = max(map(task.size, task.levels))
    samples = checks.whole(raw.get("samples", most if kind == "table" else 20), "samples", where)
    for level in levels:
        if type(level) is not int or level not in task.levels:
            known = ", ".join(map(str, task.levels))
            raise ExperimentError(f"{where}: '{name}' has no level {level!r}. Its levels: {known}.")
        if samples > task.size(level) and kind == "bank":
            raise ExperimentError(
                f"{where}: samples = {samples}, but level {level} of '{name}' holds "
                f"{task.size(level)}. Ask for at most that many."
            )
    fresh = checks.whole(raw.get("fresh", 0), "fresh", where, least=0)
    if fresh and kind == "table":
        raise ExperimentError(f"{where}: fresh = {fresh}: a file of one's own has no new samples.")
    for level in levels if fresh else ():
        half = task.size(level) // 2
        if max(samples, fresh) > half:
            raise ExperimentError(
                f"{where}: fresh = {fresh} with samples = {samples}: level {level} of '{name}' "
                f"holds {task.size(level):,}, half of them to be frozen, half to be fresh. Ask for "
                f"at most {half:,} of each."
            )
    return TaskChoice(name, tuple(dict.fromkeys(levels)), samples, task, fresh)


def _own(raw: Mapping[str, Any], name: str, where: str, folder: Path) -> Task:
    """A task of the user's own documents."""
    checks.known(raw, (*TASK_KEYS, *table.KEYS), where)
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]{0,79}", name):
        raise ExperimentError(f"{where}: name = '{name}': use letters, digits, '_' and '-'.")
    if name in tasks.names():
        raise ExperimentError(f"{where}: '{name}' is a task of the bank. Choose another name.")
    return table.table_task(raw, name, folder, where)


def _monthly(raw: object, task_names: Sequence[str], where: str) -> dict[str, float]:
    volumes = checks.table(raw, "monthly", where)
    checks.known(volumes, task_names, f"{where}, monthly")
    found = {t: checks.above_zero(v, t, f"{where}, monthly") for t, v in volumes.items()}
    return {task: calls for task, calls in found.items() if calls is not None}


def _notify(raw: object, where: str) -> Notify | None:
    if raw is None:
        return None
    where = f"{where}, notify"
    table = checks.table(raw, "notify", where)
    checks.known(table, ("webhook_env", "on"), where)
    name = checks.variable(checks.required(table, "webhook_env", where), "webhook_env", where)
    on = checks.dial(table.get("on", list(Notify.on)), NOTIFY_ON, "on", where)
    return Notify(name, tuple(on))


def _no_twins(entered: list[Entrant], where: str) -> None:
    seen: dict[str, str] = {}
    for entrant in entered:
        contestant = entrant.contestant
        if contestant.contestant_id in seen:
            raise ExperimentError(
                f"{where}: '{contestant.name}' stands twice with the same settings. Remove one."
            )
        seen[contestant.contestant_id] = contestant.name
