"""What the contestants of a run were taught: heads that were fitted, examples that prompts show."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from collectors.plan import Prompt
from collectors.tasks.training import readable
from data.pricing import cost
from data.records import Fit, Usage

if TYPE_CHECKING:
    from collectors.lane import Lane
    from collectors.providers.local.heads import HeadFit
    from data.journal import Journal


class Listener(Protocol):
    """Who is told what happens."""

    def emit(self, name: str, /, **fields: Any) -> None: ...


class Taught:
    """Journals each fit of a run once."""

    def __init__(
        self, run_id: str, lanes: Sequence[Lane], journal: Journal, listener: Listener
    ) -> None:
        self.fits: list[Fit] = []
        """Of heads, in the order in which they were fitted."""
        self._run_id = run_id
        self._lanes = {lane.contestant_id: lane for lane in lanes}
        self._journal = journal
        self._listener = listener
        self._bundled: set[tuple[str, str, int | None]] = set()

    def fitted(self, fit: Fit) -> None:
        """A head was fitted."""
        self.fits.append(fit)
        self._journal.fit(fit)
        self._listener.emit(
            "fitted",
            contestant=self._lanes[fit.contestant_id].contestant.name,
            task=fit.task,
            labels=fit.labels,
            cpu_s=fit.cpu_s,
            usd=fit.usd,
        )

    def bundled(self, fits: Iterable[HeadFit]) -> None:
        """The heads of bundled readers, each of which may be several contestants'."""
        for made in fits:
            key = (made.reader, made.task, made.labelled)
            if key in self._bundled:
                continue
            self._bundled.add(key)
            for lane in self._lanes.values():
                contestant = lane.contestant
                if (contestant.model, contestant.settings.get("labelled")) == (key[0], key[2]):
                    self.fitted(self._of(lane, made))

    def by_prompts(self) -> None:
        """The examples that the prompts of writers show, of tasks that readers can learn."""
        for lane in self._lanes.values():
            first: dict[str, Prompt] = {}
            for planned in lane.todo:
                first.setdefault(planned.prompt.task.name, planned.prompt)
            for name, prompt in first.items():
                shown = _shown(prompt) if lane.contestant.kind == "writer" else None
                if shown is not None:
                    self._journal.fit(Fit(self._run_id, lane.contestant_id, name, shown, usd=0.0))

    def _of(self, lane: Lane, made: HeadFit) -> Fit:
        usd = cost(lane.lines, Usage(source="rule"), cpu_s=made.fit_cpu_s).as_float
        return Fit(
            self._run_id, lane.contestant_id, made.task, made.examples, made.fit_cpu_s, usd=usd
        )


def _shown(prompt: Prompt) -> int | None:
    """How many examples a prompt shows; None where its task says nothing of examples."""
    # Of one's own messages nobody knows which turns are examples.
    if not readable(prompt.task) or len(prompt.task.styles) < 2:
        return None
    return sum(message["role"] == "assistant" for message in prompt.messages)
