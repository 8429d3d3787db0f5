"""The words that invoices are made of: goods, firms, and what invoices say in six languages."""

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
GOODS = (
    "Oak shelf", "Steel bolts", "Ink, black", "Cotton rolls", "LED strip", "Lab glass",
    "Desk fan", "Site survey", "Licence", "Night train", "Olive oil", "Freight", "Copper wire",
    "Paper cups", "Door hinge", "Wall paint", "Rain barrel", "Work gloves", "Label printer",
    "Tea, green",
)  # fmt: skip
STREETS = ("Mill Lane", "Dock Road", "Hafenstr.", "rue du Port", "Calle Mayor", "Via Roma")
TOWNS = ("Leeds", "Cork", "Bremen", "Graz", "Lyon", "Bilbao", "Turin", "Utrecht", "Malmö", "Basel")
SYMBOLS: Mapping[str, str] = {"EUR": "€", "GBP": "£", "USD": "$", "CHF": "CHF", "SEK": "SEK"}

MONTHS: Mapping[str, tuple[str, ...]] = {
    "en": ("January", "February", "March", "April", "May", "June", "July", "August", "September",
           "October", "November", "December"),
    "de": ("Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September",
           "Oktober", "November", "Dezember"),
    "fr": ("janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre",
           "octobre", "novembre", "décembre"),
    "es": ("enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre",
           "octubre", "noviembre", "diciembre"),
    "it": ("gennaio", "febbraio", "marzo", "aprile", "maggio", "giugno", "luglio", "agosto",
           "settembre", "ottobre", "novembre", "dicembre"),
    "nl": ("januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus", "september",
           "oktober", "november", "december"),
}  # fmt: skip
DATES: Mapping[str, tuple[str, ...]] = {
    "en": ("{y}-{m:02}-{d:02}", "{d} {name} {y}", "{name} {d}, {y}", "{d:02}.{m:02}.{y}"),
    "de": ("{d:02}.{m:02}.{y}", "{d}. {name} {y}", "{d}.{m}.{y}"),
    "fr": ("{d:02}/{m:02}/{y}", "{d} {name} {y}"),
    "es": ("{d:02}/{m:02}/{y}", "{d} de {name} de {y}"),
    "it": ("{d:02}/{m:02}/{y}", "{d} {name} {y}"),
    "nl": ("{d:02}-{m:02}-{y}", "{d} {name} {y}"),
}
"""Ways to write a date; figures are day first but for ISO's."""
MARKS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "en": (("", "."), (",", "."), (".", ","), (" ", ",")),
    "de": ((".", ","), ("", ",")),
    "fr": ((" ", ","), ("", ",")),
    "es": ((".", ","), ("", ",")),
    "it": ((".", ","), ("", ",")),
    "nl": ((".", ","), ("", ",")),
}
"""(between thousands, before decimals)."""

