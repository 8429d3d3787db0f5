"""What becomes of a request for an answer or for vectors, and what is counted of it."""

from __future__ import annotations

import asyncio
import json
import math
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from aiohttp import web

from collectors.faultserver import embed, wire
from collectors.faultserver.answer import Answer, answer, with_hidden
from collectors.faultserver.fault import kind_of
from collectors.faultserver.kinds import KINDS, OK
from collectors.faultserver.ledger import MOST_MODELS, Books
from collectors.faultserver.limits import Limit
from collectors.faultserver.models import Behaviour, behaviour
from collectors.faultserver.question import BadRequest, Question, read, share
from collectors.faultserver.replies import Reply, reply
from collectors.faultserver.seen import Record, Seen
from collectors.faultserver.settings import Settings

PUNCTUAL_S = 0.005
"""A client that comes back this much too early is on time: clocks and sockets are not exact."""


@dataclass(frozen=True)
class Service:
    """What an address does with a request."""

    read: Callable[[Any], Question]
    answer: Callable[[Question, Behaviour, int], Answer]
    """(question, the model's ways, times seen)."""
    reply: Callable[[Question, Answer, str, int], Reply]
    """(question, answer, kind of fault, pieces of a stream)."""


CHAT = Service(read, answer, reply)
EMBEDDINGS = Service(embed.read, embed.answer, embed.reply)


class State:
    """Everything that the server remembers."""

    def __init__(self, settings: Settings) -> None:
        self.adopt(settings)
        self.forget()

    def adopt(self, settings: Settings) -> None:
        """Go on with other settings; raises FaultServerError when they make no sense."""
        for model in settings.models:
            behaviour(settings, model)
        self.settings = settings
        self._ways: dict[str, Behaviour] = {}

    def forget(self) -> None:
        """Start all counts anew."""
        # Requests in flight go on counting in the books that they were opened in.
        self.books = Books()
        self.seen = Seen(self.settings.bodies)
        self.limits: dict[str, Limit] = {}

    def ways(self, model: str) -> Behaviour:
        """The model's behaviour."""
        found = self._ways.get(model)
        if found is None:
            found = behaviour(self.settings, model)
            if len(self._ways) < MOST_MODELS:
                self._ways[model] = found
        return found

    def lacks_key(self, request: web.BaseRequest) -> bool:
        """A key is asked for, and this request doesn't have it."""
        key = self.settings.key
        return key is not None and request.headers.get("Authorization") != f"Bearer {key}"


async def chat(state: State, request: web.BaseRequest) -> web.StreamResponse:
    """POST /v1/chat/completions."""
    return await _served(state, request, CHAT)


async def embeddings(state: State, request: web.BaseRequest) -> web.StreamResponse:
    """POST /v1/embeddings."""
    return await _served(state, request, EMBEDDINGS)


async def _served(state: State, request: web.BaseRequest, service: Service) -> web.StreamResponse:
    """Answer, or misbehave; the ledger is right whatever happens to the connection."""
    raw = await request.read()
    books = state.books
    books.arrive()
    books.totals["embeddings"] += service is EMBEDDINGS
    try:
        question = service.read(json.loads(raw))
        counts = books.asked(question.model)
        try:
            return await Call(state, question, service).answered(request)
        finally:
            counts["in_flight"] -= 1
    except BadRequest as bad:
        books.totals["refused"] += 1
        return wire.error(400, str(bad), code=bad.code, param=bad.param)
    except (ValueError, RecursionError):
        books.totals["refused"] += 1
        return wire.error(400, "The body is no JSON.", code="invalid_json")
    finally:
        books.leave()


