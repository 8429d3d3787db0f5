"""Dates: weekdays after so many days, and working days between two dates."""

from __future__ import annotations

from calendar import isleap
from collections.abc import Mapping
from datetime import date
from typing import Any

from collectors.tasks.gym import score
from collectors.tasks.gym.wrap import Asked, Entry, Family, Rung, gym

GENERATOR = "arithmetic.calendar_arithmetic:CalendarArithmeticDataset:CalendarArithmeticConfig"
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip
LATE = {"year": range(1960, 2040)}
FAR = {"year": range(1600, 2000)}


def named(day: date, weekday: bool = True) -> str:
    """'Wednesday, 13 March 2024'."""
    text = f"{day.day} {MONTHS[day.month - 1]} {day.year}"
    return f"{WEEKDAYS[day.weekday()]}, {text}" if weekday else text


def of_weekdays(entry: Entry, rung: Rung) -> Asked | None:
    facts = entry["metadata"]
    target = date.fromisoformat(facts["target_date"])
    if facts["task"] == "weekday_offset":
        return after(facts, rung, WEEKDAYS[target.weekday()])
    if facts["task"] == "weekday_of_date":
        # From a year whose weekdays are known: its distance, its leap days, then the months.
        work = 40 + abs(target.year - 2000) / 10 + target.month
        text = f"What day of the week is {named(target, weekday=False)}?"
        return Asked(text, WEEKDAYS[target.weekday()], work)
    days = 366 if isleap(target.year) else 365
    text = (
        f"In a year of {days} days, 1 January is a {facts['first_day']}. What day of the week is "
        f"{target.day} {MONTHS[target.month - 1]}?"
    )
    return Asked(text, entry["answer"], 12.0 + target.month) if target.month > 2 else None


def after(facts: Mapping[str, Any], rung: Rung, answer: str) -> Asked | None:
    start, offset = date.fromisoformat(facts["start_date"]), facts["offset_days"]
    days = abs(offset)
    if days < rung.options.get("least", 1):
        return None
    told = rung.options.get("told", True)
    when = "1 day" if days == 1 else f"{days} days"
    if told:
        verb = f"will it be in {when}" if offset > 0 else f"was it {when} ago"
        text = f"Today is {named(start)}. What day of the week {verb}?"
    else:
        side = "after" if offset > 0 else "before"
        text = f"What day of the week is {when} {side} {named(start, weekday=False)}?"
    # Few days are counted one by one, many are divided by seven.
    work = float(days) if days < 7 else 6 + 2.0 * len(str(days))
    return Asked(text, answer, work + (0 if told else 40 + abs(start.year - 2000) / 10))


def task(name: str, bound: int = 366, **rest: Any) -> Mapping[str, Any]:
    return {"tasks": [name], "offset_upper_bound": bound, **rest}


