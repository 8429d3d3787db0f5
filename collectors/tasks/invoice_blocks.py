"""What an invoice says: its blocks, its corrections at the end, and a scanner's slips."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from collectors.tasks.draw import Draw
from collectors.tasks.invoice_texts import (
    CONFUSED,
    LABELS,
    MONTHS,
    ORDERS,
    STREETS,
    SYMBOLS,
    TOWNS,
)

TAX = 5
"""One part in so many of the net amount; prices are multiples of 5 cents, so it is exact."""
OPEN, CLOSE = "\x02", "\x03"
"""Around what no scanner misreads: the fields' values."""
MONEY_PLACES = ("line", "symbol", "code")
"""Where a currency may stand: on a line of its own, or with the total as a symbol or a code."""


@dataclass(frozen=True)
class Rung:
    """One level."""

    text: str
    items: tuple[int, int] = (1, 1)
    """How many lines of goods, at least and at most."""
    orders: int = len(ORDERS)
    """Layouts in use."""
    varied: bool = True
    """Whether labels and formats vary."""
    others: bool = False
    """Subtotal, tax, order number, order and due date."""
    absent: float = 0.0
    """How often the number, the date or the currency is left out, each on its own."""
    older: bool = False
    """An earlier balance and a total with it."""
    languages: tuple[str, ...] = ("en",)
    info: bool = False
    """The total stands in a second currency, too, and the buyer is a firm."""
    noise: float = 0.0
    """Share of characters that a scanner misread."""
    fixes: int = 0
    """Lines of goods that are corrected at the end."""


@dataclass(frozen=True)
class Line:
    """One line of goods; amounts in cents."""

    good: str
    quantity: int
    price: int


@dataclass
class Invoice:
    """What is true of an invoice, and how it writes it."""

    rung: Rung
    draw: Draw
    language: str
    number: str | None
    issued: date | None
    day: date
    """About when all of it happened."""
    vendor: str
    customer: str
    currency: str | None
    lines: list[Line]
    date_form: str
    marks: tuple[str, str]
    joint: str
    money_place: str
    """One of MONEY_PLACES."""
    old: int
    """An earlier balance, in cents."""
    labels: dict[str, str] = field(default_factory=dict)
    """Wordings in use, by what is labelled."""

    def label(self, key: str) -> str:
        """The same wording wherever the invoice needs it."""
        if key not in self.labels:
            wordings = LABELS[self.language][key]
            self.labels[key] = self.draw.pick(wordings) if self.rung.varied else wordings[0]
        return self.labels[key]

    def said(self, key: str, value: str) -> str:
        return f"{self.label(key)}{self.joint}{value}"

    def sure(self, key: str, value: str) -> str:
        """The value of a field: a scanner may misread its label, but not it."""
        return self.label(key) + kept(f"{self.joint}{value}")

    def dated(self, day: date) -> str:
        name = MONTHS[self.language][day.month - 1]
        return self.date_form.format(y=day.year, m=day.month, d=day.day, name=name)

    def money(self, cents: int) -> str:
        thousands, point = self.marks
        whole = f"{cents // 100:,}".replace(",", thousands)
        return f"{whole}{point}{cents % 100:02d}"


def net(lines: list[Line]) -> int:
    return sum(line.quantity * line.price for line in lines)


def gross(lines: list[Line]) -> int:
    return net(lines) + net(lines) // TAX


def plain(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02d}"


def kept(value: str) -> str:
    """A value that no scanner misreads."""
    return f"{OPEN}{value}{CLOSE}"


def letterhead(bill: Invoice) -> Iterator[str]:
    yield kept(bill.vendor)
    if bill.rung.others:
        yield address(bill.draw)


def address(draw: Draw) -> str:
    return f"{draw.pick(STREETS)} {draw.between(1, 99)}, {draw.pick(TOWNS)}"


def seller(bill: Invoice) -> Iterator[str]:
    yield bill.sure("vendor", bill.vendor)


def customer(bill: Invoice) -> Iterator[str]:
    yield bill.said("customer", bill.customer)
    if bill.rung.info:
        yield address(bill.draw)


def title(bill: Invoice) -> Iterator[str]:
    if bill.rung.others:
        yield bill.label("title")


def number(bill: Invoice) -> Iterator[str]:
    if bill.number:
        yield bill.sure("number", bill.number)


def issued(bill: Invoice) -> Iterator[str]:
    if bill.issued:
        yield bill.sure("date", bill.dated(bill.issued))


