"""Ask servers which models they serve. Every reply is hostile until it is read."""

from __future__ import annotations

import asyncio
import json
import math
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

from collectors.firsthour.sources import Source, key_values
from collectors.keys import secret_values

if TYPE_CHECKING:
    import httpx

TIMEOUT_S = 30.0
"""Of one source, all its pages."""
CONNECT_S = 2.0
"""To a port that may be nobody's."""
PAGE_BYTES = 20_000_000
MOST_PAGES = 20
MOST_MODELS = 20_000
LONGEST_ID = 200
LOOPBACK = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True)
class Listed:
    """A model as its server names it. None: the server does not say."""

    name: str
    created: date | None = None
    text: bool | None = None
    """Whether it answers text with text."""
    retires: date | None = None
    usd_per_mtok: tuple[float, float] | None = None
    """Input and output, where the listing tells its price."""


@dataclass(frozen=True)
class Listing:
    """What a source answered."""

    source: Source
    models: tuple[Listed, ...] = ()
    error: str | None = None
    """One line without secrets; None: it answered."""
    strange: int = 0
    """Entries left out because their names can't be used."""


class _UnreadableError(Exception):
    """Why a listing can't be used, on one line that quotes nothing of the reply."""

    def __init__(self, why: str, status: int = 0) -> None:
        super().__init__(why)
        self.status = status


def ask(found: Iterable[Source]) -> list[Listing]:
    """Every source's models, asked side by side; one that fails holds up and stops no other."""
    asked = list(found)
    hidden = secret_values(*key_values(os.environ, asked))

    async def everything() -> list[Listing]:
        return list(await asyncio.gather(*(_ask(source, hidden) for source in asked)))

    return asyncio.run(everything()) if asked else []


async def _ask(source: Source, hidden: set[str]) -> Listing:
    import httpx

    try:
        async with asyncio.timeout(TIMEOUT_S), _client(source) as client:
            if source.check:
                await _check(client, source)
            source, entries, owner = await _found(client, source)
    except _UnreadableError as error:
        return Listing(source, error=str(error))
    except TimeoutError:
        return Listing(source, error=f"no whole answer within {TIMEOUT_S:.0f} s")
    except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError, ImportError) as error:
        # The kind alone: the text may repeat a header.
        return Listing(source, error=f"can't be reached ({type(error).__name__})")
    read = [_listed(entry, hidden) for entry in entries]
    models = {m.name: m for m in read if m is not None}
    named = replace(source, name=_software(owner, source)) if source.own else source
    return Listing(named, tuple(models.values()), strange=read.count(None))


def _client(source: Source) -> httpx.AsyncClient:
    import httpx

    near = urlsplit(source.base).hostname in LOOPBACK
    return httpx.AsyncClient(
        # A redirect would carry the key to another host.
        follow_redirects=False,
        # A server on this machine is never behind the environment's proxy.
        trust_env=not near,
        timeout=httpx.Timeout(TIMEOUT_S, connect=CONNECT_S if near else TIMEOUT_S),
        headers={"User-Agent": "isocost", **_authority(source)},
    )


def _authority(source: Source) -> dict[str, str]:
    key = os.environ.get(source.key_env, "").strip() if source.key_env else ""
    if not key:
        return {}
    if not (key.isascii() and key.isprintable()):
        raise _UnreadableError(f"{source.key_env} holds characters that no key has")
    if source.auth == "anthropic":
        return {"x-api-key": key, "anthropic-version": "2023-06-01"}
    return (
        {"x-goog-api-key": key} if source.auth == "gemini" else {"Authorization": f"Bearer {key}"}
    )


async def _check(client: httpx.AsyncClient, source: Source) -> None:
    """Whether the key is taken, where the listing is open to anyone."""
    async with client.stream("GET", f"{source.base}{source.check}") as answer:
        _accepted(answer.status_code, source)


async def _found(client: httpx.AsyncClient, source: Source) -> tuple[Source, list[Any], str]:
    """The source as it answers: an address without its /v1 is a usual slip."""
    try:
        return (source, *await _entries(client, source))
    except _UnreadableError as error:
        if not (source.own and error.status == 404 and source.listing == "/models"):
            raise
        base = f"{source.base}/v1"
        longer = replace(source, base=base, api_base=base)
        return (longer, *await _entries(client, longer))


async def _entries(client: httpx.AsyncClient, source: Source) -> tuple[list[Any], str]:
    """Entries of every page, and who the server says owns its models."""
    found: list[Any] = []
    more = ""
    for _ in range(MOST_PAGES):
        page = await _page(client, source, more)
        rows = page if isinstance(page, list) else page.get("data", page.get("models"))
        if not isinstance(rows, list):
            raise _UnreadableError("its reply is no list of models")
        found += rows[: MOST_MODELS - len(found)]
        more = _next(page, source) if isinstance(page, dict) else ""
        if not more or len(found) >= MOST_MODELS:
            break
    owners = [row.get("owned_by") for row in found[:1] if isinstance(row, dict)]
    return found, str(owners[0])[:80] if owners else ""


