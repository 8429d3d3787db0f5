"""Effort as one dial: which efforts a model takes, and what LiteLLM is asked for each of them.

LiteLLM's own mapping always goes first. It is run dry here, without a network, because it also
sends some efforts as another ("minimal" as "low", "none" as thinking a little): such a contestant
would not be what its name says, so of several efforts that send the same thing only one is
accepted, and 'none' only where it switches thinking off. `KNOBS` adds what LiteLLM doesn't map, and
`LEVELS` what it doesn't know.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from functools import cache

from collectors.entrants import EFFORTS
from collectors.providers.mapping import Known, Settings, known, mapped, own_server, part
from collectors.providers.model_names import is_hosted

CORE = ("low", "medium", "high")
"""What a model takes that LiteLLM knows to think, and of whose efforts it knows nothing more."""
ON_OFF = {
    "none": {"extra_body": {"thinking": {"type": "disabled"}}},
    "high": {"extra_body": {"thinking": {"type": "enabled"}}},
}
TEMPLATE_OFF = {"extra_body": {"chat_template_kwargs": {"enable_thinking": False}}}
"""How a server of one's own (vLLM, SGLang, llama.cpp) is told not to think: its chat template's
switch."""

KNOBS: tuple[tuple[str, str, Mapping[str, Settings]], ...] = (
    ("zai", r"glm-(4\.[5-9]|5)", ON_OFF),
    ("moonshot", r"kimi-k2\.[56]", ON_OFF),
    ("dashscope", r"thinking|qwq", {}),
    (
        "dashscope",
        "",
        {
            "none": {"extra_body": {"enable_thinking": False}},
            "high": {"extra_body": {"enable_thinking": True}},
        },
    ),
    ("deepseek", r"reasoner|-r1", {"high": {"reasoning_effort": "high"}}),
    (
        "deepseek",
        r"v4|deepseek-(flash|pro)",
        {
            "none": {"reasoning_effort": "none"},
            # LiteLLM only switches thinking on; how much of it is the provider's own parameter.
            "high": {"reasoning_effort": "high", "extra_body": {"reasoning_effort": "high"}},
            "max": {"reasoning_effort": "max", "extra_body": {"reasoning_effort": "max"}},
        },
    ),
)
"""(provider, pattern of the name, settings by effort): knobs that LiteLLM doesn't map; the first
that fits counts."""
LEVELS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("", r"gpt-oss", CORE),
    ("openai|azure", r"^o1-(mini|preview)", ()),
    ("openai|azure", r"^o\d", CORE),
    ("openai|azure", r"chat-latest$", ("medium",)),
    ("openai|azure", r"^gpt-5-pro", ("high",)),
    ("xai", r"^grok-3-mini", ("low", "high")),
    ("xai", r"^grok-4\.3", ("none", *CORE)),
    ("xai", r"^grok-4\.[5-9](-|$)", CORE),
    ("xai", "", ()),
    ("groq", "qwen", ("none",)),
    ("fireworks_ai", "", ("none", *CORE)),
    ("moonshot", r"k2", ()),
)
"""(provider, pattern of the name, efforts): what providers document and LiteLLM's map lacks."""
ALWAYS_THINKS = re.compile(r"gemini-2\.5-pro|magistral|-thinking|gpt-oss")
BEHIND = {
    "openai": "openai",
    "anthropic": "anthropic",
    "google": "gemini",
    "x-ai": "xai",
    "deepseek": "deepseek",
    "mistralai": "mistral",
}
"""OpenRouter's names of makers, and LiteLLM's."""


def accepted_efforts(model: str, api_base: str | None = None) -> tuple[str, ...] | None:
    """The efforts a model takes; () where it takes none, None where nobody can know."""
    if not is_hosted(model):
        return ()
    known_knobs = knobs(model, api_base)
    return None if known_knobs is None else tuple(known_knobs)


def effort_settings(model: str, effort: str, api_base: str | None = None) -> Settings:
    """What to ask LiteLLM for, so that a model makes that effort."""
    found = (knobs(model, api_base) or {}).get(effort)
    return found if found is not None else _unlisted(model, effort, api_base)


def _unlisted(model: str, effort: str, api_base: str | None) -> Settings:
    """For a model that nobody described: what most servers of its kind understand."""
    about = known(model)
    listed = about.row is not None and about.row.get("supports_reasoning")
    if effort == "none" and not listed and own_server(model, api_base):
        return TEMPLATE_OFF
    settings: Settings = {"reasoning_effort": effort}
    if about.dry and mapped(model, **settings) is None:
        settings["allowed_openai_params"] = ["reasoning_effort"]
    return settings


@cache
def knobs(model: str, api_base: str | None) -> dict[str, Settings] | None:
    """What to ask LiteLLM for, by effort the model takes, from none to max; None: not known."""
    about = known(model)
    levels = _levels(about)
    if not about.dry:
        return None
    if about.provider in ("ollama", "ollama_chat"):
        return _dry(model, about, levels)
    if own_server(model, api_base):
        return {e: {"reasoning_effort": e} for e in levels} if levels else None
    if about.provider == "openrouter":
        return _relayed(model, about, levels)
    for provider, pattern, settings in KNOBS:
        if about.provider == provider and re.search(pattern, about.name.lower()):
            return dict(settings)
    if about.row is None:
        return {e: _unlisted(model, e, api_base) for e in levels} if levels is not None else None
    return _dry(model, about, levels)


