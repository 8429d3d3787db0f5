"""Tickets: which of six desks a customer's message belongs to.

Level 3 names other desks' words, denies them, or says what it wants without its usual words, so
that counting keywords fails. Training sentences come from templates of their own.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from math import prod
from string import Formatter

from collectors.tasks.classifier import classifier
from collectors.tasks.draw import Draw, check, deal, digits, place
from collectors.tasks.prompts import Manner, demos
from collectors.tasks.ticket_texts import (
    ADVERSARIAL,
    CLEAN,
    CLOSERS,
    NOISY,
    OPENERS,
    SLOTS,
    TRAINING,
)
from data.records import Sample

NAME, VERSION = "tickets", "1"
LABELS = ("billing", "delivery", "returns", "account", "technical", "cancellation")
LEVELS: Mapping[int, str] = {
    1: "one clear sentence",
    2: "chatter, typos and everyday words around the request",
    3: "other desks' words are mentioned or denied; the request is said in its own way",
}
TEXTS = {1: CLEAN, 2: NOISY, 3: ADVERSARIAL}
FILLS = 5
"""Training examples made from each training template."""


def slots(template: str) -> list[str]:
    """The names of a template's slots, in order."""
    return [name for _, name, _, _ in Formatter().parse(template) if name]


def ways(template: str) -> int:
    """How many texts a template makes."""
    return prod(len(SLOTS[name]) for name in slots(template))


def filled(template: str, index: int) -> str:
    names = slots(template)
    chosen = digits(index, [len(SLOTS[name]) for name in names])
    return template.format(**{n: SLOTS[n][i] for n, i in zip(names, chosen, strict=True)})


@cache
def templates(level: int) -> tuple[tuple[str, str, str], ...]:
    """(id, label, template) of a level."""
    return tuple(
        (f"{NAME}/{level}/{label}-{i}", label, text)
        for label in LABELS
        for i, text in enumerate(TEXTS[level][label])
    )


@cache
def each(level: int) -> int:
    """Texts taken from every template of a level: as many as its narrowest one makes."""
    return min(ways(text) for _, _, text in templates(level))


def size(level: int) -> int:
    return len(templates(level)) * each(level)


def sample(level: int, seed: int) -> Sample:
    check(NAME, LEVELS, level, seed, size)
    key = f"{NAME}/{level}/{VERSION}"
    group, index = deal(seed, len(templates(level)), each(level), key)
    cluster, label, template = templates(level)[group]
    text = filled(template, place(index, ways(template), f"{key}/{cluster}"))
    if level == 2:
        text = chatty(text, Draw(f"{key}/{seed}"))
    return Sample(NAME, level, seed, text, label, "classification", VERSION, cluster)


def chatty(text: str, draw: Draw) -> str:
    """The request between small talk, with about one word in twelve mistyped."""
    request = text[:1].lower() + text[1:].rstrip(".")
    words = f"{draw.pick(OPENERS)} {request}, {draw.pick(CLOSERS)}".split(" ")
    return " ".join(mistyped(w, draw) if draw.chance(1 / 12) else w for w in words)


def mistyped(word: str, draw: Draw) -> str:
    """Two inner letters swapped, one lost or one doubled; short words and numbers stay."""
    if len(word) < 5 or not word.isalpha():
        return word
    at = draw.between(1, len(word) - 3)
    slip = draw.below(3)
    if slip == 0:
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    return word[:at] + word[at + 1 :] if slip == 1 else word[:at] + word[at] + word[at:]


def train() -> list[tuple[str, str]]:
    """Clean and noisy examples, none of them from a template that samples use."""
    examples = []
    for label in LABELS:
        for number, template in enumerate(TRAINING[label]):
            for turn in range(FILLS):
                key = f"{NAME}/train/{label}/{number}/{VERSION}"
                count = ways(template)
                text = filled(template, place(turn % count, count, key))
                noisy = turn % 2 == 1
                examples.append((chatty(text, Draw(f"{key}/{turn}")) if noisy else text, label))
    return list(dict.fromkeys(examples))


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
    size=size,
    sample=sample,
    max_tokens={"plain": 300, "terse": 8, "short": 40, "steps": 60, "think": 120},
    labels=LABELS,
    train=train,
    sources="Own templates.",
)
