"""Invoices: five fields out of a plain-text document, each scored on its own.

With the level the layout, the words and the formats drift, other totals and dates stand beside
those that are asked for, fields are left out, a scanner misreads what is no field, and corrections
at the end change what stands above.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from collectors.tasks import people
from collectors.tasks.draw import Draw, check, deal, place
from collectors.tasks.fields import Field, extraction, target
from collectors.tasks.invoice_blocks import (
    BLOCKS,
    MONEY_PLACES,
    Invoice,
    Line,
    Rung,
    corrected,
    gross,
    plain,
    scanned,
)
from collectors.tasks.invoice_texts import (
    DATES,
    FORMS,
    GOODS,
    JOINTS,
    LABELS,
    MAKERS,
    MARKS,
    ORDERS,
    SYMBOLS,
    TRADES,
)
from data.records import Sample

NAME, VERSION = "invoices", "2"
SIZE = 3000
"""Invoices of each level."""
FIRST_DAY, DAYS = date(2021, 1, 1), 1800

FIELDS = (
    Field("number", "code", "the invoice's own"),
    Field("date", "code", "of issue, YYYY-MM-DD"),
    Field("vendor", "words", "who issued it"),
    Field("currency", "code", "ISO code"),
    Field("total", "number", "of this invoice, with tax"),
)

ALL = tuple(LABELS)
LADDER: Mapping[int, Rung] = {
    1: Rung("one layout, one line of goods", orders=1, varied=False),
    2: Rung("six layouts, labels and formats that vary"),
    3: Rung("several amounts and dates: subtotal, tax, order, due", (3, 6), others=True),
    4: Rung("fields left out, earlier balances added", (3, 6), others=True, absent=0.3, older=True),
    5: Rung(
        "six languages with their formats", (3, 6), others=True, absent=0.3, older=True,
        languages=ALL,
    ),
    6: Rung(
        "ten to twenty lines, two firms, two currencies", (10, 20), others=True, absent=0.3,
        older=True, languages=ALL, info=True,
    ),
    7: Rung(
        "a scanner misread one character in twelve", (10, 20), others=True, absent=0.3,
        older=True, languages=ALL, info=True, noise=0.08,
    ),
    8: Rung(
        "misread, and three lines, the number and the date corrected at the end", (20, 30),
        others=True, absent=0.2, older=True, languages=ALL, info=True, noise=0.04, fixes=3,
    ),
}  # fmt: skip


def size(level: int) -> int:
    return SIZE if level in LADDER else 0


def sample(level: int, seed: int) -> Sample:
    check(NAME, LADDER, level, seed, size)
    rung, key = LADDER[level], f"{NAME}/{level}/{VERSION}"
    kinds = [(language, i) for language in rung.languages for i in range(rung.orders)]
    group, _ = deal(seed, len(kinds), SIZE, key)
    language, order = kinds[group]
    draw = Draw(f"{key}/{seed}")
    bill = drawn(rung, language, seed, draw)
    text = "\n".join(line for block in ORDERS[order] for line in BLOCKS[block](bill))
    truth = {
        "vendor": bill.vendor,
        "currency": bill.currency,
        "number": bill.number,
        "date": bill.issued.isoformat() if bill.issued else None,
    }
    if rung.fixes:
        text = f"{text}\n\n{corrected(bill, truth)}"
    truth["total"] = plain(gross(bill.lines))
    text = scanned(text, rung.noise, draw)
    cluster = f"{NAME}/{level}/{language}-{order}" if len(kinds) > 1 else None
    return Sample(NAME, level, seed, text, target(FIELDS, truth), "extraction", VERSION, cluster)


def drawn(rung: Rung, language: str, seed: int, draw: Draw) -> Invoice:
    """What is true of the invoice. No two seeds of a level share a serial number."""
    serial = 10_000 + place(seed, 90_000, f"{NAME}/serial/{VERSION}")
    prefix = draw.pick(("INV", "A", "RE", "F", "24"))
    day = FIRST_DAY + timedelta(days=draw.below(DAYS))
    vendor = firm(draw)
    customer = firm(draw) if rung.info else people.person(draw)
    while customer == vendor:
        customer = firm(draw)
    count = draw.between(*rung.items)
    lines = [
        Line(draw.pick(GOODS), draw.between(2, 40), 5 * draw.between(20, 4000))
        for _ in range(count)
    ]
    form, marks = DATES[language][0], MARKS[language][0]
    if rung.varied:
        form, marks = draw.pick(DATES[language]), draw.pick(MARKS[language])
    return Invoice(
        rung,
        draw,
        language,
        None if draw.chance(rung.absent) else f"{prefix}{draw.pick(('-', '/', ''))}{serial}",
        None if draw.chance(rung.absent) else day,
        day,
        vendor,
        customer,
        None if draw.chance(rung.absent) else draw.pick(tuple(SYMBOLS)),
        lines,
        form,
        marks,
        draw.pick(JOINTS) if rung.varied else JOINTS[0],
        draw.pick(MONEY_PLACES) if rung.varied else MONEY_PLACES[0],
        draw.between(500, 300_000),
    )


def firm(draw: Draw) -> str:
    return f"{draw.pick(MAKERS)} {draw.pick(TRADES)} {draw.pick(FORMS)}"


def by_rules(asked: Sample) -> str:
    """What regular expressions find."""
    from collectors.providers.local.rules import extract_invoice

    return extract_invoice(asked.input)


EXAMPLES: tuple[tuple[str, Mapping[str, str | None], str], ...] = (
    (
        "Reed Glass Ltd\nInvoice number: K-71\nInvoice date: 3 May 2019\nBill to: Mia Novak\n"
        "Currency: EUR\n4 x Lamp\nTotal: 1,250.00",
        {"number": "K-71", "date": "2019-05-03", "vendor": "Reed Glass Ltd", "currency": "EUR",
         "total": "1250.00"},
        "3 May 2019 is 2019-05-03. Total: 1250.00.",
    ),
    (
        "Order date: 09.02.2018\nFrom: Moor Dairy Inc\nSubtotal: 50.00\nTax: 10.00\n"
        "Total of this invoice: $ 60.00\nOld balance: 5.00",
        {"number": None, "date": None, "vendor": "Moor Dairy Inc", "currency": "USD",
         "total": "60.00"},
        "No number; the only date is the order's. $ is USD. Total: 60.00.",
    ),
)  # fmt: skip

TASK = extraction(
    name=NAME,
    title="Invoices to JSON",
    version=VERSION,
    levels={n: rung.text for n, rung in LADDER.items()},
    thing="invoice",
    fields=FIELDS,
    hints="Dates in figures are day first, unless the year is. $ is USD. Corrections count.",
    examples=EXAMPLES,
    # Nulls for number, date and currency.
    baseline=0.105,
    size=size,
    sample=sample,
    sources=f"Own layouts and invented firms. {people.SOURCE}",
    solve=by_rules,
)