def _next(page: Mapping[str, Any], source: Source) -> str:
    """What to add to the address for the next page; empty at the end."""
    token, last = page.get("nextPageToken"), page.get("last_id")
    if source.auth == "gemini" and isinstance(token, str) and 0 < len(token) < 2000:
        return f"&pageToken={quote(token, safe='')}"
    if source.auth == "anthropic" and page.get("has_more") is True and isinstance(last, str):
        return f"&after_id={quote(last[:LONGEST_ID], safe='')}"
    return ""


async def _page(client: httpx.AsyncClient, source: Source, more: str) -> Any:
    async with client.stream("GET", f"{source.base}{source.listing}{more}") as answer:
        _accepted(answer.status_code, source)
        if answer.status_code != 200:
            status = answer.status_code
            raise _UnreadableError(f"answers {status} where its models should be", status)
        raw = bytearray()
        async for part in answer.aiter_bytes():
            raw += part
            if len(raw) > PAGE_BYTES:
                raise _UnreadableError(f"its list has more than {PAGE_BYTES // 1_000_000} MB")
    try:
        page = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise _UnreadableError("its reply is no JSON") from error
    if not isinstance(page, dict | list):
        raise _UnreadableError("its reply is no list of models")
    return page


def _accepted(status: int, source: Source) -> None:
    if status in (401, 403):
        whose = f"the key in {source.key_env} is refused" if source.key_env else "it wants a key"
        raise _UnreadableError(f"{whose} ({status})")


def _software(owner: str, source: Source) -> str:
    """What kind of server it is, by how it signs its models."""
    signed = {"vllm": "vLLM", "sglang": "SGLang", "llamacpp": "llama.cpp"}
    known = {**signed, "library": "Ollama", "organization_owner": "LM Studio"}
    usual = source.name if source.listing == "/api/tags" else "OpenAI-compatible server"
    return known.get(owner, usual)


def _listed(entry: Any, hidden: set[str]) -> Listed | None:
    """The model; None for a name that can't be used, or that repeats a key."""
    if not isinstance(entry, dict):
        return None
    name = entry.get("id") or entry.get("name")
    if not isinstance(name, str) or not 0 < len(name) <= LONGEST_ID or not name.isprintable():
        return None
    if name != name.strip() or any(key in name for key in hidden):
        return None
    return Listed(
        name.removeprefix("models/"),
        _day(entry.get("created") or entry.get("created_at")),
        _text(entry),
        _day(entry.get("expiration_date") or entry.get("deprecation")),
        _prices(entry.get("pricing")),
    )


def _text(entry: Mapping[str, Any]) -> bool | None:
    """What Gemini, Mistral, Together, Cohere, OpenRouter and others say of a model's use."""
    if entry.get("active") is False or entry.get("supports_chat") is False:
        return False
    methods, able = entry.get("supportedGenerationMethods"), entry.get("capabilities")
    if isinstance(methods, list):
        return "generateContent" in methods
    if isinstance(able, dict) and "completion_chat" in able:
        return able["completion_chat"] is True
    if isinstance(entry.get("type"), str) and entry["type"] not in ("model", "llm"):
        return bool(entry["type"] == "chat")
    if isinstance(entry.get("endpoints"), list):
        return "chat" in entry["endpoints"]
    shape = entry.get("architecture")
    if isinstance(shape, dict) and isinstance(shape.get("output_modalities"), list):
        reads = shape.get("input_modalities")
        return shape["output_modalities"] == ["text"] and (
            not isinstance(reads, list) or "text" in reads
        )
    return None


def _day(value: Any) -> date | None:
    """A date from seconds since 1970 or an ISO text."""
    try:
        if isinstance(value, int | float) and not isinstance(value, bool):
            return datetime.fromtimestamp(value, UTC).date()
        return date.fromisoformat(value[:10]) if isinstance(value, str) else None
    except (ValueError, OverflowError, OSError):
        return None


def _prices(pricing: Any) -> tuple[float, float] | None:
    """Dollars per million tokens of OpenRouter's dollars per token."""
    if not isinstance(pricing, dict):
        return None
    found = []
    for key in ("prompt", "completion"):
        try:
            amount = round(float(pricing[key]) * 1e6, 9)
        except (KeyError, TypeError, ValueError, OverflowError):
            return None
        if not math.isfinite(amount) or not 0 <= amount < 10_000:
            return None
        found.append(amount)
    return found[0], found[1]
