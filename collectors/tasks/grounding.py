"""Questions about passages that may not answer them: what all such tasks have in common.

A question that the passages leave open is answered by saying so ('not stated'); any other answer
is invented. Saying so of what they do state is wrong, and no abstention: it is a claim about the
passages.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from collectors.tasks import answers
from collectors.tasks.draw import check, deal
from collectors.tasks.prompts import Manner, choice, compose
from collectors.tasks.task import Task
from data.records import Message, Sample, Score

SIZE = 2000
"""Samples of each level."""
OPEN_IN = 4
"""One question in so many is left open by its passages."""
KEPT = 200
"""Characters of an answer that are kept as such."""
LONGEST = 2000
"""Characters of an answer's line that are searched."""

MARKERS = re.compile(
    r"(?:respuesta|réponse|antwort|答案|回答|الإجابة|الجواب|answer) {0,2}[:：]", re.IGNORECASE
)
"""What a model may write for 'Answer:' in its own language."""
DENIED = re.compile(
    r"(?:\b(?:not|no|never|neither|nor|isn t|wasn t|pas|jamais|nicht|kein|nie|ni|nunca|ليس|ليست)"
    r"(?: es| by| in| on| an?| the| de| el| la)?|不是|并非|不) ?$"
)
"""What stands before a value that is ruled out, in the words of `plain`."""
EITHER = re.compile(r"^ ?(?:(?:or|o|ou|oder|أو|او)\b|或|还是)")
"""What follows a value that is one of several guesses."""
OR_ELSE = re.compile(r"(?:\b(?:or|o|ou|oder|أو|او)|或|还是) ?$")
UNSURE = re.compile(
    r"\b(?:know|unknown|unclear|unsure|cannot|can t|unable|null|none|n a|no lo se|no se|sais|weiss"
    r"|لا اعرف)\b|不知道"
)
"""What stands in an answer that gives no value, in the words of `plain`."""
OPENLY: Mapping[str, tuple[str, ...]] = {
    "en": (
        "not stated", "not mentioned", "not given", "not specified", "not provided", "not say",
        "not state", "not mention", "t say", "t state", "t mention", "t stated", "t mentioned",
        "unstated", "no information",
    ),
    "es": (
        "no consta", "no se menciona", "no se indica", "no se dice", "no se especifica",
        "no lo dicen", "no lo dice", "not stated",
    ),
    "fr": (
        "non précisé", "pas précisé", "pas mentionné", "pas indiqué", "ne le disent pas",
        "ne le dit pas", "not stated",
    ),
    "de": (
        "nicht angegeben", "nicht erwähnt", "nicht genannt", "nicht gesagt", "sagen es nicht",
        "keine angabe", "not stated",
    ),
    "zh": (
        "未提及", "没有提及", "没有提到", "未提到", "没提到", "没有说明", "未说明", "not stated",
    ),
    "ar": ("غير مذكور", "غير مذكورة", "لم يذكر", "لم تذكر", "لا تذكر", "not stated"),
}  # fmt: skip
"""Language -> how it is said that the passages don't say; the first is what prompts ask for."""


@dataclass(frozen=True)
class Question:
    """A question and its passages."""

    text: str
    """Passages and question, as they are asked."""
    answer: str | None
    """None: the passages leave it open."""
    options: tuple[str, ...]
    """Values of the kind that is asked for: naming two of them is no answer."""
    steps: int
    """Sentences read, once for each passage that the answer needs."""
    kind: str
    """What is asked for."""


Drawn = Callable[[int, int, bool], Question]
"""(level, seed, whether the passages leave it open) -> question."""


