"""Contracts: nine fields out of a text of clauses.

With the level a sheet of labels turns into clauses in any order and wording, other amounts, dates
and periods stand beside those that are asked for, fields are left out, periods have to be
converted, and amendments change what was agreed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from collectors.tasks.contract_terms import (
    Contract,
    Rung,
    agreed,
    amendments,
    clause,
    filled,
    stated,
)
from collectors.tasks.contract_texts import CLAUSES, COUNTRIES, OTHERS
from collectors.tasks.draw import Draw, check
from collectors.tasks.fields import Field, extraction, target
from collectors.tasks.invoice_texts import DATES, FORMS, MAKERS, TRADES
from data.records import Sample

NAME, VERSION = "contracts", "1"
SIZE = 3000
"""Contracts of each level."""

FIELDS = (
    Field("supplier", "words"),
    Field("client", "words"),
    Field("signed", "code", "YYYY-MM-DD"),
    Field("start", "code", "YYYY-MM-DD"),
    Field("months", "number", "its term"),
    Field("notice", "number", "to end it, in days"),
    Field("value", "number", "the fee"),
    Field("currency", "code", "of the fee, ISO code"),
    Field("law", "words", "country whose law applies"),
)

LADDER: Mapping[int, Rung] = {
    1: Rung("a sheet of labels", 0, shuffled=False),
    2: Rung("sentences whose order varies a little", 2, shuffled=False),
    3: Rung("sentences in any order and of several wordings", 4),
    4: Rung("six sentences about other amounts, dates and periods", 4, others=6),
    5: Rung("fields left out", 4, others=8, absent=0.35),
    6: Rung("periods in words, years and weeks", 4, others=10, absent=0.3, converted=True),
    7: Rung(
        "two amendments change what was agreed", 4, others=12, absent=0.3, converted=True,
        amendments=2,
    ),
    8: Rung(
        "twelve amendments, five of them void, some saying only by how much", 4, others=14,
        absent=0.25, converted=True, amendments=12, void=5,
    ),
}  # fmt: skip


def size(level: int) -> int:
    return SIZE if level in LADDER else 0


def sample(level: int, seed: int) -> Sample:
    check(NAME, LADDER, level, seed, size)
    rung = LADDER[level]
    draw = Draw(f"{NAME}/{level}/{VERSION}/{seed}")
    form = draw.pick(DATES["en"]) if rung.wordings > 2 else DATES["en"][0]
    held = agreed(rung, draw)
    keys = [key for key in CLAUSES if key == "parties" or stated(held, key)]
    if rung.shuffled:
        keys = draw.shuffled(keys)
    elif rung.wordings and draw.chance(0.5):
        keys = keys[:2][::-1] + keys[2:]
    said = [clause(held, key, rung, form, draw) for key in keys]
    for text in draw.shuffled(OTHERS)[: rung.others]:
        said.insert(draw.below(len(said) + 1), filled(text, held, form, draw))
    if rung.amendments:
        more, held = amendments(held, rung, form, draw)
        said += more
    text = "\n".join(said)
    return Sample(NAME, level, seed, text, target(FIELDS, truth(held)), "extraction", VERSION)


def truth(held: Contract) -> dict[str, str | None]:
    return {
        "supplier": held.supplier,
        "client": held.client,
        "signed": held.signed.isoformat() if held.signed else None,
        "start": held.start.isoformat(),
        "months": str(held.months),
        "notice": None if held.notice is None else str(held.notice),
        "value": None if held.value is None else str(held.value),
        "currency": None if held.value is None else held.currency,
        "law": held.law,
    }


FIRM = re.compile(rf"\b(?:{'|'.join(MAKERS)}) (?:{'|'.join(TRADES)}) (?:{'|'.join(FORMS)})\b")
DAY = re.compile(r"\d{4}-\d\d-\d\d")
MONEY = re.compile(r"([A-Z]{3}) ([\d,]+)|([\d,]+)(?:\.00)? ([A-Z]{3})\b")


def by_place(asked: Sample) -> str:
    """The first values of the right kind, in the usual order: what needs no understanding."""
    text = asked.input
    found: list[str | None] = [*FIRM.findall(text)[:2], None, None]
    days: list[str | None] = [*DAY.findall(text)[:2], None, None]
    months = re.search(r"(\d+) months", text)
    notice = re.search(r"(\d+) days", text)
    fee = MONEY.search(text)
    law = re.search("|".join(COUNTRIES), text)
    return target(
        FIELDS,
        {
            "supplier": found[0],
            "client": found[1],
            "signed": days[0],
            "start": days[1],
            "months": months and months[1],
            "notice": notice and notice[1],
            "value": fee and (fee[2] or fee[3]),
            "currency": fee and (fee[1] or fee[4]),
            "law": law and law[0],
        },
    )


EXAMPLES: tuple[tuple[str, Mapping[str, str | None], str], ...] = (
    (
        "Supplier: Reed Glass Ltd\nClient: Moor Dairy Inc\nSigned: 2018-02-09\nStart: 2018-03-01\n"
        "Term: 24 months\nNotice: 30 days\nFee: NOK 4,100\nLaw: Iceland",
        {"supplier": "Reed Glass Ltd", "client": "Moor Dairy Inc", "signed": "2018-02-09",
         "start": "2018-03-01", "months": "24", "notice": "30", "value": "4100",
         "currency": "NOK", "law": "Iceland"},
        "Term 24 months, notice 30 days, fee NOK 4,100.",
    ),
    (
        "Fenn Paint BV (the Client) engages Holt Steel AB (the Supplier).\nIt takes effect on "
        "4 May 2019.\nInvoices are paid within 20 days.\nIt runs for two years.",
        {"supplier": "Holt Steel AB", "client": "Fenn Paint BV", "signed": None,
         "start": "2019-05-04", "months": "24", "notice": None, "value": None, "currency": None,
         "law": None},
        "Two years are 24 months. 20 days are for invoices, not notice. No fee, no law.",
    ),
)  # fmt: skip

TASK = extraction(
    name=NAME,
    title="Contracts to JSON",
    version=VERSION,
    levels={n: rung.text for n, rung in LADDER.items()},
    thing="contract",
    fields=FIELDS,
    hints="Dates in figures are day first, unless the year is. Amendments count.",
    examples=EXAMPLES,
    # Nulls for what may be left out, and a fixed currency.
    baseline=0.09,
    size=size,
    sample=sample,
    sources="Own sentences and invented firms.",
    solve=by_place,
)
