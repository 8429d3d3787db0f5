"""A timer of the user's own systemd, with the service it starts."""

from __future__ import annotations

import contextlib
import getpass
import os
import re
import shutil
import subprocess
from datetime import datetime
from pathlib import Path

from collectors.schedule import files
from collectors.schedule.clock import days_without, next_run
from collectors.schedule.job import Draft, Job, ScheduleError, key_note

LATER_MIN = 5
"""A random delay, so that not every machine asks the providers in the same second."""
LONGEST_H = 23
"""A run is over before the next one begins."""
SPARE_S = 3600
"""For merge and summary, beyond the experiment's own limit."""
PLAIN = re.compile(r"[A-Za-z0-9_+=:,./%-]+")
ENV = "/usr/bin/env"
LINGER = Path("/var/lib/systemd/linger")


def draft(job: Job, now: datetime) -> Draft:
    """Both units, and what makes systemd read them."""
    timer = f"{job.unit}.timer"
    return Draft(
        next_run=next_run(job.when, now, "skip"),
        files=_units(job),
        commands=tuple(
            ("systemctl", "--user", *words)
            for words in (("daemon-reload",), ("enable", timer), ("restart", timer))
        ),
        notes=(*key_note(job), *_notes(job, now)),
    )


def install(job: Job, now: datetime) -> list[str]:
    """Write the units and start the timer; returns what was done."""
    planned = draft(job, now)
    done = files.write(job, planned.files)
    if not shutil.which("systemctl"):
        return [*done, f"There is no systemctl here. Where systemd is: {_script(planned)}"]
    for command in planned.commands:
        _systemctl(command, f"The units are written. Run in a login session: {_script(planned)}")
    return [*done, f"Started {job.unit}.timer."]


def remove(job: Job) -> list[str]:
    """Stop the timer and delete the units; returns what was done."""
    units = _units(job)
    if not files.there(job, units):
        return []
    timer = f"{job.unit}.timer"
    failed = None
    if shutil.which("systemctl"):
        words = ("systemctl", "--user", "disable", "--now", timer)
        help_ = f"The units are deleted. Run in a login session: systemctl --user stop {timer}"
        try:
            _systemctl(words, help_)
        except ScheduleError as error:
            failed = error
    done = files.delete(job, units)
    if failed:
        raise failed
    return done


def _units(job: Job) -> tuple[tuple[Path, str], ...]:
    folder = _folder()
    return (
        (folder / f"{job.unit}.service", service(job)),
        (folder / f"{job.unit}.timer", _timer(job)),
    )


def service(job: Job) -> str:
    """The unit that runs once. Keys are read from files when it starts, and are not in it."""
    limit = f"{int(job.timeout_s + SPARE_S)}" if job.timeout_s else f"{LONGEST_H}h"
    lines = [
        job.header,
        "[Unit]",
        f"Description=Isocost nightly: {_percent(job.title)}",
        "",
        "[Service]",
        "Type=oneshot",
        f"WorkingDirectory={_percent(str(job.folder))}",
        *(f"Environment={_quoted(f'{k}={v}')}" for k, v in job.settings.items()),
        *([f"EnvironmentFile={_one_file(job.env_file)}"] if job.env_file else []),
        f"ExecStart={_command(job)}",
        f"TimeoutStartSec={limit}",
        "# Asked to stop, it keeps what is finished and ends the models it started.",
        "KillMode=mixed",
        "TimeoutStopSec=300",
    ]
    return "\n".join(lines) + "\n"


def _timer(job: Job) -> str:
    zone = "" if job.when.system else f" {job.when.zone_name}"
    lines = [
        job.header,
        "[Unit]",
        f"Description=Isocost nightly at {job.when.text}: {_percent(job.title)}",
        "",
        "[Timer]",
        f"OnCalendar=*-*-* {job.when.text}:00{zone}",
        f"RandomizedDelaySec={LATER_MIN}min",
        "# A run that was missed because the machine was off is made up for.",
        "Persistent=true",
        "",
        "[Install]",
        "WantedBy=timers.target",
    ]
    return "\n".join(lines) + "\n"


def _notes(job: Job, now: datetime) -> list[str]:
    found = [f"systemd starts it up to {LATER_MIN} minutes later."]
    found += [
        f"On {day} the clocks jump over {job.when.text}: there is no run that night."
        for day in days_without(job.when, now)
    ]
    with contextlib.suppress(OSError, KeyError):  # a user without a name
        if (LINGER / getpass.getuser()).exists():
            return found
        found.append(
            "Timers of a user run while they are logged in; always: `loginctl enable-linger`."
        )
    return found


def _folder() -> Path:
    config = os.environ.get("XDG_CONFIG_HOME") or ""
    base = Path(config) if os.path.isabs(config) else Path.home() / ".config"
    return base / "systemd" / "user"


def _command(job: Job) -> str:
    program, *words = job.command
    if set(program) & set("'\"$"):
        # systemd takes these in a program's words, but not in its path.
        program, words = ENV, list(job.command)
    return " ".join([_quoted(program), *(_quoted(word).replace("$", "$$") for word in words)])


def _quoted(word: str) -> str:
    escaped = _percent(word)
    return escaped if PLAIN.fullmatch(word) else '"' + escaped.replace('"', '\\"') + '"'


def _one_file(path: Path) -> str:
    if any(character in str(path) for character in "*?["):
        raise ScheduleError(f"systemd reads {path} as a pattern of names. Rename the file.")
    return _percent(str(path))


def _percent(text: str) -> str:
    return text.replace("%", "%%")


def _script(planned: Draft) -> str:
    return " && ".join(" ".join(command) for command in planned.commands)


def _systemctl(command: tuple[str, ...], otherwise: str) -> None:
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=60, check=False,
            stdin=subprocess.DEVNULL,
        )  # fmt: skip
    except (OSError, subprocess.SubprocessError) as error:
        raise ScheduleError(f"`{' '.join(command)}` can't be run: {error}. {otherwise}") from error
    if done.returncode:
        said = (done.stderr or done.stdout).strip() or f"exit code {done.returncode}"
        raise ScheduleError(f"`{' '.join(command)}` said: {said[:300]}. {otherwise}")
