"""Language: which of eleven languages a text is in, from whole sentences down to two words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from itertools import product

from collectors.tasks.classifier import classifier
from collectors.tasks.draw import check, deal
from collectors.tasks.language_texts import TEXTS, Texts
from collectors.tasks.prompts import Manner, demos
from data.records import Sample

NAME, VERSION = "language", "1"
LABELS = tuple(TEXTS)
LANGUAGE_CODES: Mapping[str, str] = {name: texts.code for name, texts in TEXTS.items()}
"""Name -> the code py3langid uses; Norwegian is 'no'."""
LEVELS: Mapping[int, str] = {
    1: "full sentences",
    2: "phrases of three to five words",
    3: "two words, or a greeting to somebody with a foreign name",
}


def sentences(conjunction: str, firsts: Sequence[str], seconds: Sequence[str]) -> list[str]:
    return [f"{a} {conjunction} {b}." for a, b in product(firsts, seconds)]


def pairs(firsts: Sequence[str], seconds: Sequence[str], between: str = " ") -> list[str]:
    return [f"{a}{between}{b}" for a, b in product(firsts, seconds)]


def made(level: int, texts: Texts) -> list[str]:
    """Every text of a level in one language."""
    if level == 1:
        return sentences(texts.conjunction, texts.openings, texts.endings)
    if level == 2:
        return pairs(texts.things, texts.places)
    fragments = pairs(texts.prepositions, texts.nouns)
    return fragments + pairs(texts.greetings, texts.names, ", ")


@cache
def bank(level: int) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """(language, its texts); a text that two languages share is in neither."""
    texts = {name: made(level, TEXTS[name]) for name in LABELS}
    everything = [text for found in texts.values() for text in found]
    once = {text for text in everything if everything.count(text) == 1}
    return tuple((name, tuple(t for t in texts[name] if t in once)) for name in LABELS)


@cache
def each(level: int) -> int:
    return min(len(texts) for _, texts in bank(level))


def size(level: int) -> int:
    return len(LABELS) * each(level)


def sample(level: int, seed: int) -> Sample:
    check(NAME, LEVELS, level, seed, size)
    group, index = deal(seed, len(LABELS), each(level), f"{NAME}/{level}/{VERSION}")
    name, texts = bank(level)[group]
    return Sample(NAME, level, seed, texts[index], name, "classification", VERSION)


def train() -> list[tuple[str, str]]:
    """Sentences and phrases from parts that no sample uses."""
    examples = []
    for name, t in TEXTS.items():
        long = sentences(t.conjunction, t.train_openings, t.train_endings)
        examples += [(text, name) for text in long + pairs(t.train_things, t.train_places)]
    texts = [text for text, _ in examples]
    return [(text, name) for text, name in examples if texts.count(text) == 1]


NAMES = ", ".join(LABELS)
WHERE, BIRD, WHAT = "Wo ist der Schlüssel?", "um pássaro amarelo", "hvad hedder du, Carlos"

MANNERS: Mapping[str, Manner] = {
    "plain": Manner(
        f"Which language is this text in? Choose from: {NAMES}. Names of people don't count. End "
        "with a line 'Answer: <language>'."
    ),
    "terse": Manner(
        f"Name the language: {NAMES}.",
        demos((WHERE, "German", ""), (BIRD, "Portuguese", ""), (WHAT, "Danish", "")),
    ),
    "short": Manner(
        f"Quote a telling word, then name the language: {NAMES}.",
        demos(
            (WHERE, "German", "Schlüssel"),
            (BIRD, "Portuguese", "pássaro"),
            (WHAT, "Danish", "hvad"),
        ),
    ),
    "steps": Manner(
        f"Translate the text, quote a telling word, then name the language: {NAMES}.",
        demos(
            (WHERE, "German", "Where is the key?\nSchlüssel is German."),
            (BIRD, "Portuguese", "A yellow bird.\npássaro is Portuguese."),
            (WHAT, "Danish", "What is your name, Carlos?\nhvad is Danish."),
        ),
    ),
    "think": Manner(
        f"Go through the words, compare two languages, then name the language: {NAMES}.",
        demos(
            (
                WHERE,
                "German",
                "Wo: German. ist: German. der: German. Schlüssel: German.\n"
                "German or Dutch? Dutch says sleutel, so German.",
            ),
            (
                BIRD,
                "Portuguese",
                "um: Portuguese. pássaro: Portuguese. amarelo: Portuguese.\n"
                "Portuguese or Spanish? Spanish says pájaro, so Portuguese.",
            ),
            (
                WHAT,
                "Danish",
                "hvad: Danish. hedder: Danish. du: Danish. Carlos: a name.\n"
                "Danish or Swedish? Swedish says vad heter, so Danish.",
            ),
        ),
    ),
}


TASK = classifier(
    name=NAME,
    title="Which language",
    version=VERSION,
    levels=LEVELS,
    manners=MANNERS,
    size=size,
    sample=sample,
    max_tokens={"plain": 300, "terse": 8, "short": 24, "steps": 64, "think": 160},
    labels=LABELS,
    train=train,
    sources="Own sentences.",
)
