"""What a contestant is: bundled, a Python function, an embedding model with a head, or a writer.

Its `model` and `kind` say so, and with it which other keys make sense and which tasks it can do.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from collectors import checks
from collectors.own_code import look_beside
from collectors.providers.embedding import HEAD
from collectors.providers.functions import function
from collectors.providers.local.registry import is_local, local_model
from collectors.providers.model_names import PYTHON, is_python
from collectors.tasks.task import STYLES, Task
from collectors.tasks.training import readable
from data.errors import ExperimentError, ProviderError

Kind = Literal["writer", "reader", "rules"]
LEARNS = "tasks that have labels and a training split"
"""What a reader with a head of its own can do."""
WRITES = ("effort", "temperature", "ttft_share")
"""Keys of models that write an answer."""
RELAYED = ("host", "quantisation")
REACHED = ("api_base", "api_key_env")


@dataclass(frozen=True)
class Nature:
    """What a model and its `kind` make of a contestant."""

    kind: Kind
    title: str
    deployment: str
    styles: tuple[str, ...]
    """The prompt styles that it may be asked in, its default first."""
    refused: tuple[str, ...] = ()
    """Keys that say nothing of it."""
    what: str = ""
    """What it is, where an error has to say so."""
    settings: Mapping[str, Any] = field(default_factory=dict)
    able: tuple[str, ...] | None = None
    """The tasks it can do; None: any."""
    fitted: bool = False
    """It learns from a task's training split."""
    model_id: str | None = None
    at_once: int = 8
    """Calls in flight, where nobody says."""
    cpu_timed: bool = False
    """Its CPU seconds are measured."""
    tells: bool = False
    """It may say itself what an answer costs."""

    @property
    def does(self) -> str:
        """In words what `able` are, where they aren't told one by one."""
        return LEARNS if self.fitted else ""

    @property
    def reads_only(self) -> bool:
        """It is an embedding model: what it is charged for is what it reads."""
        return HEAD in self.settings


def nature(
    raw: Mapping[str, Any],
    model: str,
    tasks: Sequence[Task],
    folder: Path | None,
    where: str,
) -> Nature:
    """The nature of one [[contestant]] table; ExperimentError names the key that doesn't fit.

    `folder` is where a function's module may lie; None: no function may be named here.
    """
    if is_local(model):
        found = _bundled(model, tasks, where)
    elif is_python(model):
        found = _function(raw, model, folder, where)
    else:
        found = _hosted(raw, model, tasks, where)
    for key in found.refused:
        if key in raw:
            raise ExperimentError(f"{where}: {key} says nothing of {found.what}. Leave it out.")
    return found


def _bundled(model: str, tasks: Sequence[Task], where: str) -> Nature:
    try:
        local = local_model(model)
    except ProviderError as error:
        raise ExperimentError(f"{where}: {error}") from error
    writes = local.kind == "writer"
    return Nature(
        kind=local.kind,
        title=local.title,
        deployment="local",
        styles=(*STYLES, "reader") if writes else ("reader", *STYLES),
        refused=("kind", "version"),
        what="a bundled model",
        able=_learnable(tasks) if local.fitted else local.tasks,
        fitted=local.fitted,
        model_id=local.model_id,
        at_once=1,
        cpu_timed=True,
    )


def _learnable(tasks: Sequence[Task]) -> tuple[str, ...]:
    return tuple(task.name for task in tasks if readable(task))


def _function(raw: Mapping[str, Any], model: str, folder: Path | None, where: str) -> Nature:
    if folder is None:
        raise ExperimentError(
            f"{where}: model = '{model}': a Python function is named in an experiment file only."
        )
    look_beside(folder)
    try:
        found = function(model)
    except ProviderError as error:
        raise ExperimentError(f"{where}: {error}") from error
    kinds: tuple[Kind, ...] = ("reader", "writer", "rules")
    version = checks.text(raw.get("version"), "version", where)
    return Nature(
        kind=checks.one_of(raw.get("kind", "reader"), kinds, "kind", where),  # type: ignore[arg-type]
        title=model.removeprefix(PYTHON),
        deployment="python",
        styles=STYLES if found.chats else ("reader",),
        refused=(*WRITES, *RELAYED, *REACHED, "labelled"),
        what="a Python function",
        settings={"version": version} if version else {},
        at_once=1,
        cpu_timed=not found.waits,
        tells=True,
    )


def _hosted(raw: Mapping[str, Any], model: str, tasks: Sequence[Task], where: str) -> Nature:
    title, deployment = model.split("/")[-1], raw.get("api_base") or model.split("/")[0]
    kind = checks.one_of(raw.get("kind", "writer"), ("writer", "reader"), "kind", where)
    if kind == "writer":
        return Nature(
            "writer", title, deployment, (*STYLES, "reader"), ("version",), "a model behind an API"
        )
    return Nature(
        kind="reader",
        title=title,
        deployment=deployment,
        styles=("reader",),
        refused=(*WRITES, "max_tokens", *RELAYED, "version"),
        what='an embedding model (kind = "reader")',
        settings={HEAD: "logistic"},
        able=_learnable(tasks),
        fitted=True,
    )
