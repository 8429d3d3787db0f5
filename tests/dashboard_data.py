"""Synthetic stores for the dashboard's tests: fictional models, written through journal and merge.

Nothing here was measured. Answers are drawn from a Rasch model with a fixed seed, so every store
built from the same arguments says the same.
"""

from __future__ import annotations

import json
import math
import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from data.journal import Journal
from data.price import Price, Rates
from data.pricing import cost_usd
from data.records import Attempt, Contestant, Sample, Usage, Verdict, attempt_id, digest
from data.store import merge

CAMPAIGN = "synthetic"
START = datetime(2026, 11, 20, 2, 0)
TASKS = {
    "sums": "math",
    "capitals": "knowledge",
    "tickets": "classification",
    "invoices": "extraction",
}
HOSTILE = (
    "<script>alert(1)</script>",
    "![x](http://evil.invalid/x.png)",
    r"$$\LaTeX$$ :red[colour] [link](http://evil.invalid)",
    "\x1b[31mred\x1b[0m",
    "=cmd()",
)
"""Answers that must be shown as the text they are."""


@dataclass(frozen=True)
class Fake:
    """A fictional contestant: how able it is (logits) and what it spends."""

    model: str
    effort: str | None
    ability: float
    tokens: float
    share: float | None
    usd_per_mtok: float | None
    seconds: float = 1.0
    kind: str = "writer"
    model_id: str | None = None
    """An entry of the catalogue, whose facts it has."""

    @property
    def contestant(self) -> Contestant:
        tail = f" · {self.effort}" if self.effort else ""
        return Contestant(
            model=f"fictional/{self.model.lower().replace(' ', '-')}",
            name=self.model + tail,
            deployment="fictional",
            effort=self.effort,
            kind=self.kind,  # type: ignore[arg-type]
            model_id=self.model_id,
        )

    @property
    def price(self) -> Price:
        return Price(
            rates=Rates()
            if self.usd_per_mtok is None
            else Rates(self.usd_per_mtok / 4, self.usd_per_mtok),
            source="synthetic",
            valid_from="2026-11-20",
        )


FAKES = (
    Fake("Ibis Reader S", None, -0.9, 0, None, 0.02, 0.01, "reader"),
    Fake("Ibis Reader L", None, -0.3, 0, None, 0.09, 0.03, "reader"),
    Fake("Wren Rules", None, -1.6, 0, None, 0.0, 0.0004, "rules"),
    Fake("Finch 4B", "low", 0.1, 90, 0.0, 0.12, 0.8),
    Fake("Finch 4B", "high", 0.8, 900, 0.85, 0.12, 4.2),
    Fake("Finch 235B", "low", 1.7, 160, 0.0, 0.9, 1.9),
    Fake("Finch 235B", "medium", 2.2, 1400, 0.72, 0.9, 11.0),
    Fake("Finch 235B", "high", 2.5, 5200, 0.93, 0.9, 38.0),
    Fake("Egret V4", "low", 2.0, 300, 0.2, 1.4, 3.0),
    Fake("Egret V4", "high", 3.0, 3100, 0.8, 1.4, 21.0),
    Fake("Borealis Flash", None, 1.5, 190, None, 2.0, 1.2),
    Fake("Borealis Pro", "low", 2.6, 320, 0.3, 9.0, 4.0),
    Fake("Borealis Pro", "high", 3.6, 2400, 0.8, 9.0, 19.0),
    Fake("Aster Ultra", "max", 4.2, 6100, 0.95, 40.0, 64.0),
    Fake("Gannet Small", None, 0.9, 420, 0.0, 0.6, 1.7),
    Fake("Dunlin K3", None, 1.2, 2600, 0.6, 2.5, 14.0),
    Fake("Skua Preview", None, 2.0, 700, 0.5, None, 6.0),
    Fake("Puffin Guess", None, -9.0, 12, 0.0, 0.3, 0.3),
)


