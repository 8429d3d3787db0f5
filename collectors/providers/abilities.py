"""What a contestant's settings become in a request, and which of them its model doesn't take."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterable, Mapping, Sequence
from importlib.util import find_spec
from typing import Any

from collectors.providers import openrouter
from collectors.providers.effort import accepted_efforts, behind, effort_settings
from collectors.providers.embedding import embeds
from collectors.providers.local.registry import is_local
from collectors.providers.mapping import known, mapped, own_server
from collectors.providers.model_names import is_hosted
from data.records import Contestant

__all__ = ["accepted_efforts", "output_cap", "refusals", "request_settings"]

SAMPLING = ("temperature", "top_p", "seed")
LOW_DEFAULT = ("anthropic", "deepseek", "fireworks_ai", "oci")
"""Providers that end an answer long before the model would, when no limit is sent."""
MOST_NAMED = 6
WRITING = ("chat", "responses", "completion")
"""LiteLLM's modes of models that write."""
SCHEMA = {
    "type": "json_schema",
    "json_schema": {"name": "answer", "schema": {"type": "object", "properties": {}}},
}


def request_settings(contestant: Contestant, api_base: str | None = None) -> dict[str, Any]:
    """Arguments of `litellm.acompletion` that a contestant's settings make, its own limit left out.

    A fresh copy every time, because LiteLLM changes what it is given.
    """
    found: dict[str, Any] = {}
    if contestant.effort is not None:
        found |= copy.deepcopy(effort_settings(contestant.model, contestant.effort, api_base))
    found |= _sampling(contestant)
    if contestant.max_tokens is None and (cap := _default_cap(contestant.model, api_base)):
        found["max_tokens"] = cap
    if body := openrouter.routing(contestant):
        found["extra_body"] = {**found.get("extra_body", {}), **body}
    return found


def _sampling(contestant: Contestant) -> dict[str, Any]:
    asked = {name: contestant.settings.get(name) for name in SAMPLING}
    return {name: value for name, value in asked.items() if value is not None}


def output_cap(model: str, api_base: str | None = None) -> int | None:
    """The most tokens a model can answer with; None where nobody can know."""
    if not is_hosted(model) or own_server(model, api_base):
        return None
    about = known(model)
    if about.provider == "openrouter" and about.row is None and (inner := behind(model)):
        about = known(inner)
    for field in ("max_output_tokens", "max_tokens"):
        cap = (about.row or {}).get(field)
        if isinstance(cap, int) and cap > 0:
            return cap
    return None


def _default_cap(model: str, api_base: str | None) -> int | None:
    """The limit to send where nobody set one and the provider's, or LiteLLM's, own is lower."""
    about = known(model)
    if about.provider not in LOW_DEFAULT and not (
        "claude" in about.name and about.provider != "openrouter"
    ):
        return None
    row = about.row or {}
    cap, context = row.get("max_output_tokens"), row.get("max_input_tokens")
    # As much as the context holds would leave no room for the prompt.
    fits = isinstance(cap, int) and (context is None or cap < context)
    return output_cap(model, api_base) if fits else None


def refusals(
    contestants: Sequence[Contestant],
    api_bases: Mapping[str, str | None],
    *,
    with_schema: Iterable[str] = (),
) -> list[str]:
    """One line for each setting that can't be sent; nothing is sent to find out.

    `api_bases` and `with_schema` (whose prompts ask for JSON of a schema) are by contestant_id.
    """
    bases = {c.contestant_id: api_bases.get(c.contestant_id) for c in contestants}
    asked = set(with_schema)
    lines = _effort_lines(contestants, bases)
    for contestant in contestants:
        if not is_hosted(contestant.model):
            continue
        if line := _mode_line(contestant):
            lines.append(line)
            continue
        if embeds(contestant):
            continue
        base = bases[contestant.contestant_id]
        takes_effort = _takes(contestant, base)
        found = [_reach_line(contestant), openrouter.refusal(contestant)]
        found.append(_limit_line(contestant, base))
        if takes_effort:
            found += [_sampling_line(contestant, base, name) for name in _sampling(contestant)]
            found.append(_room_line(contestant, base))
        if contestant.contestant_id in asked:
            found.append(_schema_line(contestant, base))
        lines += [line for line in found if line]
    return list(dict.fromkeys(lines))


def _takes(contestant: Contestant, api_base: str | None) -> bool:
    """Whether a contestant's effort can be sent."""
    if contestant.effort is None:
        return True
    taken = accepted_efforts(contestant.model, api_base)
    if taken is not None:
        return contestant.effort in taken
    return _dry(contestant.model, **effort_settings(contestant.model, contestant.effort, api_base))


def _dry(model: str, **settings: Any) -> bool:
    """Whether LiteLLM would send a model these settings, which it is never asked of some."""
    return not known(model).dry or mapped(model, **copy.deepcopy(settings)) is not None


def _effort_lines(contestants: Sequence[Contestant], bases: Mapping[str, str | None]) -> list[str]:
    refused: dict[str, list[Contestant]] = {}
    for contestant in contestants:
        if not _takes(contestant, bases[contestant.contestant_id]):
            refused.setdefault(str(contestant.effort), []).append(contestant)
    return [
        f"effort = '{effort}' can't be sent to "
        f"{_listed([_told(c, bases[c.contestant_id]) for c in unable])}."
        f"{_elsewhere(effort, contestants, bases)}"
        for effort, unable in refused.items()
    ]


