"""Files that scheduling writes: whole or not at all, and never another experiment's."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Sequence
from pathlib import Path

from collectors.schedule.job import HEADER, Job, ScheduleError

Texts = Sequence[tuple[Path, str]]
"""Files and what stands in them; the first line says whose they are."""


def write(job: Job, texts: Texts) -> list[str]:
    """Write every file; ScheduleError when one is not this experiment's."""
    there(job, texts)
    for path, text in texts:
        _write(path, text)
    return [f"Wrote {path}." for path, _ in texts]


def delete(job: Job, texts: Texts) -> list[str]:
    """Delete the files that are there."""
    found = there(job, texts)
    for path in found:
        try:
            path.unlink()
        except OSError as error:
            raise ScheduleError(f"Can't delete {path}: {error.strerror or error}.") from error
    return [f"Deleted {path}." for path in found]


def there(job: Job, texts: Texts) -> list[Path]:
    """Which of the files are there; ScheduleError when one is not this experiment's."""
    return [path for path, text in texts if _ours(job, path, text.partition("\n")[0])]


def _ours(job: Job, path: Path, header: str) -> bool:
    """Whether it is there; ScheduleError when it is somebody else's."""
    try:
        with path.open("rb") as file:
            first = file.readline(10_000).decode("utf-8", "replace").rstrip("\n")
    except FileNotFoundError:
        return False
    except OSError as error:
        raise ScheduleError(f"Can't read {path}: {error.strerror or error}.") from error
    if first != header:
        whose = first.removeprefix(HEADER)
        known = whose if whose != first else "something else"
        raise ScheduleError(
            f"{path} belongs to {known}. Remove that schedule first, or give this experiment "
            f"another name than '{job.title}'."
        )
    return True


def _write(path: Path, text: str) -> None:
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part.write_text(text, "utf-8")
        part.replace(path)
    except OSError as error:
        with contextlib.suppress(OSError):
            part.unlink()
        raise ScheduleError(f"Can't write {path}: {error.strerror or error}.") from error
