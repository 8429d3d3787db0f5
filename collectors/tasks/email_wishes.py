"""What a customer wants, and the mails that say it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from collectors.tasks import people
from collectors.tasks.draw import Draw
from collectors.tasks.email_texts import (
    BODY,
    CHANGES,
    GREETINGS,
    ITEMS,
    OTHERS,
    POINTERS,
    RELATIVE,
    REQUESTS,
)
from collectors.tasks.invoice_texts import DATES, MONTHS

CURRENCY = "EUR"


@dataclass(frozen=True)
class Rung:
    """One level."""

    text: str
    wordings: int = 1
    """Wordings in use of each sentence; 0: a form."""
    shuffled: bool = True
    others: int = 0
    """Sentences about other numbers, dates and people."""
    absent: float = 0.0
    """How often each field but customer and request is left out."""
    quoted: tuple[int, int] = (0, 0)
    """Older mails below, at least and at most, about other wishes."""
    points: bool = False
    """The newest mail counts days from its date, speaks for somebody else, and points below."""
    chained: bool = False
    """What it points to points further down."""
    changes: int = 0
    """Fields that the newest mail corrects at its end."""


@dataclass(frozen=True)
class Wish:
    """What a mail asks for; None: it does not say."""

    customer: str
    request: str
    order: str | None
    item: str | None
    quantity: int | None
    amount: int | None
    """In cents."""
    by: date | None


def wished(rung: Rung, customer: str, order: str, today: date, draw: Draw) -> Wish:
    full = Wish(
        customer,
        draw.pick(tuple(REQUESTS)),
        order,
        draw.pick(ITEMS),
        draw.between(2, 60),
        draw.between(1_000, 99_900),
        today + timedelta(days=draw.between(3, 60)),
    )
    absent: dict[str, Any] = {key: None for key in BODY if draw.chance(rung.absent)}
    return replace(full, **absent)


def shown(asked: Wish, form: str) -> dict[str, str]:
    """What is asked for, as it is written."""
    return {
        "customer": asked.customer,
        "request": asked.request,
        "order": asked.order or "",
        "item": asked.item or "",
        "quantity": str(asked.quantity),
        "amount": money(asked.amount or 0),
        "by": dated(asked.by, form) if asked.by else "",
    }


def money(cents: int) -> str:
    return f"{CURRENCY} {cents // 100}.{cents % 100:02d}"


def dated(day: date, form: str) -> str:
    return form.format(y=day.year, m=day.month, d=day.day, name=MONTHS["en"][day.month - 1])


def thread(rung: Rung, order: str, today: date, draw: Draw) -> tuple[Wish, str]:
    """(what the newest mail asks for, it and the older ones quoted below it)."""
    count = draw.between(*rung.quoted)
    customer, helper, *others = people.several(draw, count + 2)
    older: list[Wish] = []
    quoted: list[str] = []
    for n in range(count, 0, -1):
        day = today - timedelta(days=7 * n - draw.between(0, 5))
        code = f"{draw.pick('ABKT')}-{draw.between(1000, 9999)}"
        plainer = replace(rung, points=rung.chained, changes=0, others=2)
        wish = wished(rung, others[n - 1], code, day, draw)
        wish, text = mail(plainer, wish, "", day, older, draw)
        older = [wish, *older]
        quoted = ["\n".join("> " * n + line for line in text.splitlines()), *quoted]
    wish = wished(rung, customer, order, today, draw)
    sender = helper if rung.points and draw.chance(0.5) else ""
    wish, newest = mail(rung, wish, sender, today, older, draw)
    return wish, "\n\n".join([newest, *quoted])


def mail(
    rung: Rung, asked: Wish, helper: str, today: date, older: list[Wish], draw: Draw
) -> tuple[Wish, str]:
    """(what it asks for once it is read to its end, the mail); a `helper` writes it for another."""
    form = draw.pick(DATES["en"]) if rung.wordings > 2 else DATES["en"][0]
    said, asked = sentences(rung, asked, today, form, older, draw)
    for text in draw.shuffled(OTHERS)[: rung.others]:
        said.insert(draw.below(len(said) + 1), filled(text, today, form, asked, draw))
    if helper:
        said.insert(0, f"I write for {asked.customer}, who asked me to.")
    fixes = ["P.S."] if rung.changes else []
    for key in draw.shuffled([k for k in CHANGES if getattr(asked, k) is not None])[: rung.changes]:
        now = changed(asked, key, today, "\n".join(said), draw)
        old, new = shown(asked, form), shown(now, form)
        fixes.append(CHANGES[key].format(old=old[key], new=new[key]))
        asked = now
    sender = helper or asked.customer
    head = [f"From: {sender}", f"Date: {dated(today, DATES['en'][0])}", draw.pick(GREETINGS)]
    return asked, "\n".join([*head, *said, *(fixes if len(fixes) > 1 else []), sender])


def sentences(
    rung: Rung, asked: Wish, today: date, form: str, older: list[Wish], draw: Draw
) -> tuple[list[str], Wish]:
    """(what the mail says of its wish, the wish: pointing below may change a value)."""
    said = [draw.pick(REQUESTS[asked.request][: rung.wordings])]
    for key, wordings in BODY.items():
        if getattr(asked, key) is None:
            continue
        if rung.points and draw.chance(0.5) and (found := pointed(asked, key, today, older, draw)):
            text, asked = found
        else:
            text = draw.pick(wordings[: rung.wordings]).format(**shown(asked, form))
        said.append(text)
    return (draw.shuffled(said) if rung.shuffled else said), asked


def pointed(
    asked: Wish, key: str, today: date, older: list[Wish], draw: Draw
) -> tuple[str, Wish] | None:
    """A value that the mail does not spell out, and the wish with it."""
    if key == "by":
        words, days = draw.pick(RELATIVE)
        return f"The last day for it is {words}.", replace(asked, by=today + timedelta(days=days))
    stated = [wish for wish in older if getattr(wish, key) is not None]
    if key not in POINTERS or not stated:
        return None
    wish = draw.pick(stated)
    value = getattr(wish, key)
    taken: dict[str, Any] = {key: 2 * value if key == "quantity" else value}
    return POINTERS[key].format(customer=wish.customer), replace(asked, **taken)


def changed(asked: Wish, key: str, today: date, said: str, draw: Draw) -> Wish:
    """The wish with another value for one field; an item of which nothing was `said`."""
    if key == "order":
        return replace(asked, order=f"{asked.order}{draw.between(2, 9)}")
    if key == "item":
        others = [item for item in ITEMS if item != asked.item and item not in said]
        return replace(asked, item=draw.pick(others))
    if key == "quantity":
        return replace(asked, quantity=(asked.quantity or 0) + draw.between(1, 9))
    if key == "amount":
        return replace(asked, amount=(asked.amount or 0) + draw.between(1, 900))
    return replace(asked, by=(asked.by or today) + timedelta(days=draw.between(1, 9)))


def filled(text: str, today: date, form: str, asked: Wish, draw: Draw) -> str:
    """A sentence about something else, with values of the same kinds."""
    return text.format(
        code=draw.between(100_000, 999_999),
        phone=draw.between(200_000_000, 999_999_999),
        order=f"{draw.pick('ABKT')}-{draw.between(10_000, 99_999)}",
        amount=money(draw.between(1_000, 99_900)),
        past=dated(today - timedelta(days=draw.between(1, 40)), form),
        future=dated(today + timedelta(days=draw.between(3, 60)), form),
        small=draw.between(2, 12),
        item=draw.pick([item for item in ITEMS if item != asked.item]),
        person=people.person(draw),
    )
