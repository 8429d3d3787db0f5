"""The progress bar of a collection: done/total, rate, cost so far, time left; on stderr."""

from __future__ import annotations

import sys
from types import TracebackType
from typing import TextIO

from tqdm import tqdm

from collectors.engine import Progress
from data.wording import usd

BAR = "{desc} {percentage:3.0f}%|{bar}| {n_fmt}/{total_fmt} [{rate_fmt}, {remaining} left{postfix}]"


class Bar:
    """A terminal gets a live bar; a log file gets a line now and then."""

    def __init__(self, total: int, title: str, stream: TextIO = sys.stderr) -> None:
        live = stream.isatty()
        self._bar = tqdm(
            total=total,
            desc=title,
            file=stream,
            bar_format=BAR if live else BAR.replace("|{bar}|", "") + "\n",
            mininterval=0.2 if live else 10.0,
            maxinterval=0.2 if live else 10.0,
            unit=" attempts",
            dynamic_ncols=live,
            leave=True,
        )

    def show(self, progress: Progress) -> None:
        failed = f", {progress.failed} failed" if progress.failed else ""
        unpriced = f", {progress.unpriced} unpriced" if progress.unpriced else ""
        self._bar.set_postfix_str(
            f"{usd(progress.cost_usd) if progress.cost_usd else '$0'} so far{failed}{unpriced}",
            False,
        )
        self._bar.update(progress.done - self._bar.n)

    def note(self, text: str) -> None:
        """A line above the bar."""
        self._bar.write(text, file=sys.stderr)

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
