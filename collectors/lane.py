"""One contestant's lane of a run: what it still has to do, its limits, and how it is doing."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from collectors.budget import Budget, WorstCase
from collectors.entrants import Entrant
from collectors.limits import Limits
from collectors.plan import Planned
from collectors.providers import openrouter
from collectors.providers.embedding import embeds
from collectors.providers.local.registry import is_local
from collectors.providers.model_names import is_hosted
from collectors.rows import disagree
from data.price import Price
from data.pricing import BILLED, lines_of
from data.records import UNSCORED, Attempt, Completion, Contestant

LEAST_IN_A_ROW = 10
"""A contestant stops after this many failed attempts in a row, or twice its concurrency."""
MOST_HOSTS = 100
"""Behind one relay; a reply that makes up more of them is kept under the contestant's own name."""
BYTES_PER_TOKEN = 3.0
"""Fewer than in most texts: rather too many tokens are expected than too few."""
ASSUMED_ANSWER = 300.0
"""Output tokens expected of the first answer, for the tokens-a-minute limit."""


@dataclass
class Lane:
    """Counts are of attempts that are safely journalled."""

    entrant: Entrant
    price: Price
    worst: WorstCase
    limits: Limits
    todo: deque[Planned]
    planned: int = 0
    done: int = 0
    failed: int = 0
    unpriced: int = 0
    in_flight: int = 0
    retries: int = 0
    cost_usd: float = 0.0
    """Of every try."""
    ours_usd: float = 0.0
    theirs_usd: float = 0.0
    """Costs of the attempts for which LiteLLM named one too: by us, and by LiteLLM."""
    disputed: int = 0
    """Attempts whose two costs differ by more than 1 %."""
    stopped: str | None = None
    """Why it stopped early."""
    budget_reached: bool = False
    failures_in_a_row: int = 0
    answer_tokens: float = ASSUMED_ANSWER
    hosts: dict[str, tuple[Contestant, str]] = field(default_factory=dict)
    """What a relay's hosts make of this contestant."""
    markup: float = 1.0
    """How many times our cost the provider has charged at most; 1 or more."""
    held_usd: float = 0.0
    """What the journal says may be open: reserved, or charged without a word."""
    told: set[str] = field(default_factory=set)
    """Ids of the contestants that the journal has."""

    def __post_init__(self) -> None:
        self.lines = lines_of(self.price, BILLED)
        self.price_id = self.price.price_id
        self.contestant_id = self.contestant.contestant_id
        self.is_local = is_local(self.contestant.model)
        self.is_hosted = is_hosted(self.contestant.model)
        self.embeds = embeds(self.contestant)
        if self.embeds:
            self.answer_tokens = 0.0
        self.planned = len(self.todo)

    @property
    def contestant(self) -> Contestant:
        return self.entrant.contestant

    @property
    def left(self) -> int:
        return self.planned - self.done

    def next(self) -> Planned | None:
        return self.todo.popleft() if self.todo else None

    def stop(self, reason: str) -> None:
        """Send nothing more; what is in flight ends as it will."""
        self.stopped = self.stopped or reason
        self.todo.clear()

    def stop_for_budget(self, worst_usd: float) -> None:
        self.budget_reached = True
        self.stop(
            f"one more request can cost up to ${worst_usd:.4g}, and the budget has no room for it"
        )

    def note(self, failed: bool, error: str | None) -> None:
        """Count failures in a row; a provider that is down is not asked a thousand times."""
        self.failures_in_a_row = self.failures_in_a_row + 1 if failed else 0
        if self.failures_in_a_row >= max(LEAST_IN_A_ROW, 2 * self.entrant.max_concurrency):
            self.stop(f"{self.failures_in_a_row} attempts in a row failed, the last with {error}")

    def served(self, host: str | None) -> tuple[Contestant, str]:
        """The contestant an answer belongs to, with its id: hosts behind a relay are several."""
        if host is None or (host not in self.hosts and len(self.hosts) >= MOST_HOSTS):
            return self.contestant, self.contestant_id
        if host not in self.hosts:
            found = openrouter.split(self.contestant, host)
            self.hosts[host] = (found, found.contestant_id)
        return self.hosts[host]

    def worst_usd(self, planned: Planned) -> float:
        """What one call can cost at most, as far as this contestant's charges were foreseen."""
        return self.markup * self.worst.usd(planned)

    def charged_usd(self, usd: float | None, completion: Completion) -> float | None:
        """What counts against the ceilings: our cost, or what the provider says it charged, if
        that is more; then the next calls are expected to cost as much more. None: nobody knows."""
        told = None if completion.billed_by_list else completion.billed_usd
        if told is None or not self.is_hosted:
            return usd
        if usd and told > usd:
            self.markup = max(self.markup, told / usd)
        return max(told, usd or 0.0)

    def tokens(self, planned: Planned) -> tuple[float, float]:
        """(most, usual) tokens of one request, for the tokens-a-minute limit.

        Without a limit on its answer, twice what answers have taken so far stands for the most.
        """
        text = planned.prompt.most_tokens / BYTES_PER_TOKEN
        limit = planned.max_tokens or 2.0 * self.answer_tokens
        return text + limit, text + min(limit, self.answer_tokens)

    def learn(self, completion: Completion, usd: float | None) -> None:
        """What answers take, and whether LiteLLM says they cost what we say."""
        if completion.usage.output_tokens is not None:
            self.answer_tokens += 0.1 * (completion.usage.output_tokens - self.answer_tokens)
        if self.is_hosted and usd is not None and completion.billed_usd is not None:
            self.ours_usd += usd
            self.theirs_usd += completion.billed_usd
            self.disputed += disagree(usd, completion.billed_usd)

    def count(self, attempt: Attempt, final: bool) -> None:
        """Count a row that is safely journalled; `final`: its attempt is done."""
        self.cost_usd += attempt.cost_usd or 0.0
        # A fit is no attempt that anybody planned: it is made for those that are.
        if final and attempt.purpose != "fit":
            self.done += 1
            self.failed += attempt.status in UNSCORED
            self.unpriced += attempt.cost_usd is None and attempt.status not in UNSCORED


