"""Sentiment: what a reviewer thinks, apart from what others say and from the words' own colour."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from collectors.tasks.classifier import classifier
from collectors.tasks.prompts import manners
from collectors.tasks.templates import Templates

NAME, VERSION = "sentiment", "1"
LABELS = ("positive", "negative", "neutral")
LEVELS: Mapping[int, str] = {
    1: "clean: one clear sentence on a product",
    2: "noisy: chatter, typos, misread letters and capitals around everyday words",
    3: "shifted: restaurants, films, barbers and hotels, mostly without a word of praise or blame",
    4: "adversarial: denial, sarcasm and other people's opinions, and the same ways meant as said",
    5: "decisive: one sentence that judges by deed alone, beside others' praise or blame",
    6: "amended: six notes, struck and put back until one counts",
}
TEXTS = Templates(NAME, VERSION, LABELS, Path(__file__).with_suffix(".toml"), fills=10, notes=2)

HAPPY = "I like this umbrella a lot, it is great."
BROKEN = "The umbrella broke at once, what a bad buy."
BLUE = "The umbrella is blue and eighty centimetres long."
OTHERS = "Everybody calls this umbrella awful. Mine goes wherever I go."

TASK = classifier(
    name=NAME,
    title="Sentiment of reviews",
    version=VERSION,
    levels=LEVELS,
    labels=LABELS,
    manners=manners(
        "Is this review positive, negative or neutral? Decide by what its writer thinks, as words "
        "or deeds show, and not by what others say. neutral: the writer takes no side.",
        "label",
        (
            (HAPPY, "positive", "Likes it a lot."),
            (BROKEN, "negative", "It broke; a bad buy."),
            (BLUE, "neutral", "Only colour and length."),
            (OTHERS, "positive", "Others say awful; the writer always takes it along."),
        ),
        "Reply with one word: positive, negative or neutral.",
    ),
    size=TEXTS.size,
    sample=TEXTS.sample,
    train=TEXTS.train,
    max_tokens={"plain": 300, "terse": 8, "short": 40, "steps": 80, "think": 160},
    sources="Own templates.",
)
