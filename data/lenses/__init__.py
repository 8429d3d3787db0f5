"""The lenses by name: each looks at a view's material and answers one question.

A lens is a module of this folder with `look(study)`: its frames by name, and what they say in one
Markdown sentence; the numbers themselves come from `data.analysis`. Adding one is its file and its
line here. The command line reads this module before anything heavy is loaded.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple, Protocol, cast

from data.errors import ExportError, did_you_mean

if TYPE_CHECKING:
    import polars as pl

    from data.study import Study

Tables = Mapping[str, "pl.DataFrame"]


@dataclass(frozen=True)
class Option:
    """What a lens can be asked beyond the view."""

    name: str
    kind: Callable[[str], object]
    metavar: str
    help: str

    @property
    def flag(self) -> str:
        return flag(self.name)


def flag(name: str) -> str:
    """An option's name as the command line has it."""
    return "--" + name.replace("_", "-")


def whole(text: str) -> int:
    """A whole number, also as people write it: 10,000,000 or 1e7."""
    if "," in text and not re.fullmatch(r"\d{1,3}(,\d{3})+(\.0*)?", text.strip()):
        raise ValueError(text)
    value = float(text.replace(",", "").replace("_", ""))
    if not value.is_integer():
        raise ValueError(text)
    return int(value)


LENSES = {
    "questions": "each claim that can be tested, with its verdict and what would settle it",
    "summary": "what each contestant solves and spends, by task and level, and how long it takes",
    "ability": "who is ablest on one scale of difficulty, and which levels are out of order",
    "frontier": "what money buys as a whole, and without each lab, country, licence or task",
    "efficiency": "how many right answers tokens buy, what the waste and a correct answer cost",
    "readers": "encoders and rules against writers, by task, level and labelled examples",
    "spectrum": "what a reasoning label still explains beside cost and reasoning share",
    "sparsity": "total against active parameters in capability, price and measured speed",
    "lineage": "students beside their teachers; labs and countries from the frontier",
    "size": "what total and active parameters explain, how large closed models read, tiers",
    "hardware": "whether a model's dimensions fit the accelerator, beside measured speed",
    "routing": "what routers and cascades would buy beyond mixing contestants at random",
    "workload": "so many documents: dollars, hours, what binds, and the cheapest that will do",
    "bill": "dollars that went where something cheaper does as well on your own graded samples",
    "models": "one model beside all others: its tasks and levels, its facts and prices",
    "runs": "the nights of an experiment: failures, spend, what moved, what can be trusted",
    "drift": "what changed since an earlier campaign, and whether it is more than chance",
    "judges": "whether models that score others say what people say of the same answers",
    "knowledge": "who knows what by obscurity, and who makes things up instead of saying so",
    "contamination": "who does worse on fresh samples than on the frozen ones",
    "time": "how the cost of a quality fell, by release dates and by price dates",
    "scores": "what others' whole runs bought, of imported scores without attempts",
}
OPTIONS: dict[str, tuple[Option, ...]] = {
    "frontier": (
        Option("reference", float, "USD", "cost per 1,000 tasks up to which area is counted; keep "
               "it from night to night (default: the power of ten above the dearest)"),
    ),
    "efficiency": (
        Option("requirement", str, "FILE", "CSV of the tokens that samples need, from an earlier "
               "`--table requirement --format csv`: scores then don't move with the pool"),
    ),
    "ability": (
        Option("difficulty", str, "FILE", "CSV of the difficulty of samples, from an earlier "
               "`--table samples --format csv`: only contestants are placed then"),
    ),
    "readers": (
        Option("label_usd", float, "USD", "what one labelled example is assumed to cost, for the "
               "documents from which a reader pays (default: 0.08)"),
    ),
    "workload": (
        Option("documents", whole, "N", "how many documents (default: 10,000,000)"),
        Option("quality", float, "SHARE", "accuracy that will do, 0 to 1 (default: any)"),
        Option("hours", float, "N", "hours until it must be done (default: any)"),
        Option("concurrency", int, "N", "calls in flight at once (default: 64)"),
        Option("rpm", int, "N", "requests a minute allowed (default: no limit)"),
        Option("tpm", int, "N", "tokens a minute allowed (default: no limit)"),
        Option("retries", float, "SHARE", "share of calls that are repeated (default: 0)"),
    ),
    "hardware": (Option("accelerator", str, "NAME", "A100 or H100 (default: H100)"),),
    "models": (Option("model", str, "MODEL", "its id in the catalogue, its model string, or a "
               "contestant's id (default: the ablest)"),),
    "scores": (Option("metric", str, "NAME", "scores of this metric alone (default: all)"),),
    "drift": (Option("before", str, "CAMPAIGN", "default: the campaign before this one"),),
    "bill": (
        Option("spend", str, "FILE", "CSV with the columns task, model, calls, usd (default: what "
               "those in use spent in this campaign)"),
        Option("spend_campaign", str, "CAMPAIGN", "instead of a CSV: what an imported spend log's "
               "campaign says, by task and model (see `isocost import litellm`)"),
        Option("in_use", str, "FILE", "CSV with the columns task, contestant (default: what the "
               "experiment marks with in_use_for)"),
    ),
}  # fmt: skip


class Seen(NamedTuple):
    """What a lens shows of a view."""

    tables: Tables
    """Frames by name, the main one first."""
    sentence: str
    """What they say, in one Markdown sentence."""
    interval: str = "none: these figures have no interval"
    """What low and high mean."""
    note: str | None = None
    """What the tables are of, beyond the view's own answers."""
    more: Mapping[str, Callable[[], pl.DataFrame]] = MappingProxyType({})
    """Long tables by name, made when asked for."""


class Lens(Protocol):
    """What a module of this folder offers."""

    def look(self, study: Study) -> Seen:
        """The lens's tables and sentence of a view."""


def lens(name: str) -> Lens:
    """The lens of that name; ExportError for an unknown one."""
    if name not in LENSES:
        raise ExportError(f"Unknown lens '{name}'.{did_you_mean(name, LENSES)}")
    return cast("Lens", import_module(f"data.lenses.{name}"))
