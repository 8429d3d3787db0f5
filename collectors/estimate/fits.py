"""What fitting heads will take before the first answer: the training splits, embedded once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from collectors.budget import WorstCase
from collectors.estimate.tally import BYTES_PER_TOKEN, Part
from collectors.fitting import batches, fit_prompt
from collectors.plan import Planned
from collectors.providers.embedding import embeds
from collectors.tasks.task import Task
from collectors.tasks.training import training_subset
from data.price import Price
from data.pricing import BILLED, cost, lines_of
from data.records import Usage


@dataclass(frozen=True)
class FitCost:
    """One head of an embedding model, of a task that it is still to be asked."""

    name: str
    """The contestant's."""
    task: str
    labels: int
    calls: int
    input_tokens: int
    usd: float | None
    """By its price; None where that is not known, or is of time."""
    at_most_usd: float


def fits(
    parts: Sequence[Part], tasks: Sequence[Task], prices: Mapping[str, Price]
) -> list[FitCost]:
    """Every head that a plan has to fit; no other figure of the plan holds what they cost."""
    known = {task.name: task for task in tasks}
    return [
        _fit(part, known[name], prices[part.contestant_id])
        for part in parts
        if embeds(part.entrant.contestant)
        for name in dict.fromkeys(cell.key[0] for cell in part.cells)
    ]


def _fit(part: Part, task: Task, price: Price) -> FitCost:
    contestant = part.entrant.contestant
    split = task.train() if task.train else []
    texts = [text for text, _ in training_subset(split, contestant.settings.get("labelled"))]
    groups = batches(texts)
    tokens = sum(max(1, len(t.encode("utf-8", "replace")) // BYTES_PER_TOKEN) for t in texts)
    lines = lines_of(price, BILLED)
    by_tokens = not isinstance(lines, str) and lines[0].needs == "tokens"
    worst = WorstCase(price, 0, part.entrant.timeout_s)
    prompts = [fit_prompt(task, n, group) for n, group in enumerate(groups)]
    return FitCost(
        name=contestant.name,
        task=task.name,
        labels=len(texts),
        calls=len(groups),
        input_tokens=tokens,
        usd=cost(lines, Usage(tokens, 0)).as_float if by_tokens else None,
        at_most_usd=sum(worst.usd(Planned(part.entrant, prompt, 1, "")) for prompt in prompts),
    )
