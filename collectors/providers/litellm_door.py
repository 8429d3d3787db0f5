"""The door to LiteLLM, and the only module that imports it: a prompt in, a completion out.

A failed call is a completion too, with a status and one line of error that holds no secret.
"""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import time
import warnings
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from difflib import get_close_matches
from importlib import import_module
from typing import TYPE_CHECKING, Any

from collectors.providers.embedding import embeds, packed, texts_of
from collectors.providers.litellm_answer import billed_usd, name_of, read_body, read_response
from collectors.providers.litellm_cost import litellm_cost, reference_cost, second_opinion
from collectors.providers.litellm_dials import dials_of
from collectors.providers.litellm_errors import failed
from collectors.providers.litellm_once import send_once
from collectors.providers.litellm_record import call_record
from collectors.providers.litellm_redact import clean, secrets
from collectors.providers.litellm_stream import Gathered, gather, read_stream
from collectors.providers.litellm_usage import NOTHING, usage_of
from collectors.providers.model_names import UNKNOWN_PROVIDER
from data.records import Completion, Contestant, Message, Usage

if TYPE_CHECKING:
    from collectors.providers.local.readers import Reading

__all__ = [
    "close",
    "complete",
    "litellm",
    "litellm_cost",
    "missing_keys",
    "reader_input",
    "reader_model",
    "reference_cost",
    "serve_readers",
    "warm_up",
]

READERS = "isocost"
"""LiteLLM's name for the provider that answers with our readers and rules."""
COHERE, FOR_HEADS = "cohere/", {"input_type": "classification"}
"""Cohere's models are told what their vectors are for."""
CPU_PARAM, DURATION_PARAM = "isocost_cpu_s", "isocost_duration_s"


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
# Pydantic's, about a usage that is no number: with the vendors' SDK it would quote the answer.
warnings.filterwarnings("ignore", message="Pydantic serializer warnings", module="pydantic")
# Any on purpose: a type checker that follows LiteLLM reads 2,700 modules.
litellm: Any = import_module("litellm")
litellm.suppress_debug_info = True
litellm.turn_off_message_logging = True
litellm.telemetry = False
# For embeddings LiteLLM takes a wish for no retries for no wish at all, and retries in silence.
litellm.DEFAULT_MAX_RETRIES = 0
send_once()
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
    stream: bool = False,
) -> Completion:
    """One call, no retries; only cancellation is raised.

    `extra` goes to LiteLLM as it is (api_version, extra_body, ...). `stream` measures the time to
    the first token; it costs more CPU, and the answer and its usage are the same. Of a contestant
    that embeds, the completion has the vectors of its texts instead of an answer.
    """
    if embeds(contestant):
        return await _embed(
            contestant.model,
            messages,
            api_base=api_base,
            api_key=api_key,
            timeout_s=timeout_s,
            extra=extra,
        )
    record = call_record(contestant.model, messages, stream)
    gathered = Gathered()
    started = time.perf_counter()
    try:
        request = {
            "model": contestant.model,
            "messages": messages,
            "timeout": timeout_s,
            "num_retries": 0,
            "max_retries": 0,
            **dials_of(contestant, api_base),
            **_optional(
                api_base=api_base,
                api_key=api_key,
                max_tokens=max_tokens,
                response_format=response_format,
                stream=True if stream else None,
                stream_options={"include_usage": True} if stream else None,
            ),
            **extra,
        }
        # LiteLLM's own limit is between bytes for some providers; this one is for the whole call.
        async with asyncio.timeout(timeout_s):
            response = await litellm.acompletion(**request, litellm_logging_obj=record)
            if stream:
                await gather(response, gathered)
        duration_s = (gathered.ended_at or time.perf_counter()) - started
        completion = read_stream(gathered) if stream else read_response(response, record.body)
        completion = _timed(completion, response, duration_s, started, gathered)
        completion = second_opinion(contestant.model, completion)
    except Exception as error:
        duration_s = time.perf_counter() - started
        completion = _rescued(record, duration_s) or failed(
            error,
            duration_s,
            secrets(api_key),
            sent=record.sent,
            answered=record.answered,
            usage=_reported(gathered, record),
        )
    return _printable(completion, api_key)


async def _embed(
    model: str,
    messages: list[Message],
    *,
    api_base: str | None,
    api_key: str | None,
    timeout_s: float,
    extra: Mapping[str, Any],
) -> Completion:
    """One call for the vectors of all user messages."""
    texts = texts_of(messages)
    record = call_record(model, texts, False, "aembedding")
    response: Any = None
    started = time.perf_counter()
    try:
        request = {
            "model": model,
            "input": texts,
            "timeout": timeout_s,
            "num_retries": 0,
            "max_retries": 0,
            **_optional(api_base=api_base, api_key=api_key),
            **(FOR_HEADS if model.startswith(COHERE) else {}),
            **extra,
        }
        async with asyncio.timeout(timeout_s):
            response = await litellm.aembedding(**request, litellm_logging_obj=record)
        duration_s = time.perf_counter() - started
        completion = _vectors(response, record.body, len(texts), duration_s)
        completion = second_opinion(model, completion)
    except Exception as error:
        duration_s = time.perf_counter() - started
        body = record.body or {}
        completion = _rescued_vectors(body, len(texts), duration_s) or failed(
            error,
            duration_s,
            secrets(api_key),
            sent=record.sent,
            answered=record.answered,
            usage=_told(body, response),
        )
    return _printable(completion, api_key)


