"""The journal: append-only JSON lines that survive a crash at any moment.

A collector never opens the public database. It appends every finished attempt to a file of its
own in `<database>.journal/` and fsyncs before it acknowledges; `merge` publishes later.
Each line is {"row": ..., ...}; a line cut short by a crash is simply not there yet, and a line
of garbage is skipped and counted, never a reason to lose the lines around it.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any

from data.errors import StoreError
from data.price import Price, to_json
from data.records import Attempt, Contestant, Fit, Sample

KINDS = ("attempt", "run", "run_end", "contestant", "sample", "price", "hold", "fit")


def journal_dir(db: Path) -> Path:
    """The folder of a database's journals."""
    return db.with_name(db.name + ".journal")


class Journal:
    """One process's own file of lines. `commit` returns only when they are on the disk."""

    def __init__(self, db: Path, run_id: str) -> None:
        folder = journal_dir(db)
        self.path = folder / f"{run_id}.jsonl"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            # Unbuffered: what a full disk refused must not be written again by close.
            self._file = open(self.path, "xb", buffering=0)  # noqa: SIM115 (closed by close)
            _sync_folder(folder)
        except OSError as error:
            raise StoreError(
                f"Can't write the journal {self.path}: {error.strerror or error}. "
                "Choose a writable place with --db PATH or ISOCOST_DB."
            ) from error
        self._pending: list[bytes] = []
        self._holds = 0
        self._end = 0

    def add(self, kind: str, row: Mapping[str, Any]) -> None:
        """Queue one line; it is not acknowledged until `commit`."""
        line = json.dumps({"row": kind, **row}, ensure_ascii=False, default=_plain)
        # A lone surrogate in a model's text can't be encoded: keep the line, replace the character.
        self._pending.append(line.encode("utf-8", "replace") + b"\n")

    def attempt(self, attempt: Attempt, prompt: str | None, text: str | None) -> None:
        """Queue an attempt with its prompt and answer (either may be left out)."""
        # An attempt holds plain values only: no need for the deep copy that asdict makes.
        row = {**vars(attempt), "prompt": prompt, "text": text}
        row["try"] = row.pop("try_")
        self.add("attempt", row)

    def contestant(self, contestant: Contestant) -> None:
        row = asdict(contestant)
        row["settings"] = json.dumps(row["settings"], sort_keys=True)
        self.add("contestant", {"contestant_id": contestant.contestant_id, **row})

    def sample(
        self, sample: Sample, baseline: float, text: str | None, shifted: bool | None = None
    ) -> None:
        """Queue a sample; `text` is its input where texts are kept, `shifted` whether it comes
        from elsewhere than the training split."""
        row = asdict(sample)
        row.update(
            sample_id=sample.sample_id,
            input_hash=sample.input_hash,
            family=sample.task,
            cluster=sample.cluster or sample.sample_id,
            baseline=baseline,
            shifted=shifted,
            input=text,
            target=sample.target if text is not None else None,
        )
        del row["seed"]
        self.add("sample", row)

    def hold(self, run_id: str, contestant_id: str, usd: float) -> None:
        """Queue what a contestant may owe beyond what its rows tell; the last one counts."""
        self._holds += 1
        row = {"run_id": run_id, "contestant_id": contestant_id, "number": self._holds, "usd": usd}
        self.add("hold", {"hold_id": f"{run_id}/{self._holds}", **row})

    def fit(self, fit: Fit) -> None:
        """Queue what teaching a contestant took."""
        self.add("fit", {"fit_id": fit.fit_id, **vars(fit)})

    def price(self, price: Price) -> None:
        """Queue a price: its usual columns for people, and the whole of it as JSON."""
        rates = {f"{name}_usd_per_mtok": v for name, v in asdict(price.rates).items()}
        self.add(
            "price",
            {
                "price_id": price.price_id,
                **rates,
                "usd_per_hour": price.usd_per_hour,
                "usd_per_cpu_hour": price.usd_per_cpu_hour,
                "source": price.source,
                "valid_from": price.valid_from,
                "valid_until": price.valid_until,
                "missing": price.missing or None,
                "terms": to_json(price),
            },
        )

    def commit(self) -> int:
        """Write and fsync what is queued; returns the number of lines now safe."""
        if not self._pending:
            return 0
        data, at = b"".join(self._pending), 0
        try:
            while at < len(data):
                at += self._file.write(data[at:])
            os.fsync(self._file.fileno())
        except OSError as error:
            self._cut()
            raise StoreError(
                f"Can't write the journal {self.path}: {error.strerror or error}. "
                "What was acknowledged before is safe; mend this (free some space) and run the "
                "command again."
            ) from error
        self._end += len(data)
        done, self._pending = len(self._pending), []
        return done

    def _cut(self) -> None:
        """Take back what a failed commit wrote, so that the journal ends with a whole line."""
        try:
            os.ftruncate(self._file.fileno(), self._end)
            self._file.seek(self._end)
        except OSError:
            # Then the last line is cut short: readers know such lines.
            return

    def close(self) -> None:
        if not self._file.closed:
            try:
                self.commit()
            finally:
                self._file.close()

    def __enter__(self) -> Journal:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        self.close()


@dataclass
class Tail:
    """What was read from one journal from some offset on."""

    path: Path
    end: int
    """Byte offset after the last whole line: where the next read starts."""
    rows: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: {k: [] for k in KINDS})
    skipped: int = 0
    """Whole lines that were not readable."""


def read_tail(path: Path, start: int = 0, limit: int = 64 << 20) -> Tail:
    """Whole lines of a journal from byte `start`, at most about `limit` bytes of them."""
    with open(path, "rb") as file:
        file.seek(start)
        chunk = file.read(limit)
        if len(chunk) == limit:
            chunk += file.readline()
    whole = chunk[: chunk.rfind(b"\n") + 1]
    tail = Tail(path, start + len(whole))
    for line in whole.split(b"\n")[:-1]:
        row = _row(line)
        if row is None:
            tail.skipped += 1
        else:
            tail.rows[row.pop("row")].append(row)
    return tail


def tails(path: Path, start: int = 0) -> Iterator[Tail]:
    """A journal from `start` to its last whole line, in pieces of bounded size."""
    while True:
        tail = read_tail(path, start)
        if tail.end == start:
            return
        start = tail.end
        yield tail


def journal_files(db: Path) -> list[Path]:
    """A database's journals, oldest name first."""
    folder = journal_dir(db)
    return sorted(folder.glob("*.jsonl")) if folder.is_dir() else []


def _row(line: bytes) -> dict[str, Any] | None:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        return None
    if not isinstance(row, dict) or row.get("row") not in KINDS:
        return None
    return row


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    raise TypeError(f"{type(value).__name__} can't be journalled")


def _sync_folder(folder: Path) -> None:
    """Make a new file's name survive a power cut; not possible, nor needed, on Windows."""
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
