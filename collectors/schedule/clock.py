"""When a nightly run is due: a time of day in a zone, and the nights on which clocks change."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

from collectors.schedule.job import ScheduleError

LOCALTIME = Path("/etc/localtime")
NAMES_OF_UTC = {"UTC", "Etc/UTC", "Etc/UCT", "UCT", "Zulu", "Etc/Zulu", "Universal", "GMT"}
YEAR = 366
Skipped = Literal["skip", "after"]
"""On a night without that time: no run, or one right after the clocks have changed."""


@dataclass(frozen=True)
class When:
    """Every day at `at` on the clocks of `zone`."""

    at: time
    zone: tzinfo
    zone_name: str | None
    """Such as 'Europe/Berlin'; None when the system's zone has no name that we can find."""
    system: bool
    """Whether it is the system's own zone, which timers and cron follow by themselves."""

    @property
    def text(self) -> str:
        return f"{self.at:%H:%M}"


def when(text: str, utc: bool) -> When:
    """'02:30' on this user's clock, or in UTC; ScheduleError for anything else."""
    found = re.fullmatch(r"([01]?\d|2[0-3]):([0-5]\d)", text)
    if not found:
        raise ScheduleError(f"--at '{text}' is no time of day. Write one such as 02:30.")
    at = time(int(found[1]), int(found[2]))
    system = system_zone()
    if utc:
        return When(at, UTC, "UTC", zone_name(system) in NAMES_OF_UTC)
    asked = os.environ.get("TZ", "").removeprefix(":")
    if not asked or asked == zone_name(system):
        return When(at, system, zone_name(system), True)
    try:
        return When(at, ZoneInfo(asked), asked, False)
    except (ValueError, OSError, KeyError) as error:
        raise ScheduleError(
            f"TZ = '{asked}' is no time zone that is known here. Set it to a name such as "
            "Europe/Berlin, or use --utc."
        ) from error


def system_zone() -> tzinfo:
    """The zone of the machine's clock, whatever TZ says: the one that timers and cron go by."""
    try:
        _, found, name = str(LOCALTIME.resolve(strict=True)).rpartition("/zoneinfo/")
        if found:
            return ZoneInfo(name)
        with LOCALTIME.open("rb") as file:
            return ZoneInfo.from_file(file)
    except (ValueError, OSError, KeyError):
        return UTC


def zone_name(zone: tzinfo) -> str | None:
    if zone is UTC:
        return "UTC"
    return zone.key if isinstance(zone, ZoneInfo) else None


def next_run(due: When, now: datetime, skipped: Skipped) -> datetime:
    """The first run after `now` (aware), on the clock of the zone."""
    today = now.astimezone(due.zone).date()
    for ahead in range(-1, YEAR):
        moment = on_day(due, today + timedelta(days=ahead), skipped)
        if moment and moment.astimezone(UTC) > now.astimezone(UTC):
            return moment
    raise ScheduleError(f"{due.text} does not come in the next year.")  # no zone does this


def on_day(due: When, day: date, skipped: Skipped) -> datetime | None:
    """The run of a day; a time that comes twice counts the first time."""
    moment = datetime.combine(day, due.at, due.zone)
    if _real(moment):
        return moment
    return _after_change(moment) if skipped == "after" else None


def days_without(due: When, now: datetime) -> list[date]:
    """The days of the coming year on which the clocks jump over that time."""
    today = now.astimezone(due.zone).date()
    days = (today + timedelta(days=n) for n in range(YEAR))
    return [day for day in days if not _real(datetime.combine(day, due.at, due.zone))]


def minutes_apart(one: tzinfo, other: tzinfo, now: datetime) -> set[int]:
    """By how many minutes, of an hour, two zones' clocks differ in the coming year."""
    return {
        int(((moment.astimezone(other).utcoffset() or timedelta())
             - (moment.astimezone(one).utcoffset() or timedelta())).total_seconds() // 60) % 60
        for moment in (now + timedelta(days=n) for n in range(YEAR))
    }  # fmt: skip


def _real(moment: datetime) -> bool:
    """Whether the clocks of its zone ever show it."""
    back = moment.astimezone(UTC).astimezone(moment.tzinfo)
    return back.replace(tzinfo=None) == moment.replace(tzinfo=None, fold=0)


def _after_change(moment: datetime) -> datetime:
    """The first moment after the clocks have jumped over `moment`."""
    # Read with the offset from after the jump, a skipped time lies before it.
    before = moment.replace(fold=1).astimezone(UTC)
    old = before.astimezone(moment.tzinfo).utcoffset()
    for later in _minutes(before):
        local = later.astimezone(moment.tzinfo)
        if local.utcoffset() != old:
            return local
    return moment  # no zone jumps further than a day


def _minutes(start: datetime) -> Iterator[datetime]:
    return (start + timedelta(minutes=n) for n in range(24 * 60))
