"""Moderation: whether a comment may stay, and else which rule it breaks."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from collectors.tasks.classifier import classifier
from collectors.tasks.prompts import manners
from collectors.tasks.templates import Templates

NAME, VERSION = "moderation", "1"
LABELS = ("allowed", "insult", "threat", "advert", "private")
LEVELS: Mapping[int, str] = {
    1: "clean: one clear sentence",
    2: "noisy: chatter, typos, misread letters and capitals around everyday words",
    3: "shifted: letters to editors, games, code reviews and theses, without the usual words",
    4: "adversarial: polite attacks, quoted ones, and rule words used for something else",
    5: "decisive: one sentence in its own words, beside rule words that are quoted or denied",
    6: "amended: five notes, struck and put back until one counts",
}
TEXTS = Templates(NAME, VERSION, LABELS, Path(__file__).with_suffix(".toml"), fills=7)

TASK = classifier(
    name=NAME,
    title="Moderation of comments",
    version=VERSION,
    levels=LEVELS,
    labels=LABELS,
    manners=manners(
        "Which label does this comment get? insult: it demeans a person. threat: it announces "
        "harm to somebody. advert: it promotes something for sale. private: it gives away where a "
        "person lives, or other private data. allowed: everything else, such as hard criticism of "
        "things, and quoting what others wrote.",
        "label",
        (
            ("The bus was late again, what a shame.", "allowed", "Criticism of a thing."),
            ("Paul, you are a silly donkey.", "insult", "It demeans Paul."),
            ("Paul, I will push you off the bridge.", "threat", "It announces harm to Paul."),
            ("My honey is on sale, two jars for five.", "advert", "It sells honey."),
            ("Paul lives above the pharmacy in Hill Road.", "private", "It gives a home away."),
        ),
        "Reply with one word: allowed, insult, threat, advert or private.",
    ),
    size=TEXTS.size,
    sample=TEXTS.sample,
    train=TEXTS.train,
    max_tokens={"plain": 300, "terse": 8, "short": 40, "steps": 80, "think": 160},
    sources="Own templates.",
)
