"""Contestants of an experiment: one entrant for each combination of the dials given as lists."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from collectors import checks
from collectors.own_price import own_price
from collectors.providers.local.registry import LocalModel, is_local, local_model
from collectors.tasks.task import STYLES
from data.errors import ExperimentError, ProviderError, did_you_mean
from data.price import Price
from data.records import Contestant

KEYS = [
    "model",
    "name",
    "api_base",
    "api_key_env",
    "effort",
    "prompt_style",
    "max_tokens",
    "temperature",
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
    raw: Mapping[str, Any], where: str, task_names: Sequence[str], table: int = 1
) -> list[Entrant]:
    """The entrants of one [[contestant]] table; ExperimentError names the key and the value."""
    checks.known(raw, KEYS, where)
    model = checks.required(raw, "model", where)
    local = _local(model, where)
    style = "plain" if local is None or local.kind == "writer" else "reader"
    dials = itertools.product(
        checks.dial(raw.get("effort"), EFFORTS, "effort", where),
        checks.dial(raw.get("prompt_style", style), (*STYLES, "reader"), "prompt_style", where),
        checks.limits(raw.get("max_tokens"), where),
    )
    price = own_price(raw.get("price"), where)
    if price and price.basis == "cpu" and not local:
        raise ExperimentError(
            f"{where}: usd_per_cpu_hour is a price for local/ models, whose CPU seconds are "
            "measured. Write usd_per_hour for a machine of your own."
        )
    entered = _entered(raw.get("tasks"), local.tasks if local else None, task_names, where)
    key_name = raw.get("api_key_env")
    return [
        Entrant(
            contestant=_contestant(raw, model, local, *chosen, where),
            api_base=checks.text(raw.get("api_base"), "api_base", where),
            api_key_env=(
                None if key_name is None else checks.variable(key_name, "api_key_env", where)
            ),
            price=price,
            table=table,
            max_concurrency=checks.whole(
                raw.get("max_concurrency", 1 if local else 8), "max_concurrency", where
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


def _local(model: str, where: str) -> LocalModel | None:
    if not is_local(model):
        return None
    try:
        return local_model(model)
    except ProviderError as error:
        raise ExperimentError(f"{where}: {error}") from error


def _contestant(
    raw: Mapping[str, Any],
    model: str,
    local: LocalModel | None,
    effort: str | None,
    style: str,
    max_tokens: int | None,
    where: str,
) -> Contestant:
    title = local.title if local else model.split("/")[-1]
    base = checks.text(raw.get("name"), "name", where) or title
    several_limits = isinstance(raw.get("max_tokens"), list)
    dials = [effort, None if style in ("plain", "reader") else style]
    dials += [f"≤{max_tokens}" if several_limits else None]
    settings: dict[str, Any] = {}
    if "temperature" in raw:
        settings["temperature"] = checks.money(raw["temperature"], "temperature", where)
    for key in ("host", "quantisation"):
        if key in raw:
            settings[key] = _relayed(raw, key, model, where)
    return Contestant(
        model=model,
        name=" · ".join([base, *(d for d in dials if d)]),
        deployment="local" if local else raw.get("api_base") or model.split("/")[0],
        effort=effort,
        prompt_style=style,
        max_tokens=max_tokens,
        settings=settings,
        kind=local.kind if local else "writer",
        model_id=local.model_id if local else None,
    )


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
    wanted: object, able: tuple[str, ...] | None, names: Sequence[str], where: str
) -> tuple[str, ...] | None:
    """The tasks a contestant enters: what it can do, or what `tasks` names of it."""
    if wanted is None:
        mine = tuple(n for n in names if able is None or n in able)
        if not mine:
            raise ExperimentError(
                f"{where}: this model does none of the experiment's tasks; it does: "
                f"{', '.join(able or ())}."
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
            raise ExperimentError(
                f"{where}: this model can't do '{name}'; it does: {', '.join(able)}."
            )
    return tuple(wanted)
