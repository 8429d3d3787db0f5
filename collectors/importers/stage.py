"""From an importer's batches to checked parts on disk: what the store can take in one go.

Every value is in our types, or unknown (null) and counted; a row without what makes it an attempt
or a score is left out and counted. Memory is that of one batch, however long the file.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

import polars as pl

from collectors.importers.found import ATTEMPT, COLUMNS, REQUIRED, Batch, Kind
from collectors.importers.tally import Tally
from collectors.importers.typed import typed
from data.errors import StoreError
from data.records import STATUSES, UNSCORED

KEY = ("model", "name", "deployment", "effort", "prompt_style", "kind", "settings", "max_tokens")
"""Columns that make a contestant."""
LONGEST_NAME = 300
MOST_TOKENS, MOST_SECONDS, MOST_USD = 10**10, 10**6, 10**9
TOKENS = tuple(name for name in ATTEMPT if name.endswith("_tokens") and name != "max_tokens")
AMOUNTS = {
    **dict.fromkeys(TOKENS, MOST_TOKENS),
    **dict.fromkeys(("duration_s", "ttft_s"), MOST_SECONDS),
    **dict.fromkeys(("billed_usd", "cost_usd"), MOST_USD),
    **dict.fromkeys(("n", "retries", "max_tokens"), 10**9),
    "calls": 10**6,
    "baseline": 1,
}
"""What can be at most; more, or less than 0, is left unknown."""
NAMES = ("model", "task", "sample", "version", "run")
LABELS = (
    *(name for name in KEY if name not in ("settings", "max_tokens")),
    *("task", "version", "sample", "run", "origin", "category", "cluster", "metric", "source"),
    *("finish_reason", "served_model", "template"),
)
CODES = r"[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]"
MARK = "\N{REPLACEMENT CHARACTER}"
Wrong = tuple[str, pl.Expr, str]
"""A column, which of its values can't be, and what to say of them."""
OLDEST = datetime(2015, 1, 1)