LABELS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "en": {
        "title": ("INVOICE", "Tax invoice"),
        "number": ("Invoice number", "Invoice no.", "Invoice #", "Document", "Ref.", "Our sign"),
        "date": ("Invoice date", "Date of issue", "Issued", "Dated", "Day", "Written on"),
        "vendor": ("Vendor", "Seller", "From", "Supplier", "Billed by", "Yours sincerely"),
        "customer": ("Bill to", "Buyer", "Customer", "For", "Client", "Sold to"),
        "currency": ("Currency", "All amounts in", "Amounts are in", "Payable in"),
        "total": ("Total", "Total due", "Amount due", "Grand total", "To pay", "Sum"),
        "full": ("Total of this invoice", "After tax", "Invoice amount", "Total with tax"),
        "order": ("Your order", "Purchase order", "Order no."),
        "ordered": ("Order date", "Ordered on", "Delivered on"),
        "due": ("Due date", "Payable until", "Payment due"),
        "net": ("Subtotal", "Net", "Total before tax"),
        "tax": ("Tax 20 %", "VAT 20 %"),
        "old": ("Previous balance", "Brought forward", "Left from earlier invoices"),
        "all": ("Total with previous balance", "New balance", "Amount of your account"),
        "info": ("for information only",),
        "corrections": ("Corrections, part of this invoice (the sums above are without them)",),
        "line": ("Line {n}: quantity {new} instead of {old}",),
        "instead": ("{label}: {new} instead of {old}",),
    },
    "de": {
        "title": ("RECHNUNG",),
        "number": ("Rechnungsnummer", "Rechnung Nr.", "Beleg-Nr."),
        "date": ("Rechnungsdatum", "Ausgestellt am", "Datum"),
        "vendor": ("Lieferant", "Verkäufer", "Rechnungssteller"),
        "customer": ("Kunde", "Rechnung an", "Käufer"),
        "currency": ("Währung", "Alle Beträge in"),
        "total": ("Rechnungsbetrag", "Gesamtbetrag"),
        "full": ("Rechnungsbetrag brutto", "Gesamtbetrag dieser Rechnung"),
        "order": ("Ihre Bestellung", "Bestellnummer"),
        "ordered": ("Bestelldatum", "Lieferdatum"),
        "due": ("Zahlbar bis", "Fällig am"),
        "net": ("Zwischensumme", "Nettobetrag"),
        "tax": ("MwSt. 20 %", "USt. 20 %"),
        "old": ("Offen aus früheren Rechnungen", "Saldovortrag"),
        "all": ("Neuer Saldo", "Summe mit Saldovortrag"),
        "info": ("nur zur Information",),
        "corrections": ("Berichtigungen, Teil dieser Rechnung (oben nicht enthalten)",),
        "line": ("Zeile {n}: Menge {new} statt {old}",),
        "instead": ("{label}: {new} statt {old}",),
    },
    "fr": {
        "title": ("FACTURE",),
        "number": ("Numéro de facture", "Facture n°", "Pièce n°"),
        "date": ("Date de facture", "Émise le", "Date d'émission"),
        "vendor": ("Fournisseur", "Vendeur", "Émetteur"),
        "customer": ("Client", "Facturé à", "Acheteur"),
        "currency": ("Devise", "Montants en"),
        "total": ("Total TTC", "Montant à payer"),
        "full": ("Total TTC de cette facture", "Montant TTC"),
        "order": ("Votre commande", "Bon de commande"),
        "ordered": ("Date de commande", "Livré le"),
        "due": ("À payer avant le", "Échéance"),
        "net": ("Total HT", "Sous-total"),
        "tax": ("TVA 20 %",),
        "old": ("Solde antérieur", "Reste des factures précédentes"),
        "all": ("Nouveau solde", "Total avec solde antérieur"),
        "info": ("pour information",),
        "corrections": ("Rectifications, partie de cette facture (non comprises ci-dessus)",),
        "line": ("Ligne {n} : quantité {new} au lieu de {old}",),
        "instead": ("{label} : {new} au lieu de {old}",),
    },
    "es": {
        "title": ("FACTURA",),
        "number": ("Número de factura", "Factura n.º", "Documento"),
        "date": ("Fecha de factura", "Fecha de emisión", "Emitida el"),
        "vendor": ("Proveedor", "Vendedor", "Emisor"),
        "customer": ("Cliente", "Facturar a", "Comprador"),
        "currency": ("Moneda", "Importes en"),
        "total": ("Total con IVA", "Importe a pagar"),
        "full": ("Total de esta factura", "Total con IVA"),
        "order": ("Su pedido", "Orden de compra"),
        "ordered": ("Fecha de pedido", "Entregado el"),
        "due": ("Vencimiento", "A pagar antes del"),
        "net": ("Base imponible", "Subtotal"),
        "tax": ("IVA 20 %",),
        "old": ("Saldo anterior", "Pendiente de facturas anteriores"),
        "all": ("Saldo nuevo", "Total con saldo anterior"),
        "info": ("solo a título informativo",),
        "corrections": ("Correcciones, parte de esta factura (no incluidas arriba)",),
        "line": ("Línea {n}: cantidad {new} en lugar de {old}",),
        "instead": ("{label}: {new} en lugar de {old}",),
    },
    "it": {
        "title": ("FATTURA",),
        "number": ("Numero fattura", "Fattura n.", "Documento"),
        "date": ("Data fattura", "Data di emissione", "Emessa il"),
        "vendor": ("Fornitore", "Venditore", "Emittente"),
        "customer": ("Cliente", "Intestata a", "Acquirente"),
        "currency": ("Valuta", "Importi in"),
        "total": ("Totale fattura", "Importo da pagare"),
        "full": ("Totale di questa fattura", "Totale IVA inclusa"),
        "order": ("Vostro ordine", "Ordine n."),
        "ordered": ("Data ordine", "Consegnato il"),
        "due": ("Scadenza", "Da pagare entro il"),
        "net": ("Imponibile", "Subtotale"),
        "tax": ("IVA 20 %",),
        "old": ("Saldo precedente", "Residuo di fatture precedenti"),
        "all": ("Nuovo saldo", "Totale con saldo precedente"),
        "info": ("solo per informazione",),
        "corrections": ("Rettifiche, parte di questa fattura (non comprese nelle somme sopra)",),
        "line": ("Riga {n}: quantità {new} invece di {old}",),
        "instead": ("{label}: {new} invece di {old}",),
    },
    "nl": {
        "title": ("FACTUUR",),
        "number": ("Factuurnummer", "Factuur nr.", "Document"),
        "date": ("Factuurdatum", "Opgesteld op", "Datum van uitgifte"),
        "vendor": ("Leverancier", "Verkoper", "Afzender"),
        "customer": ("Klant", "Factuur aan", "Koper"),
        "currency": ("Valuta", "Bedragen in"),
        "total": ("Factuurbedrag", "Te betalen"),
        "full": ("Totaal van deze factuur", "Totaal incl. btw"),
        "order": ("Uw bestelling", "Bestelnummer"),
        "ordered": ("Besteldatum", "Geleverd op"),
        "due": ("Te betalen voor", "Vervaldatum"),
        "net": ("Subtotaal", "Totaal excl. btw"),
        "tax": ("Btw 20 %",),
        "old": ("Vorig saldo", "Open uit eerdere facturen"),
        "all": ("Nieuw saldo", "Totaal met vorig saldo"),
        "info": ("alleen ter informatie",),
        "corrections": ("Correcties, deel van deze factuur (niet in de bedragen hierboven)",),
        "line": ("Regel {n}: aantal {new} in plaats van {old}",),
        "instead": ("{label}: {new} in plaats van {old}",),
    },
}  # fmt: skip
"""Language -> what is labelled -> wordings."""

