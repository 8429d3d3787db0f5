"""docs/tasks.md: every family with its levels, an example of each, its guess and its sources.

Written by `make docs`; a test says when it is due.
"""

from __future__ import annotations

from pathlib import Path

from collectors import tasks
from collectors.tasks.guess import said
from collectors.tasks.task import CATEGORIES, Task

PAGE = Path(__file__).resolve().parents[2] / "docs" / "tasks.md"
LONGEST = 600
"""Characters of an example that are shown."""
HEAD = """# The bank of tasks
Written by `make docs` from the tasks themselves. A sample is a pure function of task, level and
seed; the first of each level are frozen by hash (`collectors/tasks/bank.json`), and a changed
prompt is a new version, never mixed with the old one. `isocost tasks list` and `isocost tasks
show TASK` print the same; `isocost tasks calibrate` says how difficult the levels turned out for
your contestants.

*Guessing* is the score of the best blind guess. *Public generator*: anybody can make such
samples, and models may have been trained on their kind; fresh samples (`fresh = 10` in a [[task]]
table) show whether that helps them.
"""


def page() -> str:
    """The whole page."""
    every = [tasks.task(name) for name in tasks.names()]
    levels = sum(len(t.levels) for t in every)
    lines = [HEAD, f"{len(every)} families, {levels} levels.\n"]
    for category in CATEGORIES:
        of = sorted((t for t in every if t.category == category), key=lambda t: t.name)
        if of:
            lines += [f"## {category.capitalize()}\n", *(_summary(of)), ""]
            lines += [line for task in of for line in _family(task)]
    return "\n".join(lines).rstrip() + "\n"


def _summary(of: list[Task]) -> list[str]:
    rows = ["| task | what it is | levels | samples | guessing |", "|---|---|--:|--:|--:|"]
    for task in of:
        samples = sum(map(task.size, task.levels))
        rows.append(
            f"| `{task.name}` | {task.title} | {len(task.levels)} | {samples:,} | {said(task)} |"
        )
    return rows


def _family(task: Task) -> list[str]:
    lines = [f"### {task.name}", f"{task.title}, version {task.version}. {task.sources}".rstrip()]
    lines += [f"Public generator: {task.public}."] if task.public else []
    lines += [f"Labels: {', '.join(task.labels)}."] if task.labels else []
    lines += ["Several calls: the model acts, the environment answers."] if task.episode else []
    lines.append("")
    for level, text in task.levels.items():
        sample = task.sample(level, 0)
        lines += [
            f"**Level {level}**: {text}",
            "",
            *_quoted(sample.input),
            "",
            f"Right answer: {_inline(sample.target)}",
            "",
        ]
    return lines


def _quoted(text: str) -> list[str]:
    cut = text if len(text) <= LONGEST else f"{text[:LONGEST]} [...]"
    return [f"    {line}".rstrip() for line in cut.splitlines()]


def _inline(text: str) -> str:
    one = " ".join(text.split())
    one = one if len(one) <= 200 else f"{one[:200]} [...]"
    ticks = "``" if "`" in one else "`"
    return f"{ticks}{one}{ticks}"


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
