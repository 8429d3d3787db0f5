"""Answers that are a sequence, found however they are written down: on a line or over several, in
brackets or quotes, with commas, arrows or spaces between; and choices made after some working.

No comparison raises, whatever the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import takewhile

from collectors.tasks import answers
from collectors.tasks.gym.score import Scorer, edge, joined, label, plain, readings, result
from data.records import Sample, Score

LATEX_TEXT = re.compile(r"\\(?:text|texttt|mathrm|mathbf|mathtt)\{([^{}]{0,5000})\}")
LATEX_ARROW = re.compile(r"\\(?:to|rightarrow|longrightarrow)\b")
LATEX_SPACE = re.compile(r"\\(?:quad|qquad|[;: ])")
LETTERS = re.compile(r"[^\W\d_]+")


def candidates(text: str) -> Iterator[str]:
    """Where the sequence may stand: the answering line, what follows its last colon, all lines."""
    for line in readings(text):
        line = bare(line)
        yield line
        if ":" in line:
            yield line.rpartition(":")[2]
    said, _ = answers.region(text)
    yield bare(" ".join(answers.lines(plain(said))))


def bare(line: str) -> str:
    """Without LaTeX's commands around words and between them."""
    line = LATEX_ARROW.sub("\u2192", LATEX_TEXT.sub(r"\1", line))
    return LATEX_SPACE.sub(" ", line)


def spelled(asked: Sample, text: str) -> Score:
    """The same letters in order: 'c, a, t' is 'cat', and 'The word is cat' ends with it."""
    wanted = joined(asked.target)
    said = None
    for line in candidates(text):
        for found in (joined(line), tail(line)):
            said = said or found or None
            if found == wanted:
                return result(True, found)
    return result(False, said)


def tail(line: str) -> str:
    """A line's last word or, spelled apart, its last run of single characters."""
    tokens = [token for token in answers.WORD.findall(line.casefold()) if token.isalnum()]
    run = list(takewhile(lambda token: len(token) == 1, reversed(tokens)))
    return "".join(reversed(run)) or (tokens[-1] if tokens else "")


def listed(asked: Sample, text: str) -> Score:
    """The same words in order; numbers before them and marks between them don't count."""
    wanted = LETTERS.findall(answers.words(asked.target))
    said = None
    for line in candidates(text):
        found = LETTERS.findall(answers.words(line))
        said = said or " ".join(found) or None
        if found == wanted:
            return result(True, " ".join(found))
    return result(False, said)


def numbered(asked: Sample, text: str) -> Score:
    """The same whole numbers in order, whatever stands between them."""
    wanted = numerals(asked.target)
    said = None
    for line in candidates(text):
        found = numerals(line)
        said = said or " ".join(found) or None
        if found == wanted:
            return result(True, " ".join(found))
    return result(False, said)


def numerals(text: str) -> list[str]:
    return [found.lstrip("0") or "0" for found in re.findall(r"\d+", text)]


def digits(asked: Sample, text: str) -> Score:
    """The same digits in order, apart or together."""
    wanted = "".join(numerals(asked.target))
    said = None
    for line in candidates(text):
        found = "".join(re.findall(r"\d", line))
        said = said or found or None
        if found == wanted:
            return result(True, found)
    return result(False, said)


def chosen(labels: Sequence[str]) -> Scorer:
    """The only label that the answer names or, where the working named others, its last line."""
    named = label(labels)

    def score(asked: Sample, text: str) -> Score:
        found = named(asked, text)
        return found if found.answer is not None else named(asked, edge(text))

    return score
