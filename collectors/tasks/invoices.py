"""Invoices: five fields out of a plain-text document, each scored on its own.

Level 3 moves things about, adds other totals and dates, and leaves fields out: an absent field is
null, and anything invented for it is wrong.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from collectors.tasks import answers
from collectors.tasks.draw import Draw, check, deal, place
from collectors.tasks.invoice_texts import (
    CUSTOMERS,
    DRIFTING,
    FIXED,
    FORMS,
    GOODS,
    MAKERS,
    MONTHS,
    SYMBOLS,
    TRADES,
    VARIED,
)
from collectors.tasks.prompts import Manner, answered, choice, compose
from collectors.tasks.task import Task
from data.records import Message, Sample, Score

NAME, VERSION = "invoices", "1"
FIELDS = ("number", "date", "vendor", "currency", "total")
LEVELS: Mapping[int, str] = {
    1: "one layout",
    2: "six layouts, labels and formats that vary",
    3: "drifting layouts, several totals and dates, fields left out",
}
LAYOUTS: Mapping[int, Mapping[str, str]] = {1: FIXED, 2: VARIED, 3: DRIFTING}
EACH: Mapping[int, int] = {1: 1200, 2: 200, 3: 300}
"""Invoices offered of each layout of a level."""
FIRST_DAY = date(2021, 1, 1)
DAYS = 1800
ABSENT = 0.3
"""How often level 3 leaves out the number, the date or the currency, each on its own."""
NOTHING = ("", "-", "null", "none", "n/a")


def size(level: int) -> int:
    return len(LAYOUTS[level]) * EACH[level]


def sample(level: int, seed: int) -> Sample:
    check(NAME, LEVELS, level, seed, size)
    key = f"{NAME}/{level}/{VERSION}"
    group, _ = deal(seed, len(LAYOUTS[level]), EACH[level], key)
    cluster = list(LAYOUTS[level])[group]
    draw = Draw(f"{key}/{seed}")
    truth = facts(seed, draw)
    form, marks = (0, 0) if level == 1 else (draw.below(4), draw.below(4))
    written = shown(truth, form, marks, draw)
    if level == 3:
        written |= drifting(truth, draw, form, marks)
    target = json.dumps({field: truth[field] for field in FIELDS}, ensure_ascii=False)
    text = LAYOUTS[level][cluster].format(**written)
    return Sample(NAME, level, seed, text, target, "extraction", VERSION, cluster)


def facts(seed: int, draw: Draw) -> dict[str, Any]:
    """What is true of the invoice. No two seeds of a level share a serial number."""
    serial = 10_000 + place(seed, 90_000, f"{NAME}/serial/{VERSION}")
    prefix = draw.pick(("INV", "A", "RE", "F", "24"))
    return {
        "number": f"{prefix}{draw.pick(('-', '/', ''))}{serial}",
        "date": (FIRST_DAY + timedelta(days=draw.below(DAYS))).isoformat(),
        "vendor": f"{draw.pick(MAKERS)} {draw.pick(TRADES)} {draw.pick(FORMS)}",
        "currency": draw.pick(tuple(SYMBOLS)),
        "total": cents(draw.between(1_000, 950_000)),
    }


def cents(amount: int) -> str:
    return f"{amount // 100}.{amount % 100:02d}"


def shown(truth: Mapping[str, Any], form: int, marks: int, draw: Draw) -> dict[str, str]:
    """The fields as this invoice writes them."""
    return {
        "number": truth["number"],
        "date": dated(truth["date"], form),
        "vendor": truth["vendor"],
        "customer": draw.pick(CUSTOMERS),
        "good": draw.pick(GOODS),
        "quantity": str(draw.between(2, 40)),
        "currency": truth["currency"],
        "symbol": SYMBOLS[truth["currency"]],
        "total": grouped(truth["total"], marks),
    }


def dated(iso: str, form: int) -> str:
    """An ISO date in one of four writings; dots mean day first."""
    year, month, day = iso.split("-")
    name = MONTHS[int(month) - 1]
    return (
        iso,
        f"{int(day)} {name} {year}",
        f"{name} {int(day)}, {year}",
        f"{day}.{month}.{year}",
    )[form]


def grouped(amount: str, marks: int) -> str:
    """'1234.50' as it stands, '1,234.50', '1.234,50' or '1 234,50'."""
    whole, decimals = amount.split(".")
    thousands, point = (("", "."), (",", "."), (".", ","), (" ", ","))[marks]
    return f"{int(whole):,}".replace(",", thousands) + point + decimals


def drifting(truth: dict[str, Any], draw: Draw, form: int, marks: int) -> dict[str, str]:
    """Other dates and totals to fall for; takes absent fields out of `truth`."""
    total = round(float(truth["total"]) * 100)
    tax, old = total // 6, draw.between(500, 300_000)
    issued = date.fromisoformat(truth["date"])
    amounts = {"net": total - tax, "tax": tax, "old": old, "all": total + old}
    days = {
        "early": issued - timedelta(days=draw.between(2, 40)),
        "late": issued + timedelta(days=draw.between(7, 60)),
    }
    lines = {
        "number": (f"Invoice {truth['number']}\n", f"Your order: PO-{draw.between(1000, 9999)}\n"),
        "date": (f"Invoice date {dated(truth['date'], form)}\n", ""),
        "currency": (f"All amounts in {truth['currency']}", ""),
    }
    said = {}
    for field, (present, absent) in lines.items():
        left_out = draw.chance(ABSENT)
        said[f"{field}_line"] = absent if left_out else present
        if left_out:
            truth[field] = None
    currency = said["currency_line"]
    return {
        **said,
        "currency_line": f"\n{currency}" if currency else "",
        "currency_line_first": f"{currency}\n" if currency else "",
        "other": f"INV-{draw.between(100, 999)}",
        **{name: grouped(cents(amount), marks) for name, amount in amounts.items()},
        **{name: dated(day.isoformat(), form) for name, day in days.items()},
    }


SCHEMA: Mapping[str, Any] = {
    "type": "json_schema",
    "json_schema": {
        "name": "invoice",
        "strict": True,
        "schema": {
            "type": "object",
            "properties": {field: {"type": ["string", "null"]} for field in FIELDS},
            "required": list(FIELDS),
            "additionalProperties": False,
        },
    },
}

FIRST = (
    "Reed Glass Ltd\nInvoice number: K-71\nInvoice date: 3 May 2019\nCurrency: EUR\nTotal: 1,250.00"
)
FIRST_JSON = (
    '{"number": "K-71", "date": "2019-05-03", "vendor": "Reed Glass Ltd", "currency": "EUR", '
    '"total": "1250.00"}'
)
SECOND = (
    "From Moor Dairy Inc\nOrder date: 09.02.2018\nSubtotal: 50.00\nTax: 10.00\nTotal: 60.00\n"
    "Old balance: 5.00\nAll amounts in USD"
)
SECOND_JSON = (
    '{"number": null, "date": null, "vendor": "Moor Dairy Inc", "currency": "USD", '
    '"total": "60.00"}'
)
ASK = (
    "Read the invoice as JSON with number, date (YYYY-MM-DD), vendor, currency (ISO code) and "
    "total (of this invoice). Use null for what is not stated."
)

MANNERS: Mapping[str, Manner] = {
    "plain": Manner(
        "Extract five fields from this invoice: number (the invoice's own number), date (of issue, "
        "YYYY-MM-DD), vendor (who issued it), currency (ISO 4217 code) and total (of this invoice, "
        'tax included, without earlier balances, as a string like "1234.50"). Dates written '
        "with dots are day first. Use null for a field that the invoice does not state. End with "
        "a line 'Answer: <JSON object>' that holds exactly these five keys."
    ),
    "terse": Manner(ASK, ((FIRST, FIRST_JSON), (SECOND, SECOND_JSON))),
    "short": Manner(
        ASK,
        (
            (FIRST, answered("Total line: Total: 1,250.00", FIRST_JSON)),
            (SECOND, answered("Total line: Total: 60.00", SECOND_JSON)),
        ),
    ),
    "steps": Manner(
        ASK,
        (
            (
                FIRST,
                answered(
                    "Number: K-71. Date: 3 May 2019 is 2019-05-03. Total: 1,250.00.", FIRST_JSON
                ),
            ),
            (
                SECOND,
                answered(
                    "Number: none. Date: none, only an order date. Total: 60.00.", SECOND_JSON
                ),
            ),
        ),
    ),
    "think": Manner(
        ASK,
        (
            (
                FIRST,
                answered(
                    "Number: K-71. Date: 3 May 2019 is 2019-05-03. Vendor: Reed Glass Ltd. "
                    "Currency: EUR. Amounts: 1,250.00, the total.",
                    FIRST_JSON,
                ),
            ),
            (
                SECOND,
                answered(
                    "Number: none. Date: none, 09.02.2018 is the order's. Vendor: Moor Dairy Inc. "
                    "Currency: USD. Amounts: 50.00 subtotal, 10.00 tax, 60.00 total, 5.00 old.",
                    SECOND_JSON,
                ),
            ),
        ),
    ),
}


def prompt(asked: Sample, style: str) -> list[Message]:
    return compose(choice(MANNERS, style), asked.input)


def response_format(asked: Sample, style: str) -> dict[str, Any] | None:
    """A schema leaves no room for working, so only terse replies are held to it."""
    return dict(SCHEMA) if style == "terse" else None


def score(asked: Sample, text: str) -> Score:
    """The share of the five fields that are right; a field must be there to be rightly null."""
    found = answers.json_object(text)
    if found is None:
        return Score(0.0, None, "no JSON object")
    target = json.loads(asked.target)
    wrong = [f for f in FIELDS if f not in found or not same(f, found[f], target[f])]
    kept = json.dumps({f: found[f] for f in FIELDS if f in found}, ensure_ascii=False)
    note = f"wrong: {', '.join(wrong)}" if wrong else None
    return Score((len(FIELDS) - len(wrong)) / len(FIELDS), kept[:500], note)


def same(field: str, value: Any, target: str | None) -> bool:
    """Whether a field's value is right: names by their words, totals as numbers."""
    if target is None or value is None:
        return target is None and (value is None or str(value).strip().lower() in NOTHING)
    if not isinstance(value, str):
        return False
    if field == "total":
        return answers.last_number(value) == answers.canonical(target)
    if field == "vendor":
        return answers.words(value) == answers.words(target)
    return value.strip().upper() == target.upper()


TASK = Task(
    name=NAME,
    title="Invoices to JSON",
    category="extraction",
    version=VERSION,
    levels=LEVELS,
    # Nulls for number and date and one fixed currency: right in 0.04, 0.04 and 0.15 of the fields.
    baseline=0.08,
    size=size,
    sample=sample,
    prompt=prompt,
    score=score,
    max_tokens={"plain": 500, "terse": 100, "short": 120, "steps": 150, "think": 200},
    response_format=response_format,
    sources="Own layouts and invented names.",
)
