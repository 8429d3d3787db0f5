"""A table task's `scorer`, with what it needs of the other keys."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import regex

from collectors import checks
from collectors.own_code import look_beside
from collectors.tasks import scorers
from collectors.tasks.scorers import Scorer
from data.errors import ExperimentError, did_you_mean

MOST_LABELS = 200
LONGEST_LABEL = 100


@dataclass(frozen=True)
class Scoring:
    """How answers are compared with targets."""

    name: str
    score: Scorer
    ask: str
    """The instruction where the task gives none."""
    form: str
    """The answer's form, as prompts name it."""
    fits: Callable[[str], bool] = lambda target: True
    wants: str = ""
    """What targets must be, when one does not fit."""
    labels: tuple[str, ...] = ()
    slow: bool = False
    guess: bool = True
    """Whether the most frequent target can be guessed."""
    told: str = ""
    """What every prompt of the task says besides what it asks."""
    judge: str | None = None
    """'judge:MODEL', or 'agree:CONTESTANT' whose answers are the targets."""
    identity: tuple[Any, ...] = ()
    """What makes its scores comparable: another value, another bank version."""

    def baseline(self, targets: Sequence[str]) -> float:
        """What always giving the most frequent answer scores."""
        return max(Counter(targets).values()) / len(targets) if self.guess else 0.0


def scoring(raw: Mapping[str, Any], targets: Sequence[str], folder: Path, where: str) -> Scoring:
    """The scorer that a [[task]] names; ExperimentError for what is unknown or does not fit."""
    name = checks.required(raw, "scorer", where)
    for key, users in (("tolerance", ("number",)), ("labels", ("choice",))):
        if key in raw and name not in users:
            raise ExperimentError(f"{where}: {key} belongs to scorer = '{users[0]}', not '{name}'.")
    if name == "exact":
        return Scoring(name, scorers.exact, "Answer the question.", "answer", identity=(name,))
    if name == "number":
        return _number(raw, where)
    if name == "set":
        ask = "List every item asked for, separated by commas."
        return Scoring(name, scorers.members, ask, "item, item, ...", identity=(name,))
    if name == "json":
        return Scoring(
            name, scorers.fields, "Answer with one JSON object.", "JSON object",
            lambda t: scorers.parsed(t) is not None, "Write JSON objects such as {\"total\": 12}.",
            guess=False, identity=(name,),
        )  # fmt: skip
    if name == "regex":
        return Scoring(
            name, scorers.pattern, "Answer the question.", "answer", _is_pattern,
            "Write regular expressions.", guess=False, identity=(name,),
        )  # fmt: skip
    if name == "choice":
        return _choice(raw, targets, where)
    if ":" in name:
        return _own(name, folder, where)
    raise ExperimentError(f"{where}: scorer = '{name}'.{did_you_mean(name, scorers.NAMES)}")


def _number(raw: Mapping[str, Any], where: str) -> Scoring:
    written = str(raw.get("tolerance", "0"))
    relative = written.endswith("%")
    try:
        tolerance = Decimal(written.rstrip("%")) / (100 if relative else 1)
    except InvalidOperation:
        tolerance = Decimal(-1)
    if not tolerance.is_finite() or tolerance < 0:
        raise ExperimentError(
            f"{where}: tolerance = {checks.shown(raw['tolerance'])}: write a number such as 0.5, "
            'or a share of the target such as "1%".'
        )
    return Scoring(
        "number", scorers.number(tolerance, relative), "Answer the question.", "number",
        lambda t: scorers.decimal(t) is not None, "Write numbers such as 1234.5.",
        identity=("number", str(tolerance), relative),
    )  # fmt: skip


def _choice(raw: Mapping[str, Any], targets: Sequence[str], where: str) -> Scoring:
    labels = raw.get("labels", sorted(set(targets)))
    whole = isinstance(labels, list) and all(isinstance(x, str) and x.strip() for x in labels)
    if not whole or not 2 <= len(labels) <= MOST_LABELS or len(set(labels)) < len(labels):
        raise ExperimentError(
            f"{where}: labels = {checks.shown(labels)}: a choice has 2 to {MOST_LABELS} different "
            'texts. Write labels = ["yes", "no"], or check the target column.'
        )
    alike = Counter(scorers.comparable(x) for x in labels)
    for label in labels:
        if len(label) > LONGEST_LABEL or alike[scorers.comparable(label)] > 1:
            raise ExperimentError(
                f"{where}: label {checks.shown(label)} is longer than {LONGEST_LABEL} characters, "
                "or differs from another one by case, accents or punctuation only."
            )
    named = ", ".join(labels)
    return Scoring(
        "choice", scorers.choice(labels), "Choose one.", "choice", lambda t: t in labels,
        f"The labels are: {named[:400]}.", tuple(labels), told=f"The choices are: {named}.",
        identity=("choice", *labels),
    )  # fmt: skip


def _own(name: str, folder: Path, where: str) -> Scoring:
    kind, _, who = name.partition(":")
    if kind in ("judge", "agree"):
        return Scoring(
            name, scorers.exact, "Answer the question.", "answer",
            judge=f"{kind}:{who.strip()}", guess=False, identity=(name,),
        )  # fmt: skip
    look_beside(folder)
    return Scoring(
        name, scorers.own(name, where), "Answer the question.", "answer", slow=True, guess=False,
        identity=(name,),
    )  # fmt: skip


def _is_pattern(target: str) -> bool:
    try:
        regex.compile(target)
    except (regex.error, RecursionError, OverflowError):
        return False
    return True
