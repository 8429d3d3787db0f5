"""A basis: the settings by which stored usage becomes dollars."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Literal

from data.errors import CostError, did_you_mean
from data.price import MODES

Cache = Literal["neutral", "reported"]
MOST_TOKENS = 20_000_000
"""In one call; more than any model takes."""


@dataclass(frozen=True)
class Shape:
    """Tokens of one call as the user's own prompts have them; accuracy is held as measured."""

    input_tokens: int
    cached_tokens: int
    """Of the input tokens, those read from the provider's cache."""
    output_tokens: int

    def __post_init__(self) -> None:
        if min(self.input_tokens, self.cached_tokens, self.output_tokens) < 0:
            raise CostError(f"A prompt shape of {self} has a negative count. Write three counts.")
        if self.cached_tokens > self.input_tokens:
            raise CostError(
                f"A prompt shape has {self.cached_tokens} cached of {self.input_tokens} input "
                "tokens: cached tokens are part of the input."
            )
        if not 0 < self.input_tokens + self.output_tokens <= MOST_TOKENS:
            raise CostError(
                f"A prompt shape of {self}: write 1 to {MOST_TOKENS:,} tokens, as one call has."
            )

    @classmethod
    def read(cls, text: str) -> Shape:
        """'3000/1000/500' as input, cached and output tokens; CostError for anything else."""
        parts = text.replace(" ", "").split("/")
        if len(parts) != 3 or not all(part.isascii() and part.isdigit() for part in parts):
            raise CostError(
                f"A prompt shape of '{text[:60]}': write input/cached/output tokens, such as "
                "3000/1000/500."
            )
        return cls(*(int(part[:15]) for part in parts))

    def __str__(self) -> str:
        return f"{self.input_tokens}/{self.cached_tokens}/{self.output_tokens}"


@dataclass(frozen=True)
class Basis:
    """How usage becomes dollars. The default does not depend on a provider's cache.

    Caches and repeated epochs make later calls cheaper than earlier ones, so by default every
    input token is charged at the input rate ("neutral"); "reported" charges cached reads and
    writes as the provider does; a number is the share of input tokens assumed to be cached reads.
    """

    prices: str = "billed"
    """'billed': the price in force when the attempt was made; 'today'; or an ISO date or moment."""
    mode: str = "standard"
    """'standard', 'batch', 'flex' or 'priority': list prices that lack the mode stay standard."""
    cache: Cache | float = "neutral"
    discounts: tuple[tuple[str, float], ...] = ()
    """(provider, share off its list price); provider '*' is every other one."""
    shape: Shape | None = None

    def __post_init__(self) -> None:
        if self.prices not in ("billed", "today"):
            moment(self.prices)
        known = ("standard", *MODES)
        if self.mode not in known:
            raise CostError(f"Unknown service mode '{self.mode}'.{did_you_mean(self.mode, known)}")
        if isinstance(self.cache, str):
            if self.cache not in ("neutral", "reported"):
                raise CostError(
                    f"cache = '{self.cache}': write 'neutral', 'reported' or a share from 0 to 1."
                )
        elif not 0 <= self.cache <= 1 or round(self.cache, 6) != self.cache:
            raise CostError(
                f"cache = {self.cache}: a share of cached input lies from 0 to 1, with at most six "
                "decimals."
            )
        named = [provider for provider, _ in self.discounts]
        for provider in named:
            if named.count(provider) > 1:
                raise CostError(f"Two discounts for '{provider}'. Name one share.")
        for provider, share in self.discounts:
            if not 0 <= share < 1 or round(share, 6) != share:
                raise CostError(
                    f"A discount of {share} for '{provider}': write a share from 0 to below 1 with "
                    "at most six decimals, such as 0.15 for 15 % off."
                )

    def discount(self, provider: str) -> Decimal:
        """Share off the list price of a provider."""
        given = dict(self.discounts)
        return Decimal(str(given.get(provider, given.get("*", 0))))

    @property
    def is_default(self) -> bool:
        return self == NEUTRAL

    @property
    def on(self) -> datetime | None:
        """The moment whose prices hold; None for each attempt's own."""
        if self.prices == "billed":
            return None
        if self.prices == "today":
            return datetime.now(UTC).replace(tzinfo=None, microsecond=0)
        return moment(self.prices)


def moment(text: str) -> datetime:
    """'2026-11-23' or '2026-11-23T14:00' as naive UTC; CostError for anything else."""
    try:
        if not WRITTEN.fullmatch(text):
            raise ValueError(text)
        found = datetime.fromisoformat(text)
        if found.tzinfo is not None:
            found = found.astimezone(UTC).replace(tzinfo=None)
    except (ValueError, OverflowError) as error:
        raise CostError(
            f"'{text}' is no date. Write YYYY-MM-DD, or YYYY-MM-DDTHH:MM in UTC."
        ) from error
    return found


WRITTEN = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d)?(Z|[+-]\d\d:\d\d)?)?", re.ASCII)

NEUTRAL = Basis()
"""The default: prices of the day asked, every input token at the input rate."""
BILLED = Basis(cache="reported")
"""As billed: prices of then, cached tokens as the provider charges them."""
