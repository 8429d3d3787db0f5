"""The sentences that customers' mails are made of."""

from __future__ import annotations

from collections.abc import Mapping

SHEET: Mapping[str, str] = {
    "customer": "Customer: {customer}",
    "request": "Request: {request}",
    "order": "Order: {order}",
    "item": "Item: {item}",
    "quantity": "Pieces: {quantity}",
    "amount": "Amount: {amount}",
    "by": "Deadline: {by}",
}
BODY: Mapping[str, tuple[str, ...]] = {
    "order": (
        "It is about order {order}.",
        "My order number is {order}.",
        "The order has the number {order}.",
    ),
    "item": (
        "This is about the {item}.",
        "The {item} is the trouble.",
        "What I mean is the {item}.",
    ),
    "quantity": (
        "It is {quantity} pieces.",
        "{quantity} of them are concerned.",
        "We talk of {quantity} pieces here.",
    ),
    "amount": (
        "The sum in question is {amount}.",
        "For me it is a matter of {amount}.",
        "In all that makes {amount}.",
    ),
    "by": (
        "Please see to it by {by}.",
        "I need this done by {by}.",
        "I can wait until {by}, no longer.",
    ),
}
"""Field -> wordings; `request` has its own."""
REQUESTS: Mapping[str, tuple[str, ...]] = {
    "refund": (
        "I ask for a refund.",
        "I would like my money back.",
        "Please pay back what I gave you.",
        "Kindly return the sum to my account.",
    ),
    "replacement": (
        "I ask for a replacement.",
        "Please send new ones instead.",
        "I would like the same again, but whole.",
        "Kindly swap what is broken.",
    ),
    "cancellation": (
        "I ask for a cancellation.",
        "Please do not send it any more.",
        "I do not want it after all; nothing has left your house yet, so stop it.",
        "Kindly take it out of your books before it is packed.",
    ),
    "repair": (
        "I ask for a repair.",
        "Please mend what is broken.",
        "I would like to keep it, once you have put it right.",
        "Kindly have your workshop see to the damage.",
    ),
    "copy": (
        "I ask for a copy of the invoice.",
        "Please send the bill once more.",
        "I would like the invoice again; the first one is lost.",
        "Kindly let me have the bill a second time.",
    ),
}
"""What is asked for -> wordings."""
OTHERS: tuple[str, ...] = (
    "My customer number is {code}.",
    "My last parcel had the number {code}.",
    "You can call me on 0{phone}.",
    "In an earlier order, {order}, all was well.",
    "Postage was {amount}.",
    "I paid on {past}.",
    "My last parcel came on {past} in {small} boxes.",
    "The {item} in my last parcel was fine.",
    "I have bought from you for {small} years.",
    "From {future} on I am away for {small} weeks.",
    "My neighbour {person} took my last parcel in.",
    "Your colleague {person} knows about it.",
    "With the {item} I had no trouble at all.",
    "The catalogue says {amount}, by the way.",
)
GREETINGS = ("Hello,", "Dear team,", "Good morning,", "To whom it may concern,")
RELATIVE: tuple[tuple[str, int], ...] = (
    ("ten days from today", 10),
    ("two weeks from today", 14),
    ("the day after tomorrow", 2),
    ("five days from now", 5),
    ("three weeks from today", 21),
)
"""Words for a day, and how many days after the mail it is."""
POINTERS: Mapping[str, str] = {
    "item": "It is the same article that the mail of {customer} below is about.",
    "quantity": "The number of pieces is twice that in the mail of {customer} below.",
    "amount": "The sum in question is the same as in the mail of {customer} below.",
}
"""Field -> how a mail points to an older one instead of saying it."""
CHANGES: Mapping[str, str] = {
    "order": "I gave you the wrong order number: it is {new}, not {old}.",
    "item": "And it is not the {old} but the {new}.",
    "quantity": "I counted again: {new} pieces, not {old}.",
    "amount": "The sum is {new}, not {old}; I had misread it.",
    "by": "Not by {old} but by {new}, please.",
}
"""Field -> how the newest mail corrects what it said before."""
ITEMS = (
    "desk lamp", "rain coat", "tea pot", "bread knife", "door bell", "garden chair", "wall clock",
    "hand mixer", "water filter", "bike pump", "picture frame", "wool blanket", "shoe rack",
    "paper tray", "coffee grinder", "tool box",
)  # fmt: skip
