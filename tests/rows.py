"""Builders of journal rows for tests: real records through the real journal."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from data.journal import Journal
from data.price import Price
from data.records import Attempt, Contestant, Sample, attempt_id

CPU = Price(usd_per_cpu_hour=7.2, source="test")
"""Half a CPU second costs a tenth of a cent."""
MOMENT = datetime(2026, 11, 1, 12, 0, 0)


def contestant(name: str = "A", **settings: Any) -> Contestant:
    return Contestant(model=f"test/{name.lower()}", name=name, deployment="test", **settings)


def sample(seed: int = 0, task: str = "sums", level: int = 1, cluster: str | None = None) -> Sample:
    return Sample(task, level, seed, f"{task} {level} {seed}", "42", "math", "1", cluster)


def attempt(
    who: Contestant,
    what: Sample,
    *,
    campaign: str = "night-1",
    run_id: str = "run-1",
    epoch: int = 1,
    try_: int = 1,
    score: float | None = 1.0,
    **fields: Any,
) -> Attempt:
    identity = attempt_id(campaign, who.contestant_id, what.sample_id, "hash", "t1", epoch)
    given: dict[str, Any] = {
        "duration_s": 1.0, "input_tokens": 20, "output_tokens": 10, "cpu_s": 0.5,
        "price_id": CPU.price_id, "cost_usd": 0.001, **fields,
    }  # fmt: skip
    return Attempt(
        attempt_id=identity, try_=try_, campaign=campaign, run_id=run_id,
        contestant_id=who.contestant_id, task=what.task, level=what.level,
        sample_id=what.sample_id, prompt_hash="hash", template_version="t1", epoch=epoch,
        started_at=MOMENT, score=score, **given,
    )  # fmt: skip


def write(
    db: Path,
    attempts: list[tuple[Contestant, Sample, Attempt]],
    run_id: str = "run-1",
    prices: Sequence[Price] = (CPU,),
) -> Path:
    """Journal one run's attempts; returns the journal's path."""
    with Journal(db, run_id) as journal:
        journal.add(
            "run", {"run_id": run_id, "campaign": attempts[0][2].campaign, "started_at": MOMENT}
        )
        for price in prices:
            journal.price(price)
        for who in {a[0].contestant_id: a[0] for a in attempts}.values():
            journal.contestant(who)
        for what in {a[1].sample_id: a[1] for a in attempts}.values():
            journal.sample(what, 0.0, what.input)
        for _, _, row in attempts:
            journal.attempt(row, "[]", "the answer")
        journal.commit()
        return journal.path


def grid(
    names: str = "AB", seeds: int = 6, level: int = 1, **fields: Any
) -> list[tuple[Contestant, Sample, Attempt]]:
    """Every contestant on every sample; A solves even seeds, the others all."""
    out = []
    for name in names:
        for seed in range(seeds):
            who, what = contestant(name), sample(seed, level=level)
            score = float(seed % 2 == 0) if name == "A" else 1.0
            out.append((who, what, attempt(who, what, score=score, **fields)))
    return out
