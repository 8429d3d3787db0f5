"""A pilot: a few attempts of those who never answered, so that their cost can be told."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from collectors.estimate.whole import Line
from collectors.experiment import Experiment

SAMPLES = 2
"""Per level: the fewest that show a spread."""
SHARE = 0.02
USUAL_USD = 1.0


def pilot_of(experiment: Experiment, unheard: Iterable[Line], ceiling_usd: float) -> Experiment:
    """The experiment in small, of the contestants that never answered, under a ceiling.

    Its attempts are attempts of the whole run: same campaign, same samples, same identities.
    """
    names = {line.part.contestant_id for line in unheard}
    return replace(
        experiment,
        entrants=tuple(e for e in experiment.entrants if e.contestant.contestant_id in names),
        tasks=tuple(replace(t, samples=min(SAMPLES, t.samples)) for t in experiment.tasks),
        epochs=1,
        budget_usd=ceiling_usd,
    )


def ceiling_usd(budget_usd: float | None, asked_usd: float | None) -> tuple[float, str]:
    """What a pilot may cost, and where that comes from: as asked, a share of the budget, $1."""
    if asked_usd is not None:
        return asked_usd, "the budget asked for"
    if budget_usd is not None:
        return SHARE * budget_usd, f"{SHARE:.0%} of budget_usd"
    return USUAL_USD, "no budget_usd is given"
