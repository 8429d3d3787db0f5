"""`isocost schedule`: show, install or remove what runs an experiment every night."""

from __future__ import annotations

import argparse
import json
import shlex
import sys
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from collectors.experiment import load
from collectors.schedule import cron, github, systemd
from collectors.schedule.clock import when
from collectors.schedule.job import Draft, Job, ScheduleError, job
from dashboard.commands.models import visible


class Way(NamedTuple):
    """What wakes a nightly run: `install` and `remove` return what they have done."""

    draft: Callable[[Job, datetime], Draft]
    install: Callable[[Job, datetime], list[str]]
    remove: Callable[[Job], list[str]]


WAYS: Mapping[str, Way] = MappingProxyType(
    {
        "systemd": Way(systemd.draft, systemd.install, systemd.remove),
        "cron": Way(cron.draft, cron.install, cron.remove),
        "github": Way(github.draft, github.install, github.remove),
    }
)


def run(args: argparse.Namespace, db: Path) -> int:
    """Do what is asked and print it; ScheduleError when it can't be done."""
    now = datetime.now(UTC)
    if args.env_file and not args.env_file.is_file():
        raise ScheduleError(f"--env-file {args.env_file} is no file.")
    planned = job(
        load(args.experiment), args.experiment, db, when(args.at, args.utc), args.env_file
    )
    way = WAYS[args.kind]
    if args.remove:
        done = way.remove(planned)
        _print_removed(planned, done, args)
        return 0
    draft = way.draft(planned, now)
    done = way.install(planned, now) if args.install else []
    if args.json:
        print(json.dumps(_record(planned, draft, done, args), indent=2))
        return 0
    print("\n".join(_told(done) if args.install else _shown(draft)))
    print(f"Next run: {moment(draft.next_run)}.")
    for note in draft.notes:
        print(_line(note), file=sys.stderr)
    if not args.install:
        print("Nothing was written: add --install.", file=sys.stderr)
    return 0


def moment(at: datetime) -> str:
    """'Wed 2026-11-25 02:30 CET (01:30 UTC)'."""
    utc = at.astimezone(UTC)
    local = at.strftime("%a %Y-%m-%d %H:%M %Z")
    if at.utcoffset() == utc.utcoffset():
        return local
    day = "" if at.date() == utc.date() else f"{utc:%Y-%m-%d} "
    return f"{local} ({day}{utc:%H:%M} UTC)"


def _shown(draft: Draft) -> list[str]:
    lines: list[str] = []
    for path, text in draft.files:
        lines += [f"==> {path}", text]
    if draft.line:
        lines += ["==> crontab", draft.line, ""]
    if draft.commands:
        lines += ["==> then", *map(shlex.join, draft.commands), ""]
    return lines


def _told(done: list[str]) -> list[str]:
    return [_line(text) for text in done]


def _print_removed(planned: Job, done: list[str], args: argparse.Namespace) -> None:
    if args.json:
        print(json.dumps({"name": planned.unit, "with": args.kind, "done": done}, indent=2))
    else:
        print("\n".join(_told(done) or [f"There is no {planned.unit} to remove."]))


def _record(
    planned: Job, draft: Draft, done: list[str], args: argparse.Namespace
) -> dict[str, object]:
    return {
        "name": planned.unit,
        "with": args.kind,
        "at": planned.when.text,
        "zone": planned.when.zone_name,
        "next_run": draft.next_run.isoformat(),
        "next_run_utc": draft.next_run.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        "command": list(planned.command),
        "folder": str(planned.folder),
        "files": [{"path": str(path), "text": text} for path, text in draft.files],
        "line": draft.line,
        "commands": [list(command) for command in draft.commands],
        "keys": list(planned.keys),
        "notes": list(draft.notes),
        "installed": bool(args.install),
        "done": done,
    }


def _line(text: str) -> str:
    """Paths hold anything but line ends: whole, and without what moves a terminal's cursor."""
    return "".join(visible(text[n : n + 80]) for n in range(0, len(text), 80))
