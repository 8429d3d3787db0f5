"""Contestants of an experiment: one entrant for each combination of the dials given as lists."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from collectors import checks
from collectors.natures import Nature, nature
from collectors.own_price import own_price, told_price
from collectors.tasks.task import Task
from collectors.tasks.training import training_subset
from data.errors import ExperimentError, did_you_mean
from data.price import Price
from data.records import Contestant

KEYS = [
    "model",
    "kind",
    "name",
    "version",
    "api_base",
    "api_key_env",
    "effort",
    "prompt_style",
    "max_tokens",
    "temperature",
    "labelled",
    "host",
    "quantisation",
    "max_concurrency",
    "rpm",
    "tpm",
    "timeout_s",
    "retries",
    "budget_usd",
    "ttft_share",
    "price",
    "tasks",
    "in_use_for",
]
EFFORTS = ("none", "minimal", "low", "medium", "high", "xhigh", "max")


@dataclass(frozen=True)
class Entrant:
    """A contestant with what the engine needs to reach it and never stores with the results."""

    contestant: Contestant
    api_base: str | None = None
    api_key_env: str | None = None
    price: Price | None = None
    """None: look the price up when collecting."""
    table: int = 1
    """Its [[contestant]] table, from 1: what the contestants of one table share are rpm and tpm."""
    max_concurrency: int = 8
    rpm: float | None = None
    """Requests a minute of the whole table."""
    tpm: float | None = None
    """Tokens a minute, input and output, of the whole table."""
    timeout_s: float = 600.0
    """For one call."""
    retries: int = 6
    """Calls after the first that an attempt may take."""
    budget_usd: float | None = None
    """Its own ceiling, within the run's."""
    ttft_share: float = 0.0
    """Share of its attempts that are streamed, to time the first token."""
    tasks: tuple[str, ...] | None = None
    """The tasks it enters; None: all."""
    in_use_for: tuple[str, ...] = ()
    """The tasks that it is used for today: what alerts and the bill are about."""


def entrants(
    raw: Mapping[str, Any],
    where: str,
    task_names: Sequence[str],
    table: int = 1,
    tasks: Sequence[Task] = (),
    folder: Path | None = None,
) -> list[Entrant]:
    """The entrants of one [[contestant]] table; ExperimentError names the key and the value.

    `tasks` are those behind `task_names`, as far as readers may be fitted on them; `folder` is
    where Python functions may lie.
    """
    checks.known(raw, KEYS, where)
    model = checks.required(raw, "model", where)
    what = nature(raw, model, tasks, folder, where)
    dials = itertools.product(
        checks.dial(raw.get("effort"), EFFORTS, "effort", where),
        checks.dial(raw.get("prompt_style", what.styles[0]), what.styles, "prompt_style", where),
        checks.limits(raw.get("max_tokens"), where),
        checks.dial_of_whole(raw.get("labelled"), "labelled", where, least=2),
    )
    entered = _entered(raw.get("tasks"), what.able, task_names, where, what.does)
    if "labelled" in raw:
        learnt = [t for t in tasks if t.name in (entered or ())]
        _labelled(raw["labelled"], what.fitted, learnt, where)
    key_name = raw.get("api_key_env")
    return [
        Entrant(
            contestant=_contestant(raw, model, what, *chosen, where),
            api_base=checks.address(raw.get("api_base"), "api_base", where),
            api_key_env=(
                None if key_name is None else checks.variable(key_name, "api_key_env", where)
            ),
            price=_price(raw, what, where),
            table=table,
            max_concurrency=checks.whole(
                raw.get("max_concurrency", what.at_once), "max_concurrency", where
            ),
            rpm=checks.above_zero(raw.get("rpm"), "rpm", where),
            tpm=checks.above_zero(raw.get("tpm"), "tpm", where),
            timeout_s=checks.above_zero(raw.get("timeout_s"), "timeout_s", where) or 600.0,
            retries=checks.whole(raw.get("retries", 6), "retries", where, least=0),
            budget_usd=checks.above_zero(raw.get("budget_usd"), "budget_usd", where),
            ttft_share=checks.share(raw.get("ttft_share", 0.0), "ttft_share", where),
            tasks=entered,
            in_use_for=_in_use(raw.get("in_use_for"), entered or tuple(task_names), where),
        )
        for chosen in dials
    ]


