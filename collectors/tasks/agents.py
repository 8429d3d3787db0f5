"""Conversations with tools: what the agentic families have in common.

A model writes one JSON object to use a tool and is told what it returns, until it writes its
answer. Everything is text, so any model can take part, and bounded: turns, sizes, numbers.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from collectors.tasks import answers
from collectors.tasks.draw import Draw, digits, place
from collectors.tasks.prompts import Manner, manners
from data.records import Sample, Score

Request = Mapping[str, Any]
LONGEST = 2_000
"""Characters that a tool returns."""
LONGEST_WORD = 200
"""Characters of an argument."""
KEPT = 200
"""Characters of an answer that are kept as such."""
BUSY = "Error: busy, nothing was done. Try again."
HELP = "Error: write one JSON object that uses a tool, or a line 'Answer: <number>'."


@dataclass(frozen=True)
class Plan:
    """One sample: the question, a way to its answer, and the world it is asked in."""

    question: str
    target: str
    way: tuple[Request, ...]
    """Requests that lead there when every one is answered."""
    world: Callable[[], Callable[[Request], str]]
    """Makes a new world: what answers requests."""
    busy: int = 0
    """Every how many requests the tools are busy; 0: never."""

    @property
    def turns(self) -> int:
        """Messages that a model may write."""
        return turns(len(self.way))

    @property
    def text(self) -> str:
        return f"{self.question}\n\nYou may write at most {self.turns} messages."


def turns(steps: int) -> int:
    """Half as many again as the steps, and some."""
    return 3 * steps // 2 + 4


class Conversation:
    """A model's messages answered by a world (collectors/tasks/task.py: Episode)."""

    def __init__(self, plan: Plan, score: Callable[[str], Score]) -> None:
        self._act = plan.world()
        self._left = plan.turns
        self._busy = plan.busy
        self._requests = 0
        self._score = score
        self._final: str | None = None

    def reply(self, text: str) -> str | None:
        if self._final is not None or self._left <= 0:
            return None
        self._left -= 1
        request, done = read(text)
        if done:
            self._final = text
            return None
        if self._left <= 0:
            return None
        told = HELP if request is None else self._answered(request)
        return f"{told[:LONGEST]}\n(messages left: {self._left})"

    def _answered(self, request: Request) -> str:
        self._requests += 1
        if self._busy and self._requests % self._busy == 0:
            return BUSY
        return self._act(request)

    def score(self) -> Score:
        if self._final is None:
            return Score(0.0, None, "no answer within the messages allowed")
        return self._score(self._final)


def read(text: str) -> tuple[Request | None, bool]:
    """(the request of a message, whether it is the answer instead)."""
    said = answers.without_thinking(text)[-answers.END :]
    marks = [mark.start() for mark in answers.MARKER.finditer(said)]
    request, end = answers.last_object(said) or ({}, 0)
    # A mark inside a request is part of an argument.
    if "tool" in request and not any(mark >= end for mark in marks):
        return request, False
    return None, bool(marks)


def word(request: Request, name: str) -> str:
    """An argument as text; '' when it is missing or no text."""
    value = request.get(name)
    return value.strip()[:LONGEST_WORD] if isinstance(value, str) else ""


def joined(index: int, firsts: Sequence[str], seconds: Sequence[str]) -> str:
    """'red-lamp', another one for every index."""
    first, second = digits(index, (len(firsts), len(seconds)))
    return f"{firsts[first]}-{seconds[second]}"


def paired(
    seed: int, count: int, firsts: Sequence[str], seconds: Sequence[str], key: str
) -> list[str]:
    """So many different names; the first is another one for every seed of the key."""
    many = len(firsts) * len(seconds)
    draw, found = Draw(f"{key}/{seed}/names"), [place(seed, many, key)]
    while len(found) < count:
        other = draw.below(many)
        found += [other] if other not in found else []
    return [joined(i, firsts, seconds) for i in found]


def receipt(key: str, state: Mapping[str, str]) -> str:
    """Six digits that only this state of this sample's world gives."""
    text = json.dumps([key, sorted(state.items())])
    digest = hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=8).digest()
    return str(100_000 + int.from_bytes(digest, "big") % 900_000)


@dataclass(frozen=True)
class Shown:
    """A demonstration: a question that is no sample's, one request, what it returned."""

    question: str
    request: Request
    told: str
    thought: str

    @property
    def call(self) -> str:
        return json.dumps(self.request)

    def pairs(self, worked: bool) -> tuple[tuple[str, str], ...]:
        """The conversation as (what is said to the model, what it writes)."""
        limit = turns(1)
        asked = f"{self.question}\n\nYou may write at most {limit} messages."
        first = f"{self.thought}\n{self.call}" if worked else self.call
        last = f"That is the number.\nAnswer: {self.told}" if worked else f"Answer: {self.told}"
        return (asked, first), (f"{self.told}\n(messages left: {limit - 1})", last)


def briefing(task: str, tools: Mapping[str, str], shown: Sequence[Shown]) -> dict[str, Manner]:
    """The styles of a family: what is asked, the protocol, the tools, conversations to go by."""
    listed = "\n".join(f"- {form} {use}" for form, use in tools.items())
    asked = manners(
        f"{task} You work with tools, one step at a time. Each of your messages holds either one "
        "JSON object, which uses a tool and is answered with what it returns, or the line "
        f"'Answer: <number>', which ends the conversation. The tools:\n{listed}\n"
        "Rely on what they return.",
        "number",
        terse="Write nothing else.",
    )
    return {
        style: manner
        if style == "plain"
        else replace(
            manner, demos=tuple(pair for one in shown for pair in one.pairs(style != "terse"))
        )
        for style, manner in asked.items()
    }


def score_number(asked: Sample, text: str) -> Score:
    found = answers.number(text)
    return Score(float(found == asked.target), found and found[:KEPT])


LIMITS = {"plain": 600, "terse": 80, "short": 120, "steps": 200, "think": 400}
"""For each message."""
