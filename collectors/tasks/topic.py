"""Topic: what a piece of news is about, whatever its figures of speech are taken from."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from collectors.tasks.classifier import classifier
from collectors.tasks.prompts import manners
from collectors.tasks.templates import Templates

NAME, VERSION = "topic", "1"
LABELS = ("politics", "business", "sport", "science", "health", "culture")
LEVELS: Mapping[int, str] = {
    1: "clean: one clear sentence",
    2: "noisy: chatter, typos, misread letters and capitals around everyday words",
    3: "shifted: told as a story, with hardly one of the topic's usual words",
    4: "adversarial: figures of speech from other topics, or the topic's own words after a denial",
    5: "decisive: one sentence in its own words, beside a person's past or family in any topic",
    6: "amended: six notes, struck and put back until one counts",
}
TEXTS = Templates(NAME, VERSION, LABELS, Path(__file__).with_suffix(".toml"), fills=7)

TASK = classifier(
    name=NAME,
    title="Topic of news",
    version=VERSION,
    levels=LEVELS,
    labels=LABELS,
    manners=manners(
        "What is this news about? Decide by what happens now, and not by figures of speech, by "
        "what people were before or by their families. politics: who governs and by which laws. "
        "business: companies, money, prices and work. sport: games and races. science: research "
        "into nature and numbers. health: illness, medicine and care. culture: books, art, music "
        "and stage.",
        "topic",
        (
            ("The king dissolved the assembly.", "politics", "Who governs."),
            ("The mine sold more coal than ever.", "business", "A company's sales."),
            ("The rowers came in second.", "sport", "A race."),
            ("A comet was seen near Saturn.", "science", "Research into space."),
            ("The dentist pulled two teeth.", "health", "Medicine."),
            ("The choir sang an old mass.", "culture", "Music."),
        ),
        "Reply with one word: politics, business, sport, science, health or culture.",
    ),
    size=TEXTS.size,
    sample=TEXTS.sample,
    train=TEXTS.train,
    max_tokens={"plain": 300, "terse": 8, "short": 40, "steps": 80, "think": 160},
    sources="Own templates.",
)
