"""One door for the engine: local models go to the pool, everything else to LiteLLM."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import TYPE_CHECKING, Any

from collectors.providers.local.registry import is_local
from data.errors import CredentialError
from data.records import Completion, Contestant, Message

if TYPE_CHECKING:
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
    ) -> None:
        """`endpoints` by contestant id; `training` by task; `replicas` of each local writer."""
        self._contestants = tuple(contestants)
        self._endpoints = endpoints or {}
        self._training = training or {}
        self._replicas = replicas
        self._pool: LocalPool | None = None

    @property
    def fits(self) -> list[HeadFit]:
        """What fitting the local readers' heads has taken so far."""
        return self._pool.fits if self._pool else []

    def check_keys(self) -> None:
        """Refuse a contestant whose key is missing, before anything is sent."""
        from collectors.providers.litellm_door import missing_keys

        for contestant in self._contestants:
            endpoint = self._endpoints.get(contestant.contestant_id, DEFAULT)
            if is_local(contestant.model) or endpoint.api_key or endpoint.api_base:
                continue
            if missing := missing_keys(contestant.model):
                raise CredentialError(
                    f"'{contestant.model}' needs {' and '.join(missing)}, which the environment "
                    "doesn't have: set it, or take the contestant out of the experiment."
                )

    def concurrency(self, contestant: Contestant) -> int | None:
        """How many requests a local contestant answers at once; null: no limit of ours."""
        if self._pool is None or not is_local(contestant.model):
            return None
        return self._pool.concurrency(contestant.model)

    async def __aenter__(self) -> Providers:
        models = {c.model for c in self._contestants if is_local(c.model)}
        if models:
            from collectors.providers.local.pool import LocalPool

            pool = LocalPool(models, training=self._training, replicas=self._replicas)
            self._pool = await pool.__aenter__()
        if len(models) < len({c.model for c in self._contestants}):
            from collectors.providers.litellm_door import warm_up

            await warm_up()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        from collectors.providers.litellm_door import close

        if self._pool:
            await self._pool.__aexit__(kind, error, trace)
        await close()

    async def complete(
        self,
        contestant: Contestant,
        messages: list[Message],
        *,
        max_tokens: int | None,
        response_format: dict[str, Any] | None,
        timeout_s: float,
    ) -> Completion:
        """One prompt to one contestant. Failures are completions; only cancellation is raised."""
        if self._pool and is_local(contestant.model):
            return await self._pool.complete(
                contestant,
                messages,
                max_tokens=max_tokens,
                response_format=response_format,
                timeout_s=timeout_s,
            )
        from collectors.providers.litellm_door import complete

        endpoint = self._endpoints.get(contestant.contestant_id, DEFAULT)
        return await complete(
            contestant,
            messages,
            api_base=endpoint.api_base,
            api_key=endpoint.api_key,
            max_tokens=max_tokens,
            timeout_s=timeout_s,
            response_format=response_format,
            extra=endpoint.extra,
        )
