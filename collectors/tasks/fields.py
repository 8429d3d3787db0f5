"""Tasks that ask for some fields of a document as JSON: what all of them have in common.

Each field is scored on its own. A field that the document does not state is null; a value given
for it is wrong, and counted as invented.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from collectors.tasks import answers
from collectors.tasks.prompts import choice, compose, manners
from collectors.tasks.task import Task
from data.records import Message, Sample, Score

NOTHING = ("", "-", "null", "none", "n/a", "not stated", "not given", "not specified", "unknown")
KEPT = 800
"""Characters of an answer that are kept as such."""
LONGEST = 500
"""Characters of a value that are compared: no true one is half as long."""
DASHES = re.compile("[\u2010-\u2015\u2212]")
GAP = re.compile(r"(?<=\d)[ \u00a0\u202f](?=\d{3}(?!\d))")
"""A space between thousands."""


@dataclass(frozen=True)
class Field:
    """One field of a document."""

    name: str
    kind: str
    """How a value is compared: a key of SAME."""
    what: str = ""
    """What the prompt says of it."""

    @property
    def asked(self) -> str:
        return f"{self.name} ({self.what})" if self.what else self.name


def same_words(value: str, target: str) -> bool:
    """Equal but for case, accents, punctuation and spaces."""
    return answers.words(value) == answers.words(target)


def same_code(value: str, target: str) -> bool:
    """Equal but for case, spaces, and the looks of digits and dashes."""
    return code(value) == code(target)


def code(text: str) -> str:
    looks = DASHES.sub("-", unicodedata.normalize("NFKC", text))
    digits = "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in looks)
    return "".join(digits.split()).upper()


def same_number(value: str, target: str) -> bool:
    """The only number in the value, however it marks thousands; currencies and units may stand."""
    found = answers.NUMBER.findall(GAP.sub("", value))
    return len(found) == 1 and answers.canonical(found[0]) == answers.canonical(target)


SAME: Mapping[str, Callable[[str, str], bool]] = {
    "words": same_words,
    "code": same_code,
    "number": same_number,
}


def same(field: Field, value: Any, target: str | None) -> bool:
    """Whether a field's value is right."""
    if target is None or nothing(value):
        return target is None and nothing(value)
    return isinstance(value, str) and len(value) <= LONGEST and SAME[field.kind](value, target)


def nothing(value: Any) -> bool:
    """Whether a value says that the document states none."""
    return value is None or (isinstance(value, str) and value.strip().lower() in NOTHING)


def scorer(fields: Sequence[Field]) -> Callable[[Sample, str], Score]:
    """The share of the fields that are right; a field must be there to be rightly null."""

    def score(asked: Sample, text: str) -> Score:
        found = answers.json_object(text)
        if found is None or not any(f.name in found for f in fields):
            return Score(0.0, None, "no JSON object with these fields")
        target = json.loads(asked.target)
        wrong = [
            f.name
            for f in fields
            if f.name not in found or not same(f, found[f.name], target[f.name])
        ]
        invented = sum(target[f.name] is None and not nothing(found.get(f.name)) for f in fields)
        kept = {f.name: found[f.name] for f in fields if f.name in found}
        note = f"wrong: {', '.join(wrong)}" if wrong else None
        value = (len(fields) - len(wrong)) / len(fields)
        return Score(value, written(kept), note, invented=invented)

    return score


def written(kept: Mapping[str, Any]) -> str:
    """The answer as JSON text; a value that is no text goes by its type, be it ever so deep."""
    flat = {k: v if v is None or isinstance(v, str) else type(v).__name__ for k, v in kept.items()}
    loose = json.dumps(flat, ensure_ascii=False)
    return (loose if loose.isprintable() else json.dumps(flat))[:KEPT]


def schema(name: str, fields: Sequence[Field]) -> Callable[[Sample, str], dict[str, Any] | None]:
    """A schema leaves no room for working, so only terse replies are held to it."""
    form = {
        "type": "object",
        "properties": {f.name: {"type": ["string", "null"]} for f in fields},
        "required": [f.name for f in fields],
        "additionalProperties": False,
    }
    whole = {"name": name, "strict": True, "schema": form}

    def response_format(asked: Sample, style: str) -> dict[str, Any] | None:
        return {"type": "json_schema", "json_schema": whole} if style == "terse" else None

    return response_format


def target(fields: Sequence[Field], truth: Mapping[str, str | None]) -> str:
    """The right answer, as JSON text."""
    return json.dumps({f.name: truth[f.name] for f in fields}, ensure_ascii=False)


def extraction(
    *,
    name: str,
    title: str,
    version: str,
    levels: Mapping[int, str],
    thing: str,
    fields: Sequence[Field],
    hints: str,
    examples: Sequence[tuple[str, Mapping[str, str | None], str]],
    baseline: float,
    size: Callable[[int], int],
    sample: Callable[[int, int], Sample],
    sources: str,
    work: Callable[[Sample], float] | None = None,
    solve: Callable[[Sample], str] | None = None,
) -> Task:
    """The task that asks for these fields of a `thing`; `examples` are (document, truth, working).

    `hints` says what the fields' descriptions leave open.
    """
    listed = ", ".join(f.asked for f in fields[:-1]) + f" and {fields[-1].asked}"
    ask = f"Read the {thing} as JSON with {listed}. Use null for what is not stated."
    shown = tuple((text, target(fields, truth), working) for text, truth, working in examples)
    styles = manners(f"{ask} {hints}".strip(), "JSON object", shown)

    def prompt(asked: Sample, style: str) -> list[Message]:
        return compose(choice(styles, style), asked.input)

    # A pair of quoted strings takes a small tokenizer some 20 tokens.
    terse = 20 * len(fields) + 20
    return Task(
        name=name,
        title=title,
        category="extraction",
        version=version,
        levels=levels,
        baseline=baseline,
        size=size,
        sample=sample,
        prompt=prompt,
        score=scorer(fields),
        max_tokens={
            "plain": 2000,
            "terse": terse,
            "short": terse + 60,
            "steps": terse + 120,
            "think": terse + 200,
        },
        response_format=schema(name, fields),
        work=work,
        solve=solve,
        sources=sources,
    )