ORDERS: tuple[tuple[str, ...], ...] = (
    ("letterhead", "title", "number", "date", "order", "ordered", "due", "customer", "currency",
     "items", "net", "tax", "total", "old", "all"),
    ("title", "number", "date", "seller", "customer", "order", "ordered", "items", "net", "tax",
     "total", "due", "old", "all", "currency"),
    ("customer", "ordered", "due", "number", "date", "order", "items", "net", "tax", "old",
     "total", "all", "currency", "seller"),
    ("due", "total", "title", "number", "ordered", "letterhead", "customer", "order", "items",
     "date", "currency", "net", "tax", "old", "all"),
    ("order", "customer", "ordered", "items", "net", "tax", "total", "old", "all", "due",
     "number", "seller", "date", "currency"),
    ("currency", "ordered", "seller", "customer", "title", "date", "due", "old", "all", "order",
     "number", "items", "net", "tax", "total"),
)  # fmt: skip
"""In which order an invoice says things; what it does not say is left out."""
JOINTS = (": ", " | ", " ", "  ")
"""Between a label and its value."""
CONFUSED: Mapping[str, str] = {
    "o": "0", "O": "0", "l": "1", "I": "l", "S": "5", "B": "8", "e": "c", "m": "rn", "n": "ri",
    "a": "o", "t": "f", "u": "v", "5": "S", "1": "l", "0": "O", " ": "",
}  # fmt: skip
"""What a scanner takes characters for."""