WEEKDAY = gym(
    Family(
        name="weekdays",
        title="Days of the week",
        generator=GENERATOR,
        ladder={
            1: Rung("tomorrow and yesterday", task("weekday_offset", 1), LATE, crowded=True),
            2: Rung("two or three days away", task("weekday_offset", 3), LATE, crowded=True,
                    options={"least": 2}),
            3: Rung("four to six days away", task("weekday_offset", 6), LATE, crowded=True,
                    options={"least": 4}),
            4: Rung("ten to 99 days away", task("weekday_offset", 99), LATE, crowded=True,
                    options={"least": 10}),
            5: Rung("100 to 999 days away", task("weekday_offset", 999), LATE,
                    options={"least": 100}),
            6: Rung("10,000 to 99,999 days away", task("weekday_offset", 99_999), LATE,
                    options={"least": 10_000}),
            7: Rung("a later day of a year whose first is known",
                    task("weekday_of_date_from_first_date"), LATE, size=500, crowded=True),
            8: Rung("a date from 1970 to 2039", task("weekday_of_date"),
                    {"year": range(1970, 2040)}, crowded=True),
            9: Rung("a date from 1600 to 1899", task("weekday_of_date"),
                    {"year": range(1600, 1900)}, crowded=True),
            10: Rung("100,000 to 999,999 days before or after a date from 3000 to 6999",
                     task("weekday_offset", 999_999), {"year": range(3000, 7000)},
                     options={"least": 100_000, "told": False}),
        },
        ask=of_weekdays,
        request="Find the day of the week.",
        form="Monday, Tuesday, Wednesday, Thursday, Friday, Saturday or Sunday",
        score=score.label(WEEKDAYS),
        labels=WEEKDAYS,
        terse="Reply with the name of the day only.",
        examples=(
            ("Today is Monday, 3 June 2041. What day of the week will it be in 1 day?", "Tuesday",
             "The day after Monday is Tuesday."),
            ("Today is Friday, 10 May 2041. What day of the week was it 2 days ago?", "Wednesday",
             "Before Friday: Thursday, Wednesday."),
            ("Today is Sunday, 9 June 2041. What day of the week was it 1 day ago?", "Saturday",
             "The day before Sunday is Saturday."),
        ),
    )
)  # fmt: skip


def of_working_days(entry: Entry, rung: Rung) -> Asked | None:
    facts = entry["metadata"]
    start, end = (date.fromisoformat(facts[name]) for name in ("start_date", "end_date"))
    days = (end - start).days + 1
    if days < rung.options["least"]:
        return None
    first, last = rung.options.get("told", (True, True))
    text = (
        f"How many days from {named(start, first)} to {named(end, last)}, both included, are "
        "neither Saturdays nor Sundays?"
    )
    years = end.year - start.year
    # Days are counted, in a longer time first the days of its months and years.
    work = days if days <= 14 else 14 + days / 7 if days < 60 else 24 + days / 30 + years
    return Asked(text, entry["answer"], work + (0 if first else 30))


def span(text: str, least: int, most: int, years: range, told: bool = True) -> Rung:
    return Rung(text, task("count_business_days", most - 1), {"year": years},
                crowded=least < 100, options={"least": least, "told": (told, told and most < 40)},
                )  # fmt: skip


WORKING_DAYS = gym(
    Family(
        name="working-days",
        title="Working days between dates",
        generator=GENERATOR,
        ladder={
            1: span("up to five days", 2, 5, LATE["year"]),
            2: span("six to twelve days", 6, 12, LATE["year"]),
            3: span("20 to 35 days", 20, 35, LATE["year"]),
            4: span("70 to 140 days", 70, 140, LATE["year"]),
            5: span("150 to 360 days", 150, 360, LATE["year"]),
            6: span("two to four years", 730, 1460, LATE["year"]),
            7: span("five to twelve years, no weekday told", 1826, 4380, LATE["year"], False),
            8: span("twenty to a hundred years, no weekday told", 7300, 36_500, FAR["year"], False),
            9: span("300 to 2,000 years, no weekday told", 110_000, 730_000, FAR["year"], False),
        },
        ask=of_working_days,
        request="Count the days from Monday to Friday.",
        form="number",
        score=score.number,
        baseline=0.09,
        examples=(
            ("How many days from Thursday, 6 June 2041 to Saturday, 8 June 2041, both included, "
             "are neither Saturdays nor Sundays?", "2", "Thursday 1, Friday 2, not Saturday"),
            ("How many days from Friday, 7 June 2041 to Thursday, 13 June 2041, both included, are "
             "neither Saturdays nor Sundays?", "5", "Friday 1, Monday 2, Tuesday 3, Wednesday 4, "
             "Thursday 5"),
            ("How many days from Monday, 3 June 2041 to Thursday, 6 June 2041, both included, are "
             "neither Saturdays nor Sundays?", "4", "Monday 1, Tuesday 2, Wednesday 3, Thursday 4"),
        ),
    )
)  # fmt: skip