class Call:
    """One request on its way through the server."""

    def __init__(self, state: State, question: Question, service: Service) -> None:
        self.state, self.question, self.service = state, question, service
        self.settings, self.books, self.seen = state.settings, state.books, state.seen
        self.ways = state.ways(question.model)

    async def answered(self, request: web.BaseRequest) -> web.StreamResponse:
        """The response, or one that says that the connection was dealt with."""
        refused = self._refused(request)
        if refused is not None:
            self.books.totals["refused"] += 1
            return refused
        record = self.seen.record(self.question.key)
        self.books.totals["early_returns"] += time.monotonic() < record.not_before - PUNCTUAL_S
        produced = self.service.answer(self.question, self.ways, record.seen)
        full = self._over_limit(produced)
        if full is not None:
            return full
        settings = self.settings
        kind = kind_of(self.question, self.ways, settings.seed, record, settings.give_up_after)
        self.books.kinds[kind] += 1
        if kind != OK:
            self.seen.struck(self.question.key, record)
        return await self._sent(request, kind, record, produced)

    def _refused(self, request: web.BaseRequest) -> web.Response | None:
        """An error that is no fault."""
        model, settings = self.question.model, self.settings
        if self.state.lacks_key(request):
            self.books.refused_key(model)
            return wire.refusal("401")
        if model in settings.down or "*" in settings.down:
            return wire.refusal("503")
        if settings.known_only and model not in settings.models:
            return wire.refusal("404-model")
        return None

    def _over_limit(self, produced: Answer) -> web.Response | None:
        ways, settings, limits = self.ways, self.settings, self.state.limits
        if ways.rpm is None and ways.tpm is None:
            return None
        model = self.question.model if len(limits) < MOST_MODELS else ""
        limit = limits.setdefault(model, Limit())
        window_s = max(0.0, settings.window_s - settings.slack_ms / 1000)
        used = produced.prompt_tokens + produced.completion_tokens
        wait_s = limit.wait_s(time.monotonic(), used, ways.rpm, ways.tpm, window_s)
        if wait_s <= 0:
            return None
        self.books.totals["limit_violations"] += 1
        self.books.totals["refused"] += 1
        headers = {"Retry-After": f"{math.ceil((wait_s + settings.slack_ms / 1000) * 100) / 100:g}"}
        return wire.refusal("429", headers)

    async def _sent(
        self, request: web.BaseRequest, kind: str, record: Record, produced: Answer
    ) -> web.StreamResponse:
        if kind in wire.STATUSES:
            if kind == "401":
                self.books.refused_key(self.question.model)
            headers, wait_s = wire.come_back(kind, self.question.key, self.settings.retry_after_s)
            record.not_before = time.monotonic() + wait_s if wait_s else 0.0
            return wire.refusal(kind, headers)
        record.not_before = 0.0
        if kind == "502-html":
            return wire.page(502)
        if kind == "html":
            return wire.page(200)
        if kind == "reset":
            return wire.reset(request)
        if kind == "close":
            return wire.close(request)
        if kind == "stall":
            return await wire.stall(request, self.settings.stall_s)
        await self._thinking()
        if kind == OK or KINDS[kind].billed:
            produced = self._billed(kind, record, produced)
        response = await self._delivered(request, kind, self._reply(kind, produced))
        if kind == OK or KINDS[kind].whole:
            record.answered += 1
            self.books.totals["answered"] += 1
        return response

    async def _thinking(self) -> None:
        """The time that an answer takes."""
        wait_ms = self.ways.latency_ms
        if self.settings.jitter_ms:
            wait_ms += self.settings.jitter_ms * share("jitter", self.question.key)
        if wait_ms > 0:
            await asyncio.sleep(wait_ms / 1000)

    def _billed(self, kind: str, record: Record, produced: Answer) -> Answer:
        """Enter the answer in the books; returns it with its cost, where that was asked for."""
        if kind == "hidden-total":
            produced = with_hidden(produced)
        written = produced.completion_tokens + produced.hidden_tokens
        ways, wishes = self.ways, self.question.body.get("usage")
        usd = (produced.prompt_tokens * ways.price_in + written * ways.price_out) / 1e6
        self.books.bill(self.question.model, produced.prompt_tokens, written, usd)
        record.billed += 1
        if isinstance(wishes, dict) and wishes.get("include") is True:
            return replace(produced, cost_usd=usd)
        return produced

    def _reply(self, kind: str, produced: Answer) -> Reply:
        return self.service.reply(self.question, produced, kind, self.settings.chunks)

    async def _delivered(
        self, request: web.BaseRequest, kind: str, made: Reply
    ) -> web.StreamResponse:
        if kind in ("short", "reset-after"):
            return await wire.half(request, made, rst=kind == "reset-after")
        if kind == "slow-drip":
            return await wire.drip(request, made, self.settings.drip_ms / 1000)
        if kind == "huge":
            return await wire.swollen(request, made, int(self.settings.huge_mb * 1e6))
        return await wire.send(request, made, self.settings.chunk_ms / 1000)