def order(bill: Invoice) -> Iterator[str]:
    if bill.rung.others:
        yield bill.said("order", f"PO-{bill.draw.between(1000, 9999)}")


def ordered(bill: Invoice) -> Iterator[str]:
    if bill.rung.others:
        yield bill.said("ordered", bill.dated(bill.day - timedelta(days=bill.draw.between(2, 40))))


def due(bill: Invoice) -> Iterator[str]:
    if bill.rung.others:
        yield bill.said("due", bill.dated(bill.day + timedelta(days=bill.draw.between(7, 60))))


def currency(bill: Invoice) -> Iterator[str]:
    if bill.currency and bill.money_place == "line":
        yield bill.sure("currency", bill.currency)


def items(bill: Invoice) -> Iterator[str]:
    for n, line in enumerate(bill.lines, start=1):
        if not bill.rung.others:
            yield f"{line.quantity} x {line.good}"
            continue
        price, amount = bill.money(line.price), bill.money(line.quantity * line.price)
        yield f"{n}. {line.good}  {line.quantity} x {price}  {amount}"


def net_line(bill: Invoice) -> Iterator[str]:
    if bill.rung.others:
        yield bill.said("net", bill.money(net(bill.lines)))


def tax_line(bill: Invoice) -> Iterator[str]:
    if bill.rung.others:
        yield bill.said("tax", bill.money(net(bill.lines) // TAX))


def total_line(bill: Invoice) -> Iterator[str]:
    amount, key = bill.money(gross(bill.lines)), "full" if bill.rung.older else "total"
    if bill.currency and bill.money_place != "line":
        symbol = SYMBOLS[bill.currency] if bill.money_place == "symbol" else bill.currency
        amount = f"{symbol} {amount}"
    yield bill.sure(key, amount)
    # A second currency would stand for the first where that one is left out.
    if bill.rung.info and bill.currency:
        other = bill.draw.pick([code for code in SYMBOLS if code != bill.currency])
        worth = gross(bill.lines) * bill.draw.between(60, 160) // 100
        yield f"({bill.label('info')}: {kept(other)} {bill.money(worth)})"


def old_line(bill: Invoice) -> Iterator[str]:
    if bill.rung.older:
        yield bill.said("old", bill.money(bill.old))


def all_line(bill: Invoice) -> Iterator[str]:
    if bill.rung.older:
        yield bill.said("all", bill.money(bill.old + gross(bill.lines)))


BLOCKS = {
    "letterhead": letterhead,
    "title": title,
    "seller": seller,
    "customer": customer,
    "number": number,
    "date": issued,
    "order": order,
    "ordered": ordered,
    "due": due,
    "currency": currency,
    "items": items,
    "net": net_line,
    "tax": tax_line,
    "total": total_line,
    "old": old_line,
    "all": all_line,
}
"""What an invoice says, by the names that ORDERS uses."""


def corrected(bill: Invoice, truth: dict[str, str | None]) -> str:
    """The corrections at the end; the truth and the lines are changed by them."""
    draw, said = bill.draw, [f"{bill.label('corrections')}:"]
    for i in sorted(draw.shuffled(range(len(bill.lines)))[: bill.rung.fixes]):
        line = bill.lines[i]
        now = replace(line, quantity=line.quantity + draw.between(1, 9))
        bill.lines[i] = now
        form = bill.label("line")
        said.append(kept(form.format(n=i + 1, new=now.quantity, old=line.quantity)))
    if bill.number and draw.chance(0.7):
        now_number = f"{bill.number}-{draw.between(2, 9)}"
        said.append(instead(bill, "number", now_number, bill.number))
        truth["number"] = now_number
    if bill.issued and draw.chance(0.7):
        day = bill.issued + timedelta(days=draw.between(1, 6))
        said.append(instead(bill, "date", bill.dated(day), bill.dated(bill.issued)))
        truth["date"] = day.isoformat()
    return "\n".join(said)


def instead(bill: Invoice, key: str, new: str, old: str) -> str:
    form = bill.label("instead")
    return kept(form.format(label=bill.label(key), new=new, old=old))


def scanned(text: str, noise: float, draw: Draw) -> str:
    """The text as a scanner read it; what is kept stays, the marks around it go."""
    safe, read = False, []
    for character in text:
        if character in (OPEN, CLOSE):
            safe = character == OPEN
        elif noise and not safe and character in CONFUSED and draw.chance(2 * noise):
            # About half of all characters can be misread.
            read.append(CONFUSED[character])
        else:
            read.append(character)
    return "".join(read)
