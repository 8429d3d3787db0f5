"""Off-peak hours of LiteLLM's price map as windows of the week in UTC."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from data.price import Window

_DAY = 24 * 60
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class HoursError(Exception):
    """These hours can't be said as windows; the message says why."""


def windows(block: Mapping[str, Any], year: int) -> tuple[Window, ...]:
    """The rules' minutes of the week in UTC, as windows.

    A rule's weekdays are those of the moment itself, in `weekday_timezone`: the hours after
    midnight of a window that passes it belong to the day they are in, not to the one before.
    """
    shift = _shift(block.get("weekday_timezone"), year)
    rules: list[tuple[Any, Any]] = [(block.get("hours_utc"), None)]
    for rule in block.get("windows") or ():
        rules.append((rule.get("hours_utc"), rule.get("weekdays")))
    inside: set[int] = set()
    for hours, weekdays in rules:
        allowed = set(range(1, 8)) if weekdays is None else {_weekday(d) for d in weekdays}
        for minute in _minutes(hours):
            of_week = (day * _DAY + minute for day in range(7))
            inside |= {m for m in of_week if (m + shift) // _DAY % 7 + 1 in allowed}
    by_runs: dict[tuple[tuple[int, int], ...], list[int]] = {}
    for day in range(7):
        runs = _runs({m for m in range(_DAY) if day * _DAY + m in inside})
        by_runs.setdefault(runs, []).append(day + 1)
    return tuple(
        Window(tuple(days), _clock(start), _clock(end))
        for runs, days in by_runs.items()
        for start, end in runs
    )


def _shift(zone: Any, year: int) -> int:
    """Minutes the calendar of the weekdays is ahead of UTC; it must be so all year."""
    if not zone:
        return 0
    try:
        calendar = ZoneInfo(zone)
    except (OSError, LookupError) as error:
        raise HoursError("off-peak hours in an unknown time zone") from error
    offsets = {datetime(year, month, 1, tzinfo=calendar).utcoffset() for month in range(1, 13)}
    offset = offsets.pop()
    if offsets or offset is None:
        raise HoursError("off-peak hours in a time zone with summer time")
    return round(offset.total_seconds() / 60)


def _minutes(hours: Any) -> set[int]:
    """Minutes of the day in one window "HH:MM-HH:MM" or several; start = end is the whole day."""
    found: set[int] = set()
    for text in (hours,) if isinstance(hours, str) else hours or ():
        spans = re.fullmatch(r"\s*(\d\d?):(\d\d?)\s*-\s*(\d\d?):(\d\d?)\s*", text)
        if spans is None:
            raise HoursError("unreadable")
        a, b, c, d = map(int, spans.groups())
        if a > 23 or c > 23 or b > 59 or d > 59:
            raise HoursError("unreadable")
        start, end = a * 60 + b, c * 60 + d
        found |= set(range(start, end)) if start < end else {*range(start, _DAY), *range(end)}
    return found


def _weekday(value: Any) -> int | None:
    """1 Monday to 7 Sunday, from the number or an English name."""
    if isinstance(value, str):
        short = value.strip().lower()[:3]
        return _DAYS.index(short) + 1 if short in _DAYS else None
    return int(value) if 1 <= value <= 7 else None


def _runs(minutes: set[int]) -> tuple[tuple[int, int], ...]:
    starts = sorted(m for m in minutes if m - 1 not in minutes)
    ends = sorted(m + 1 for m in minutes if m + 1 not in minutes)
    return tuple(zip(starts, ends, strict=True))


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"