class Stage:
    """Parts of an import in a folder of its own, one per batch."""

    def __init__(self, folder: Path, tally: Tally, now: datetime, measured: datetime) -> None:
        """now: no result is from later; measured: when results are from that don't say."""
        self.folder, self.tally, self.now, self.measured = folder, tally, now, measured
        self.parts: dict[Kind, int] = {"attempts": 0, "aggregates": 0}

    def add(self, batch: Batch, run: str) -> int:
        """Check a batch and write it; returns the rows that stay. run: of rows that name none."""
        frame = typed(batch.rows, batch.kind, self.tally)
        self.tally.read += frame.height
        frame = self._whole(self._labelled(frame), batch.kind)
        frame = self._sound(frame, batch.kind).with_columns(
            pl.col("run").fill_null(run),
            key=pl.concat_str(
                [pl.col(name).cast(pl.String).fill_null("\x00") for name in KEY], separator="\x1f"
            ),
        )
        self.tally.kept += frame.height
        for name in frame.columns:
            if name != "place" and (gone := frame[name].null_count()):
                self.tally.missing[name] += gone
        if frame.height:
            path = self.folder / f"{batch.kind}-{self.parts[batch.kind]:06}.parquet"
            try:
                frame.drop("place").write_parquet(path, compression="lz4")
            except (OSError, pl.exceptions.PolarsError) as error:
                said = " ".join(str(error).split())[:120]
                raise StoreError(
                    f"Can't write beside the database: {said}. Free some space, or choose another "
                    "place with --db PATH. Nothing was stored."
                ) from error
            self.parts[batch.kind] += 1
        return frame.height

    def _labelled(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Names are shown on terminals and pages: codes and line ends in them become a mark."""
        labels = [name for name in LABELS if name in frame.columns]
        odd = frame.select(pl.col(labels).str.contains(CODES).any())
        made = []
        for name in labels:
            if odd[name][0]:
                self.tally.change(f"{name} with control characters: they became '{MARK}'")
                made.append(pl.col(name).str.replace_all(CODES, MARK))
        return frame.with_columns(made) if made else frame

    def _whole(self, frame: pl.DataFrame, kind: Kind) -> pl.DataFrame:
        """Rows that have what makes them one; the others are counted by the first thing wrong."""
        wrong: list[tuple[pl.Expr, str]] = []
        for name in REQUIRED[kind]:
            empty = pl.col(name).is_null()
            if COLUMNS[kind][name] == pl.String():
                empty = empty | (pl.col(name).str.strip_chars() == "")
            wrong.append((empty, f"no {name}"))
        for name in NAMES:
            if name in frame.columns:
                long = pl.col(name).str.len_chars() > LONGEST_NAME
                wrong.append((long, f"{name} of over {LONGEST_NAME} characters"))
        score = "score" if kind == "attempts" else "value"
        wrong.append((~pl.col(score).is_between(0, 1), f"{score} outside 0 to 1"))
        first = pl.coalesce(pl.when(bad).then(pl.lit(why)) for bad, why in wrong).alias("why")
        why = frame.select(first)["why"]
        if why.null_count() == frame.height:
            return frame
        found = frame.select("place").with_columns(why).drop_nulls("why")
        counted = found.group_by("why", maintain_order=True).agg(pl.len(), pl.first("place"))
        for reason, n, place in counted.iter_rows():
            self.tally.drop(reason, place or "", n)
        return frame.filter(why.is_null())

    def _sound(self, frame: pl.DataFrame, kind: Kind) -> pl.DataFrame:
        """Values that can be, with what a row may leave out filled in."""
        wrong = [
            (name, ~pl.col(name).is_between(0, most), f"{name} outside 0 to {most:,}")
            for name, most in AMOUNTS.items()
            if name in frame.columns
        ]
        when = "started_at" if kind == "attempts" else "measured_at"
        bad = ~pl.col(when).is_between(OLDEST, self.now + timedelta(days=1))
        wrong.append((when, bad, f"{when} before 2015 or in the future"))
        frame = self._parts_inside(self._unknown(frame, wrong), kind)
        frame = frame.with_columns(
            pl.col("kind").fill_null("writer"),
            pl.col("prompt_style").fill_null("plain"),
            pl.col("origin").fill_null("measured"),
        )
        return self._attempts(frame) if kind == "attempts" else frame

    def _attempts(self, frame: pl.DataFrame) -> pl.DataFrame:
        if missing := frame["started_at"].null_count():
            self.tally.change(f"no date: {self.measured:%Y-%m-%d} was taken", "", missing)
        strange = ~pl.col("status").is_in(STATUSES)
        wrong = [("status", strange, "a status we don't know, taken for ok")]
        for name in ("level", "epoch"):
            bad = ~pl.col(name).is_between(0, 10**6)
            wrong.append((name, bad, f"{name} that is none, taken for 1"))
        scored = pl.col("status").is_in(UNSCORED) & pl.col("score").is_not_null()
        wrong.append(("score", scored, "a score of a failed attempt"))
        return self._unknown(frame, wrong).with_columns(
            pl.col("status").fill_null("ok"),
            pl.col("started_at").fill_null(self.measured),
            pl.col("level", "epoch").fill_null(1),
            pl.col("retries").fill_null(0),
            pl.col("calls").fill_null(1),
            pl.col("version").fill_null("imported"),
            pl.col("template").fill_null("imported"),
            pl.col("category").fill_null("imported"),
        )

    def _unknown(self, frame: pl.DataFrame, wrong: Sequence[Wrong]) -> pl.DataFrame:
        """Values that can't be are null, and counted; all of them are looked for at once."""
        flags = frame.select(
            bad.fill_null(False).alias(str(i)) for i, (_, bad, _) in enumerate(wrong)
        )
        made = []
        for (name, _, what), flag in zip(wrong, flags.iter_columns(), strict=True):
            if n := int(flag.sum()):
                place = frame["place"][flag.arg_max() or 0] or ""
                self.tally.change(f"{what}: left unknown", place, n)
                made.append(pl.when(flag).then(None).otherwise(pl.col(name)).alias(name))
        return frame.with_columns(made) if made else frame

    def _parts_inside(self, frame: pl.DataFrame, kind: Kind) -> pl.DataFrame:
        """Reasoning tokens are a part of the output; relays report more: cut, and flagged."""
        over = frame["reasoning_tokens"] > frame["output_tokens"]
        if n := int(over.fill_null(False).sum()):
            self.tally.change("reasoning_tokens above output_tokens: cut to them", "", n)
            cut = pl.min_horizontal("reasoning_tokens", "output_tokens")
            frame = frame.with_columns(
                pl.when(over).then(cut).otherwise("reasoning_tokens").alias("reasoning_tokens")
            )
            if kind == "attempts":
                flags = pl.concat_str("usage_flags", pl.lit("reasoning_clamped"), separator=",",
                                      ignore_nulls=True)  # fmt: skip
                frame = frame.with_columns(
                    pl.when(over).then(flags).otherwise("usage_flags").alias("usage_flags")
                )
        return frame