def _vectors(
    response: Any, body: Mapping[str, Any] | None, count: int, duration_s: float
) -> Completion:
    """LiteLLM's response, or a body of OpenAI's form, as a completion with vectors."""
    known = body or {}
    return Completion(
        text="",
        usage=_read_only(usage_of(body, getattr(response, "usage", None))),
        duration_s=duration_s,
        billed_usd=billed_usd(known),
        served_model=name_of(known.get("model") or getattr(response, "model", None)),
        vectors=packed(known["data"] if response is None else response.data, count),
    )


def _rescued_vectors(body: Mapping[str, Any], count: int, duration_s: float) -> Completion | None:
    """A whole answer that LiteLLM could not read, for a usage that it doesn't understand."""
    if "data" not in body or body.get("error"):
        return None
    try:
        return _vectors(None, body, count, duration_s)
    except Exception:
        return None


def _told(body: Mapping[str, Any], response: Any) -> Usage:
    """The usage that came with an answer without good vectors: it was charged."""
    if isinstance(body.get("usage"), dict):
        return _read_only(usage_of(body))
    found = getattr(response, "usage", None)
    return NOTHING if found is None else _read_only(usage_of(None, found))


def _read_only(usage: Usage) -> Usage:
    """Usage of a call that writes nothing."""
    return usage if usage.input_tokens is None else replace(usage, output_tokens=0)


def _timed(
    completion: Completion, response: Any, duration_s: float, started: float, gathered: Gathered
) -> Completion:
    """With its times; readers of ours bring their own."""
    own = getattr(response, "_hidden_params", None) or {}
    first_at = gathered.first_at
    return replace(
        completion,
        duration_s=own.get(DURATION_PARAM, duration_s),
        ttft_s=None if first_at is None else first_at - started,
        cpu_s=own.get(CPU_PARAM),
    )


def _reported(gathered: Gathered, record: Any) -> Usage:
    """The usage that came with a failure: it was charged."""
    if "usage" in gathered.about:
        return usage_of(gathered.body)
    body = record.body or {}
    return usage_of(body) if isinstance(body.get("usage"), dict) else NOTHING


def _rescued(record: Any, duration_s: float) -> Completion | None:
    """A whole answer that LiteLLM could not read, for a usage that it doesn't understand."""
    body = record.body
    if not body or body.get("error"):
        return None
    try:
        return replace(read_body(body), duration_s=duration_s)
    except Exception:
        return None


def _printable(completion: Completion, api_key: str | None) -> Completion:
    """Without a key that a hostile server sent back, and without halves of characters."""
    hide = secrets(None) if api_key is None else {api_key}
    names = ("text", "reasoning_text", "served_model", "served_by", "fingerprint", "finish_reason")
    told: dict[str, Any] = {name: value for name in names if (value := getattr(completion, name))}
    cleaned: dict[str, Any] = {name: clean(value, hide) for name, value in told.items()}
    return replace(completion, **cleaned) if cleaned != told else completion


def _optional(**values: Any) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}


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
    """Environment variables that a model's provider needs and that aren't set, or are empty.

    For a provider that LiteLLM doesn't know, one item alone: UNKNOWN_PROVIDER and the nearest.
    """
    try:
        litellm.get_llm_provider(model)
    except litellm.BadRequestError:
        prefix, known = model.split("/")[0], [str(p.value) for p in litellm.provider_list]
        close = get_close_matches(prefix, known, 1) if "/" in model else []
        return [UNKNOWN_PROVIDER + "".join(close)]
    # LiteLLM takes an empty variable for a key that is there.
    for name in [n for n, value in os.environ.items() if n.endswith("_API_KEY") and not value]:
        del os.environ[name]
    missing: list[str] = litellm.validate_environment(model)["missing_keys"]
    # LiteLLM lists more than it needs: either key for Gemini, clouds that have other ways to log
    # in (a role, a profile), addresses that have a default.
    if "GEMINI_API_KEY" in missing:
        return ["GEMINI_API_KEY"]
    return [name for name in missing if name.endswith("_API_KEY")]


async def warm_up() -> None:
    """Let LiteLLM load what its first call loads, so that no prompt's duration includes it."""
    messages = [{"role": "user", "content": "warm-up"}]
    await litellm.acompletion("hosted_vllm/none", messages, mock_response="ready")
    await litellm.aembedding("hosted_vllm/none", input=["warm-up"], mock_response=[0.0])
    # LiteLLM's import leaves 300,000 objects that live as long as the process. Walking them in
    # every full collection is a third of a call's CPU time; this takes them out of it.
    gc.collect()
    gc.freeze()


async def close() -> None:
    """Close LiteLLM's connections; without it the event loop ends with warnings."""
    worker = import_module("litellm.litellm_core_utils.logging_worker").GLOBAL_LOGGING_WORKER
    await worker.flush()
    await worker.stop()
    await litellm.close_litellm_async_clients()
    # LiteLLM goes on handing out what it has closed: a second run in this process would get it.
    litellm.in_memory_llm_clients_cache.flush_cache()
    # What stays frozen when Python ends is reported as leaked by libraries that count.
    gc.unfreeze()
