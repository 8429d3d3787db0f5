"""Mails of customers: who asks for what, about which order, how much, until when.

With the level a form turns into sentences of any order and wording, other numbers and dates stand
beside those that are asked for, fields are left out, older mails are quoted below, and the newest
mail points to them or takes back what it said.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta

from collectors.tasks import people
from collectors.tasks.draw import Draw, check, place
from collectors.tasks.email_texts import ITEMS, REQUESTS, SHEET
from collectors.tasks.email_wishes import CURRENCY, Rung, Wish, shown, thread, wished
from collectors.tasks.fields import Field, extraction, target
from collectors.tasks.invoice_texts import DATES
from data.records import Sample

NAME, VERSION = "emails", "1"
SIZE = 3000
"""Mails of each level."""
FIRST_DAY, DAYS = date(2021, 1, 1), 1800
ISO = DATES["en"][0]

FIELDS = (
    Field("customer", "words", "who wants it"),
    Field("request", "words", f"one of {', '.join(REQUESTS)}"),
    Field("order", "code", "its number"),
    Field("item", "words", "what it is about"),
    Field("quantity", "number", "pieces"),
    Field("amount", "number", "the sum in question, EUR"),
    Field("by", "code", "until when it must be done, YYYY-MM-DD"),
)

LADDER: Mapping[int, Rung] = {
    1: Rung("a form", 0, shuffled=False),
    2: Rung("sentences in one order", 2, shuffled=False),
    3: Rung("sentences in any order, requests in other words", 4),
    4: Rung("five sentences about other numbers, dates and people", 4, others=5),
    5: Rung("fields left out", 4, others=7, absent=0.35),
    6: Rung("one to two older mails quoted below", 4, others=7, absent=0.35, quoted=(1, 2)),
    7: Rung(
        "three to four older mails, pointed to; days counted from the mail's date; written for "
        "somebody else", 4, others=8, absent=0.35, quoted=(3, 4), points=True,
    ),
    8: Rung(
        "ten older mails that point further down; the newest corrects itself three times", 4,
        others=10, absent=0.25, quoted=(10, 10), points=True, chained=True, changes=3,
    ),
}  # fmt: skip


def size(level: int) -> int:
    return SIZE if level in LADDER else 0


def sample(level: int, seed: int) -> Sample:
    check(NAME, LADDER, level, seed, size)
    rung = LADDER[level]
    key = f"{NAME}/{level}/{VERSION}"
    draw = Draw(f"{key}/{seed}")
    order = f"{draw.pick('ABKT')}-{10_000 + place(seed, 90_000, f'{key}/order')}"
    today = FIRST_DAY + timedelta(days=draw.below(DAYS))
    if rung.wordings:
        asked, text = thread(rung, order, today, draw)
    else:
        asked = wished(rung, people.person(draw), order, today, draw)
        text = "\n".join(line.format(**shown(asked, ISO)) for line in SHEET.values())
    return Sample(NAME, level, seed, text, target(FIELDS, truth(asked)), "extraction", VERSION)


def truth(asked: Wish) -> dict[str, str | None]:
    said = shown(asked, ISO)
    return {
        f.name: None
        if getattr(asked, f.name) is None
        else said[f.name].removeprefix(f"{CURRENCY} ")
        for f in FIELDS
    }


def by_place(asked: Sample) -> str:
    """The first values of the right kind: what needs no understanding."""
    text = asked.input
    body = text.partition("Date: ")[2].partition("\n")[2] or text
    who = re.search(r"^(?:From|Customer): (.*)", text, re.M)
    request = re.search("|".join(REQUESTS), body)
    order = re.search(r"\b[A-Z]-\d+", body)
    item = re.search("|".join(ITEMS), body)
    quantity = re.search(r"(\d+) pieces|Pieces: (\d+)", body)
    amount = re.search(rf"{CURRENCY} ([\d.]+\d)", body)
    by = re.search(r"\d{4}-\d\d-\d\d", body)
    return target(
        FIELDS,
        {
            "customer": who and who[1],
            "request": request and request[0],
            "order": order and order[0],
            "item": item and item[0],
            "quantity": quantity and (quantity[1] or quantity[2]),
            "amount": amount and amount[1],
            "by": by and by[0],
        },
    )


EXAMPLES: tuple[tuple[str, Mapping[str, str | None], str], ...] = (
    (
        "Customer: Olga Stein\nRequest: repair\nOrder: Z-771\nItem: snow shovel\nPieces: 3\n"
        "Amount: EUR 41.50\nDeadline: 2018-02-09",
        {"customer": "Olga Stein", "request": "repair", "order": "Z-771", "item": "snow shovel",
         "quantity": "3", "amount": "41.50", "by": "2018-02-09"},
        "Olga Stein wants a repair of 3 pieces by 2018-02-09.",
    ),
    (
        "From: Karl Moss\nDate: 2019-05-02\nHello,\nI would like my money back.\nMy customer "
        "number is 5512.\nIt is about order Z-904.\nPlease see to it by 20 May 2019.\nKarl Moss",
        {"customer": "Karl Moss", "request": "refund", "order": "Z-904", "item": None,
         "quantity": None, "amount": None, "by": "2019-05-20"},
        "Money back is a refund. No item, no pieces, no sum. 20 May 2019 is 2019-05-20.",
    ),
)  # fmt: skip

TASK = extraction(
    name=NAME,
    title="Customers' mails to JSON",
    version=VERSION,
    levels={n: rung.text for n, rung in LADDER.items()},
    thing="mail",
    fields=FIELDS,
    hints="Only the newest mail, at the top, counts. Dates in figures are day first, unless the "
    "year is.",
    examples=EXAMPLES,
    # Nulls for what may be left out, and a fixed request.
    baseline=0.146,
    size=size,
    sample=sample,
    sources=f"Own sentences. {people.SOURCE}",
    solve=by_place,
)
