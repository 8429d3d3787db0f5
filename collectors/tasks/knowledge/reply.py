"""What a reply to a question of fact is: right, wrong, 'I don't know', or no answer at all.

Who names several candidates has named none, and who says that it does not know has not guessed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterable, Iterator

from collectors.tasks import answers
from data.records import Score

Finder = Callable[[str], set[str]]
"""The candidates that a piece of text names, each as `plain` has it."""

END = 2_000
"""Characters of an unmarked answer that are read."""
LONGEST = 60
"""Characters of an unmarked line that may be nothing but a name."""
SEVERAL = "or"
"""Stands among the candidates for one that isn't known: 'Zzyzx or Lima'."""
NO = (
    r"(?:don t|do not|dont|does not|doesn t|did not|didn t|can t|can not|cannot|couldn t|could not)"
)
UNKNOWN = re.compile(
    r"\b(?:unknown|unsure|uncertain|no idea|not known|no (?:information|knowledge|record|clue)"
    r"|(?:not|never) (?:entirely |quite |really |completely |100 )?(?:sure|certain|aware|familiar)"
    rf"|{NO} (?:\w+ )?(?:know|say|tell|answer|determine|recall|remember|identify|confirm)"
    r"|(?:unable|not able) to (?:\w+ )?(?:say|tell|answer|determine|recall|identify|confirm)"
    rf"|{NO} have (?:\w+ ){{0,3}}(?:information|knowledge|data|details|answer)"
    r"|not have (?:\w+ ){0,3}(?:information|knowledge|data|details|answer))\b"
)
NOTHING = frozenset(("none", "n a", "no answer", "null", "nothing"))
CAPITALS = re.compile(r"(?:\bthe )?\bUS\b")
PLACEHOLDER = re.compile(r"\s*<[^<>]*>\W*")
DENIED = frozenset(("not", "isn", "never", "unlike", "than", "instead"))
"""Words before a name that is not meant."""
BETWEEN = frozenset(("t", "in", "of", "the", "at", "called", "actually", "located", "by"))
"""Words that may stand between: 'instead of the Gambia', 'rather than in the Gambia'."""


def plain(text: str) -> str:
    """A text as it is compared: words without diacritics, 'St.' written out, no 'and'."""
    found = (("saint" if w == "st" else w) for w in answers.words(text).split() if w != "and")
    return " ".join(found)


def bare(name: str) -> str:
    """A name, `plain`, without its article: 'the Gambia', but not 'The Valley'."""
    return plain(name.removeprefix("the "))


def judge(text: str, target: str, right: frozenset[str], find: Finder, closed: bool) -> Score:
    """1 for one of `right` and nothing else, else 0: abstained, malformed (no answer) or wrong.

    `right` are plain. `closed`: every possible answer has a form that `find` sees, as numbers
    have; then a line without any is no answer. Never raises.
    """
    said, marked = answers.region(text)
    rows = answers.lines(said)
    edge = "" if not rows else rows[0] if marked else rows[-1]
    line = edge if marked else said.strip()[-END:]
    if not plain(line) or PLACEHOLDER.fullmatch(edge):
        return Score(0.0, None)
    whole = {plain(part) for part in (line, answers.ASIDE.sub(" ", line))}
    if (whole | {part.removeprefix("the ") for part in whole}) & right:
        return Score(1.0, target)
    if UNKNOWN.search(plain(line)) or plain(line) in NOTHING:
        return Score(0.0, edge[:80], abstained=True)
    found = _first(line, find) if marked else find(line)
    if found and found <= right:
        return Score(1.0, target)
    if not found and (closed or (not marked and len(line) > LONGEST)):
        return Score(0.0, None)
    return Score(0.0, edge[:80])


def _first(line: str, find: Finder) -> set[str]:
    """The candidates of the line's first sentence, else of the whole line."""
    sentence = answers.SENTENCE_END.split(line, maxsplit=1)[0]
    return find(sentence) or find(line)


def numbers(text: str) -> set[str]:
    """Numbers, canonical, without a sign: a first look leaves out what stands in brackets."""
    for part in (answers.ASIDE.sub(" ", text), text):
        numerals = (m.group() for m in answers.NUMBER.finditer(part))
        # '0048' is 48; a lone zero belongs to it, or to a digit that is dialled or not.
        if found := {answers.canonical(n).lstrip("-") for n in numerals} - {"0"}:
            return found
    return set()


def codes(known: Iterable[str]) -> Finder:
    """A finder of capital codes among `known`, such as PLN: in small letters many are words."""
    pattern = re.compile(rf"(?<![A-Za-z])(?:{'|'.join(sorted(known))})(?![A-Za-z])")
    return lambda text: {code.lower() for code in pattern.findall(text)}


def names(known: Iterable[str], other: Iterable[str] = ()) -> Finder:
    """A finder of the names `known`, the longest first.

    `other` are phrases that hold one of them and mean something else ('New Mexico'). Names after
    'not' are no candidates. 'us' is a word: only 'US' and 'the us' are a country.
    """
    phrases = {_phrase(bare(name)): bare(name) for name in known}
    phrases |= dict.fromkeys(map(plain, other), "")
    longest = max(len(phrase.split()) for phrase in phrases)

    def find(text: str) -> set[str]:
        words = plain(CAPITALS.sub("the us", text)).split()
        spans = list(_spans(words, phrases, longest))
        starts, ends = {start for start, _ in spans}, {end for _, end in spans}
        found = set()
        for start, end in spans:
            name = phrases[" ".join(words[start:end])]
            if not name or _denied(words, start):
                continue
            found.add(name)
            # 'Burma or Myanmar' names both; of 'Zzyzx or Myanmar' one isn't known.
            before = start - 1 - (words[max(0, start - 1) : start] == ["the"])
            after = end + 1 + (words[end + 1 : end + 2] == ["the"])
            if words[max(0, before) : before + 1] == ["or"] and before not in ends:
                found.add(SEVERAL)
            if words[end : end + 1] == ["or"] and not {end + 1, after} & starts:
                found.add(SEVERAL)
        return found

    return find


def _phrase(name: str) -> str:
    return f"the {name}" if len(name) == 2 and name != "uk" else name


def _spans(words: list[str], phrases: Container[str], longest: int) -> Iterator[tuple[int, int]]:
    """Where the phrases stand, none inside another."""
    start = 0
    while start < len(words):
        ends = range(min(len(words), start + longest), start, -1)
        end = next((e for e in ends if " ".join(words[start:e]) in phrases), None)
        if end is not None:
            yield start, end
        start = end or start + 1


def _denied(words: list[str], start: int) -> bool:
    while start > 0 and words[start - 1] in BETWEEN:
        start -= 1
    return start > 0 and words[start - 1] in DENIED
