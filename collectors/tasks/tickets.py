"""Tickets: which of six desks a customer's message belongs to, whatever else it mentions."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from collectors.tasks.classifier import classifier
from collectors.tasks.prompts import Manner, demos
from collectors.tasks.templates import Templates

NAME, VERSION = "tickets", "2"
LABELS = ("billing", "delivery", "returns", "account", "technical", "cancellation")
LEVELS: Mapping[int, str] = {
    1: "clean: one clear sentence",
    2: "noisy: chatter, typos, misread letters and capitals around everyday words",
    3: "shifted: to an airline, a utility, a library or a gym",
    4: "adversarial: other desks' words are mentioned or denied",
    5: "decisive: one request in its own words, beside matters that are settled or somebody else's",
    6: "amended: six notes, struck and put back until one counts",
}
TEXTS = Templates(NAME, VERSION, LABELS, Path(__file__).with_suffix(".toml"), fills=9)

DESKS = ", ".join(LABELS)
TWICE = "You took $30 from my card two times for one umbrella."
LATE = "The box with my bicycle pump is five days late."
HOPED = "This umbrella is not what I hoped for. How do I send it back?"
LOCKED = "It will not take my password any more."
FROZEN = "Your app freezes when I open the basket."
STOP = "Please stop order K-11, I bought the wrong umbrella."
PAID = "I paid for the pump and did not cancel it, but no courier came."

MANNERS: Mapping[str, Manner] = {
    "plain": Manner(
        f"Which desk should handle this message? The desks are: {DESKS}. Decide by what the "
        "customer wants now. End with a line 'Answer: <desk>'."
    ),
    "terse": Manner(
        f"Name the desk: {DESKS}.",
        demos(
            (TWICE, "billing", ""),
            (LATE, "delivery", ""),
            (HOPED, "returns", ""),
            (LOCKED, "account", ""),
            (FROZEN, "technical", ""),
            (STOP, "cancellation", ""),
        ),
    ),
    "short": Manner(
        f"Quote the key words, then name the desk: {DESKS}.",
        demos(
            (TWICE, "billing", "took $30 two times"),
            (LATE, "delivery", "five days late"),
            (HOPED, "returns", "send it back"),
            (LOCKED, "account", "not take my password"),
            (FROZEN, "technical", "app freezes"),
            (STOP, "cancellation", "stop order"),
        ),
    ),
    "steps": Manner(
        f"Say what the customer wants, then two possible desks, then the desk: {DESKS}.",
        demos(
            (TWICE, "billing", "Wants: money back for a double charge.\nbilling or returns"),
            (PAID, "delivery", "Wants: the pump to arrive.\ndelivery or billing"),
            (LOCKED, "account", "Wants: to log in again.\naccount or technical"),
            (STOP, "cancellation", "Wants: the order stopped.\ncancellation or returns"),
        ),
    ),
    "think": Manner(
        f"Say what is mentioned, what is no problem and what is wanted, then the desk: {DESKS}.",
        demos(
            (
                TWICE,
                "billing",
                "Mentioned: card, umbrella. No problem: the umbrella.\n"
                "Wants: money back for a double charge.\nbilling or returns? The payment: billing.",
            ),
            (
                PAID,
                "delivery",
                "Mentioned: payment, cancelling, courier. No problem: payment, cancelling.\n"
                "Wants: the pump to arrive.\nbilling or delivery? The parcel: delivery.",
            ),
            (
                STOP,
                "cancellation",
                "Mentioned: order, umbrella. No problem: the parcel.\nWants: the order "
                "stopped.\nreturns or cancellation? Not sent yet: cancellation.",
            ),
        ),
    ),
}


TASK = classifier(
    name=NAME,
    title="Customer tickets",
    version=VERSION,
    levels=LEVELS,
    manners=MANNERS,
    size=TEXTS.size,
    sample=TEXTS.sample,
    max_tokens={"plain": 300, "terse": 8, "short": 40, "steps": 60, "think": 120},
    labels=LABELS,
    train=TEXTS.train,
    sources="Own templates.",
)
