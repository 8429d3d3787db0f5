"""Your own documents as a task: a CSV, Parquet or JSON Lines file of inputs and targets.

A row is known by what it holds, not by where it stands: rows may be added, dropped or sorted, and
those that stayed are not asked again.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from collectors import checks
from collectors.tasks import answers
from collectors.tasks.prompts import Manner, choice, compose, manners
from collectors.tasks.scoring import Scoring, scoring
from collectors.tasks.table_rows import COLUMNS, Row, split_rows
from collectors.tasks.task import CATEGORIES, STYLES, VERDICTS, Labelled, Task
from data.errors import ExperimentError
from data.records import Message, Sample, Score, digest

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
MOST_SHOWN, LONGEST_SHOWN = 12, 500
"""Examples that a terse prompt shows, and their characters."""


def table_task(raw: Mapping[str, Any], name: str, folder: Path, where: str) -> Task:
    """The task of one [[task]] with kind = "table"; ExperimentError names file, row and column."""
    # Polars is loaded only for those who bring documents.
    from collectors.tasks.table_files import frame

    path = folder / checks.required(raw, "path", where)
    rows, train = split_rows(frame(path, raw, where), f"{where}, {path.name}")
    how = scoring(raw, [r.target for r in rows], folder, where)
    _check_targets(rows, how, path.name, where)
    category = checks.one_of(raw.get("category", "own"), (*CATEGORIES,), "category", where)
    version = digest(how.identity, raw.get("rubric"))[:8]
    levels: dict[int, dict[int, Row]] = {}
    for row in rows:
        levels.setdefault(row.level, {})[row.number] = row
    found = {n: [of[k] for k in sorted(of)] for n, of in sorted(levels.items())}
    if repeated := len(rows) - sum(map(len, found.values())):
        logging.getLogger(__name__).warning(
            "%s: %s rows of %s repeat another one: each is asked once.",
            where, f"{repeated:,}", path.name,
        )  # fmt: skip
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
        title=checks.text(raw.get("title"), "title", where) or _title(name, how),
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


def _check_targets(rows: Sequence[Row], how: Scoring, file: str, where: str) -> None:
    for row in rows:
        place = f"{where}, {file}, row {row.place}"
        if how.judge is None and not row.target.strip():
            raise ExperimentError(f"{place}: target is empty. Fill it, or leave the row out.")
        if not how.fits(row.target):
            raise ExperimentError(
                f"{place}: target {checks.shown(row.target)} can't be compared by "
                f"scorer = '{how.name}'. {how.wants}"
            )
    if bare := next((x for x in how.labels if not answers.words(x)), None):
        raise ExperimentError(
            f"{where}: label {checks.shown(bare)} has no letter or digit, and could not be told "
            "from punctuation in an answer. Write a word for it, such as 'plus'."
        )


def _title(name: str, how: Scoring) -> str:
    """Charts say whose answers count as right: that contestant's own are always right."""
    kind, _, who = (how.judge or "").partition(":")
    return f"{name}: agreement with {who}" if kind == "agree" else name


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
    from collectors.tasks.table_files import as_text, read_file

    path = folder / checks.required(raw, "validation", where)
    rows = read_file(path, where)
    columns = ("input", "answer", "target", "label")
    for column in columns:
        if column not in rows.columns:
            raise ExperimentError(
                f"{where}: {path.name} has no column '{column}'; it needs {', '.join(columns)}."
            )
    found = []
    texts = as_text(rows.select(columns), f"{where}, {path.name}")
    for number, values in enumerate(texts.iter_rows(named=True), start=1):
        label = str(values["label"]).strip().casefold()
        if label not in VERDICTS:
            raise ExperimentError(
                f"{where}, {path.name}, row {number}: label {checks.shown(values['label'])}: write "
                f"{' or '.join(VERDICTS)}."
            )
        found.append(Labelled(**{k: values[k] or "" for k in columns[:3]}, label=label))
    return tuple(dict.fromkeys(found))
