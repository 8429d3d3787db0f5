"""The experiment file: every key explained, whole or not at all, and no secret in it."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from collectors import tasks
from data.errors import ExperimentError

SAMPLES = 20
"""Per level: enough for a first look, and `collect` continues where more are asked for."""

LEVELS = 4
"""Of a task: a ladder needs its ends and steps between."""


@dataclass(frozen=True)
class Entry:
    """A [[contestant]] table with a remark; `failed` says why it is only a remark itself."""

    table: Mapping[str, Any]
    remark: str = ""
    failed: str | None = None


CATEGORIES = ("math", "knowledge", "classification", "extraction")
"""Kinds of work that a first experiment asks: short prompts, and nothing to install beside."""


def chosen_tasks() -> list[str]:
    """The first task of each of CATEGORIES: one ladder of difficulty for each kind of work."""
    first: dict[str, str] = {}
    for name in tasks.names():
        first.setdefault(tasks.task(name).category, name)
    return [first[category] for category in CATEGORIES]


def spread(levels: Sequence[int]) -> list[int]:
    """At most LEVELS of them, the easiest and the hardest included."""
    if len(levels) <= LEVELS:
        return list(levels)
    return [levels[round(i * (len(levels) - 1) / (LEVELS - 1))] for i in range(LEVELS)]


def render(
    name: str,
    entries: Sequence[Entry],
    budget_usd: float | None = None,
    budget_remark: str = "",
) -> str:
    """The file's text. ExperimentError from `experiment.parse` would be a bug of ours."""
    blocks = [_top(name, budget_usd, budget_remark)]
    working = [e for e in entries if e.failed is None]
    blocks += [_contestant(entry, first=i == 0) for i, entry in enumerate(working)]
    blocks += [_failed(entry) for entry in entries if entry.failed is not None]
    blocks += [_task(task, first=i == 0) for i, task in enumerate(chosen_tasks())]
    return "\n".join(blocks)


def value(stated: Any) -> str:
    """A value as TOML."""
    if isinstance(stated, Mapping):
        return "{ " + ", ".join(f"{k} = {value(v)}" for k, v in stated.items()) + " }"
    if isinstance(stated, list | tuple):
        return "[" + ", ".join(map(value, stated)) + "]"
    if isinstance(stated, str):
        # What JSON escapes, TOML reads the same way; DEL alone must not stand bare.
        return json.dumps(stated, ensure_ascii=False).replace("\x7f", "\\u007f")
    return repr(stated)


def write(path: Path, text: str, replacing: bool) -> None:
    """Write it whole; ExperimentError when it is there and may not be replaced, or can't be."""
    target = Path(os.path.realpath(path))
    temporary = None
    try:
        handle, temporary = tempfile.mkstemp(".toml", ".init-", target.parent)
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        os.chmod(temporary, 0o666 & ~_umask())
        if not replacing and target.exists():
            raise ExperimentError(there(path))
        os.replace(temporary, target)
    except OSError as error:
        raise ExperimentError(
            f"Can't write {path}: {error.strerror or error}. Name another file with -o."
        ) from error
    finally:
        if temporary is not None:
            with suppress(OSError):
                os.unlink(temporary)


def check(path: Path, replacing: bool) -> None:
    """Before anything is asked or spent: whether the file can be written at the end."""
    if path.is_dir():
        raise ExperimentError(f"-o {path} is a folder. Name a file in it, such as experiment.toml.")
    if path.exists() and not replacing:
        raise ExperimentError(there(path))
    folder = Path(os.path.realpath(path)).parent
    if not folder.is_dir():
        raise ExperimentError(f"-o {path}: there is no folder {folder}. Make it first.")
    if not os.access(folder, os.W_OK):
        raise ExperimentError(f"-o {path}: the folder {folder} can't be written to.")


def there(path: Path) -> str:
    return f"{path} exists and is kept. Name another file with -o, or replace it with --force."


def _umask() -> int:
    now = os.umask(0o077)
    os.umask(now)
    return now


def _top(name: str, budget_usd: float | None, remark: str) -> str:
    lines = [
        "# Who is asked what. `isocost plan` shows what it would send and cost; `isocost collect`",
        "# runs it, and running it again continues. docs/experiment.md explains every key.",
        "# Keys stay in the environment: this file holds their names only.",
        "",
        f"name = {value(name)}",
        "# Names the campaign that the results belong to.",
        "epochs = 1",
        "# Passes over every sample.",
        'store_text = "keep"',
        "# keep | hash | drop the prompts and answers.",
    ]
    if budget_usd is not None:
        lines += [f"budget_usd = {value(budget_usd)}", *_remark(remark)]
    return "\n".join([*lines, ""])


def _contestant(entry: Entry, first: bool) -> str:
    notes = []
    if first:
        notes = [
            "# Contestants. `model` is a LiteLLM model string; `api_key_env` names the variable",
            "# that holds the key; `api_base` is the address of a server; each `effort` is a",
            "# contestant of its own; `price` is yours to state where no list knows it.",
            "",
        ]
    lines = [f"{k} = {value(v)}" for k, v in entry.table.items()]
    return "\n".join([*notes, *_remark(entry.remark), "[[contestant]]", *lines, ""])


def _failed(entry: Entry) -> str:
    lines = [f"{k} = {value(v)}" for k, v in entry.table.items()]
    told = [*_remark(f"Left out: {entry.failed}"), "[[contestant]]", *lines]
    return "\n".join([*(f"# {line.removeprefix('# ')}" for line in told), ""])


def _task(name: str, first: bool) -> str:
    task = tasks.task(name)
    note = [
        "# Tasks, one of each category. `samples` are per level; without `levels`, all.",
        "",
    ]
    levels = spread(list(task.levels))
    samples = min(SAMPLES, *(task.size(level) for level in levels))
    return "\n".join(
        [
            *(note if first else []),
            f"# {task.category}: {task.title}",
            "[[task]]",
            f"name = {value(name)}",
            f"levels = {value(levels)}",
            f"samples = {samples}",
            "",
        ]
    )


def _remark(text: str) -> list[str]:
    """A remark as comment lines: printable, and never able to end its line early."""
    plain = "".join(c if c.isprintable() else " " for c in text)
    words, lines = plain.split(), [""]
    for word in words:
        if lines[-1] and len(lines[-1]) + len(word) > 96:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return [f"# {line}" for line in lines if line]
