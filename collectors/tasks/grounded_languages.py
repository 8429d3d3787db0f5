"""Questions about villages, in six languages: the same seed asks for the same fact in each.

Names are written in each language's script, everything is invented, and a sample differs between
two languages in nothing but the language.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache, partial

from collectors.tasks.draw import Draw
from collectors.tasks.grounded_texts import (
    DEMO_NAMES,
    LANGUAGES,
    NUMERIC,
    SCRIPTS,
    SYLLABLES,
    TEXTS,
    WORDS,
    Language,
)
from collectors.tasks.grounding import OPENLY, Question, grounding, joined
from collectors.tasks.prompts import Manner, demos
from collectors.tasks.task import Task

VERSION = "1"
ATTRIBUTES = ("founded", "leader", "bridge", "market", "good", "wells")
"""What is asked for; the river only names a village."""
FIRST_YEAR = 1950
"""Of the oldest report."""

Value = int | tuple[int, ...]
"""A number, the place of a word in its list, or the syllables of a name."""


@dataclass(frozen=True)
class Rung:
    """One level."""

    text: str
    villages: int
    facts: int
    """Attributes that are told of each village."""
    similar: bool = False
    """Whether names differ in one syllable."""
    river: bool = False
    """The village is named by its river only."""
    reports: int = 1
    """Reports of each village, which disagree; the newest counts."""


LADDER: Mapping[int, Rung] = {
    1: Rung("one village, two facts", 1, 2),
    2: Rung("three villages", 3, 2),
    3: Rung("six villages whose names differ in one syllable", 6, 3, similar=True),
    4: Rung("eight villages, the one asked for named by its river", 8, 3, True, True),
    5: Rung("two reports of each village, which disagree", 8, 3, True, True, 2),
    6: Rung("four reports of each of twelve villages", 12, 4, True, True, 4),
}


@dataclass(frozen=True)
class Told:
    """One report of one village."""

    village: tuple[int, ...]
    year: int
    facts: tuple[tuple[str, Value], ...]


@dataclass(frozen=True)
class Facts:
    """A sample, in no language."""

    passages: tuple[Told, ...]
    village: tuple[int, ...]
    river: tuple[int, ...]
    attribute: str
    answer: Value | None


@lru_cache(64)
def facts(level: int, seed: int, open_: bool) -> Facts:
    rung = LADDER[level]
    draw = Draw(f"grounded-languages/{level}/{VERSION}/{seed}")
    names = villages(rung, draw)
    rivers = distinct(rung.villages, 2, draw)
    asked = draw.below(rung.villages)
    attribute = draw.pick(ATTRIBUTES)
    passages, answer = [], None
    for i, name in enumerate(names):
        told = told_of(rung, attribute, i != asked or not open_, draw)
        years = sorted(draw.shuffled(range(FIRST_YEAR, FIRST_YEAR + 70))[: rung.reports])
        for year in years:
            values = [(key, value(key, draw)) for key in told]
            if i == asked and not open_:
                answer = dict(values)[attribute]
            if rung.river:
                values.append(("river", rivers[i]))
            passages.append(Told(name, year, tuple(draw.shuffled(values))))
    shuffled = tuple(draw.shuffled(passages))
    return Facts(shuffled, names[asked], rivers[asked], attribute, answer)


def villages(rung: Rung, draw: Draw) -> list[tuple[int, ...]]:
    """Names of three syllables; similar ones share two with the first."""
    first, *_ = distinct(1, 3, draw)
    if not rung.similar:
        return distinct(rung.villages, 3, draw)
    found = [first]
    while len(found) < rung.villages:
        spot = draw.below(3)
        name = tuple(draw.below(len(SYLLABLES)) if i == spot else s for i, s in enumerate(first))
        if name not in found:
            found.append(name)
    return draw.shuffled(found)


def distinct(count: int, syllables: int, draw: Draw) -> list[tuple[int, ...]]:
    found: list[tuple[int, ...]] = []
    while len(found) < count:
        name = tuple(draw.below(len(SYLLABLES)) for _ in range(syllables))
        if name not in found:
            found.append(name)
    return found


def told_of(rung: Rung, attribute: str, tells: bool, draw: Draw) -> list[str]:
    """Which attributes are told of a village: with what is asked for, or without."""
    others = draw.shuffled([key for key in ATTRIBUTES if key != attribute])
    return [attribute, *others][: rung.facts] if tells else others[: rung.facts]


def value(attribute: str, draw: Draw) -> Value:
    if attribute in NUMERIC:
        return draw.between(*NUMERIC[attribute])
    if attribute in WORDS:
        return draw.below(len(WORDS[attribute]["en"]))
    return tuple(draw.below(len(SYLLABLES)) for _ in range(5))


def name(syllables: tuple[int, ...], language: str) -> str:
    script = SCRIPTS[language]
    text = "".join(SYLLABLES[s][script] for s in syllables)
    return text.capitalize() if script == 0 else text


def written(attribute: str, found: Value, language: str) -> str:
    """A value in a language."""
    if isinstance(found, int):
        return WORDS[attribute][language][found] if attribute in WORDS else str(found)
    if attribute == "leader":
        first, last = name(found[:2], language), name(found[2:], language)
        return TEXTS[language].person.format(first=first, last=last)
    return name(found, language)


def passage(told: Told, rung: Rung, language: str) -> str:
    texts, gap = TEXTS[language], "" if language == "zh" else " "
    village = name(told.village, language)
    said = [
        texts.says[key].format(e=village, v=written(key, found, language))
        for key, found in told.facts
    ]
    return gap.join([texts.report.format(y=told.year), *said] if rung.reports > 1 else said)


def drawn(language: str, level: int, seed: int, open_: bool) -> Question:
    """The sample in one language."""
    found, rung, texts = facts(level, seed, open_), LADDER[level], TEXTS[language]
    np = texts.village.format(e=name(found.village, language))
    if rung.river:
        np = texts.by_river.format(r=name(found.river, language))
    question = texts.asks[found.attribute].format(np=np)
    if rung.reports > 1:
        question += f"{'' if language == 'zh' else ' '}{texts.newest}"
    told = [v for t in found.passages for key, v in t.facts if key == found.attribute]
    options = [written(found.attribute, v, language) for v in told]
    if found.attribute in WORDS:
        options += WORDS[found.attribute][language]
    sentences = sum(len(t.facts) for t in found.passages)
    return Question(
        joined([passage(t, rung, language) for t in found.passages], question),
        None if found.answer is None else written(found.attribute, found.answer, language),
        tuple(dict.fromkeys(options)),
        sentences * (1 + rung.river),
        found.attribute,
    )


def manners(language: str) -> dict[str, Manner]:
    """The five styles, in the language; the marker 'Answer:' is the same in all of them."""
    t: Language = TEXTS[language]
    examples = demonstrations(language)
    worked = demos(*examples)
    last = t.last[0].upper() + t.last[1:]
    gap = "" if language == "zh" else " "
    return {
        "plain": Manner(f"{t.ask}{gap}{last}"),
        "terse": Manner(f"{t.ask}{gap}{t.terse}", tuple((q, a) for q, a, _ in examples)),
        "short": Manner(f"{t.ask}{gap}{t.short}{gap}{t.last}", worked),
        "steps": Manner(f"{t.ask}{gap}{t.steps}{gap}{t.last}", worked),
        "think": Manner(f"{t.ask}{gap}{t.think}{gap}{t.last}", worked),
    }


def demonstrations(language: str) -> list[tuple[str, str, str]]:
    """(passage and question, answer, working): one in four is left open, as in the samples."""
    t: Language = TEXTS[language]
    one, other = DEMO_NAMES[SCRIPTS[language]]
    market, good = (WORDS[key][language][2] for key in ("market", "good"))
    shown = (
        ((("wells", one, "11"),), "wells"),
        ((("wells", one, "11"), ("bridge", other, "20")), "bridge"),
        ((("market", one, market), ("good", one, good)), "good"),
        ((("bridge", one, "20"), ("market", one, market)), "bridge"),
    )
    found = []
    for facts, key in shown:
        told = {(k, e): t.says[k].format(e=e, v=v) for k, e, v in facts}
        answer = next((v for k, e, v in facts if (k, e) == (key, one)), OPENLY[language][0])
        working = t.seen.format(said=told[key, one]) if (key, one) in told else t.unseen
        passage = ("" if language == "zh" else " ").join(told.values())
        question = t.asks[key].format(np=t.village.format(e=one))
        found.append((joined([passage], question), answer, working))
    return found


def family(language: str) -> Task:
    return grounding(
        name=f"grounded-{language}",
        title=TEXTS[language].title,
        version=VERSION,
        language=language,
        levels={n: rung.text for n, rung in LADDER.items()},
        manners=manners(language),
        drawn=partial(drawn, language),
        sources="Generated from own sentences and invented names, the same in six languages.",
    )


ENGLISH, SPANISH, FRENCH, GERMAN, CHINESE, ARABIC = map(family, LANGUAGES)
