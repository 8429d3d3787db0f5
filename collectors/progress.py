"""The progress bar of a collection: done/total, rate, cost so far, time left; on stderr."""

from __future__ import annotations

import io
import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from types import TracebackType
from typing import TextIO

from tqdm import tqdm

from collectors.budget import Purse
from collectors.lane import Lane
from data.wording import usd

BAR = (
    "{desc} {percentage:3.0f}%|{bar}| {n_fmt}/{total_fmt} "
    "[{rate_noinv_fmt}, {remaining} left{postfix}]"
)
LOG_EVERY_S = 15.0


@dataclass(frozen=True)
class Progress:
    """What a run has done so far; only what is safely journalled counts."""

    total: int
    done: int = 0
    failed: int = 0
    cost_usd: float = 0.0
    unsettled_usd: float = 0.0
    """What calls can have cost at most whose end nobody told us."""
    unpriced: int = 0
    retries: int = 0
    stopped: dict[str, str] = field(default_factory=dict)
    """Contestants that were stopped early: name to reason."""
    left: dict[str, int] = field(default_factory=dict)
    """Attempts not made, by contestant's name; those with none are left out."""
    disputed: dict[str, tuple[int, float, float]] = field(default_factory=dict)
    """Contestants whose costs LiteLLM sees more than 1 % otherwise: attempts, our dollars, its."""


def progress_of(lanes: Iterable[Lane], purse: Purse) -> Progress:
    """The lanes added up."""
    running = list(lanes)
    return Progress(
        total=sum(x.planned for x in running),
        done=sum(x.done for x in running),
        failed=sum(x.failed for x in running),
        cost_usd=sum(x.cost_usd for x in running),
        unsettled_usd=purse.unsettled_usd,
        unpriced=sum(x.unpriced for x in running),
        retries=sum(x.retries for x in running),
        stopped={x.contestant.name: x.stopped for x in running if x.stopped},
        left={x.contestant.name: x.left for x in running if x.left},
        disputed={
            x.contestant.name: (x.disputed, x.ours_usd, x.theirs_usd) for x in running if x.disputed
        },
    )


class Bar:
    """A terminal gets a live bar; a log file gets a line now and then."""

    def __init__(self, total: int, title: str, stream: TextIO = sys.stderr) -> None:
        self._live = stream.isatty()
        self._stream = stream
        self._said = time.monotonic()
        self._bar = tqdm(
            total=total,
            desc=title,
            file=stream if self._live else io.StringIO(),
            bar_format=BAR,
            mininterval=0.2,
            maxinterval=0.2,
            unit=" attempts",
            dynamic_ncols=True,
        )

    def show(self, progress: Progress) -> None:
        failed = f", {progress.failed} failed" if progress.failed else ""
        unpriced = f", {progress.unpriced} unpriced" if progress.unpriced else ""
        self._bar.set_postfix_str(
            f"{usd(progress.cost_usd) if progress.cost_usd else '$0'} so far{failed}{unpriced}",
            False,
        )
        self._bar.update(progress.done - self._bar.n)
        last = progress.done == progress.total
        if not self._live and (last or time.monotonic() - self._said >= LOG_EVERY_S):
            self._said = time.monotonic()
            print(str(self._bar).strip(), file=self._stream, flush=True)

    def note(self, text: str) -> None:
        """A line above the bar."""
        self._bar.write(text, file=self._stream)

    def __enter__(self) -> Bar:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        self._bar.refresh()
        self._bar.close()
