"""OpenTelemetry: one span for each call, where an OTLP endpoint is configured and the SDK is there.

Names are those of the GenAI semantic conventions (opentelemetry-semantic-conventions 0.66b2; a
test compares them). A span holds sizes, times and outcomes: never a prompt, an answer, a key or a
provider's error text. The exporter works in a thread of its own and is given up on at the end.
"""

from __future__ import annotations

import logging
import os
import re
import threading
from collections.abc import Callable, Mapping
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from typing import Any
from urllib.parse import urlsplit

from collectors.providers.embedding import embeds
from data.records import UNSCORED, Attempt, Contestant

Say = Callable[[str], None]

ENDPOINTS = ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT")
PROTOCOLS = ("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL")
CLOSE_S = 5.0
"""How long the end of a run waits for a collector."""
MOST_WAITING = 20_000
"""Spans that wait for a slow collector; older ones are then dropped."""
PROVIDER_NAMES = {
    "azure": "azure.ai.openai",
    "azure_ai": "azure.ai.inference",
    "bedrock": "aws.bedrock",
    "gemini": "gcp.gemini",
    "mistral": "mistral_ai",
    "vertex_ai": "gcp.vertex_ai",
    "watsonx": "ibm.watsonx.ai",
    "xai": "x_ai",
}
"""LiteLLM's prefixes that the conventions call by another name; the rest keep theirs."""
USAGE = {
    "gen_ai.usage.input_tokens": "input_tokens",
    "gen_ai.usage.output_tokens": "output_tokens",
    "gen_ai.usage.cache_read.input_tokens": "cache_read_tokens",
    "gen_ai.usage.cache_creation.input_tokens": "cache_write_tokens",
    "gen_ai.usage.reasoning.output_tokens": "reasoning_tokens",
    "gen_ai.response.time_to_first_chunk": "ttft_s",
    "gen_ai.response.model": "served_model",
}
OWN = {
    "isocost.run_id": "run_id",
    "isocost.campaign": "campaign",
    "isocost.attempt_id": "attempt_id",
    "isocost.task": "task",
    "isocost.level": "level",
    "isocost.sample_id": "sample_id",
    "isocost.status": "status",
    "isocost.score": "score",
    "isocost.retries": "retries",
    "isocost.cost_usd": "cost_usd",
}
"""What the conventions have no word for."""


def spans(say: Say) -> Spans | None:
    """The sink for spans; None when no endpoint is configured, or (said once) it can't be used."""
    endpoint = _first(ENDPOINTS)
    off = os.environ.get("OTEL_SDK_DISABLED", "").strip().lower() == "true"
    if not endpoint or off or os.environ.get("OTEL_TRACES_EXPORTER") == "none":
        return None
    protocol = _first(PROTOCOLS)
    if protocol and protocol != "http/protobuf":
        say(
            f"No spans are sent: the OTLP protocol is set to '{protocol}'; Isocost speaks "
            "http/protobuf, which collectors take on port 4318."
        )
        return None
    try:
        return Spans(say)
    except ImportError:
        say(
            "No spans are sent: an OTLP endpoint is set, but the OpenTelemetry SDK is not "
            "installed. Run `pip install 'isocost[otel]'`."
        )
    except Exception as error:
        # By its name alone: the message can repeat an address with a key in it.
        say(f"No spans are sent: OpenTelemetry can't be set up ({type(error).__name__}).")
    return None