def is_open(name: str, level: int, version: str, seed: int) -> bool:
    """One of every OPEN_IN neighbouring seeds."""
    group, _ = deal(seed, OPEN_IN, SIZE // OPEN_IN, f"{name}/{level}/{version}/open")
    return group == 0


def plain(text: str) -> str:
    """Words in lower case with ASCII digits, no thousands marks, Chinese without spaces and Arabic
    without its article."""
    digits = "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in text)
    joined = re.sub(r"(?<=\d)[.,\u066c\u00a0\u202f' ](?=\d{3}(?!\d))", "", digits)
    bare = answers.words(re.sub(r"周(?=[一二三四五六日天])", "星期", joined))
    close = re.sub(r"(?<=[\u3400-\u9fff]) (?=[\u3400-\u9fff])", "", bare)
    return re.sub(r"\bال(?=\w\w)", "", close.replace("星期天", "星期日"))


def score(asked: Sample, question: Question, language: str, text: str) -> Score:
    """1 for the value, or for saying that there is none."""
    said, marked = answers.region(MARKERS.sub("Answer:", text))
    rows = answers.lines(said)
    if not rows:
        return Score(0.0, None)
    edge = (rows[0] if marked else rows[-1])[:LONGEST]
    short = answers.ASIDE.sub(" ", edge)
    values = {plain(option) for option in question.options}
    openly = {plain(phrase) for phrase in OPENLY[language]}
    whole = (plain(part) for part in (said[:LONGEST], edge, short))
    found = next((words for words in whole if words in values | openly), None)
    found = found or given(plain(short), values, openly, plain(asked.input))
    if question.answer is not None:
        return Score(float(found == plain(question.answer)), edge[:KEPT])
    value = found in openly
    guess = not value and (found is not None or not UNSURE.search(plain(edge)))
    return Score(float(value), edge[:KEPT], invented=int(guess))


def given(words: str, values: set[str], openly: set[str], passages: str) -> str | None:
    """The only value that is given, or a phrase of `openly`; None: neither, or several."""
    named = [m for m in mentions(values, words) if not DENIED.search(words[: m.start()][-20:])]
    phrases = mentions(openly, words)
    # A number of the model's own is a second answer, unless a name is asked for.
    stray = {n for n in numbers(words) - numbers(passages) if len(n) > 1}
    if named and not named[0].group().isdigit():
        stray = set()
    if stray or len({m.group() for m in named}) > 1 or (named and phrases):
        return None
    for m in named:
        if EITHER.search(words[m.end() :]) or OR_ELSE.search(words[: m.start()][-20:]):
            return None
    return next((m.group() for m in [*named, *phrases]), None)


def numbers(words: str) -> set[str]:
    return set(re.findall(r"\d+", words))


def mentions(known: Collection[str], words: str) -> list[re.Match[str]]:
    """Where known values stand, the longest of those that begin alike."""
    if not known:
        return []
    pattern = "|".join(map(bordered, sorted(known, key=lambda value: (-len(value), value))))
    return list(re.finditer(pattern, words))


def bordered(value: str) -> str:
    """Words end where no letter follows, numbers where no digit does, Chinese anywhere."""
    edges = [
        "" if cjk(c) else r"\d" if c.isdigit() else r"[^\W\u3400-\u9fff]"
        for c in (value[0], value[-1])
    ]
    start, end = (f"(?<!{edges[0]})" if edges[0] else "", f"(?!{edges[1]})" if edges[1] else "")
    return f"{start}{re.escape(value)}{end}"


def cjk(character: str) -> bool:
    return "\u3400" <= character <= "\u9fff"


def grounding(
    *,
    name: str,
    title: str,
    version: str,
    language: str,
    levels: Mapping[int, str],
    manners: Mapping[str, Manner],
    drawn: Drawn,
    sources: str,
) -> Task:
    """The task whose samples are these questions."""

    def size(level: int) -> int:
        return SIZE if level in levels else 0

    def question(level: int, seed: int) -> Question:
        return drawn(level, seed, is_open("grounding", level, version, seed))

    def sample(level: int, seed: int) -> Sample:
        check(name, levels, level, seed, size)
        found = question(level, seed)
        target = found.answer or OPENLY[language][0]
        cluster = f"{name}/{level}/{found.kind}"
        return Sample(name, level, seed, found.text, target, "grounding", version, cluster)

    def prompt(asked: Sample, style: str) -> list[Message]:
        return compose(choice(manners, style), asked.input)

    def scored(asked: Sample, text: str) -> Score:
        return score(asked, question(asked.level, asked.seed), language, text)

    def work(asked: Sample) -> float:
        return float(question(asked.level, asked.seed).steps)

    return Task(
        name=name,
        title=title,
        category="grounding",
        version=version,
        levels=levels,
        # Saying each time that the passages leave it open.
        baseline=1 / OPEN_IN,
        size=size,
        sample=sample,
        prompt=prompt,
        score=scored,
        max_tokens={"plain": 1000, "terse": 48, "short": 96, "steps": 128, "think": 200},
        work=work,
        sources=sources,
    )


def joined(passages: Sequence[str], question: str) -> str:
    return "\n".join(passages) + f"\n\n{question}"
