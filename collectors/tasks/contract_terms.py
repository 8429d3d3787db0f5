"""What a contract agrees on, how its clauses say it, and how amendments change it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from collectors.tasks.contract_texts import (
    AMENDED,
    CLAUSES,
    COUNTRIES,
    LONGER,
    NUMBERS,
    SHEET,
)
from collectors.tasks.draw import Draw
from collectors.tasks.invoice_texts import FORMS, MAKERS, MONTHS, TRADES

FIRST_DAY, DAYS = date(2021, 1, 1), 1800
CURRENCIES = ("EUR", "GBP", "USD", "CHF", "SEK")
LEFT_OUT = ("signed", "notice", "value", "law")
"""What a contract may not state, each on its own."""


@dataclass(frozen=True)
class Rung:
    """One level."""

    text: str
    wordings: int = 1
    """Wordings in use of each clause; 0: a sheet of labels."""
    shuffled: bool = True
    others: int = 0
    """Sentences about other amounts, dates and periods."""
    absent: float = 0.0
    """How often each field of LEFT_OUT is left out."""
    converted: bool = False
    """Periods stand in words, years and weeks; the start may count from the signature."""
    amendments: int = 0
    void: int = 0
    """So many amendments are void; then some also say only by how much something changes."""


@dataclass(frozen=True)
class Contract:
    """What holds; None: it is not stated."""

    supplier: str
    client: str
    signed: date | None
    start: date
    months: int
    notice: int | None
    value: int | None
    """In whole units of its currency."""
    currency: str
    law: str | None


@dataclass(frozen=True)
class Change:
    """What one amendment changes."""

    key: str
    """One of AMENDED."""
    value: Any
    """The new value, or how much is added to the old one."""
    more: bool = False


def agreed(rung: Rung, draw: Draw) -> Contract:
    """What the parties agree on first."""
    signed = FIRST_DAY + timedelta(days=draw.below(DAYS))
    absent = {key for key in LEFT_OUT if draw.chance(rung.absent)}
    supplier, client = firms(draw, 2)
    weeks, years = rung.converted and draw.chance(0.6), rung.converted and draw.chance(0.6)
    return Contract(
        supplier=supplier,
        client=client,
        signed=None if "signed" in absent else signed,
        start=signed + timedelta(days=draw.between(3, 90)),
        months=12 * draw.between(1, 6) if years else draw.between(5, 60),
        notice=None
        if "notice" in absent
        else 7 * draw.between(2, 12)
        if weeks
        else 5 * draw.between(2, 18),
        value=None if "value" in absent else 50 * draw.between(40, 9_000),
        currency=draw.pick(CURRENCIES),
        law=None if "law" in absent else draw.pick(COUNTRIES),
    )


def firms(draw: Draw, count: int) -> list[str]:
    """Firms of different names."""
    makers = draw.shuffled(MAKERS)[:count]
    return [f"{maker} {draw.pick(TRADES)} {draw.pick(FORMS)}" for maker in makers]


def stated(held: Contract, key: str) -> bool:
    return key in ("start", "term") or getattr(held, key) is not None


def clause(held: Contract, key: str, rung: Rung, form: str, draw: Draw) -> str:
    if not rung.wordings:
        return SHEET[key].format(**shown(held, form, draw, rung.converted))
    if key == "start" and rung.converted and held.signed and draw.chance(0.5):
        days = (held.start - held.signed).days
        return f"It takes effect {days} days after it was signed."
    text = draw.pick(CLAUSES[key][: rung.wordings])
    return text.format(**shown(held, form, draw, rung.converted))


def shown(held: Contract, form: str, draw: Draw, converted: bool) -> dict[str, str]:
    """What holds, as it is written here."""
    return {
        "supplier": held.supplier,
        "client": held.client,
        "signed": dated(held.signed, form) if held.signed else "",
        "start": dated(held.start, form),
        "term": period(held.months, 12, "year", "month", converted),
        "notice": period(held.notice or 0, 7, "week", "day", converted),
        "value": money(held.value or 0, held.currency, draw),
        "law": held.law or "",
    }


def dated(day: date, form: str) -> str:
    name = MONTHS["en"][day.month - 1]
    return form.format(y=day.year, m=day.month, d=day.day, name=name)


def money(value: int, currency: str, draw: Draw) -> str:
    return draw.pick((f"{currency} {value:,}", f"{value:,}.00 {currency}", f"{value:,} {currency}"))


def period(count: int, each: int, long: str, short: str, converted: bool) -> str:
    """'18 months'; converted: 'one year and six months', 'four weeks', '18 months' or '11 days'."""
    if not converted:
        return f"{count} {short}s"
    whole, rest = divmod(count, each)
    if 1 <= whole <= len(NUMBERS) and (not rest or (each == 12 and rest % 3 == 0)):
        tail = f" and {counted(rest, short)}" if rest else ""
        return counted(whole, long) + tail
    return counted(count, short)


def counted(count: int, unit: str) -> str:
    number = NUMBERS[count - 1] if 1 <= count <= len(NUMBERS) else str(count)
    return f"{number} {unit}{'' if count == 1 else 's'}"


def filled(text: str, held: Contract, form: str, draw: Draw) -> str:
    """A sentence about something else, with values of the same kinds."""
    return text.format(
        days=5 * draw.between(2, 18),
        months=draw.between(5, 60),
        past=dated(held.start - timedelta(days=draw.between(95, 300)), form),
        future=dated(held.start + timedelta(days=draw.between(5, 400)), form),
        money=money(50 * draw.between(40, 9_000), held.currency, draw),
        country=draw.pick(COUNTRIES),
        firm=f"{draw.pick(MAKERS)} {draw.pick(TRADES)} Partners",
    )


def amendments(held: Contract, rung: Rung, form: str, draw: Draw) -> tuple[list[str], Contract]:
    """(changes in the order in which they were made, what holds after them)."""
    day, now, changes, said = held.start, held, [], []
    for n in range(1, rung.amendments + 1):
        day += timedelta(days=draw.between(3, 40))
        change = drawn(now, rung, draw)
        now = changed(now, change)
        changes.append(change)
        said.append(f"Amendment {n} of {dated(day, form)}: {worded(change, now, form, draw)}.")
    void = sorted(draw.shuffled(range(len(changes)))[: rung.void])
    said += [f"Amendment {n + 1} is treated as if it had never been signed." for n in void]
    for n, change in enumerate(changes):
        held = held if n in void else changed(held, change)
    return said, held


def drawn(held: Contract, rung: Rung, draw: Draw) -> Change:
    """Another value for a field that the contract states."""
    keys = [key for key in AMENDED if key == "client" or stated(held, key)]
    key = draw.pick(keys)
    if rung.void and key in LONGER and draw.chance(0.5):
        steps = {"term": (1, 1, 12), "notice": (5, 1, 6), "value": (50, 1, 400)}
        unit, low, high = steps[key]
        return Change(key, unit * draw.between(low, high), more=True)
    if key == "law":
        return Change(key, draw.pick([name for name in COUNTRIES if name != held.law]))
    if key == "client":
        taken = {held.client.split()[0], held.supplier.split()[0]}
        maker = draw.pick([name for name in MAKERS if name not in taken])
        return Change(key, f"{maker} {draw.pick(TRADES)} {draw.pick(FORMS)}")
    current = held.months if key == "term" else getattr(held, key)
    value = current
    while value == current:
        value = {
            "term": draw.between(5, 60),
            "notice": 5 * draw.between(2, 18),
            "value": 50 * draw.between(40, 9_000),
        }[key]
    return Change(key, value)


def changed(held: Contract, change: Change) -> Contract:
    """The contract with the change."""
    name = "months" if change.key == "term" else change.key
    value = getattr(held, name) + change.value if change.more else change.value
    whole: dict[str, Any] = {name: value}
    return replace(held, **whole)


def worded(change: Change, now: Contract, form: str, draw: Draw) -> str:
    """What an amendment says; `now` is the contract with it."""
    if not change.more:
        return AMENDED[change.key].format(**shown(now, form, draw, converted=True))
    if change.key == "value":
        much = money(change.value, now.currency, draw)
    else:
        much = counted(change.value, "month" if change.key == "term" else "day")
    return LONGER[change.key].format(much=much)
