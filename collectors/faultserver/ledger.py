"""The server's own count: what was asked, what was answered, what it would bill."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

MOST_MODELS = 1_000
"""Models counted by name; further ones are counted together."""
OTHER = "(other)"


@dataclass(frozen=True)
class Body:
    """What happened to one request body (`question.body_key`)."""

    seen: int = 0
    billed: int = 0
    answered: int = 0
    """Times that its whole text was sent."""


@dataclass(frozen=True)
class Ledger:
    """The count at one moment, as GET /ledger gives it."""

    requests: int = 0
    """Requests for answers or vectors that arrived whole, whatever became of them: refused + all
    kinds."""
    billed: int = 0
    """Completions and lists of vectors produced, and so charged."""
    answered: int = 0
    """Completions whose whole text was sent."""
    refused: int = 0
    """Requests answered with an error that is no fault: a wrong key, a bad request, no such
    model, a model that is down, a limit."""
    tokens_in: int = 0
    """Billed prompt tokens."""
    tokens_out: int = 0
    """Billed completion tokens, reasoning and hidden ones included."""
    billed_usd: float = 0.0
    in_flight: int = 0
    max_in_flight: int = 0
    """Requests being answered at the same time; without latency the server takes one by one."""
    limit_violations: int = 0
    """Requests over a model's rpm or tpm; they got 429 with Retry-After."""
    early_returns: int = 0
    """Requests that came back sooner than the last answer to the same body had asked."""
    embeddings: int = 0
    """Of the requests, those for vectors."""
    cpu_s: float = 0.0
    """CPU seconds of the server's process so far."""
    kinds: Mapping[str, int] = field(default_factory=dict)
    """Calls by kind of fault; 'ok' had none."""
    after_401: Mapping[str, int] = field(default_factory=dict)
    """By model: requests that arrived after it had been answered 401 once."""
    by_model: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    """By model: requests, billed, billed_usd, max_in_flight."""
    bodies: Mapping[str, Body] = field(default_factory=dict)
    """By body_key, unless the server runs with --no-bodies."""

    @property
    def billed_again(self) -> int:
        """Completions billed beyond the first of each body."""
        return sum(max(0, body.billed - 1) for body in self.bodies.values())

    @property
    def faults(self) -> int:
        """Calls that misbehaved."""
        return sum(count for kind, count in self.kinds.items() if kind != "ok")


def read(table: Mapping[str, Any]) -> Ledger:
    """A Ledger of the JSON that GET /ledger gives."""
    bodies = {key: Body(*counts) for key, counts in table.get("bodies", {}).items()}
    known = {f.name for f in fields(Ledger)}
    return Ledger(**{**{k: v for k, v in table.items() if k in known}, "bodies": bodies})


class Books:
    """The count while it is being kept; bodies are kept in `seen.Seen`."""

    def __init__(self) -> None:
        self.totals: Counter[str] = Counter()
        self.billed_usd = 0.0
        self.in_flight = self.max_in_flight = 0
        self.kinds: Counter[str] = Counter()
        self.after_401: dict[str, int] = {}
        self.by_model: dict[str, dict[str, float]] = {}

    def model(self, name: str) -> dict[str, float]:
        """The counts of a model."""
        if name not in self.by_model and len(self.by_model) >= MOST_MODELS:
            name = OTHER
        blank = {"requests": 0, "billed": 0, "billed_usd": 0.0, "in_flight": 0, "max_in_flight": 0}
        return self.by_model.setdefault(name, blank)

    def arrive(self) -> None:
        """A request is here."""
        self.totals["requests"] += 1
        self.in_flight += 1
        self.max_in_flight = max(self.max_in_flight, self.in_flight)

    def leave(self) -> None:
        """It has got what it gets."""
        self.in_flight -= 1

    def asked(self, model: str) -> dict[str, float]:
        """A request for the model is here; the caller takes one off its in_flight at the end."""
        counts = self.model(model)
        counts["requests"] += 1
        counts["in_flight"] += 1
        counts["max_in_flight"] = max(counts["max_in_flight"], counts["in_flight"])
        if model in self.after_401:
            self.after_401[model] += 1
        return counts

    def refused_key(self, model: str) -> None:
        """The model was answered 401."""
        if len(self.after_401) < MOST_MODELS:
            self.after_401.setdefault(model, 0)

    def bill(self, model: str, tokens_in: int, tokens_out: int, usd: float) -> None:
        """A completion was produced."""
        totals, counts = self.totals, self.model(model)
        totals["billed"] += 1
        totals["tokens_in"] += tokens_in
        totals["tokens_out"] += tokens_out
        self.billed_usd += usd
        counts["billed"] += 1
        counts["billed_usd"] += usd

    def table(self) -> dict[str, Any]:
        """The count as JSON, without the bodies."""
        return {
            **self.totals,
            "billed_usd": self.billed_usd,
            "in_flight": self.in_flight,
            "max_in_flight": self.max_in_flight,
            "kinds": dict(self.kinds),
            "after_401": self.after_401,
            "by_model": self.by_model,
        }
