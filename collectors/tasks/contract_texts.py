"""The sentences that contracts are made of."""

from __future__ import annotations

from collections.abc import Mapping

SHEET: Mapping[str, str] = {
    "parties": "Supplier: {supplier}\nClient: {client}",
    "signed": "Signed: {signed}",
    "start": "Start: {start}",
    "term": "Term: {term}",
    "notice": "Notice: {notice}",
    "value": "Fee: {value}",
    "law": "Law: {law}",
}
CLAUSES: Mapping[str, tuple[str, ...]] = {
    "parties": (
        "{supplier} (the Supplier) works for {client} (the Client).",
        "{client} (the Client) engages {supplier} (the Supplier).",
        "Between {client}, called the Client, and {supplier}, called the Supplier, the following "
        "is agreed.",
        "The Supplier under this contract is {supplier}; {client} is the Client.",
    ),
    "signed": (
        "This contract was signed on {signed}.",
        "Both parties put their names to it on {signed}.",
        "Signatures were exchanged on {signed}.",
    ),
    "start": (
        "It takes effect on {start}.",
        "The work begins on {start}.",
        "From {start} on the parties are bound by it.",
    ),
    "term": (
        "It runs for {term}.",
        "Its term is {term}.",
        "It ends by itself after {term}.",
    ),
    "notice": (
        "The notice period is {notice}.",
        "It can be ended earlier by giving notice of {notice}.",
        "Whoever wants to leave it early says so {notice} ahead.",
    ),
    "value": (
        "The fee is {value}.",
        "The Client pays {value} for all of it.",
        "In all the Supplier receives {value}.",
    ),
    "law": (
        "It is governed by the law of {law}.",
        "The law of {law} applies.",
        "As to its law the parties chose {law}.",
    ),
}
"""What is asked for -> wordings."""
OTHERS: tuple[str, ...] = (
    "Invoices are paid within {days} days.",
    "The warranty lasts {months} months.",
    "The first delivery is due on {future}.",
    "Liability is limited to {money}.",
    "Disputes go to the courts of {country}.",
    "The offer of {past} is part of it.",
    "Documents are kept for {months} months.",
    "A deposit of {money} is paid at once and given back at the end.",
    "Defects are reported within {days} days.",
    "Prices of spare parts are looked at again every {months} months.",
    "An earlier draft named {money}; it is void.",
    "{firm} advises the Client.",
    "{firm} guarantees for the Supplier.",
    "The Supplier has its seat in {country}.",
    "Secrets are kept for {months} months after the end.",
    "The Client inspects the work within {days} days.",
    "A delay of more than {days} days costs {money}.",
    "The insurance of the Supplier covers {money} until {future}.",
)
AMENDED: Mapping[str, str] = {
    "term": "the term is now {term}",
    "notice": "the notice period is now {notice}",
    "value": "the fee is now {value}",
    "law": "the law of {law} applies instead",
    "client": "{client} takes the place of the Client",
}
"""Field -> what an amendment says of it."""
LONGER: Mapping[str, str] = {
    "term": "the term is {much} longer",
    "notice": "the notice period is {much} longer",
    "value": "the fee rises by {much}",
}
"""Field -> how an amendment says only by how much it changes."""
COUNTRIES = (
    "Ireland", "Scotland", "Austria", "Belgium", "Denmark", "Estonia", "Finland", "France",
    "Germany", "Italy", "Norway", "Poland", "Portugal", "Spain", "Sweden", "Switzerland",
)  # fmt: skip
NUMBERS = (
    "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
    "twelve",
)  # fmt: skip
