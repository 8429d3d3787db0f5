"""How a sample becomes chat messages: an instruction, demonstrations, the question."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from data.errors import ExperimentError, did_you_mean
from data.records import Message

T = TypeVar("T")


@dataclass(frozen=True)
class Manner:
    """One prompt style of a task: what is asked for, and how good replies look."""

    instruction: str
    demos: tuple[tuple[str, str], ...] = ()
    """(question, reply) pairs, shown as earlier turns of the conversation."""


def compose(manner: Manner, question: str) -> list[Message]:
    """Without demonstrations one user message; otherwise a system message and earlier turns."""
    if not manner.demos:
        return [{"role": "user", "content": f"{manner.instruction}\n\n{question}"}]
    messages = [{"role": "system", "content": manner.instruction}]
    for asked, reply in manner.demos:
        messages.append({"role": "user", "content": asked})
        messages.append({"role": "assistant", "content": reply})
    return [*messages, {"role": "user", "content": question}]


def choice(styles: Mapping[str, T], style: str) -> T:
    """What a task has for the style, or an error that names the styles there are."""
    if style not in styles:
        known = ("plain", *(s for s in styles if s != "plain"))
        raise ExperimentError(f"Unknown prompt_style '{style}'.{did_you_mean(style, known)}")
    return styles[style]


def answered(working: str, answer: str) -> str:
    """A demonstration's reply: the working, then the answer on a line of its own, or it alone."""
    return f"{working}\nAnswer: {answer}" if working else answer


def demos(*replies: tuple[str, str, str]) -> tuple[tuple[str, str], ...]:
    """(question, answer, working) triples as (question, reply) pairs."""
    return tuple((question, answered(working, answer)) for question, answer, working in replies)


def manners(
    ask: str, form: str, examples: Sequence[tuple[str, str, str]] = (), terse: str = ""
) -> dict[str, Manner]:
    """The five styles of a task: what is asked stays, how much is written before the answer rises.

    `form` names the answer's form, as in 'Answer: <number>'. `examples` are (question, answer,
    working) triples, none of them a sample, that small models need to be shown; `plain` shows none.
    `terse` replaces how the bare answer is asked for.
    """
    last = f"end with a line 'Answer: <{form}>'"
    worked = demos(*examples)
    bare = tuple((question, answer) for question, answer, _ in examples)
    return {
        "plain": Manner(f"{ask} End with a line 'Answer: <{form}>'."),
        "terse": Manner(f"{ask} {terse or f'Reply with the {form} only.'}", bare),
        "short": Manner(f"{ask} Note in a few words what decides it, then {last}.", worked),
        "steps": Manner(f"{ask} Work step by step, a short line each, then {last}.", worked),
        "think": Manner(
            f"{ask} Think it through: plan, work step by step, check the result, then {last}.",
            worked,
        ),
    }
