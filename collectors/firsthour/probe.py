"""One short call to each contestant: is it there, and does it say what it used."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Sequence
from dataclasses import dataclass, replace

from collectors import preflight
from collectors.entrants import Entrant
from collectors.keys import hide, secret_values
from collectors.providers.router import Providers
from data.price import Price
from data.pricing import BILLED, cost_usd, lines_of
from data.records import UNSCORED, Completion, Message

QUESTION: list[Message] = [
    {"role": "user", "content": "What is 17 + 25? Answer with the number alone."}
]
TIMEOUT_S = 60.0
AT_ONCE = 4
ANSWER_TOKENS = 1024
EFFORT_TOKENS = {"none": 1024, "minimal": 1024, "low": 2048, "medium": 4096, "high": 8192}
"""Room for the answer and for what LiteLLM lets each effort think before it."""
DEEP_TOKENS = 20_000
"""Of 'xhigh' and 'max'."""


@dataclass(frozen=True)
class Probe:
    """What one call told of a contestant."""

    entrant: Entrant
    completion: Completion
    price: Price
    usd: float | None
    """None: it can't be priced, or reported no usage."""

    @property
    def reached(self) -> bool:
        return self.completion.status not in UNSCORED

    @property
    def usage(self) -> bool:
        return self.completion.usage.input_tokens is not None


def ceiling(entrant: Entrant, price: Price) -> float | None:
    """Dollars its probe can cost at most; None when no list says."""
    lines = lines_of(price, BILLED)
    if isinstance(lines, str):
        return None
    text = sum(len(m["content"]) + 16 for m in QUESTION)
    worst = [
        float(
            text * max(line.input, line.cache_write, line.cache_write_1h)
            + answer_tokens(entrant) * max(line.output, line.reasoning)
            + line.request
        )
        for line in lines
    ]
    return max(worst)


def answer_tokens(entrant: Entrant) -> int:
    """The output limit of its probe."""
    effort = entrant.contestant.effort
    return ANSWER_TOKENS if effort is None else EFFORT_TOKENS.get(effort, DEEP_TOKENS)


def probe(entered: Sequence[Entrant], charged: Sequence[Price]) -> list[Probe]:
    """Call each of them once, a few at a time; what fails is told, never raised."""
    return asyncio.run(_probe(entered, charged)) if entered else []


async def _probe(entered: Sequence[Entrant], charged: Sequence[Price]) -> list[Probe]:
    seats = asyncio.Semaphore(AT_ONCE)
    endpoints = preflight.endpoints(entered)
    async with Providers([e.contestant for e in entered], endpoints=endpoints) as providers:

        async def one(entrant: Entrant, price: Price) -> Probe:
            async with seats:
                completion = await providers.complete(
                    entrant.contestant,
                    QUESTION,
                    max_tokens=answer_tokens(entrant),
                    response_format=None,
                    timeout_s=TIMEOUT_S,
                )
            usd = cost_usd(price, completion.usage, completion.duration_s, completion.cpu_s)
            return Probe(entrant, _hushed(completion, entrant), price, usd)

        return list(await asyncio.gather(*map(one, entered, charged)))


def _hushed(completion: Completion, entrant: Entrant) -> Completion:
    """Without the key, whatever the server made of it."""
    if not completion.error:
        return completion
    values = secret_values(os.environ.get(entrant.api_key_env or "", "").strip())
    return replace(completion, error=hide(completion.error, values))
