"""The progress bar of a collection: done/total, rate, cost so far, time left; on stderr."""

from __future__ import annotations

import io
import sys
import time
from types import TracebackType
from typing import TextIO

from tqdm import tqdm

from collectors.engine import Progress
from data.wording import usd

BAR = (
    "{desc} {percentage:3.0f}%|{bar}| {n_fmt}/{total_fmt} "
    "[{rate_noinv_fmt}, {remaining} left{postfix}]"
)
LOG_EVERY_S = 15.0


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