class Spans:
    """Attempts as client spans, exported in batches over OTLP/HTTP."""

    def __init__(self, say: Say) -> None:
        sdk = import_module("opentelemetry.sdk.trace")
        batches = import_module("opentelemetry.sdk.trace.export")
        otlp = import_module("opentelemetry.exporter.otlp.proto.http.trace_exporter")
        resources = import_module("opentelemetry.sdk.resources")
        trace = import_module("opentelemetry.trace")
        self._kind, self._status = trace.SpanKind.CLIENT, trace.Status(trace.StatusCode.ERROR)
        _say_troubles_once(say)
        name = os.environ.get("OTEL_SERVICE_NAME") or "isocost"
        resource = resources.Resource.create({"service.name": name, "service.version": _version()})
        provider = sdk.TracerProvider(resource=resource, shutdown_on_exit=False)
        self._processor = batches.BatchSpanProcessor(
            otlp.OTLPSpanExporter(), max_queue_size=MOST_WAITING
        )
        provider.add_span_processor(self._processor)
        self._tracer = provider.get_tracer("isocost", _version())
        self._requests: dict[str, dict[str, Any]] = {}

    def event(self, moment: float, name: str, fields: Mapping[str, Any]) -> None:
        """Calls alone are spans."""

    def retry(self, moment: float, contestant: Contestant, fields: Mapping[str, Any]) -> None:
        own = {f"isocost.{name}": fields.get(name) for name in ("run_id", "campaign", "wait_s")}
        failed = {"error.type": error_type(str(fields.get("error") or ""))}
        request = self._request(contestant.contestant_id, contestant)
        self._span(moment, fields.get("duration_s"), {**request, **own, **failed})

    def attempt(self, moment: float, attempt: Attempt, contestant: Contestant) -> None:
        request = self._request(attempt.contestant_id, contestant)
        self._span(moment, attempt.duration_s, {**request, **response_attributes(attempt)})

    def _request(self, contestant_id: str, contestant: Contestant) -> dict[str, Any]:
        if contestant_id not in self._requests:
            self._requests[contestant_id] = request_attributes(contestant)
        return self._requests[contestant_id]

    def _span(self, ended: float, duration_s: Any, attributes: dict[str, Any]) -> None:
        span = self._tracer.start_span(
            f"{attributes['gen_ai.operation.name']} {attributes['gen_ai.request.model']}",
            kind=self._kind,
            attributes={name: value for name, value in attributes.items() if value is not None},
            start_time=int((ended - (duration_s or 0.0)) * 1e9),
        )
        if "error.type" in attributes:
            span.set_status(self._status)
        span.end(int(ended * 1e9))

    def close(self) -> None:
        """Send what waits, for at most five seconds."""
        # The SDK's own limit is 30 s, and it can't be set.
        sender = threading.Thread(
            target=self._processor.shutdown, name="isocost-spans", daemon=True
        )
        sender.start()
        sender.join(CLOSE_S)


def request_attributes(contestant: Contestant) -> dict[str, Any]:
    """What is the same for every call of a contestant."""
    prefix, _, name = contestant.model.partition("/")
    found: dict[str, Any] = {
        "gen_ai.operation.name": "embeddings" if embeds(contestant) else "chat",
        "gen_ai.provider.name": PROVIDER_NAMES.get(prefix, prefix),
        "gen_ai.request.model": name or prefix,
        "gen_ai.request.max_tokens": contestant.max_tokens,
        "gen_ai.request.temperature": contestant.settings.get("temperature"),
        "isocost.contestant": contestant.name,
        "isocost.contestant_id": contestant.contestant_id,
        "isocost.effort": contestant.effort,
        "isocost.prompt_style": contestant.prompt_style,
    }
    host, port = server(contestant.deployment)
    return {**found, "server.address": host, "server.port": port}


def response_attributes(attempt: Attempt) -> dict[str, Any]:
    """What one call came to."""
    found = {name: getattr(attempt, field) for name, field in {**USAGE, **OWN}.items()}
    if attempt.finish_reason:
        found["gen_ai.response.finish_reasons"] = (attempt.finish_reason,)
    if attempt.error or attempt.status in UNSCORED:
        found["error.type"] = error_type(attempt.error or attempt.status)
    return found


def server(deployment: str) -> tuple[str | None, int | None]:
    """Host and port of a deployment that is an address, without any key that stands in it."""
    if "://" not in deployment:
        return None, None
    try:
        parts = urlsplit(deployment)
        port = parts.port or {"https": 443, "http": 80}.get(parts.scheme)
        return parts.hostname, port
    except ValueError:
        return None, None


def error_type(error: str) -> str:
    """The name that an error line begins with; never its text, which can hold a prompt."""
    name = re.match(r"[A-Za-z_][\w.]{0,80}", error)
    return name.group() if name else "_OTHER"


class _Once(logging.Handler):
    """The SDK's troubles as one line of ours: its own messages hold whole addresses."""

    def __init__(self, say: Say) -> None:
        super().__init__(logging.WARNING)
        self._say, self._said = say, False

    def emit(self, record: logging.LogRecord) -> None:
        if not self._said:
            self._said = True
            host, port = server(_first(ENDPOINTS) or "")
            self._say(
                f"The OpenTelemetry collector at {host}:{port} does not take all spans; the run "
                "goes on without them."
            )


def _say_troubles_once(say: Say) -> None:
    logger = logging.getLogger("opentelemetry")
    logger.handlers = [_Once(say)]
    logger.propagate = False


def _first(names: tuple[str, ...]) -> str | None:
    return next((os.environ[name] for name in names if os.environ.get(name)), None)


def _version() -> str:
    try:
        return version("isocost")
    except PackageNotFoundError:
        return "0"
