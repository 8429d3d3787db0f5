"""A plan's figures for scripts."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from collectors.estimate import Estimate, Line


def record(found: Estimate) -> dict[str, Any]:
    """Every figure of a plan; dollars, hours and shares as they are, null where not known."""
    return {
        "experiment": found.experiment.name,
        "attempts": len(found.plan.todo),
        "stored": found.plan.stored,
        "failed": found.plan.failed,
        "budget_usd": found.experiment.budget_usd,
        "timeout_s": found.experiment.timeout_s,
        "total": asdict(found.total),
        "hours": asdict(found.hours),
        "contestants": [_line(line) for line in found.lines],
        "detectable": [asdict(one) for one in found.detectable],
        "fits": [asdict(one) for one in found.fits],
    }


def _line(line: Line) -> dict[str, Any]:
    return {
        "name": line.name,
        "contestant_id": line.part.contestant_id,
        "attempts": line.part.attempts,
        "input_tokens": line.part.input_tokens,
        "stored": line.stored,
        "answered": line.answered,
        "budget_usd": line.budget_usd,
        "unaffordable": line.unaffordable,
        "cost": asdict(line.expected),
        "hours": asdict(line.hours),
    }
