"""What is scheduled, whatever wakes it: the command with whole paths, and nothing secret."""

from __future__ import annotations

import os
import sys
import sysconfig
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from collectors.experiment import Experiment
from collectors.keys import FILE, env_keys, key_names, read_env
from collectors.providers.local.registry import is_local
from data.catalog.files import VARIABLE, user_folder
from data.errors import IsocostError
from data.records import slug

if TYPE_CHECKING:
    from collectors.schedule.clock import When

HEADER = "# Written by isocost schedule for "
UNSAFE = ("Cc", "Cs", "Zl", "Zp")
"""Unicode categories that end a line, or can't be written at all."""


class ScheduleError(IsocostError):
    """The nightly run can't be scheduled as asked."""


@dataclass(frozen=True)
class Job:
    """A nightly run. Every path is absolute."""

    title: str
    """The experiment's name."""
    experiment: Path
    db: Path
    folder: Path
    """Where it runs: its .env and its own catalogue are looked for here."""
    program: tuple[str, ...]
    """What starts this installation's isocost."""
    when: When
    keys: tuple[str, ...] = ()
    """Names of the environment variables that hold the keys it needs."""
    bundled: bool = False
    """Whether it asks bundled models."""
    own_servers: tuple[str, ...] = ()
    """Addresses that the experiment names."""
    timeout_s: float | None = None
    """Of the whole run, where the experiment says."""
    env_file: Path | None = None
    settings: Mapping[str, str] = field(default_factory=dict)
    """Environment variables that are no secrets."""

    @property
    def unit(self) -> str:
        """What the schedule is called: 'isocost-nightly'."""
        return f"isocost-{slug(self.title)}"

    @property
    def command(self) -> tuple[str, ...]:
        return (*self.program, "nightly", str(self.experiment), "--db", str(self.db))

    @property
    def header(self) -> str:
        """The first line of a file of ours, which says whose it is."""
        return f"{HEADER}{self.experiment}"


@dataclass(frozen=True)
class Draft:
    """What scheduling would write and run."""

    next_run: datetime
    files: tuple[tuple[Path, str], ...] = ()
    line: str | None = None
    """Of the crontab."""
    commands: tuple[tuple[str, ...], ...] = ()
    """What makes the files take effect."""
    notes: tuple[str, ...] = ()


def job(
    experiment: Experiment, path: Path, db: Path, due: When, env_file: Path | None = None
) -> Job:
    """The nightly run of an experiment file from this folder, by this installation."""
    catalogue = user_folder() if os.environ.get(VARIABLE) else None
    made = Job(
        title=experiment.name,
        experiment=path.absolute(),
        db=db.absolute(),
        folder=Path.cwd(),
        program=_program(),
        when=due,
        keys=_keys(experiment),
        bundled=any(is_local(e.contestant.model) for e in experiment.entrants),
        own_servers=tuple(dict.fromkeys(e.api_base for e in experiment.entrants if e.api_base)),
        timeout_s=experiment.timeout_s,
        env_file=env_file.absolute() if env_file else None,
        settings={VARIABLE: str(catalogue)} if catalogue else {},
    )
    for word in (*made.command, str(made.folder), str(made.env_file), *made.settings.values()):
        _writable(word)
    return made


def missing_keys(planned: Job) -> list[str]:
    """Keys that a scheduled run would not find: it sees files, not the shell of today."""
    there = set(env_keys(planned.folder))
    if planned.env_file:
        there |= set(read_env(planned.env_file))
    return [name for name in planned.keys if name not in there]


def key_note(planned: Job) -> list[str]:
    """What to do about missing keys; empty when all are there."""
    missing = missing_keys(planned)
    if not missing:
        return []
    where = planned.env_file or planned.folder / FILE
    return [
        f"{', '.join(missing)}: not in {where}. A scheduled run does not see your shell's keys: "
        "write them there."
    ]


def _keys(experiment: Experiment) -> tuple[str, ...]:
    names = [
        name
        for entrant in experiment.entrants
        for name in key_names(entrant.contestant.model, entrant.api_base, entrant.api_key_env)
    ]
    names += [experiment.notify.webhook_env] if experiment.notify else []
    return tuple(dict.fromkeys(names))


def _program() -> tuple[str, ...]:
    script = Path(sysconfig.get_path("scripts")) / "isocost"
    if os.access(script, os.X_OK):
        return (str(script),)
    return (sys.executable, "-m", "dashboard.cli")


def _writable(word: str) -> None:
    """Refuse what crontabs and units read in ways of their own, and no quoting helps."""
    for character in word:
        if character == "\\" or unicodedata.category(character) in UNSAFE:
            raise ScheduleError(
                f"{word!r} can't be scheduled: {character!r} in a path is read differently by each "
                "scheduler. Rename the file or folder."
            )
    if word != word.strip():
        raise ScheduleError(f"{word!r} can't be scheduled: rename it to end without a space.")
