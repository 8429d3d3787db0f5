"""One door for the engine: local models go to the pool, functions are called, the rest is
LiteLLM's."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import TYPE_CHECKING, Any

from collectors.providers.local.registry import is_local
from collectors.providers.model_names import UNKNOWN_PROVIDER, is_hosted, is_python
from collectors.providers.workers import Workers
from data.errors import CredentialError, ProviderError
from data.records import Completion, Contestant, Message

if TYPE_CHECKING:
    from collectors.providers.functions import Functions
    from collectors.providers.local.heads import HeadFit, TrainingSplit
    from collectors.providers.local.pool import LocalPool


@dataclass(frozen=True)
class Endpoint:
    """Where a contestant is reached, when LiteLLM's own answer isn't meant."""

    api_base: str | None = None
    api_key: str | None = field(default=None, repr=False)
    extra: Mapping[str, Any] = field(default_factory=dict)
    """Further arguments for LiteLLM, such as api_version or extra_body."""


DEFAULT = Endpoint()


class Providers:
    """Every contestant's provider for the length of a collection."""

    def __init__(
        self,
        contestants: Iterable[Contestant],
        *,
        endpoints: Mapping[str, Endpoint] | None = None,
        training: Mapping[str, TrainingSplit] | None = None,
        replicas: int = 1,
        workers: int = 0,
    ) -> None:
        """`endpoints` by contestant id; `training` by task; `replicas` of each local writer.

        `workers` processes make the calls of all other contestants; 0: this process does.
        """
        self._contestants = tuple(contestants)
        self._endpoints = endpoints or {}
        self._training = training or {}
        self._replicas = replicas
        self._hosted = [c for c in self._contestants if is_hosted(c.model)]
        self._workers = Workers(workers) if workers and self._hosted else None
        self._pool: LocalPool | None = None
        self._functions: Functions | None = None

    @property
    def fits(self) -> list[HeadFit]:
        """What fitting the bundled readers' heads has taken so far."""
        return self._pool.fits if self._pool else []

    @property
    def worker_pids(self) -> list[int]:
        """Process ids of the workers that run."""
        return self._workers.pids if self._workers else []

    def start(self) -> None:
        """Start the worker processes and return at once, so that they load while others prepare."""
        if self._workers:
            self._workers.start()

    def close(self) -> None:
        """End the workers of a collection that was never entered; harmless after one that was."""
        if self._workers:
            self._workers.close()

    def check_keys(self) -> None:
        """Refuse a contestant whose key is missing, before anything is sent."""
        unsure = [c.model for c in self._hosted if not self._is_reached(c)]
        for model, missing in self._missing_keys(list(dict.fromkeys(unsure))).items():
            if missing and missing[0].startswith(UNKNOWN_PROVIDER):
                nearest = missing[0].removeprefix(UNKNOWN_PROVIDER)
                hint = f" Did you mean '{nearest}/{model.partition('/')[2]}'?" if nearest else ""
                raise ProviderError(
                    f"'{model}' names no provider that LiteLLM knows.{hint} Write a model string "
                    "such as 'openai/gpt-5-mini', or give api_base for a server of your own."
                )
            if missing:
                raise CredentialError(
                    f"'{model}' needs {' and '.join(missing)}, which the environment "
                    "doesn't have: set it, or take the contestant out of the experiment."
                )

    def _is_reached(self, contestant: Contestant) -> bool:
        endpoint = self._endpoints.get(contestant.contestant_id, DEFAULT)
        return bool(endpoint.api_key or endpoint.api_base)

    def _missing_keys(self, models: list[str]) -> dict[str, list[str]]:
        if not models:
            return {}
        if self._workers:
            return self._workers.missing_keys(models)
        from collectors.providers.litellm_door import missing_keys

        return {model: missing_keys(model) for model in models}

    def concurrency(self, contestant: Contestant) -> int | None:
        """How many requests a local contestant answers at once; null: no limit of ours."""
        if self._pool is None or not is_local(contestant.model):
            return None
        return self._pool.concurrency(contestant.model)

    async def __aenter__(self) -> Providers:
        self.start()
        try:
            await self._prepare()
        except BaseException:
            await self._end()
            raise
        return self

    async def _prepare(self) -> None:
        models = {c.model for c in self._contestants if is_local(c.model)}
        if models:
            from collectors.providers.local.pool import LocalPool

            pool = LocalPool(models, training=self._training, replicas=self._replicas)
            self._pool = await pool.__aenter__()
        functions = {c.model for c in self._contestants if is_python(c.model)}
        if functions:
            from collectors.providers.functions import Functions

            self._functions = Functions(functions)
        if self._workers:
            await self._workers.ready()
        elif self._hosted:
            from collectors.providers.litellm_door import warm_up

            await warm_up()

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._end()

    async def _end(self) -> None:
        """End every process; then LiteLLM's connections, if this process has used it."""
        if self._functions:
            self._functions.stop()
        if self._pool:
            self._pool.stop()
        if self._workers:
            await self._workers.stop()
        if self._pool or (self._hosted and not self._workers):
            from collectors.providers.litellm_door import close

            await close()

    async def complete(
        self,
        contestant: Contestant,
        messages: list[Message],
        *,
        max_tokens: int | None,
        response_format: dict[str, Any] | None,
        timeout_s: float,
        stream: bool = False,
    ) -> Completion:
        """One prompt to one contestant, streamed if the first token is to be timed.

        A failure is a completion too. Raised are cancellation and, when worker processes are lost
        faster than they are replaced, ProviderError.
        """
        if self._pool and is_local(contestant.model):
            return await self._pool.complete(
                contestant,
                messages,
                max_tokens=max_tokens,
                response_format=response_format,
                timeout_s=timeout_s,
            )
        if self._functions and is_python(contestant.model):
            return await self._functions.complete(contestant, messages, timeout_s)
        endpoint = self._endpoints.get(contestant.contestant_id, DEFAULT)
        if self._workers:
            return await self._workers.complete(
                contestant,
                messages,
                endpoint=endpoint,
                max_tokens=max_tokens,
                response_format=response_format,
                timeout_s=timeout_s,
                stream=stream,
            )
        from collectors.providers.litellm_door import complete

        return await complete(
            contestant,
            messages,
            api_base=endpoint.api_base,
            api_key=endpoint.api_key,
            max_tokens=max_tokens,
            timeout_s=timeout_s,
            response_format=response_format,
            extra=endpoint.extra,
            stream=stream,
        )
