"""An import from paths to store: guess or take the format, read, check, publish, report."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import polars as pl

from collectors.importers import FORMATS, importer
from collectors.importers.entrants import Entrants
from collectors.importers.found import Kind, Options
from collectors.importers.job import Job, nothing, shown
from collectors.importers.stage import KEY, Stage
from collectors.importers.tally import Tally
from data.errors import FormatError, StoreError
from data.store.imports import Staged, Stored, store

CHUNK = 1 << 20
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
    try:
        db.parent.mkdir(parents=True, exist_ok=True)
        folder = tempfile.TemporaryDirectory(prefix=f"{db.name}.import-", dir=db.parent)
    except OSError as error:
        raise StoreError(
            f"Can't write beside {db}: {error.strerror or error}. Choose a writable place with "
            "--db PATH or ISOCOST_DB."
        ) from error
    with folder as name:
        stage = None
        for path, hashed in zip(wanted.paths, hashes, strict=True):
            measured = wanted.options.measured or _modified(path)
            parts = stage.parts if stage else None
            stage = Stage(Path(name), tally, now, measured)
            stage.parts = parts or stage.parts
            for batch in importer(wanted.format).read(path, job):
                stage.add(batch, hashed)
        kinds: tuple[Kind, ...] = ("attempts", "aggregates")
        has = {kind: bool(stage and stage.parts[kind]) for kind in kinds}
        for kind in kinds:
            if has[kind]:
                entrants.add(_parts(Path(name), kind).select(*KEY, "key").unique().collect())
        staged = Staged(
            campaign=wanted.campaign,
            format=wanted.format,
            folder=Path(name),
            attempts=has["attempts"],
            aggregates=has["aggregates"],
            contestants=entrants.frame(),
            price_of=entrants.price_of(_days(Path(name)) if has["attempts"] else pl.DataFrame()),
            aggregate_costs=entrants.aggregate_costs(
                _score_days(Path(name)) if has["aggregates"] else pl.DataFrame()
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
            _costs(Path(name), staged),
            _preview(Path(name), has),
        )


def _there(path: Path) -> None:
    if not path.exists():
        raise FormatError(f"{shown(path)}: there is no such file or folder. Check the path.")


def _modified(path: Path) -> datetime:
    return datetime.fromtimestamp(path.stat().st_mtime, UTC).replace(tzinfo=None)


def _hash(path: Path) -> str:
    """SHA-256 of a file's bytes, or of a folder's names and files."""
    _there(path)
    if path.is_dir():
        files = sorted(p for p in path.rglob("*") if p.is_file())
        return _joined([f"{p.relative_to(path)} {_hash(p)}" for p in files])
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while data := file.read(CHUNK):
            digest.update(data)
    return digest.hexdigest()


def _joined(texts: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(texts).encode("utf-8", "replace")).hexdigest()


def _parts(folder: Path, kind: Kind) -> pl.LazyFrame:
    return pl.scan_parquet(sorted(folder.glob(f"{kind}-*.parquet")))


def _days(folder: Path) -> pl.DataFrame:
    day = pl.col("started_at").dt.date().alias("day")
    told = pl.col("billed_usd").is_not_null().alias("told")
    return (
        _parts(folder, "attempts")
        .select("key", day, told)
        .unique()
        .sort("key", "day", "told")
        .collect()
    )


def _score_days(folder: Path) -> pl.DataFrame:
    day = pl.col("measured_at").dt.date().alias("day")
    scores = _parts(folder, "aggregates").select("key", day)
    return scores.drop_nulls("day").unique().sort("key", "day").collect()


def _costs(folder: Path, staged: Staged) -> dict[str, int]:
    """Rows by the source of their cost; the reasons are those of data.pricing.cost."""
    counted: dict[str, int] = {}

    def count(rows: pl.DataFrame) -> None:
        for name, n in rows.group_by("cost").len().iter_rows():
            counted[name] = counted.get(name, 0) + n

    if staged.attempts:
        rows = _parts(folder, "attempts").select(
            "key", pl.col("started_at").dt.date().alias("day"),
            pl.col("billed_usd").is_not_null().alias("told"),
            pl.any_horizontal(pl.col("input_tokens", "output_tokens").is_null()).alias("bare"),
        ).group_by("key", "day", "told", "bare").len().collect()  # fmt: skip
        missing = {name: price.missing for name, price in staged.prices.items()}
        rows = rows.join(staged.price_of, on=["key", "day", "told"], how="left").with_columns(
            missing=pl.col("price_id").replace_strict(missing, default="", return_dtype=pl.String)
        )
        what = (
            pl.when("told").then(pl.lit("told"))
            .when(pl.col("missing") != "").then("missing")
            .when("bare").then(pl.lit("usage_missing")).otherwise(pl.lit("computed"))
        )  # fmt: skip
        for name, n in rows.group_by(what.alias("cost")).agg(pl.col("len").sum()).iter_rows():
            counted[name] = counted.get(name, 0) + n
    if staged.aggregates:
        scores = _parts(folder, "aggregates").select(
            "key", pl.col("measured_at").dt.date().alias("day"), "cost_usd",
            pl.any_horizontal(pl.col("input_tokens", "output_tokens").is_null()).alias("bare"),
        ).collect().join(staged.aggregate_costs, on=["key", "day"], how="left")  # fmt: skip
        count(
            scores.select(
                pl.when(pl.col("cost_usd").is_not_null()).then(pl.lit("told"))
                .when("bare").then(pl.lit("usage_missing"))
                .when(pl.col("input_usd").is_not_null()).then(pl.lit("computed"))
                .otherwise(pl.col("cost_reason").fill_null("no_price_on_date")).alias("cost")
            )
        )  # fmt: skip
    return dict(sorted(counted.items(), key=lambda item: (-item[1], item[0])))


def _preview(folder: Path, has: dict[Kind, bool]) -> pl.DataFrame:
    kind: Kind = "attempts" if has["attempts"] else "aggregates"
    if not has[kind]:
        return pl.DataFrame()
    rows = _parts(folder, kind).head(PREVIEW).collect().drop("key")
    return rows.select(name for name in rows.columns if rows[name].null_count() < rows.height)


def _versions() -> dict[str, str]:
    found = {}
    for name in ("isocost", "duckdb", "polars"):
        with suppress(PackageNotFoundError):
            found[name] = version(name)
    return found
