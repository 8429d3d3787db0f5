"""`isocost nightly`: one night of an experiment, its summary, and who is told of it."""

from __future__ import annotations

import sys
from datetime import UTC, date, datetime
from pathlib import Path

from collectors.experiment import Experiment, load
from collectors.keys import load_env
from collectors.nightly import report, webhook
from collectors.nightly.lock import nightly
from collectors.nightly.night import check_date, night
from dashboard.commands.models import visible
from data.errors import ExperimentError, IsocostError
from data.nights.markdown import markdown
from data.nights.summary import broken

MOST_WAIT_MIN = 7 * 24 * 60
INTERRUPTED = 130


def run(
    path: Path,
    db: Path,
    *,
    date: str | None,
    wait_min: float,
    summary: Path | None,
    workers: int,
    log: str | None,
    as_json: bool,
) -> int:
    """Collect, compare, write, print and tell; returns the exit code of docs/nightly.md."""
    load_env(Path.cwd(), say)
    experiment = load(path)
    on = _date(date)
    if not 0 <= wait_min <= MOST_WAIT_MIN:
        raise ExperimentError(f"--wait {wait_min:g}: write minutes from 0 to a week's.")
    with nightly(db, experiment.name, 60 * wait_min, say):
        try:
            ended = night(experiment, db, on, workers=workers, log=log, say=say)
        except IsocostError as error:
            _tell(experiment, broken(experiment.name, on, str(error)))
            raise
        except Exception as error:
            # A bug: its text may hold anything, so that only its name is sent.
            _tell(experiment, broken(experiment.name, on, f"{type(error).__name__}; see the log"))
            raise
        if ended.told is None:
            say(f"Interrupted. Run it again with --date {on} to continue this night.")
            return INTERRUPTED
        told = ended.told
        _tell(experiment, told)
        print(report.to_json(told) if as_json else markdown(told), end="")
        # Last, so that a folder that can't be written costs nobody the message.
        written = report.write(told, report.folder_of(db, experiment.name, summary))
        say(f"Written to {written} and {written.with_suffix('.json').name}.")
    return int(told["exit_code"])


def _tell(experiment: Experiment, told: dict[str, object]) -> None:
    webhook.notify(experiment.notify, webhook.reasons(told), webhook.message(told), say)


def _date(text: str | None) -> date:
    """The night asked for: by default that of now, which is when it begins."""
    today = datetime.now(UTC).date()
    if text is None:
        return today
    try:
        on = datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC).date()
    except ValueError as error:
        raise ExperimentError(f"--date {text}: write a day as YYYY-MM-DD.") from error
    check_date(on, today)
    return on


def say(text: str) -> None:
    """A line for people, beside the results."""
    print(visible(text), file=sys.stderr, flush=True)
