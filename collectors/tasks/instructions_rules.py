"""Rules for texts that a program can check: how each is worded, and whether lines keep it.

Words are runs of letters and digits, with apostrophes and hyphens inside; other marks don't count,
and capital and small letters are equal, unless the rule is about capitals.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

WORD = re.compile(r"\w+(?:['\u2019-]\w+)*")
ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth")


@dataclass(frozen=True)
class Rule:
    """One thing that the text must keep."""

    text: str
    keeps: Callable[[Sequence[str]], bool]
    """Whether these lines do."""
    steps: int
    """Words or lines that it has to be thought of at."""


def words(line: str) -> list[str]:
    return [word.casefold() for word in WORD.findall(line)]


def letters(text: str) -> int:
    """How many letters a text has."""
    return sum(character.isalpha() for character in text)


def counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def lengths(rows: Sequence[Sequence[str]]) -> list[Rule]:
    """How many lines, and how many words in each."""
    counts = [len(row) for row in rows]
    if len(rows) == 1:
        said = f"Write exactly {counted(counts[0], 'word')} on one line."
        return [Rule(said, lambda ls: [len(words(line)) for line in ls] == counts, counts[0])]
    whole = Rule(f"Write exactly {len(rows)} lines.", lambda ls: len(ls) == len(rows), len(rows))
    return [
        whole,
        *(_line(i, count, "word", lambda w: len(words(w))) for i, count in enumerate(counts)),
    ]


def letter_counts(lines: Sequence[str]) -> list[Rule]:
    return [_line(i, letters(line), "letter", letters) for i, line in enumerate(lines)]


def _line(index: int, count: int, noun: str, measure: Callable[[str], int]) -> Rule:
    """One line is that long."""
    said = f"The {ORDINALS[index]} line has exactly {counted(count, noun)}."
    return Rule(said, lambda ls: len(ls) > index and measure(ls[index]) == count, count)


def first(word: str) -> Rule:
    return Rule(f"The first word is '{word}'.", lambda ls: words(" ".join(ls))[:1] == [word], 1)


def last(word: str) -> Rule:
    return Rule(f"The last word is '{word}'.", lambda ls: words(" ".join(ls))[-1:] == [word], 1)


def times(word: str, count: int) -> Rule:
    return Rule(
        f"Use the word '{word}' exactly {counted(count, 'time')}.",
        lambda ls: words(" ".join(ls)).count(word) == count,
        count,
    )


def initials(given: Sequence[str]) -> Rule:
    """The first letter of each line's first word."""
    asked = [letter.casefold() for letter in given]
    return Rule(
        f"The lines begin with these letters, in this order: {', '.join(given)}.",
        lambda ls: ["".join(words(line))[:1] for line in ls] == asked,
        len(given),
    )


def finals(given: Sequence[str]) -> Rule:
    """The last letter of each line's last word."""
    asked = [letter.casefold() for letter in given]
    return Rule(
        f"The lines end with these letters, in this order: {', '.join(given)}.",
        lambda ls: ["".join(words(line))[-1:] for line in ls] == asked,
        2 * len(given),
    )


def forbidden(letter: str, total: int) -> Rule:
    asked = letter.casefold()
    return Rule(
        f"Don't use the letter '{letter}'.",
        lambda ls: asked not in " ".join(ls).casefold(),
        total,
    )


def long(shortest: int, total: int) -> Rule:
    return Rule(
        f"Every word has at least {shortest} letters.",
        lambda ls: all(letters(word) >= shortest for line in ls for word in words(line)),
        total,
    )


def capitals(total: int) -> Rule:
    return Rule(
        "Use capital letters only.", lambda ls: all(line == line.upper() for line in ls), total
    )


def distinct(total: int) -> Rule:
    def keeps(lines: Sequence[str]) -> bool:
        used = words(" ".join(lines))
        return len(set(used)) == len(used)

    return Rule("Use no word twice.", keeps, total)


def alphabetical(total: int) -> Rule:
    return Rule(
        "Within each line the words are in alphabetical order.",
        lambda ls: all(words(line) == sorted(words(line)) for line in ls),
        total,
    )
