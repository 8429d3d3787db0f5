"""The local models of one collection: servers for writers, threads for readers, CPU of both.

Each request has a server to itself, so the server's CPU clock read before and after is its cost.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial
from types import TracebackType
from typing import Any

from collectors.providers import litellm_door
from collectors.providers.local.heads import HeadFit, TrainingSplit
from collectors.providers.local.marker import with_reasoning
from collectors.providers.local.readers import Reader
from collectors.providers.local.registry import local_model
from collectors.providers.local.replica import Replica
from collectors.providers.local.weights import check_installed, smollm2_gguf
from data.errors import ProviderError
from data.records import Completion, Contestant, Message, Usage, digest

SEED = 1
WRITER_DEFAULTS: Mapping[str, Any] = {"temperature": 0.0, "seed": SEED}
# The fixed part of a prompt (instruction and demonstrations) is read from the server's cache, as in
# any steady service. Each server meets it once, unmeasured, before the first prompt that has it; so
# a prompt costs the same whenever it is sent.
WRITER_BODY: Mapping[str, Any] = {"cache_prompt": True}

WARM_UP = Contestant(model="warm-up", name="warm-up")
"""Nobody: its one request loads what LiteLLM and the server load on first use."""


class LocalPool:
    """Starts what the named models need; ends it on exit."""

    def __init__(
        self,
        models: Iterable[str],
        *,
        training: Mapping[str, TrainingSplit] | None = None,
        replicas: int = 1,
    ) -> None:
        """`training` maps task names to training splits; `replicas` is servers per writer."""
        names = sorted(set(models))
        entries = [check_installed(name) for name in names]
        self.replicas = replicas
        self._servers: dict[str, list[Replica]] = {
            entry.model: [Replica(smollm2_gguf(), entry.alias) for _ in range(replicas)]
            for entry in entries
            if entry.kind == "writer"
        }
        self._readers = {
            entry.model: Reader(entry.model, training or {})
            for entry in entries
            if entry.kind != "writer"
        }
        self._served: dict[str, litellm_door.Read] = {}
        self._free: dict[str, asyncio.Queue[Replica]] = {}

    @property
    def servers(self) -> list[Replica]:
        """Every server of the pool."""
        return [server for group in self._servers.values() for server in group]

    @property
    def fits(self) -> list[HeadFit]:
        """What fitting the readers' heads has taken so far."""
        return [fit for reader in self._readers.values() for fit in reader.fits]

    def concurrency(self, model: str) -> int:
        """How many requests a model answers at once; more only wait."""
        return self.replicas if local_model(model).kind == "writer" else 1

    async def __aenter__(self) -> LocalPool:
        litellm_door.serve_readers(self._served)
        try:
            await asyncio.gather(*(asyncio.to_thread(server.start) for server in self.servers))
        except BaseException:
            self.stop()
            raise
        for model, group in self._servers.items():
            self._free[model] = asyncio.Queue()
            for server in group:
                await self._write(server, WARM_UP, [{"role": "user", "content": "Hi"}], 1, None, 60)
                self._free[model].put_nowait(server)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def stop(self) -> None:
        """End every server by its process id, and the readers' threads."""
        for server in self.servers:
            server.stop()
        for reader in self._readers.values():
            reader.close()

    async def complete(
        self,
        contestant: Contestant,
        messages: list[Message],
        *,
        max_tokens: int | None,
        response_format: dict[str, Any] | None,
        timeout_s: float,
    ) -> Completion:
        """One answer with its CPU seconds. Waiting for a free server doesn't count as time."""
        try:
            if contestant.model in self._readers:
                return await self._read(contestant, messages, timeout_s)
            async with self._server(contestant.model) as server:
                await self._meet(server, messages[:-1])
                return await self._write(
                    server, contestant, messages, max_tokens, response_format, timeout_s
                )
        except ProviderError as error:
            return Completion("", Usage(), "infra_error", f"ProviderError: {error}")

    @asynccontextmanager
    async def _server(self, model: str) -> AsyncIterator[Replica]:
        """A running server of a model, nobody else's until it is given back."""
        if model not in self._free:
            raise ProviderError(f"Local model '{model}' was not started in this pool.")
        server = await self._free[model].get()
        try:
            if not server.alive:
                await asyncio.to_thread(server.start)
            yield server
        finally:
            self._free[model].put_nowait(server)

    async def _meet(self, server: Replica, prefix: list[Message]) -> None:
        """Let a server cache the fixed part of a prompt that it hasn't seen yet."""
        key = digest(prefix)
        if key in server.met:
            return
        server.met.add(key)
        if prefix:
            greeting: list[Message] = [*prefix, {"role": "user", "content": "?"}]
            await self._write(server, WARM_UP, greeting, 1, None, 60)
            if not server.alive:
                await asyncio.to_thread(server.start)

    async def _write(
        self,
        server: Replica,
        contestant: Contestant,
        messages: list[Message],
        max_tokens: int | None,
        response_format: dict[str, Any] | None,
        timeout_s: float,
    ) -> Completion:
        settings = {**WRITER_DEFAULTS, **contestant.settings}
        asked = replace(contestant, model=f"hosted_vllm/{server.alias}", settings=settings)
        before = server.cpu_s()
        finished = False
        try:
            completion = await litellm_door.complete(
                asked,
                messages,
                api_base=f"{server.url}/v1",
                api_key="none",
                max_tokens=max_tokens,
                timeout_s=timeout_s,
                response_format=response_format,
                extra={"extra_body": dict(WRITER_BODY)},
            )
            finished = completion.status not in ("timeout", "infra_error")
        finally:
            # An abandoned request keeps the server busy, on the next one's account.
            if not finished:
                server.stop()
        if not finished:
            return completion
        completion = replace(completion, cpu_s=server.cpu_s() - before)
        return await asyncio.to_thread(
            with_reasoning, completion, server.url, contestant.prompt_style
        )

    async def _read(
        self, contestant: Contestant, messages: list[Message], timeout_s: float
    ) -> Completion:
        reader = self._readers[contestant.model]
        labelled = contestant.settings.get("labelled")
        await reader.prepare(litellm_door.reader_input(messages)[0], labelled)
        name = f"{reader.entry.name}-{labelled or 'all'}"
        self._served.setdefault(name, partial(reader.read, labelled=labelled))
        asked = replace(contestant, model=litellm_door.reader_model(name))
        completion = await litellm_door.complete(
            asked,
            messages,
            api_base=None,
            api_key=None,
            max_tokens=None,
            timeout_s=timeout_s,
            response_format=None,
            extra={},
        )
        if completion.usage.input_tokens or completion.status != "ok":
            return completion
        # Rules and byte models have no tokenizer: input not reported, and nothing is generated.
        return replace(completion, usage=Usage(output_tokens=0, source="rule"))