def lanes(
    todo: Iterable[Planned],
    prices: Mapping[str, Price],
    caps: Mapping[str, int | None],
) -> list[Lane]:
    """One lane per contestant, in the order in which they first appear.

    `prices` and `caps` (the models' own output limits) by contestant_id. Contestants of one
    [[contestant]] table share its limits.
    """
    queues: dict[str, deque[Planned]] = {}
    entered: dict[str, Entrant] = {}
    for planned in todo:
        name = planned.entrant.contestant.contestant_id
        queues.setdefault(name, deque()).append(planned)
        entered.setdefault(name, planned.entrant)
    shared: dict[int, Limits] = {}
    return [
        Lane(
            entrant=entered[name],
            price=prices[name],
            worst=WorstCase(prices[name], caps.get(name), entered[name].timeout_s),
            limits=shared.setdefault(
                entered[name].table, Limits(entered[name].rpm, entered[name].tpm)
            ),
            todo=queue,
        )
        for name, queue in queues.items()
    ]


def judge_lane(entrant: Entrant, price: Price, cap: int | None) -> Lane:
    """The lane of one who judges: what it has to do comes as others answer."""
    limits = Limits(entrant.rpm, entrant.tpm)
    return Lane(entrant, price, WorstCase(price, cap, entrant.timeout_s), limits, deque())


def budget_of(ceiling_usd: float | None, running: Iterable[Lane]) -> Budget:
    """The run's budget with the contestants' own ceilings."""
    return Budget(ceiling_usd, {x.contestant_id: x.entrant.budget_usd for x in running})
