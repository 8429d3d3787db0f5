"""The door to LiteLLM, and the only module that imports it: a prompt in, a completion out.

A failed call is a completion too, with a status and one line of error that holds no secret.
"""

from __future__ import annotations

import asyncio
import logging
import os
import re
import time
import warnings
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from importlib import import_module
from typing import TYPE_CHECKING, Any

from collectors.providers.litellm_usage import read_usage
from data.records import Completion, Contestant, Message, Status, Usage

if TYPE_CHECKING:
    from collectors.providers.local.readers import Reading

READERS = "isocost"
"""LiteLLM's name for the provider that answers with our readers and rules."""
REQUEST_SETTINGS = ("temperature", "top_p", "seed")
"""The contestant's settings that are parameters of a request."""
CPU_PARAM, DURATION_PARAM = "isocost_cpu_s", "isocost_duration_s"
ERROR_CHARS = 300
SECRET_NAMES = re.compile(r"(KEY|TOKEN|SECRET|PASSWORD)$")


def _prepare_environment() -> None:
    """What LiteLLM reads while it is being imported."""
    # Otherwise it fetches a price list and retries for seconds.
    os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"
    # Otherwise it loads a .env file from the working folder: keys come from the environment only.
    os.environ["LITELLM_MODE"] = "PRODUCTION"
    os.environ.setdefault("LITELLM_LOG", "CRITICAL")
    # Local servers are never behind the proxy that the environment may name.
    direct = os.environ.get("no_proxy") or os.environ.get("NO_PROXY")
    hosts = ",".join(filter(None, [direct, "127.0.0.1", "localhost"]))
    os.environ["no_proxy"] = os.environ["NO_PROXY"] = hosts


_prepare_environment()
# Pydantic's, about LiteLLM's own types, on the first call.
warnings.filterwarnings("ignore", message=".*using the `ReadOnly` qualifier", module="pydantic")
# Any on purpose: a type checker that follows LiteLLM reads 2,700 modules.
litellm: Any = import_module("litellm")
litellm.suppress_debug_info = True
litellm.turn_off_message_logging = True
litellm.telemetry = False
for _name in ("LiteLLM", "LiteLLM Router", "LiteLLM Proxy"):
    logging.getLogger(_name).setLevel(logging.CRITICAL)


async def complete(
    contestant: Contestant,
    messages: list[Message],
    *,
    api_base: str | None,
    api_key: str | None,
    max_tokens: int | None,
    timeout_s: float,
    response_format: Mapping[str, Any] | None,
    extra: Mapping[str, Any],
) -> Completion:
    """One call, no retries. `extra` goes to LiteLLM as it is (api_version, extra_body, ...)."""
    request = {
        "model": contestant.model,
        "messages": messages,
        "timeout": timeout_s,
        "num_retries": 0,
        "max_retries": 0,
        **_optional(
            api_base=api_base,
            api_key=api_key,
            max_tokens=max_tokens,
            response_format=response_format,
            reasoning_effort=contestant.effort,
            # LiteLLM knows nothing of a self-hosted model and would refuse its effort.
            allowed_openai_params=["reasoning_effort"] if api_base and contestant.effort else None,
        ),
        **_optional(**{name: contestant.settings.get(name) for name in REQUEST_SETTINGS}),
        **extra,
    }
    started = time.perf_counter()
    try:
        # LiteLLM's own limit is between bytes for some providers; this one is for the whole call.
        async with asyncio.timeout(timeout_s):
            response = await litellm.acompletion(**request)
    except Exception as error:
        return failure(error, time.perf_counter() - started, secrets(api_key))
    return read_response(response, time.perf_counter() - started)


def _optional(**values: Any) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}


def read_response(response: Any, duration_s: float) -> Completion:
    """LiteLLM's response as a completion."""
    hidden = getattr(response, "_hidden_params", None) or {}
    billed = hidden.get("response_cost")
    usage = read_usage(getattr(response, "usage", None))
    if not response.choices:
        return Completion("", usage, "infra_error", "EmptyResponse: no choices in the response")
    choice = response.choices[0]
    message = choice.message
    refusal = (getattr(message, "provider_specific_fields", None) or {}).get("refusal")
    return Completion(
        text=message.content or refusal or "",
        usage=usage,
        status=status_of(choice.finish_reason, bool(refusal)),
        finish_reason=choice.finish_reason,
        duration_s=hidden.get(DURATION_PARAM, duration_s),
        cpu_s=hidden.get(CPU_PARAM),
        # 0 is what LiteLLM says of models it has no price for.
        billed_usd=billed if billed else None,
        served_model=response.model,
        reasoning_text=getattr(message, "reasoning_content", None),
    )


def status_of(finish_reason: str | None, refusal: bool) -> Status:
    """How an answered call ended."""
    if refusal or finish_reason == "content_filter":
        return "refused"
    return "truncated" if finish_reason == "length" else "ok"


def failure(error: Exception, duration_s: float, hide: set[str]) -> Completion:
    """A call that raised, as a completion whose error begins with the exception's name."""
    status: Status = "infra_error"
    if isinstance(error, TimeoutError):
        error = TimeoutError(f"no whole answer within {duration_s:.1f} s")
    if isinstance(error, (TimeoutError, litellm.Timeout)):
        status = "timeout"
    elif isinstance(error, litellm.ContentPolicyViolationError):
        status = "refused"
    return Completion("", Usage(), status, error_line(error, hide), duration_s=duration_s)


CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