def _levels(about: Known) -> tuple[str, ...] | None:
    """The efforts that providers document, or LiteLLM's map declares; None: neither says."""
    name = about.name.lower()
    for provider, pattern, efforts in LEVELS:
        if re.fullmatch(provider or ".*", about.provider) and re.search(pattern, name):
            # A maker's newer model that LiteLLM doesn't describe either: nobody can know.
            return None if about.row is None and not pattern else efforts
    if about.row is None:
        return None
    declared = part("router_utils.reasoning_effort_capability")
    found: tuple[str, ...] | None = declared.resolve_supported_reasoning_efforts(
        about.row, deployment_is_mapped=True
    )
    if found and about.provider in ("openai", "azure") and not about.responses:
        # Only the Responses interface takes it: 'openai/responses/NAME'.
        return tuple(effort for effort in found if effort != "max")
    return found


def _dry(model: str, about: Known, levels: tuple[str, ...] | None) -> dict[str, Settings]:
    """The efforts that LiteLLM sends as different things, and how thinking is switched off."""
    groups: dict[str, list[str]] = {}
    for effort in EFFORTS:
        sent = None if effort == "none" else _sent(model, effort, levels)
        if sent is not None:
            groups.setdefault(json.dumps(sent, sort_keys=True, default=str), []).append(effort)
    chosen = [_chosen(sent, efforts) for sent, efforts in groups.items()]
    found = {effort: {"reasoning_effort": effort} for effort in EFFORTS if effort in chosen}
    off = _off(model, about, levels)
    return {"none": off, **found} if off else found


def _sent(model: str, effort: str, levels: tuple[str, ...] | None) -> Settings | None:
    sent = mapped(model, reasoning_effort=effort)
    if sent == {"reasoning_effort": effort}:
        # LiteLLM only hands it on.
        return sent if effort in (CORE if levels is None else levels) else None
    if sent is None or _is_off(sent, ("none",)):
        # LiteLLM takes an effort that it doesn't know for thinking switched off.
        return None
    ours = levels is None or effort in levels or not _hands_on(sent)
    return sent if ours else None


def _hands_on(sent: Settings) -> bool:
    return set(sent) <= {"reasoning_effort", "think"}


def _chosen(sent: str, efforts: Sequence[str]) -> str:
    """Of efforts that send the same thing: the one that is named in it, else 'high'."""
    named = [effort for effort in efforts if f'"{effort}"' in sent]
    return (named or [effort for effort in efforts if effort == "high"] or [efforts[-1]])[0]


def _off(model: str, about: Known, levels: tuple[str, ...] | None) -> Settings | None:
    """What switches a model's thinking off; None where nothing does."""
    if ALWAYS_THINKS.search(about.name.lower()) or not mapped(model, reasoning_effort="high"):
        return None
    capable = part("llms.anthropic.common_utils").AnthropicModelInfo
    if capable.supports_model_capability(about.name, "thinking_always_on", about.provider):
        return None
    for settings in ({"reasoning_effort": "none"}, {"thinking": {"type": "disabled"}}):
        sent = mapped(model, **settings)
        if sent and _is_off(sent, levels):
            return settings
    return None


def _is_off(sent: Settings, levels: tuple[str, ...] | None) -> bool:
    if sent.get("reasoning_effort") == "none":
        return "none" in (levels or ())
    return (
        sent.get("think") is False
        or sent.get("thinking") == {"type": "disabled"}
        or sent.get("reasoning") == {"enabled": False}
        or (sent.get("thinkingConfig") or {}).get("thinkingBudget") == 0
    )


def _relayed(model: str, about: Known, levels: tuple[str, ...] | None) -> dict[str, Settings]:
    """OpenRouter turns an effort into each host's own knob; the model behind sets the limits."""
    taken: Sequence[str] = [e for e in EFFORTS if e != "max"] if levels is None else levels
    inner = accepted_efforts(behind(model)) if behind(model) else None
    if inner is not None and (not inner or about.name.startswith("openai/")):
        taken = [effort for effort in taken if effort in inner]
    elif inner is not None and "none" not in inner:
        taken = [effort for effort in taken if effort != "none"]
    return {effort: {"reasoning_effort": effort} for effort in taken}


def behind(model: str) -> str:
    """The maker's own string of a model that OpenRouter relays, if LiteLLM's map has it; or ''."""
    maker, _, name = model.removeprefix("openrouter/").partition("/")
    name = name.partition(":")[0]
    spellings = [f"{BEHIND.get(maker, maker)}/{spelt}" for spelt in (name, name.replace(".", "-"))]
    return next((found for found in spellings if known(found).row is not None), "")
