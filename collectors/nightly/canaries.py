"""Canaries: what a night asks besides the experiment, to see that the measuring held still.

Frozen local models answer a few samples of the bundled tasks, bit by bit as the night before;
every hosted contestant repeats two lines. All of it is stored with purpose 'probe', so that no
table and no chart counts it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from importlib.util import find_spec

from collectors import tasks
from collectors.entrants import Entrant
from collectors.experiment import Experiment
from collectors.plan import CUT, Planned, Prompt
from collectors.providers.local.registry import local_model
from collectors.providers.model_names import is_hosted
from collectors.tasks import canary
from collectors.tasks.task import STYLES
from data.records import UNSCORED, Contestant, Sample, attempt_id

STYLE = "canary"
SEEDS = (0, 1, 2)


@dataclass(frozen=True)
class Frozen:
    """A bundled model that never changes, and what it is asked."""

    model: str
    task: str
    level: int
    needs: str | None = None
    """Import name of a package that may be missing."""
    style: str = "reader"
    max_tokens: int | None = None


FROZEN = (
    Frozen("local/rules", "invoices", 2),
    Frozen("local/langid", "language", 1, needs="py3langid"),
)
WRITER = Frozen("local/smollm2-135m", "sums", 1, style="terse", max_tokens=12)
"""Asked only where the experiment has it: it takes a server."""


def with_canaries(experiment: Experiment) -> Experiment:
    """The experiment with the frozen models among its contestants; they enter none of its tasks."""
    return replace(experiment, entrants=(*experiment.entrants, *_frozen_entrants(experiment)))


def probes(
    experiment: Experiment, campaign: str, tries: Mapping[str, tuple[int, str]]
) -> tuple[Planned, ...]:
    """The night's probes that `tries` (attempt_id -> latest try, status) lacks or has as failed."""
    found = []
    for planned in _all(with_canaries(experiment), campaign):
        last, status = tries.get(planned.attempt_id, (0, ""))
        if last == 0 or status in (*UNSCORED, CUT):
            found.append(replace(planned, try_=last + 1))
    return tuple(found)


def is_frozen(entrant: Entrant) -> bool:
    """Whether it is one of the frozen models that a night adds."""
    return entrant.contestant.prompt_style == STYLE


def _all(experiment: Experiment, campaign: str) -> Iterator[Planned]:
    frozen = {f.model: f for f in (*FROZEN, WRITER)}
    for entrant in experiment.entrants:
        contestant = entrant.contestant
        if is_frozen(entrant):
            for prompt in _frozen_prompts(frozen[contestant.model]):
                yield _planned(campaign, entrant, prompt)
        elif is_hosted(contestant.model) and contestant.prompt_style in STYLES:
            for seed in range(canary.size(1)):
                asked = canary.sample(1, seed)
                messages = tuple(canary.prompt(asked, STYLE))
                yield _planned(campaign, entrant, Prompt(canary.TASK, asked, STYLE, messages, None))


def _frozen_entrants(experiment: Experiment) -> list[Entrant]:
    entered = {e.contestant.model for e in experiment.entrants}
    wanted = [f for f in FROZEN if f.needs is None or find_spec(f.needs)]
    wanted += [WRITER] if WRITER.model in entered else []
    return [
        Entrant(
            contestant=Contestant(
                model=f.model,
                name=f"Canary: {local_model(f.model).title}",
                deployment="local",
                prompt_style=STYLE,
                max_tokens=f.max_tokens,
                kind=local_model(f.model).kind,
                model_id=local_model(f.model).model_id,
            ),
            table=0,
            max_concurrency=1,
            tasks=(),
        )
        for f in wanted
    ]


def _frozen_prompts(frozen: Frozen) -> Iterator[Prompt]:
    """Samples of a bundled task: another bank version has other ones, which nothing compares."""
    task = tasks.task(frozen.task)
    for seed in SEEDS:
        asked: Sample = task.sample(frozen.level, seed)
        if frozen.style == "reader":
            messages = (
                {"role": "system", "content": task.name},
                {"role": "user", "content": asked.input},
            )
            yield Prompt(task, asked, STYLE, messages, None)
        else:
            yield Prompt(task, asked, STYLE, tuple(task.prompt(asked, frozen.style)), None)


def _planned(campaign: str, entrant: Entrant, prompt: Prompt) -> Planned:
    identity = attempt_id(
        campaign,
        entrant.contestant.contestant_id,
        prompt.sample.sample_id,
        prompt.hash,
        prompt.template_version,
        1,
    )
    return Planned(entrant, prompt, 1, identity, purpose="probe")