def _told(contestant: Contestant, api_base: str | None) -> str:
    return f"'{contestant.name}', which takes {_efforts(contestant.model, api_base)}"


def _efforts(model: str, api_base: str | None) -> str:
    taken = accepted_efforts(model, api_base)
    if taken:
        return ", ".join(taken)
    return "no effort (use prompt_style)" if is_local(model) else "no effort"


def _elsewhere(
    effort: str, contestants: Sequence[Contestant], bases: Mapping[str, str | None]
) -> str:
    """Which other models of the experiment take an effort, and what the rest take."""
    models = dict.fromkeys((c.model, bases[c.contestant_id]) for c in contestants)
    taken = {place: accepted_efforts(*place) for place in models}
    able = [model for (model, _), efforts in taken.items() if efforts and effort in efforts]
    if not able:
        return " No other model of this experiment takes it." if len(models) > 1 else ""
    quoted = _listed([f"'{model}'" for model in able])
    return f" Of this experiment's models it is taken by {quoted}."


def _listed(parts: Sequence[str]) -> str:
    more = f"; and {len(parts) - MOST_NAMED} more" if len(parts) > MOST_NAMED else ""
    return "; ".join(parts[:MOST_NAMED]) + more


def _sampling_line(contestant: Contestant, api_base: str | None, name: str) -> str | None:
    """A sampling setting that LiteLLM refuses, changes or leaves out, alone or with the effort."""
    value = contestant.settings[name]
    if _sampled(contestant, api_base, name, value):
        return None
    takes = f"{name} = 1 only" if _sampled(contestant, api_base, name, 1.0) else f"no {name}"
    thinking = f" at effort = '{contestant.effort}'" if contestant.effort else ""
    return (
        f"'{contestant.name}': {name} = {value} can't be sent: '{contestant.model}'{thinking} "
        f"takes {takes}. Leave it out."
    )


def _sampled(contestant: Contestant, api_base: str | None, name: str, value: Any) -> bool:
    settings: dict[str, Any] = {name: value}
    if contestant.effort is not None:
        settings |= effort_settings(contestant.model, contestant.effort, api_base)
    if not known(contestant.model).dry:
        return True
    sent = mapped(contestant.model, **copy.deepcopy(settings))
    if sent is None or name != "temperature":
        return sent is not None
    # A model that thinks on a provider's `thinking` refuses or ignores any other.
    thinks = (sent.get("thinking") or {}).get("type") in ("enabled", "adaptive")
    return bool(sent.get(name) == value and (value == 1 or not thinks))


def _mode_line(contestant: Contestant) -> str | None:
    """An embedding model that is asked to write, or a writer that is asked for vectors."""
    mode = (known(contestant.model).row or {}).get("mode")
    if mode == "embedding" and not embeds(contestant):
        return (
            f"'{contestant.name}': '{contestant.model}' is an embedding model. Write "
            'kind = "reader", which fits a head on its vectors.'
        )
    if mode in WRITING and embeds(contestant):
        return (
            f"'{contestant.name}': '{contestant.model}' writes, and has no vectors for a reader. "
            "Leave kind out."
        )
    return None


def _reach_line(contestant: Contestant) -> str | None:
    """LiteLLM's way to OpenAI's Responses interface imports a package that it doesn't require."""
    if not known(contestant.model).responses or find_spec("mcp"):
        return None
    return (
        f"'{contestant.name}': LiteLLM reaches '{contestant.model}' by OpenAI's Responses "
        "interface, which needs one more package: run `pip install 'litellm[mcp]'`, or leave it "
        "out."
    )


def _limit_line(contestant: Contestant, api_base: str | None) -> str | None:
    cap = output_cap(contestant.model, api_base)
    if contestant.max_tokens is None or cap is None or contestant.max_tokens <= cap:
        return None
    return (
        f"'{contestant.name}': max_tokens = {contestant.max_tokens} is more than "
        f"'{contestant.model}' can write: {cap}. Ask for at most that, or leave it out."
    )


def _room_line(contestant: Contestant, api_base: str | None) -> str | None:
    """A thinking budget that the output limit has no room for: the provider refuses the two."""
    if contestant.effort is None or contestant.max_tokens is None:
        return None
    settings = effort_settings(contestant.model, contestant.effort, api_base)
    sent = mapped(contestant.model, **copy.deepcopy(settings)) or {}
    budget = (sent.get("thinking") or {}).get("budget_tokens") or 0
    if budget < contestant.max_tokens:
        return None
    return (
        f"'{contestant.name}': max_tokens = {contestant.max_tokens} has no room for the "
        f"{budget} tokens that effort = '{contestant.effort}' may think. Ask for more than that."
    )


def _schema_line(contestant: Contestant, api_base: str | None) -> str | None:
    if _dry(contestant.model, response_format=json.loads(json.dumps(SCHEMA))):
        return None
    return (
        f"'{contestant.name}': a task asks for JSON of a schema, which '{contestant.model}' "
        "doesn't take. Choose another prompt_style, or leave it out of that task with `tasks`."
    )