def _price(raw: Mapping[str, Any], what: Nature, where: str) -> Price | None:
    price = own_price(raw.get("price"), where, what.reads_only)
    if price is None:
        return told_price() if what.tells else None
    if price.basis == "cpu" and not what.cpu_timed:
        raise ExperimentError(
            f"{where}: usd_per_cpu_hour is a price for local/ models and plain Python functions, "
            "whose CPU seconds are measured. Write usd_per_hour for a machine of your own."
        )
    if price.basis == "told" and not what.tells:
        raise ExperimentError(
            f"{where}: told_usd_at_most is for Python functions, which can tell what an answer "
            "cost. Leave it out."
        )
    return price


def _contestant(
    raw: Mapping[str, Any],
    model: str,
    what: Nature,
    effort: str | None,
    style: str,
    max_tokens: int | None,
    labelled: int | None,
    where: str,
) -> Contestant:
    base = checks.text(raw.get("name"), "name", where) or what.title
    several_limits = isinstance(raw.get("max_tokens"), list)
    dials = [effort, None if style in ("plain", "reader") else style]
    dials += [f"≤{max_tokens}" if several_limits else None]
    dials += [f"{labelled} labels" if labelled else None]
    settings: dict[str, Any] = dict(what.settings)
    if labelled:
        settings["labelled"] = labelled
    if "temperature" in raw:
        settings["temperature"] = checks.money(raw["temperature"], "temperature", where)
    for key in ("host", "quantisation"):
        if key in raw:
            settings[key] = _relayed(raw, key, model, where)
    return Contestant(
        model=model,
        name=" · ".join([base, *(d for d in dials if d)]),
        deployment=what.deployment,
        effort=effort,
        prompt_style=style,
        max_tokens=max_tokens,
        settings=settings,
        kind=what.kind,
        model_id=what.model_id,
    )


def _labelled(value: Any, fitted: bool, tasks: Sequence[Task], where: str) -> None:
    """ExperimentError for who learns from no examples, or from more than a task has."""
    if not fitted:
        raise ExperimentError(
            f"{where}: labelled says on how many examples a reader's head is fitted; this model "
            "has none to fit. Leave it out."
        )
    numbers: list[int] = value if isinstance(value, list) else [value]
    for task in tasks:
        for number in numbers:
            try:
                training_subset(task.train() if task.train else [], number)
            except ExperimentError as error:
                raise ExperimentError(f"{where}: task '{task.name}': {error}") from error


def _relayed(raw: Mapping[str, Any], key: str, model: str, where: str) -> str | None:
    """A setting that only a relay with several hosts behind it understands."""
    if not model.startswith("openrouter/"):
        raise ExperimentError(
            f"{where}: {key} pins what OpenRouter passes a request to; '{model}' is not an "
            "openrouter/ model. Leave it out."
        )
    return checks.text(raw[key], key, where)


def _in_use(wanted: object, entered: Sequence[str], where: str) -> tuple[str, ...]:
    """The tasks a contestant is used for today."""
    if wanted is None:
        return ()
    if not isinstance(wanted, list) or not wanted:
        raise ExperimentError(f"{where}: in_use_for = {wanted!r}: write a list of task names.")
    for name in wanted:
        if name not in entered:
            raise ExperimentError(
                f"{where}: in_use_for names '{name}', which this contestant does not enter."
                f"{did_you_mean(str(name), entered)}"
            )
    return tuple(dict.fromkeys(wanted))


def _entered(
    wanted: object,
    able: tuple[str, ...] | None,
    names: Sequence[str],
    where: str,
    does: str = "",
) -> tuple[str, ...] | None:
    """The tasks a contestant enters: what it can do, or what `tasks` names of it.

    `does` says in words what `able` are, where they aren't told one by one.
    """
    does = does or ", ".join(able or ())
    if wanted is None:
        mine = tuple(n for n in names if able is None or n in able)
        if not mine:
            raise ExperimentError(
                f"{where}: this model does none of the experiment's tasks; it does: {does}."
            )
        return None if able is None else mine
    if not isinstance(wanted, list) or not wanted:
        raise ExperimentError(f"{where}: tasks = {wanted!r}: write a list of task names.")
    for name in wanted:
        if name not in names:
            raise ExperimentError(
                f"{where}: tasks names '{name}', which has no [[task]]."
                f"{did_you_mean(str(name), names)}"
            )
        if able is not None and name not in able:
            raise ExperimentError(f"{where}: this model can't do '{name}'; it does: {does}.")
    return tuple(wanted)
