"""Rows of one's own documents: what each one asks, and which of them only teach."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from collectors import checks
from data.errors import ExperimentError
from data.records import Message, digest

if TYPE_CHECKING:
    import polars as pl

COLUMNS = ("input", "target", "level", "split", "messages", "cluster")
LONGEST = 2_000_000
"""Characters of one input."""
TRAIN = "train"
ROLES = ("system", "user", "assistant")


@dataclass(frozen=True)
class Row:
    """One document: what is asked, what is right, and where it belongs."""

    input: str
    target: str
    level: int
    messages: tuple[Message, ...] = ()
    """The turns as they run in production; empty: the input is asked with the task's prompt."""
    cluster: str | None = None
    place: int = 0
    """Its row in the file, for messages only."""

    @property
    def question(self) -> str:
        """What is asked, whatever is right."""
        return digest(self.input, list(self.messages))

    @property
    def number(self) -> int:
        """Its seed: the same row is the same sample wherever it stands in the file."""
        return int(digest(self.input, self.target, list(self.messages))[:12], 16)


def split_rows(rows: pl.DataFrame, where: str) -> tuple[list[Row], list[tuple[str, str]]]:
    """(rows to ask, training examples as (input, target))."""
    asked: list[Row] = []
    train: list[Row] = []
    for number, values in enumerate(rows.iter_rows(named=True), start=1):
        row = _row(values, number, f"{where}, row {number}")
        teaches = (values.get("split") or "").strip().casefold() == TRAIN
        (train if teaches else asked).append(row)
    if not asked:
        raise ExperimentError(f"{where}: every row is of the training split; none is left to ask.")
    taught = {row.question: row.place for row in train}
    for row in asked:
        if row.question in taught:
            raise ExperimentError(
                f"{where}, row {row.place}: its input is that of row {taught[row.question]}, of "
                "the training split, which would give its target away. Leave one of them out."
            )
    return asked, [(row.input, row.target) for row in train]


def _row(values: Mapping[str, str | None], number: int, where: str) -> Row:
    messages = _messages(values.get("messages"), where)
    text = values.get("input")
    if text is None and messages:
        text = messages[-1]["content"]
    if text is None or not text.strip():
        raise ExperimentError(f"{where}: input is empty. Fill it, or leave the row out.")
    if len(text) > LONGEST:
        raise ExperimentError(f"{where}: input has {len(text):,} characters; {LONGEST:,} fit.")
    level = _level(values.get("level"), where)
    return Row(
        text, values.get("target") or "", level, messages, values.get("cluster"), place=number
    )


def _level(value: str | None, where: str) -> int:
    if value is None:
        return 1
    try:
        # Columns of whole numbers with gaps are often stored as 1.0.
        level = int(value.removesuffix(".0"))
    except ValueError:
        level = 0
    if not 1 <= level <= 100:
        raise ExperimentError(
            f"{where}: level {checks.shown(value)}: write a whole number from 1 to 100."
        )
    return level


def _messages(value: str | None, where: str) -> tuple[Message, ...]:
    """Chat turns, from JSON text."""
    if not value:
        return ()
    try:
        turns = json.loads(value)
        found = tuple({"role": t["role"], "content": t["content"]} for t in turns)
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise ExperimentError(
            f'{where}: messages must be a list of {{"role": ..., "content": ...}}.'
        ) from error
    good = all(m["role"] in ROLES and isinstance(m["content"], str) for m in found)
    if not good or not found or found[-1]["role"] != "user":
        raise ExperimentError(
            f"{where}: messages need roles {', '.join(ROLES)}, texts, and the user's turn last."
        )
    return found
