"""The words, names and layouts that invoices are made of.

A layout is a text with slots; `{extra}` stands for lines that only some invoices have.
"""

from __future__ import annotations

from collections.abc import Mapping

MAKERS = (
    "Alder", "Birch", "Cobalt", "Drift", "Ember", "Fjord", "Granite", "Harbor", "Indigo", "Juniper",
    "Kestrel", "Lumen", "Maple", "Nimbus", "Orchard", "Pioneer", "Quarry", "Redwood", "Summit",
    "Tundra",
)  # fmt: skip
TRADES = (
    "Tools", "Logistics", "Paper", "Foods", "Textiles", "Printing", "Electric", "Optics",
    "Furniture", "Chemicals", "Software", "Travel",
)  # fmt: skip
FORMS = ("Ltd", "Inc", "GmbH", "SA", "BV", "AB")
CUSTOMERS = (
    "Nora Lind", "Paul Weber", "Ana Costa", "Tom Reed", "Mia Novak", "Luc Martin", "Eva Horn",
    "Ben Shaw", "Ida Berg", "Leo Ricci",
)  # fmt: skip
GOODS = (
    "Oak shelf", "Steel bolts", "Ink, black", "Cotton rolls", "LED strip", "Lab glass",
    "Desk fan", "Site survey", "Licence", "Night train", "Olive oil", "Freight",
)  # fmt: skip
MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip
SYMBOLS: Mapping[str, str] = {"EUR": "€", "GBP": "£", "USD": "$", "CHF": "CHF", "SEK": "SEK"}

FIXED: Mapping[str, str] = {
    "fixed-0": (
        "{vendor}\nInvoice number: {number}\nInvoice date: {date}\nBill to: {customer}\n"
        "{good} x {quantity}\nCurrency: {currency}\nTotal: {total}"
    ),
}
VARIED: Mapping[str, str] = {
    "varied-0": (
        "INVOICE {number}\nIssued: {date}\nSeller: {vendor}\nBuyer: {customer}\n"
        "{quantity} x {good}\nAmount due: {symbol} {total}"
    ),
    "varied-1": (
        "{vendor}\nTo {customer}\nDated {date}\nRef. {number}\n{good}, quantity {quantity}\n"
        "Total payable {total} {currency}"
    ),
    "varied-2": (
        "Total due: {currency} {total}\nInvoice no. {number}\nFrom: {vendor}\nFor: {customer}\n"
        "Item: {good} ({quantity})\nDate of issue: {date}"
    ),
    "varied-3": (
        "Customer: {customer}\nInvoice #{number} of {date}\n{quantity} pcs {good}\n"
        "Grand total {symbol}{total}\nYours sincerely, {vendor}"
    ),
    "varied-4": (
        "Supplier | {vendor}\nDocument | {number}\nDay | {date}\nClient | {customer}\n"
        "Goods | {quantity} {good}\nSum ({currency}) | {total}"
    ),
    "varied-5": (
        "{date}\n{vendor} charges {customer} for {quantity} x {good}.\nInvoice {number}\n"
        "To pay: {total} {currency}"
    ),
}
DRIFTING: Mapping[str, str] = {
    "drifting-0": (
        "{vendor}\n{number_line}{date_line}Order date: {early}\nDue: {late}\nBill to: {customer}\n"
        "{good} x {quantity}\nSubtotal: {net}\nTax: {tax}\nPrevious balance: {old}\n"
        "Total of this invoice: {total}\nTotal with previous balance: {all}{currency_line}"
    ),
    "drifting-1": (
        "Payment is due {late}.\n{number_line}Delivered on {early}\n{date_line}"
        "Net {net}, VAT {tax}, together {total}\nBrought forward {old}, new balance {all}\n"
        "{currency_line_first}Sold to {customer} by {vendor}"
    ),
    "drifting-2": (
        "STATEMENT\nAccount of {customer} with {vendor}\n{early} opening balance {old}\n"
        "{number_line}{date_line}{good}: {net} plus tax {tax} makes {total}\n"
        "{late} closing balance {all}{currency_line}"
    ),
    "drifting-3": (
        "Pay {all} by {late}: it includes {old} left from the last invoice ({other}).\n"
        "{currency_line_first}{number_line}{vendor}, to {customer}\n"
        "{quantity} x {good} ordered {early}\n{date_line}before tax {net}\ntax {tax}\n"
        "after tax {total}"
    ),
}
