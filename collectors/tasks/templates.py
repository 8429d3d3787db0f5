"""Sentences from templates with slots: what classification tasks draw their samples from.

A task's texts stand in a TOML file beside it: slots, a training split, and for each kind of text
templates by label. A template's samples are one cluster. Training templates are nobody's samples.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from math import prod
from pathlib import Path
from string import Formatter
from typing import Any

from collectors.tasks.amended import amended
from collectors.tasks.draw import Draw, check, deal, digits, place
from data.records import Sample

KINDS: Mapping[int, str] = {
    1: "clean",
    2: "noisy",
    3: "shifted",
    4: "adversarial",
    5: "decisive",
    6: "amended",
}
"""Level -> the kind of text it is made of. Noisy ones stand in chatter and have slips; beside the
one decisive sentence stand one or two that tell of any label's matters; amended ones are clean
sentences, of every label as many, of which edits leave one."""
LOOKALIKES = (("rn", "m"), ("l", "1"), ("o", "0"), ("e", "c"), ("i", "l"), ("h", "b"))
"""Letters and what a bad scan reads."""
SLIPS = 1 / 10
"""Share of the words that a noisy text has a slip in."""


def slots(template: str) -> list[str]:
    """The names of a template's slots, in order, each once."""
    return list(dict.fromkeys(name for _, name, _, _ in Formatter().parse(template) if name))


@dataclass(frozen=True)
class Templates:
    """The texts of one task."""

    name: str
    version: str
    labels: tuple[str, ...]
    path: Path
    fills: int = 5
    """Training examples made from each training template."""
    notes: int = 1
    """Notes of each label in an amended text."""

    @property
    def data(self) -> Mapping[str, Any]:
        return read(self.path)

    def ways(self, template: str) -> int:
        """How many texts a template makes."""
        return ways(self.path, template)

    def filled(self, template: str, index: int) -> dict[str, str]:
        """By slot, what the index-th text of a template puts there."""
        names, values = slots(template), self.data["slots"]
        chosen = digits(index, [len(values[name]) for name in names])
        return {n: values[n][i] for n, i in zip(names, chosen, strict=True)}

    def templates(self, level: int) -> list[tuple[str, str, str]]:
        """(id, label, template) of a level."""
        texts = self.data[source(KINDS[level])]
        return [
            (f"{self.name}/{level}/{label}-{i}", label, text)
            for label in self.labels
            for i, text in enumerate(texts[label])
        ]

    def each(self, level: int) -> int:
        """Texts taken from every template of a level: as many as its narrowest one makes."""
        return narrowest(self.path, source(KINDS[level]))

    def size(self, level: int) -> int:
        return len(self.templates(level)) * self.each(level)

    def sample(self, level: int, seed: int) -> Sample:
        check(self.name, KINDS, level, seed, self.size)
        key = f"{self.name}/{level}/{self.version}"
        found = self.templates(level)
        group, index = deal(seed, len(found), self.each(level), key)
        cluster, label, template = found[group]
        values = self.filled(template, place(index, self.ways(template), f"{key}/{cluster}"))
        text, draw = template.format(**values), Draw(f"{key}/{seed}")
        if KINDS[level] == "noisy":
            text = self.chatty(text, draw)
        elif KINDS[level] == "decisive":
            text = self.among(text, values, draw)
        elif KINDS[level] == "amended":
            text = self.noted(text, label, template, draw)
        return Sample(self.name, level, seed, text, label, "classification", self.version, cluster)

    def among(self, text: str, values: Mapping[str, str], draw: Draw) -> str:
        """The text after an aside, before one, or both.

        Asides tell of any label's matters, the text's own included: they say nothing about it.
        """
        told, parts = dict(values), {"": text}
        wanted = draw.pick((("before",), ("after",), ("before", "after")))
        for where, label in zip(wanted, draw.shuffled(self.labels), strict=False):
            template = draw.pick(self.data[where][label])
            for name in slots(template):
                told.setdefault(name, draw.pick(self.data["slots"][name]))
            parts[where] = template.format(**told)
        return " ".join(parts[where] for where in ("before", "", "after") if where in parts)

    def noted(self, text: str, label: str, template: str, draw: Draw) -> str:
        """The text among notes, of every label as many, and edits that leave it alone."""
        others = []
        for other in self.labels:
            count = self.notes - (other == label)
            pool = [t for t in self.data[source("amended")][other] if t != template]
            for chosen in draw.shuffled(pool)[:count]:
                values = self.filled(chosen, draw.below(self.ways(chosen)))
                others.append(chosen.format(**values))
        notes = draw.shuffled([text, *others])
        return amended(notes, notes.index(text) + 1, draw)

    def chatty(self, text: str, draw: Draw) -> str:
        """The text between small talk, with slips, in one of three cases."""
        told = text[:1].lower() + text[1:].rstrip(".")
        whole = f"{draw.pick(self.data['openers'])} {told}, {draw.pick(self.data['closers'])}"
        slip = draw.pick((mistyped, mistyped, scanned))
        words = [slip(w, draw) if draw.chance(SLIPS) else w for w in whole.split(" ")]
        return draw.pick(CASES)(" ".join(words))

    def train(self) -> list[tuple[str, str]]:
        """Clean and noisy examples in turn, as many of each label."""
        examples = []
        for label in self.labels:
            for number, template in enumerate(self.data["training"][label]):
                key = f"{self.name}/train/{label}/{number}/{self.version}"
                count = self.ways(template)
                for turn in range(min(self.fills, count)):
                    text = template.format(**self.filled(template, place(turn, count, key)))
                    noisy = turn % 2 == 1
                    text = self.chatty(text, Draw(f"{key}/{turn}")) if noisy else text
                    examples.append((text, label))
        return list(dict.fromkeys(examples))


@cache
def read(path: Path) -> Mapping[str, Any]:
    """A task's texts."""
    return tomllib.loads(path.read_text("utf-8"))


def source(kind: str) -> str:
    """Whose templates a kind of text is made from."""
    return "clean" if kind == "amended" else kind


def ways(path: Path, template: str) -> int:
    """How many texts a template makes with the slots of a file."""
    return prod(len(read(path)["slots"][name]) for name in slots(template))


@cache
def narrowest(path: Path, kind: str) -> int:
    """Texts that the narrowest template of a kind makes."""
    return min(ways(path, text) for texts in read(path)[kind].values() for text in texts)


def shouted(text: str) -> str:
    """Every fourth word in capitals."""
    return " ".join(w.upper() if i % 4 == 2 else w for i, w in enumerate(text.split(" ")))


CASES: tuple[Callable[[str], str], ...] = (str, str.lower, shouted)


def mistyped(word: str, draw: Draw) -> str:
    """Two inner letters swapped, one lost or one doubled; short words and numbers stay."""
    if len(word) < 5 or not word.isalpha():
        return word
    at = draw.between(1, len(word) - 3)
    slip = draw.below(3)
    if slip == 0:
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    return word[:at] + word[at + 1 :] if slip == 1 else word[:at] + word[at] + word[at:]


def scanned(word: str, draw: Draw) -> str:
    """A letter inside a word as a bad scan reads it; short words and numbers stay."""
    if len(word) < 5 or not word.isalpha():
        return word
    told = [pair for pair in LOOKALIKES if pair[0] in word[1:]]
    if not told:
        return word
    true, read_as = draw.pick(told)
    return word[0] + word[1:].replace(true, read_as, 1)
