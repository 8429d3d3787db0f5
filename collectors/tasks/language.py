"""Language: which of sixteen languages a text is in, from whole sentences down to broken words."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import product
from pathlib import Path

from collectors.tasks.classifier import classifier
from collectors.tasks.draw import Draw, check, deal
from collectors.tasks.latin import plain
from collectors.tasks.prompts import Manner, demos
from data.records import Sample

NAME, VERSION = "language", "2"


@dataclass(frozen=True)
class Texts:
    """One language's parts."""

    code: str
    """As py3langid calls it."""
    close: str
    """The language whose sentences it quotes."""
    conjunction: str
    openings: Sequence[str]
    endings: Sequence[str]
    things: Sequence[str]
    places: Sequence[str]
    prepositions: Sequence[str]
    nouns: Sequence[str]
    greetings: Sequence[str]
    names: Sequence[str]
    """Names from elsewhere, which point to another language."""
    frames: Sequence[str]
    """Sentences with room for a quotation."""
    train_openings: Sequence[str]
    train_endings: Sequence[str]
    train_things: Sequence[str]
    train_places: Sequence[str]
    train_lines: Sequence[str]


TEXTS: Mapping[str, Texts] = {
    name: Texts(**parts)
    for name, parts in tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8")).items()
}
LABELS = tuple(TEXTS)
LANGUAGE_CODES: Mapping[str, str] = {name: texts.code for name, texts in TEXTS.items()}
"""Name -> the code py3langid uses; Norwegian is 'no'."""
LEVELS: Mapping[int, str] = {
    1: "clean: full sentences",
    2: "clean: phrases of three to five words",
    3: "noisy: such phrases in plain letters, without accents; Cyrillic spelt in Latin letters",
    4: "short: two words, or a greeting to somebody with a foreign name",
    5: "shifted: phrases as a bad scan gives them, with spaces in the wrong places",
    6: "adversarial: a few words around a long quotation from a language close by",
}


def sentences(conjunction: str, firsts: Sequence[str], seconds: Sequence[str]) -> list[str]:
    return [f"{a} {conjunction} {b}." for a, b in product(firsts, seconds)]


def pairs(firsts: Sequence[str], seconds: Sequence[str], between: str = " ") -> list[str]:
    return [f"{a}{between}{b}" for a, b in product(firsts, seconds)]


def respaced(text: str) -> str:
    """The same letters in pieces of two to four."""
    letters, draw = text.replace(" ", ""), Draw(f"{NAME}/scan/{text}")
    pieces = []
    while letters:
        cut = draw.between(2, 4)
        pieces.append(letters[:cut])
        letters = letters[cut:]
    return " ".join(pieces)


def whole(texts: Texts) -> list[str]:
    return sentences(texts.conjunction, texts.openings, texts.endings)


def phrases(texts: Texts) -> list[str]:
    return pairs(texts.things, texts.places)


def fragments(texts: Texts) -> list[str]:
    greetings = pairs(texts.greetings, texts.names, ", ")
    return pairs(texts.prepositions, texts.nouns) + greetings


def quoting(texts: Texts) -> list[str]:
    quoted = [text.rstrip(".") for text in whole(TEXTS[texts.close])]
    return [frame.format(text) for frame, text in product(texts.frames, quoted)]


def made(level: int, texts: Texts) -> list[str]:
    """Every text of a level in one language."""
    if level == 3:
        return [plain(text, texts.code) for text in phrases(texts)]
    if level == 5:
        return [respaced(text) for text in phrases(texts)]
    return {1: whole, 2: phrases, 4: fragments, 6: quoting}[level](texts)


@cache
def bank(level: int) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """(language, its texts); a text that two languages share is in neither."""
    texts = {name: made(level, TEXTS[name]) for name in LABELS}
    everything = Counter(text for found in texts.values() for text in found)
    return tuple((name, tuple(t for t in texts[name] if everything[t] == 1)) for name in LABELS)


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
    """Sentences and phrases from parts that no sample uses, as many of each language."""
    examples = []
    for name, t in TEXTS.items():
        long = sentences(t.conjunction, t.train_openings, t.train_endings)
        short = pairs(t.train_things, t.train_places)
        examples += [(text, name) for text in (*long, *short, *t.train_lines)]
    texts = Counter(text for text, _ in examples)
    return [(text, name) for text, name in examples if texts[text] == 1]


NAMES = ", ".join(LABELS)
ASIDE = "Names of people and words in quotation marks don't count."
WHERE, BIRD, WHAT = "Wo ist der Schlüssel?", "um pássaro amarelo", "hvad hedder du, Carlos"

MANNERS: Mapping[str, Manner] = {
    "plain": Manner(
        f"Which language is this text in? Choose from: {NAMES}. {ASIDE} End with a line "
        "'Answer: <language>'."
    ),
    "terse": Manner(
        f"Name the language: {NAMES}. {ASIDE}",
        demos((WHERE, "German", ""), (BIRD, "Portuguese", ""), (WHAT, "Danish", "")),
    ),
    "short": Manner(
        f"Quote a telling word, then name the language: {NAMES}. {ASIDE}",
        demos(
            (WHERE, "German", "Schlüssel"),
            (BIRD, "Portuguese", "pássaro"),
            (WHAT, "Danish", "hvad"),
        ),
    ),
    "steps": Manner(
        f"Translate the text, quote a telling word, then name the language: {NAMES}. {ASIDE}",
        demos(
            (WHERE, "German", "Where is the key?\nSchlüssel is German."),
            (BIRD, "Portuguese", "A yellow bird.\npássaro is Portuguese."),
            (WHAT, "Danish", "What is your name, Carlos?\nhvad is Danish."),
        ),
    ),
    "think": Manner(
        f"Go through the words, compare two languages, then name the language: {NAMES}. {ASIDE}",
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
