"""One line of the user's crontab; every other line stays as it is."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
from datetime import UTC, datetime

from collectors.schedule.clock import days_without, minutes_apart, next_run, system_zone
from collectors.schedule.job import Draft, Job, ScheduleError, key_note

LONGEST = 990
"""Cron cuts a command at 1,000 characters."""
NOTHING_YET = ("no crontab for", "no such file or directory")
"""What crontabs say, on exit code 1, of a user who has none."""
HELP = "Put the line that `isocost schedule` prints into the crontab yourself."


def draft(job: Job, now: datetime) -> Draft:
    """The line, and when it runs next."""
    days = days_without(job.when, now)
    notes = [
        f"On {day} the clocks jump over {job.when.text}: "
        + ("cron runs it right after." if job.when.system else "there is no run that night.")
        for day in days
    ]
    return Draft(
        # A test of the clock is true at no other time; cron itself makes up for a skipped one.
        next_run=next_run(job.when, now, "after" if job.when.system else "skip"),
        line=line(job, now),
        notes=(*key_note(job), *notes, f"What it prints goes to {log(job)}."),
    )


def install(job: Job, now: datetime) -> list[str]:
    """Add the line, or put it in the place of this experiment's old one."""
    wanted = line(job, now)
    kept, places = _others(job)
    if not places:
        kept.append(wanted)
    else:
        kept.insert(places[0], wanted)
    try:
        job.db.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ScheduleError(f"Can't make {job.db.parent}: {error.strerror or error}.") from error
    _write(kept)
    if wanted not in _read():
        raise ScheduleError(f"crontab took the line and does not show it. {HELP}")
    return [f"{'Replaced' if places else 'Added'} the line of {job.unit} in the crontab."]


def remove(job: Job) -> list[str]:
    """Take the line out."""
    kept, places = _others(job)
    if not places:
        return []
    _write(kept)
    return [f"Took the line of {job.unit} out of the crontab."]


def line(job: Job, now: datetime) -> str:
    """The whole line. It ends with a comment by which it is found again."""
    words = [f"{k}={shlex.quote(v)}" for k, v in job.settings.items()]
    words += [shlex.quote(word) for word in job.command]
    keys = f"set -a && . {shlex.quote(str(job.env_file))} && set +a && " if job.env_file else ""
    command = (
        f"cd {shlex.quote(str(job.folder))} && {keys}{' '.join(words)} "
        f">> {shlex.quote(log(job))} 2>&1 {marker(job)}"
    )
    schedule, test = _clock(job, now)
    # Cron ends a command at a bare percent sign, and takes the backslash off before the shell.
    whole = (test + command).replace("%", "\\%")
    if len(whole) > LONGEST:
        raise ScheduleError(
            f"The crontab's line would have {len(whole):,} characters; cron cuts it at 1,000. Use "
            "shorter paths, or --with systemd."
        )
    return f"{schedule} {whole}"


def marker(job: Job) -> str:
    return f"# {job.unit} by isocost schedule"


def log(job: Job) -> str:
    """Where it prints to: mail, cron's own way, reaches nobody on most machines."""
    return f"{job.db}.{job.unit}.log"


def _clock(job: Job, now: datetime) -> tuple[str, str]:
    """The five fields, and a test of the clock where another zone than cron's is meant."""
    at = job.when.at
    if job.when.system:
        return f"{at.minute} {at.hour} * * *", ""
    # Cron goes by the system's clock, or the zone it was started in: ask at every hour.
    apart = minutes_apart(job.when.zone, system_zone(), now) | {0}
    apart |= minutes_apart(job.when.zone, UTC, now)
    minutes = ",".join(map(str, sorted({(at.minute + n) % 60 for n in apart})))
    zone = shlex.quote(str(job.when.zone_name))
    return f"{minutes} * * * *", f'[ "$(TZ={zone} date +%H%M)" = {at:%H%M} ] && '


def _others(job: Job) -> tuple[list[str], list[int]]:
    """The crontab without this job's lines, and where those stood.

    ScheduleError when another experiment's line has this name.
    """
    kept: list[str] = []
    places = []
    for old in _read():
        if not old.rstrip().endswith(marker(job)):
            kept.append(old)
            continue
        if shlex.quote(str(job.experiment)).replace("%", "\\%") not in old:
            raise ScheduleError(
                f"The crontab's line of {job.unit} runs another experiment. Take it out first, or "
                f"give this experiment another name than '{job.title}'."
            )
        places.append(len(kept))
    return kept, places


def _read() -> list[str]:
    done = _crontab("-l")
    if done.returncode == 0:
        text = done.stdout.decode("utf-8", "surrogateescape")
        return text.removesuffix("\n").split("\n") if text else []
    said = done.stderr.decode("utf-8", "replace").strip()
    if any(words in said.lower() for words in NOTHING_YET):
        return []
    # Writing one now would lose whatever is there.
    raise ScheduleError(f"The crontab can't be read: {said[:300]}. {HELP}")


def _write(lines: list[str]) -> None:
    text = "".join(f"{one}\n" for one in lines)
    done = _crontab("-", text.encode("utf-8", "surrogateescape"))
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip()
        raise ScheduleError(f"The crontab can't be written: {said[:300]}. {HELP}")


def _crontab(word: str, text: bytes | None = None) -> subprocess.CompletedProcess[bytes]:
    if not shutil.which("crontab"):
        raise ScheduleError(f"There is no crontab here. {HELP}")
    try:
        return subprocess.run(
            ["crontab", word], input=text if text is not None else b"", capture_output=True,
            timeout=60, check=False, env={**os.environ, "LC_ALL": "C"},
        )  # fmt: skip
    except (OSError, subprocess.SubprocessError) as error:
        raise ScheduleError(f"crontab can't be run: {error}. {HELP}") from error
