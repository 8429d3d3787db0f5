"""A plan counted: what each contestant is still to be asked, by task and level."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from collectors.budget import WorstCase
from collectors.entrants import Entrant
from collectors.plan import Plan, Planned, Prompt
from data.price import Price

BYTES_PER_TOKEN = 4
"""A usual figure for English text; used only where there is no history."""
CellKey = tuple[str, int]
"""(task, level)."""


@dataclass(frozen=True)
class Cell:
    """What a contestant is still to be asked of one level."""

    key: CellKey
    attempts: int
    samples: int
    """Distinct samples; fewer than attempts where there are epochs."""


@dataclass(frozen=True)
class Part:
    """One contestant's part of a plan."""

    entrant: Entrant
    cells: tuple[Cell, ...]
    attempts: int
    prompts: tuple[tuple[int, int | None, int], ...]
    """(estimated input tokens, output limit or None, attempts) of prompts of a size."""
    worst_usd: float
    """What all its calls can cost at most, each sent once; 0 where none is charged by tokens."""
    least_worst_usd: float
    """The smallest amount that one of its calls must be allowed to cost."""

    @property
    def contestant_id(self) -> str:
        return self.entrant.contestant.contestant_id

    @property
    def input_tokens(self) -> int:
        return sum(tokens * attempts for tokens, _, attempts in self.prompts)


def tally(
    plan: Plan,
    entrants: Sequence[Entrant],
    prices: Mapping[str, Price],
    caps: Mapping[str, int | None],
) -> list[Part]:
    """The plan's attempts by contestant, in the order of `entrants`; who has none is left out.

    `prices` and `caps` (the models' own output limits) are by contestant_id.
    """
    prompts: dict[int, Prompt] = {}
    for planned in plan.todo:
        prompts.setdefault(id(planned.prompt), planned.prompt)
    places = {key: i for i, key in enumerate(prompts)}
    who = {id(entrant): i for i, entrant in enumerate(entrants)}
    asked = pl.DataFrame(
        {
            "entrant": [who[id(p.entrant)] for p in plan.todo],
            "place": [places[id(p.prompt)] for p in plan.todo],
        },
        schema={"entrant": pl.Int32, "place": pl.Int32},
    )
    counted = asked.group_by("entrant", "place").len("attempts")
    whole = counted.join(_sizes(list(prompts.values())), on="place")
    by_entrant = whole.partition_by("entrant", as_dict=True)
    known = list(prompts.values())
    return [
        _part(entrant, by_entrant[(i,)], known, prices, caps)
        for i, entrant in enumerate(entrants)
        if (i,) in by_entrant
    ]


def _sizes(prompts: Sequence[Prompt]) -> pl.DataFrame:
    """A row for each prompt: place, task, level, seed, input tokens, most tokens."""
    schema: dict[str, Any] = {
        "place": pl.Int32, "task": pl.String, "level": pl.Int64, "seed": pl.Int64,
        "tokens": pl.Int64, "most": pl.Int64,
    }  # fmt: skip
    rows = [
        (i, p.task.name, p.sample.level, p.sample.seed, input_tokens(p), p.most_tokens)
        for i, p in enumerate(prompts)
    ]
    return pl.DataFrame(rows, schema=schema, orient="row")


def input_tokens(prompt: Prompt) -> int:
    """About what a prompt's text takes, without anything that a template adds."""
    size = sum(len(m["content"].encode("utf-8", "replace")) for m in prompt.messages)
    return max(1, size // BYTES_PER_TOKEN)


def _part(
    entrant: Entrant,
    rows: pl.DataFrame,
    prompts: Sequence[Prompt],
    prices: Mapping[str, Price],
    caps: Mapping[str, int | None],
) -> Part:
    name = entrant.contestant.contestant_id
    worst = WorstCase(prices[name], caps.get(name), entrant.timeout_s)
    cells = (
        rows.group_by("task", "level")
        .agg(pl.col("attempts").sum(), pl.col("seed").n_unique().alias("samples"))
        .sort("task", "level")
    )
    # Prompts of one task and size cost the same at most: one of them stands for all.
    sizes = rows.group_by("task", "tokens", "most").agg(
        pl.col("attempts").sum(), pl.col("place").first()
    )
    weighed = []
    for _, tokens, _, attempts, place in sizes.sort("task", "tokens", "most").iter_rows():
        planned = Planned(entrant, prompts[place], 1, "")
        weighed.append((tokens, planned.max_tokens, attempts, worst.usd(planned)))
    return Part(
        entrant=entrant,
        cells=tuple(Cell((t, n), a, s) for t, n, a, s in cells.iter_rows()),
        attempts=int(rows["attempts"].sum()),
        prompts=tuple((tokens, limit, attempts) for tokens, limit, attempts, _ in weighed),
        worst_usd=sum(attempts * usd for _, _, attempts, usd in weighed),
        least_worst_usd=min(usd for *_, usd in weighed),
    )
