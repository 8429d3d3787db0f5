"""What LiteLLM knows of a model, and what it would send it: asked dry, without a network."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Any
from urllib.parse import urlsplit

OPENAI_HOSTS = (".openai.com", ".openai.azure.com")
LOGS_IN = ("github_copilot", "chatgpt")
"""Providers that LiteLLM logs in to before it says anything: never asked beforehand."""
SELF_HOSTED = (
    "hosted_vllm", "vllm", "lm_studio", "llamafile", "xinference", "openai_like", "custom_openai",
    "litellm_proxy", "docker_model_runner", "lemonade",
)  # fmt: skip
"""Providers that are a server of the user's own, with models that no list describes."""
Settings = dict[str, Any]


@dataclass(frozen=True)
class Known:
    """What LiteLLM makes of a model string."""

    provider: str
    name: str
    row: Mapping[str, Any] | None
    """The model's entry in LiteLLM's map."""
    responses: bool = False
    """Reached by OpenAI's Responses interface."""

    @property
    def dry(self) -> bool:
        """Whether LiteLLM can be asked without logging in somewhere."""
        return self.provider not in LOGS_IN


@cache
def known(model: str) -> Known:
    """The provider and the entry of a model string; nothing is sent."""
    from collectors.providers.litellm_door import litellm

    provider, _, name = model.partition("/")
    if not name or provider not in [str(getattr(p, "value", p)) for p in litellm.provider_list]:
        try:
            name, provider, _, _ = litellm.get_llm_provider(model)
        except Exception:
            return Known(provider, name or model, None)
    responses = name.startswith("responses/")
    name = name.removeprefix("responses/")
    row = litellm.model_cost.get(f"{provider}/{name}")
    bare = litellm.model_cost.get(name)
    if row is None and bare and str(bare.get("litellm_provider", "")).startswith(provider):
        row = bare
    if row is not None:
        row = {**row, "key": f"{provider}/{name}" if row is not bare else name}
    return Known(provider, name, row, responses or bool(row and row.get("mode") == "responses"))


def own_server(model: str, api_base: str | None) -> bool:
    """Whether a model runs on a server of the user's own, of which no list says anything."""
    provider = known(model).provider
    return provider in SELF_HOSTED or (provider == "openai" and not is_openai(api_base))


def is_openai(api_base: str | None) -> bool:
    """Whether a request goes to OpenAI; LiteLLM also obeys two environment variables."""
    base = api_base or os.environ.get("OPENAI_BASE_URL") or os.environ.get("OPENAI_API_BASE")
    try:
        return not base or (urlsplit(base).hostname or "").endswith(OPENAI_HOSTS)
    except ValueError:
        return False


def mapped(model: str, **params: Any) -> Settings | None:
    """What LiteLLM turns parameters into for a model; None where it refuses them."""
    about = known(model)
    options = part("utils").get_optional_params
    try:
        found: Settings = options(about.name, custom_llm_provider=about.provider, **params)
        effort = (found.get("output_config") or {}).get("effort")
        refused = effort and _claude().validate_effort_for_model(about.name, effort, about.provider)
    except Exception:
        return None
    dull = ("stream", *(() if "temperature" in params else ("temperature",)), "max_tokens")
    return None if refused else {k: v for k, v in found.items() if v != {} and k not in dull}


def _claude() -> Any:
    return part("llms.anthropic.chat.transformation").AnthropicConfig


def part(name: str) -> Any:
    """A module of LiteLLM, which the door has set up."""
    from collectors.providers import litellm_door

    return import_module(f"{litellm_door.litellm.__name__}.{name}")
