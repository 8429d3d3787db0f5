"""The frozen bank: which samples a version of a task holds, by hash, and that versions never mix.

`bank.json` beside the tasks is written by `python -m collectors.bank`; a test says when it is due.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from collectors import tasks
from collectors.experiment import Experiment
from collectors.plan import Planned
from collectors.tasks import guess
from collectors.tasks.task import Task
from data.errors import ExperimentError
from data.records import digest
from data.store import Reader

MANIFEST = Path(tasks.__file__).with_name("bank.json")
FROZEN = 40
"""Samples of each level whose hashes are kept."""
SHORT = 8
"""Hex characters of a kept hash: enough to see a change, no defence against an attack."""


@cache
def manifest() -> Mapping[str, Any]:
    """By task: its version, a digest of its prompts, and by level the hashes of its samples."""
    found: dict[str, Any] = json.loads(MANIFEST.read_text("utf-8"))
    return found


def frozen(task: Task) -> dict[str, Any]:
    """What the manifest says of a task."""
    kept = {n: [task.sample(n, i) for i in range(min(FROZEN, task.size(n)))] for n in task.levels}
    prompts = [
        [task.prompt(of[i], style) for style in task.styles]
        for of in kept.values()
        for i in (0, 1, 7)
        if i < len(of)
    ]
    some = [of[0] for of in kept.values()]
    forms = [task.response_format(s, x) for s in some for x in task.styles] if (
        task.response_format
    ) else []  # fmt: skip
    return {
        "version": task.version,
        "prompts": digest(prompts, forms, task.train() if task.train else None),
        "samples": {str(n): " ".join(s.input_hash[:SHORT] for s in of) for n, of in kept.items()},
    }


def verify(todo: Iterable[Planned]) -> None:
    """ExperimentError for a sample that is not the one its version was frozen with.

    A generator that a package brings can change under us; its samples would go by old names.
    """
    seen: set[str] = set()
    for planned in todo:
        sample, task = planned.prompt.sample, planned.prompt.task
        if sample.sample_id in seen:
            continue
        seen.add(sample.sample_id)
        entry = manifest().get(task.name)
        if entry is None or entry["version"] != task.version or sample.seed >= FROZEN:
            continue
        wanted = entry["samples"].get(str(sample.level), "").split()
        if sample.seed < len(wanted) and wanted[sample.seed] != sample.input_hash[:SHORT]:
            raise ExperimentError(
                f"'{task.name}' level {sample.level}, sample {sample.seed} is not what version "
                f"{task.version} of the bank holds: {task.public or 'its generator'} makes "
                "another one here. Install the versions in requirements/, or leave the task out."
            )


def check_versions(reader: Reader, campaign: str, experiment: Experiment) -> None:
    """ExperimentError where the campaign already holds another version of one of the tasks."""
    stored = reader.sql(
        "SELECT DISTINCT s.task, s.bank_version FROM attempts a JOIN samples s USING (sample_id) "
        "WHERE a.campaign = ? AND a.purpose = 'answer' ORDER BY ALL",
        [campaign],
    )
    versions = {c.name: c.task.version for c in experiment.tasks}
    for name, version in stored.iter_rows():
        if name in versions and versions[name] != version:
            raise ExperimentError(
                f"'{campaign}' holds results of '{name}' in version {version}; this is version "
                f"{versions[name]}, and the two are never mixed. Give the experiment another "
                "name: the old results stay."
            )


def freeze() -> None:
    """Write the manifest, and what blind guesses score, anew."""
    guesses = {name: guess.table(tasks.task(name)) for name in tasks.names()}
    guess.FILE.write_text(json.dumps(guesses, indent=1) + "\n", "utf-8")
    found = {name: frozen(tasks.task(name)) for name in tasks.names()}
    MANIFEST.write_text(json.dumps(found, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    freeze()
