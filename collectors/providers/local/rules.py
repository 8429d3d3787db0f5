"""Invoices by regular expressions: what a developer writes for vendors whose layout is known.

Each field is the first match of a short list of patterns, from a labelled line to a looser guess.
What no pattern finds is left empty, never invented.
"""

from __future__ import annotations

import json
import re
from datetime import datetime

FIELDS = ("number", "date", "vendor", "currency", "total")

BETWEEN = r"(?:\s*[:|.]|\s)"
"""What stands between a label and its value."""

NUMBER = (
    r"(?im)^\s*(?:tax\s+)?invoice\s*(?:no\.?|number|num\.?|#|id|ref\.?)\s*[:#.|]?\s*([A-Z0-9][\w/-]*)",
    r"(?im)\binvoice\s*(?:no\.?|number|#|:)\s*[:#.]?\s*([A-Z0-9][\w/-]*\d[\w/-]*)",
    rf"(?im)^\s*(?:number|no\.?|document(?:\s+no\.?)?|reference|ref\.?)#?{BETWEEN}\s*([A-Z0-9][\w/-]*)",
    r"\b(INV[-/ ]?[\w/-]*\d[\w/-]*)",
)
DATE_LABELS = (
    r"(?im)^\s*(?:invoice\s+date|date\s+of\s+issue|issue\s+date|date\s+issued|issued(?:\s+on)?|dated?)"
    r"\s*[:.|]?\s*(.+)$",
    r"(?im)\b(?:dated|issued(?:\s+on)?|invoice\s+date)\s*[:.|]?\s*(.+)$",
)
VENDOR = (
    rf"(?im)^\s*(?:vendor|seller|supplier|from|billed\s+by|issued\s+by|sold\s+by){BETWEEN}\s*(\S.*?)\s*$",
)
TOTAL_LABELS = (
    r"(?im)^\s*(?:grand\s+total|total\s+due|amount\s+due|balance\s+due|total\s+payable"
    r"|amount\s+payable|total\s+amount|invoice\s+(?:total|amount)|to\s+pay"
    r"|total\s+(?:of\s+this\s+invoice|with\s+tax)|total\b(?!\s+(?:before|with)))\b(.*)$",
    r"(?im)\b(?:grand\s+total|total\s+due|amount\s+due|to\s+pay|total)\b(.*)$",
)

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
WRITTEN_MONTH = r"([A-Za-z]{3})[a-z]*\.?"
SYMBOLS = {"€": "EUR", "£": "GBP", "¥": "JPY", "₹": "INR", "$": "USD"}
CODES = ("USD", "EUR", "GBP", "JPY", "CHF", "SEK", "NOK", "DKK", "PLN", "CAD", "AUD", "INR", "CZK")
AMOUNT = re.compile(r"\d(?:[\d.,' \u00a0\u202f]*\d)?")


def extract_invoice(text: str) -> str:
    """The invoice's fields as JSON text; null for a field that no rule finds."""
    lines = total_line(text)
    values = {
        "number": first_match(NUMBER, text),
        "date": find_date(text),
        "vendor": first_match(VENDOR, text) or first_line(text),
        "currency": find_currency(lines) or find_currency(text),
        "total": find_amount(lines),
    }
    return json.dumps({field: values[field] for field in FIELDS}, ensure_ascii=False)


def first_match(patterns: tuple[str, ...], text: str) -> str | None:
    """What the first pattern that matches captures."""
    for pattern in patterns:
        if found := re.search(pattern, text):
            return found.group(1).strip()
    return None


def first_line(text: str) -> str | None:
    """Letterheads begin with the vendor; a line that only says 'Invoice' is passed over."""
    for line in text.splitlines():
        name = line.strip(" *#=-_\t")
        if name and not re.fullmatch(r"(?i)(tax\s+)?invoice\b.*", name):
            return name
    return None


def find_date(text: str) -> str | None:
    """The first labelled date, else the first date of the text, as YYYY-MM-DD."""
    labelled = [m.group(1) for p in DATE_LABELS for m in re.finditer(p, text)]
    for place in (*labelled, text):
        if date := read_date(place):
            return date
    return None


def read_date(text: str) -> str | None:
    """The first date in a text. Slashes and dots are read day first, unless the day says no."""
    if found := re.search(r"\b(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})\b", text):
        return iso_date(found[1], found[2], found[3])
    if found := re.search(
        rf"\b(\d{{1,2}})(?:st|nd|rd|th)?[ -]{WRITTEN_MONTH},?[ -](\d{{4}})", text
    ):
        return iso_date(found[3], month_number(found[2]), found[1])
    if found := re.search(rf"\b{WRITTEN_MONTH} (\d{{1,2}})(?:st|nd|rd|th)?,? (\d{{4}})", text):
        return iso_date(found[3], month_number(found[1]), found[2])
    if found := re.search(r"\b(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})\b", text):
        return iso_date(found[3], found[2], found[1]) or iso_date(found[3], found[1], found[2])
    return None


def month_number(name: str) -> str:
    """'Mar' -> '3'; '0', which is no month, for any other word."""
    name = name.lower()
    return str(MONTHS.index(name) + 1 if name in MONTHS else 0)


def iso_date(year: str, month: str, day: str) -> str | None:
    """A date that exists, or nothing."""
    try:
        return datetime(int(year), int(month), int(day)).date().isoformat()
    except ValueError:
        return None


def total_line(text: str) -> str:
    """The last line that claims to be the total and holds an amount; subtotals don't count."""
    for pattern in TOTAL_LABELS:
        claims = [m.group(1) for m in re.finditer(pattern, text) if AMOUNT.search(m.group(1))]
        if claims:
            return str(claims[-1])
    return ""


def find_currency(text: str) -> str | None:
    """An ISO code, else what a symbol stands for most often."""
    if found := re.search(rf"\b({'|'.join(CODES)})\b", text):
        return found.group(1)
    return next((code for symbol, code in SYMBOLS.items() if symbol in text), None)


def find_amount(text: str) -> float | None:
    """The last amount of a line, whichever way it writes thousands and decimals."""
    amounts = AMOUNT.findall(text)
    if not amounts:
        return None
    digits = re.sub(r"[' \u00a0\u202f]", "", amounts[-1])
    # The last separator is the decimal one when one or two digits follow it.
    if found := re.fullmatch(r"([\d.,]*?)[.,](\d{1,2})", digits):
        return float(f"{re.sub(r'[.,]', '', found[1])}.{found[2]}")
    return float(re.sub(r"[.,]", "", digits))