def error_line(error: Exception, hide: set[str]) -> str:
    """'ClassName: message' on one line of at most 300 characters, without secrets."""
    name = type(error).__name__
    text = CONTROL.sub("", str(error))
    head, trace, tail = text.partition("Traceback (most recent call last)")
    if trace:
        # Not the trace, which names files of this machine, but what it ends with.
        head += ([line for line in tail.splitlines() if line.strip()] or [""])[-1]
    message = " ".join(head.split())
    for value in hide:
        message = message.replace(value, "[key]")
    # LiteLLM repeats the names of the classes it wrapped.
    message = re.sub(r"^((litellm\.)?[A-Z]\w+(Error|Timeout)(:| -) *)+", "", message)
    return f"{name}: {message or 'no message'}"[:ERROR_CHARS]


def secrets(api_key: str | None) -> set[str]:
    """Values that no error may show: the call's key and every key of the environment."""
    found = {value for name, value in os.environ.items() if SECRET_NAMES.search(name.upper())}
    return {value for value in {api_key or "", *found} if len(value) >= 6}


Read = Callable[[str, str], Awaitable["Reading"]]
"""(task, input) -> a reader's answer."""


class _ReaderProvider(litellm.CustomLLM):  # type: ignore[misc]
    """Readers and rules as a LiteLLM provider; `usage` is the readers' own."""

    def __init__(self, readers: Mapping[str, Read]) -> None:
        super().__init__()
        self._readers = readers

    async def acompletion(self, *, model: str, messages: list[Message], **_: Any) -> Any:
        reading = await self._readers[model](*reader_input(messages))
        tokens = reading.input_tokens or 0
        response = litellm.ModelResponse(
            model=model,
            choices=[{"message": {"role": "assistant", "content": reading.text}}],
            usage=litellm.Usage(prompt_tokens=tokens, completion_tokens=0, total_tokens=tokens),
        )
        response._hidden_params = {CPU_PARAM: reading.cpu_s, DURATION_PARAM: reading.duration_s}
        return response


def serve_readers(readers: Mapping[str, Read]) -> None:
    """Make readers callable by `reader_model(name)`; replaces those served before."""
    litellm.custom_provider_map = [
        {"provider": READERS, "custom_handler": _ReaderProvider(readers)}
    ]
    litellm.utils.custom_llm_setup()


def reader_model(name: str) -> str:
    """LiteLLM's model string for a reader of ours."""
    return f"{READERS}/{name}"


def reader_input(messages: list[Message]) -> tuple[str, str]:
    """(task, input) of the messages that prompt style 'reader' sends."""
    by_role = {message["role"]: message["content"] for message in messages}
    return by_role["system"], by_role["user"]


def missing_keys(model: str) -> list[str]:
    """Environment variables that a model's provider needs and that aren't set, or are empty."""
    # LiteLLM takes an empty variable for a key that is there.
    for name in [n for n, value in os.environ.items() if n.endswith("_API_KEY") and not value]:
        del os.environ[name]
    missing: list[str] = litellm.validate_environment(model)["missing_keys"]
    # LiteLLM lists more than it needs: either key for Gemini, clouds that have other ways to log
    # in (a role, a profile), addresses that have a default.
    if "GEMINI_API_KEY" in missing:
        return ["GEMINI_API_KEY"]
    return [name for name in missing if name.endswith("_API_KEY")]


def reference_cost(
    model: str, provider: str, usage: Usage, at: datetime, mode: str, kind: str
) -> float:
    """Dollars LiteLLM's own code and map charge for a usage at a moment (naive UTC).

    `kind` is the map's mode of the model. Nothing is kept, and nothing is sent, but for a batch of
    GitHub Copilot's, for which LiteLLM logs in first: don't ask for one. Raises what LiteLLM raises
    for a model that it has no price of.
    """
    calculator = import_module("litellm.cost_calculator")
    clock = import_module("litellm._internal_context").pinned_billing_time
    block = _usage_block(usage)
    with clock(at.replace(tzinfo=UTC)):
        if mode == "batch":
            parts = calculator.batch_cost_calculator(block, model, custom_llm_provider=provider)
        else:
            parts = calculator.cost_per_token(
                model,
                custom_llm_provider=provider,
                usage_object=block,
                service_tier=None if mode == "standard" else mode,
                call_type=kind if kind in ("embedding", "rerank") else "completion",
                rerank_billed_units={"search_units": 1, "total_tokens": usage.input_tokens or 0},
            )
    return float(sum(parts))


def _usage_block(usage: Usage) -> Any:
    """The usage block that LiteLLM makes of a provider's answer with these tokens."""
    types = import_module("litellm.types.utils")
    n_in, n_out = usage.input_tokens or 0, usage.output_tokens or 0
    written, hour = usage.cache_write_tokens or 0, usage.cache_write_1h_tokens or 0
    kept = types.CacheCreationTokenDetails(
        ephemeral_5m_input_tokens=written - hour, ephemeral_1h_input_tokens=hour
    )
    return types.Usage(
        prompt_tokens=n_in,
        completion_tokens=n_out,
        total_tokens=n_in + n_out,
        prompt_tokens_details=types.PromptTokensDetailsWrapper(
            cached_tokens=usage.cache_read_tokens or 0,
            cache_creation_tokens=written,
            cache_creation_token_details=kept if hour else None,
        ),
        completion_tokens_details=types.CompletionTokensDetailsWrapper(
            reasoning_tokens=usage.reasoning_tokens or 0
        ),
    )


async def warm_up() -> None:
    """Let LiteLLM load what its first call loads, so that no prompt's duration includes it."""
    messages = [{"role": "user", "content": "warm-up"}]
    await litellm.acompletion("hosted_vllm/none", messages, mock_response="ready")


async def close() -> None:
    """Close LiteLLM's connections; without it the event loop ends with warnings."""
    worker = import_module("litellm.litellm_core_utils.logging_worker").GLOBAL_LOGGING_WORKER
    await worker.flush()
    await worker.stop()
    await litellm.close_litellm_async_clients()
