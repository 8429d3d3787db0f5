"""Your own documents as a task: a CSV, Parquet or JSON Lines file of inputs and targets.

A row is known by what it holds, not by where it stands: rows may be added, dropped or sorted, and
those that stayed are not asked again.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from collectors import checks
from collectors.tasks.prompts import Manner, choice, compose, manners
from collectors.tasks.scoring import scoring
from collectors.tasks.task import CATEGORIES, STYLES, VERDICTS, Labelled, Task
from data.errors import ExperimentError
from data.records import Message, Sample, Score, digest

if TYPE_CHECKING:
    import polars as pl

COLUMNS = ("input", "target", "level", "split", "messages", "cluster")
KEYS = (
    "path",
    "scorer",
    *COLUMNS,
    "prompt",
    "form",
    "labels",
    "tolerance",
    "rubric",
    "validation",
    "category",
    "title",
)
LONGEST = 2_000_000
"""Characters of one input."""
MOST_SHOWN, LONGEST_SHOWN = 12, 500
"""Examples that a terse prompt shows, and their characters."""
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

    @property
    def number(self) -> int:
        """Its seed: the same row is the same sample wherever it stands in the file."""
        return int(digest(self.input, self.target, list(self.messages))[:12], 16)


def table_task(raw: Mapping[str, Any], name: str, folder: Path, where: str) -> Task:
    """The task of one [[task]] with kind = "table"; ExperimentError names file, row and column."""
    # Polars is loaded only for those who bring documents.
    from collectors.tasks.table_files import frame

    path = folder / checks.required(raw, "path", where)
    rows, train = split_rows(frame(path, raw, where), f"{where}, {path.name}")
    how = scoring(raw, [r.target for r in rows], folder, where)
    if how.judge is None and (bare := next((n for n, r in enumerate(rows, 1) if not r.target), 0)):
        raise ExperimentError(
            f"{where}, {path.name}, row {bare}: target is empty. Fill it, or leave the row out."
        )
    if bad := next((r for r in rows if not how.fits(r.target)), None):
        raise ExperimentError(
            f"{where}: target {checks.shown(bad.target)} in {path.name} can't be compared by "
            f"scorer = '{how.name}'. {how.wants}"
        )
    category = checks.one_of(raw.get("category", "own"), (*CATEGORIES,), "category", where)
    version = digest(how.identity, raw.get("rubric"))[:8]
    levels: dict[int, dict[int, Row]] = {}
    for row in rows:
        levels.setdefault(row.level, {})[row.number] = row
    found = {n: [of[k] for k in sorted(of)] for n, of in sorted(levels.items())}
    by_id = {(n, row.number): row for n, of in found.items() for row in of}

    def sample(level: int, seed: int) -> Sample:
        row = found[level][seed]
        return Sample(
            name, level, row.number, row.input, row.target, category, version, row.cluster
        )

    def prompt(asked: Sample, style: str) -> list[Message]:
        row = by_id[asked.level, asked.seed]
        if row.messages:
            return [dict(m) for m in row.messages]
        return compose(choice(styles, style), asked.input)

    def score(asked: Sample, text: str) -> Score:
        return how.score(asked.target, text)

    ask = checks.text(raw.get("prompt"), "prompt", where) or how.ask
    ask = f"{ask} {how.told}".strip()
    form = checks.text(raw.get("form"), "form", where) or how.form
    styles = manners(ask, form)
    styles["terse"] = Manner(styles["terse"].instruction, shown(train, how.labels))
    labelled = train if how.labels and len({label for _, label in train}) > 1 else []
    return Task(
        name=name,
        title=checks.text(raw.get("title"), "title", where) or name,
        category=category,
        version=version,
        levels={n: f"{len(of):,} rows of {path.name}" for n, of in found.items()},
        baseline=how.baseline([r.target for r in rows]),
        size=lambda level: len(found[level]),
        sample=sample,
        prompt=prompt,
        score=score,
        styles=("plain",) if any(r.messages for r in rows) else STYLES,
        max_tokens={"plain": 1000, "terse": 100, "short": 300, "steps": 600, "think": 1000},
        labels=how.labels,
        train=(lambda: labelled) if labelled else None,
        slow_score=how.slow,
        judge=how.judge,
        validation=_validation(raw, how.judge, folder, where),
        rubric=checks.text(raw.get("rubric"), "rubric", where) or "",
        sources=f"{path.name}, the experiment's own.",
    )


def shown(train: Sequence[tuple[str, str]], labels: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """An example of each label from the training rows, as `terse` shows them: the shortest one."""
    found: dict[str, str] = {}
    for text, label in sorted(train, key=lambda pair: (len(pair[0]), pair)):
        if label in labels and len(text) <= LONGEST_SHOWN:
            found.setdefault(label, text)
    return tuple((found[x], x) for x in labels if x in found)[:MOST_SHOWN]


def _validation(
    raw: Mapping[str, Any], judge: str | None, folder: Path, where: str
) -> tuple[Labelled, ...]:
    """Answers that people judged, from the file that `validation` names."""
    if "validation" not in raw:
        return ()
    if judge is None or not judge.startswith("judge:"):
        raise ExperimentError(f"{where}: validation belongs to a scorer 'judge:...'.")
    from collectors.tasks.table_files import read_file

    path = folder / checks.required(raw, "validation", where)
    rows = read_file(path, where)
    columns = ("input", "answer", "target", "label")
    for column in columns:
        if column not in rows.columns:
            raise ExperimentError(
                f"{where}: {path.name} has no column '{column}'; it needs {', '.join(columns)}."
            )
    found = []
    for number, values in enumerate(rows.select(columns).iter_rows(named=True), start=1):
        label = str(values["label"]).strip().casefold()
        if label not in VERDICTS:
            raise ExperimentError(
                f"{where}, {path.name}, row {number}: label {checks.shown(values['label'])}: write "
                f"{' or '.join(VERDICTS)}."
            )
        texts = {k: "" if values[k] is None else str(values[k]) for k in columns[:3]}
        found.append(Labelled(**texts, label=label))
    return tuple(dict.fromkeys(found))


def split_rows(rows: pl.DataFrame, where: str) -> tuple[list[Row], list[tuple[str, str]]]:
    """(rows to ask, training examples as (input, target))."""
    asked: list[Row] = []
    train: list[tuple[str, str]] = []
    for number, values in enumerate(rows.iter_rows(named=True), start=1):
        row = _row(values, f"{where}, row {number}")
        if str(values.get("split") or "").strip().casefold() == TRAIN:
            train.append((row.input, row.target))
        else:
            asked.append(row)
    if not asked:
        raise ExperimentError(f"{where}: every row is of the training split; none is left to ask.")
    return asked, train


def _row(values: Mapping[str, Any], where: str) -> Row:
    messages = _messages(values.get("messages"), where)
    text = values.get("input")
    if text is None and messages:
        text = messages[-1]["content"]
    target = values.get("target")
    if text is None:
        raise ExperimentError(f"{where}: input is empty. Fill it, or leave the row out.")
    if len(str(text)) > LONGEST:
        raise ExperimentError(f"{where}: input has {len(str(text)):,} characters; {LONGEST:,} fit.")
    if not isinstance(target, str):
        target = "" if target is None else json.dumps(target, ensure_ascii=False, default=str)
    return Row(str(text), target, _level(values.get("level"), where), messages, _named(values))


def _named(values: Mapping[str, Any]) -> str | None:
    cluster = values.get("cluster")
    return None if cluster is None else str(cluster)


def _level(value: Any, where: str) -> int:
    if value is None:
        return 1
    try:
        level = int(str(value))
    except ValueError:
        level = 0
    if not 1 <= level <= 100:
        raise ExperimentError(
            f"{where}: level {checks.shown(value)}: write a whole number from 1 to 100."
        )
    return level


def _messages(value: Any, where: str) -> tuple[Message, ...]:
    """Chat turns, from JSON text or a nested column."""
    if value is None or value == "":
        return ()
    try:
        turns = json.loads(value) if isinstance(value, str) else list(value)
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
