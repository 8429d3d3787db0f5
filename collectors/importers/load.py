"""An import from paths to store: guess or take the format, read, check, publish, report."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import polars as pl

from collectors.importers import FORMATS, importer
from collectors.importers.costs import days, parts, score_days, sources
from collectors.importers.entrants import Entrants
from collectors.importers.files import digest, walk
from collectors.importers.found import Batch, Kind, Options
from collectors.importers.job import Job, nothing, refuse, shown
from collectors.importers.stage import KEY, Stage
from collectors.importers.staging import staging
from collectors.importers.tally import Tally
from data.errors import FormatError
from data.store.imports import Staged, Stored, store

PREVIEW = 5


@dataclass(frozen=True)
class Wanted:
    """What is to be imported, and how."""

    format: str
    paths: Sequence[Path]
    campaign: str
    options: Options = field(default_factory=Options)
    texts: str = "keep"
    dry_run: bool = False


@dataclass(frozen=True)
class Imported:
    """What became of it."""

    wanted: Wanted
    tally: Tally
    stored: Stored
    contestants: int
    unresolved: tuple[str, ...]
    """Model names that mean no model of the catalogue: no lab, size or list price is known."""
    costs: dict[str, int]
    """Rows by where their cost comes from: 'told', 'computed', or the reason why there is none."""
    preview: pl.DataFrame
    """The first rows as they would be stored."""
    scores_alone: bool = False
    """Whether the source has one score per model, and no attempts."""

    def as_dict(self) -> dict[str, Any]:
        """For --json."""
        return {
            "format": self.wanted.format,
            "campaign": self.wanted.campaign,
            "files": [path.name for path in self.wanted.paths],
            "dry_run": self.wanted.dry_run,
            **self.tally.as_dict(),
            "new_attempts": self.stored.attempts,
            "new_scores": self.stored.aggregates,
            "repeated": self.stored.repeated,
            "contestants": self.contestants,
            "unresolved_models": list(self.unresolved),
            "costs": self.costs,
        }


def detect(path: Path) -> list[tuple[str, str]]:
    """(format, why) that a path looks like, the likeliest first; empty when none is known."""
    _there(path)
    found = []
    for name in FORMATS:
        # A file that no format can read is no reason to stop asking the others.
        with suppress(FormatError, OSError):
            if why := importer(name).looks(path):
                found.append((name, why))
    return found


def load(db: Path, wanted: Wanted, advance: Callable[[int], None] = nothing) -> Imported:
    """Import into `db`: everything that can be used, or, when a file is damaged, nothing.

    FormatError for a file that can't be read, StoreError for the database.
    """
    tally, now = Tally(), datetime.now(UTC).replace(tzinfo=None)
    job = Job(wanted.options, tally, advance)
    entrants = Entrants(wanted.format, tally)
    hashes = [_hash(path) for path in wanted.paths]
    with staging(db) as folder:
        stage = None
        for path, hashed in zip(wanted.paths, hashes, strict=True):
            measured = wanted.options.measured or _modified(path)
            made = stage.parts if stage else None
            stage = Stage(folder, tally, now, measured)
            stage.parts = made or stage.parts
            before = tally.read
            for batch in _batches(path, job, wanted.format):
                stage.add(batch, hashed)
            if path.is_dir() and tally.read == before:
                raise refuse(path, f"nothing of '{wanted.format}' in it", "Check the path.")
        kinds: tuple[Kind, ...] = ("attempts", "aggregates")
        has = {kind: bool(stage and stage.parts[kind]) for kind in kinds}
        for kind in kinds:
            if has[kind]:
                entrants.add(parts(folder, kind).select(*KEY, "key").unique().collect())
        staged = Staged(
            campaign=wanted.campaign,
            format=wanted.format,
            folder=folder,
            attempts=has["attempts"],
            aggregates=has["aggregates"],
            contestants=entrants.frame(),
            price_of=entrants.price_of(days(folder) if has["attempts"] else pl.DataFrame()),
            aggregate_costs=entrants.aggregate_costs(
                score_days(folder) if has["aggregates"] else pl.DataFrame()
            ),
            prices=entrants.prices,
            files=tuple(shown(path.name) for path in wanted.paths),
            sha256=hashes[0] if len(hashes) == 1 else _joined(hashes),
            imported_at=now,
            report=tally.as_dict(),
            versions=_versions(),
            texts=wanted.texts,
        )
        empty = not any(has.values())
        stored = Stored() if wanted.dry_run or empty else store(db, staged)
        return Imported(
            wanted,
            tally,
            stored,
            len(entrants.held),
            tuple(sorted(entrants.unresolved)),
            sources(folder, staged),
            _preview(folder, has),
            has["aggregates"] and not has["attempts"],
        )


def _batches(path: Path, job: Job, name: str) -> Iterator[Batch]:
    """What an importer reads; a file in it that can't be read is as bad as a damaged one."""
    try:
        yield from importer(name).read(path, job)
    except RecursionError as error:
        raise refuse(path, "values nested too deep", "Check where it comes from.") from error
    except OSError as error:
        at = shown(error.filename or path)
        raise refuse(at, error.strerror or "it can't be read", "Check the path.") from error


def _there(path: Path) -> None:
    if not path.exists():
        raise FormatError(f"{shown(path)}: there is no such file or folder. Check the path.")
    if not path.is_dir() and not path.is_file():
        raise FormatError(f"{shown(path)}: neither a plain file nor a folder. Copy it to a file.")


def _modified(path: Path) -> datetime:
    return datetime.fromtimestamp(path.stat().st_mtime, UTC).replace(tzinfo=None)


def _hash(path: Path) -> str:
    """SHA-256 of a file's bytes, or of a folder's names and files."""
    _there(path)
    if path.is_dir():
        return _joined([f"{p.relative_to(path)} {digest(p)}" for p in walk(path, "*")])
    return digest(path)


def _joined(texts: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(texts).encode("utf-8", "replace")).hexdigest()


def _preview(folder: Path, has: dict[Kind, bool]) -> pl.DataFrame:
    kind: Kind = "attempts" if has["attempts"] else "aggregates"
    if not has[kind]:
        return pl.DataFrame()
    rows = parts(folder, kind).head(PREVIEW).collect().drop("key")
    return rows.select(name for name in rows.columns if rows[name].null_count() < rows.height)


def _versions() -> dict[str, str]:
    found = {}
    for name in ("isocost", "duckdb", "polars"):
        with suppress(PackageNotFoundError):
            found[name] = version(name)
    return found