def build(
    db: Path,
    fakes: Sequence[Fake] = FAKES,
    levels: Sequence[int] = (1, 2, 3, 4),
    samples: int = 10,
    hostile: bool = False,
    status: str | None = None,
    campaign: str = CAMPAIGN,
    seed: int = 1,
) -> Path:
    """A published store of synthetic attempts; `status` gives every attempt that status."""
    rng = random.Random(seed)
    run_id = f"run-{campaign}-{seed}"
    rows = [_sample(task, level, n) for task in TASKS for level in levels for n in range(samples)]
    with Journal(db, run_id) as journal:
        journal.add("run", _run(run_id, campaign))
        for sample in rows:
            journal.sample(sample, 0.0, sample.input)
        for fake in fakes:
            journal.contestant(fake.contestant)
            journal.price(fake.price)
            for n, sample in enumerate(rows):
                attempt, text = _attempt(fake, sample, campaign, run_id, n, rng)
                if hostile:
                    text = HOSTILE[n % len(HOSTILE)]
                    attempt = replace(attempt, answer=text)
                if status:
                    attempt = _failed(attempt, status)
                prompt = [{"role": "user", "content": f"Answer only.\n{sample.input}"}]
                journal.attempt(attempt, json.dumps(prompt), text)
    merge(db)
    return db


def _run(run_id: str, campaign: str) -> dict[str, Any]:
    return {
        "run_id": run_id,
        "campaign": campaign,
        "started_at": START.isoformat(),
        "experiment": "synthetic = true",
        "machine": "synthetic",
    }


def _sample(task: str, level: int, n: int) -> Sample:
    return Sample(task, level, n, f"{task} {level}-{n}?", f"right-{n}", TASKS[task], "synthetic-1")


def _attempt(
    fake: Fake, sample: Sample, campaign: str, run_id: str, n: int, rng: random.Random
) -> tuple[Attempt, str]:
    difficulty = 1.3 * (sample.level - 2) + rng.gauss(0, 0.5)
    right = rng.random() < 1 / (1 + math.exp(difficulty - fake.ability))
    grown = fake.tokens * (0.55 + 0.28 * sample.level) * rng.lognormvariate(0, 0.2)
    output = round(grown)
    usage = Usage(
        input_tokens=60 + 25 * sample.level,
        output_tokens=output,
        reasoning_tokens=None if fake.share is None else round(output * fake.share),
    )
    answer = sample.target if right else f"wrong-{n}"
    prompt_hash = digest(sample.input)
    contestant = fake.contestant.contestant_id
    row = Attempt(
        attempt_id(campaign, contestant, sample.sample_id, prompt_hash, "t1", 1),
        1,
        campaign,
        run_id,
        contestant,
        sample.task,
        sample.level,
        sample.sample_id,
        prompt_hash,
        "t1",
        1,
        START + timedelta(seconds=n),
        duration_s=fake.seconds * (0.6 + 0.3 * sample.level) * rng.lognormvariate(0, 0.15),
        input_tokens=usage.input_tokens,
        output_tokens=usage.output_tokens,
        reasoning_tokens=usage.reasoning_tokens,
        usage_source="provider",
        price_id=fake.price.price_id,
        cost_usd=cost_usd(fake.price, usage),
        status="ok",
        finish_reason="stop",
        score=float(right),
        verdict=_verdict(sample, right, n),
        answer=answer,
    )
    return row, f"The answer is {answer}."


def _verdict(sample: Sample, right: bool, n: int) -> Verdict:
    """Asked what they know, contestants say one time in three that they don't, where they don't."""
    if right:
        return "correct"
    return "abstained" if sample.category == "knowledge" and n % 3 == 0 else "wrong"


def _failed(attempt: Attempt, status: str) -> Attempt:
    scored = status not in ("infra_error", "timeout")
    return replace(
        attempt,
        status=status,  # type: ignore[arg-type]
        score=0.0 if scored else None,
        verdict=None,
        answer=None,
        error=None if scored else "synthetic failure",
        output_tokens=attempt.output_tokens if scored else None,
        reasoning_tokens=None,
    )


if __name__ == "__main__":
    import sys

    print(build(Path(sys.argv[1])))
