"""From an importer's batches to checked parts on disk: what the store can take in one go.

Every value is in our types, or unknown (null) and counted; a row without what makes it an attempt
or a score is left out and counted. Memory is that of one batch, however long the file.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import polars as pl

from collectors.importers.found import ATTEMPT, COLUMNS, REQUIRED, Batch, Kind
from collectors.importers.tally import Tally
from collectors.importers.typed import typed
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
    **dict.fromkeys(("n", "retries"), 10**9),
    "calls": 10**6,
    "baseline": 1,
}
"""What can be at most; more, or less than 0, is left unknown."""
WHOLE = ("max_tokens", "level", "epoch")
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
        frame = self._sound(self._whole(frame, batch.kind), batch.kind).with_columns(
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
            frame.drop("place").write_parquet(path, compression="lz4")
            self.parts[batch.kind] += 1
        return frame.height

    def _whole(self, frame: pl.DataFrame, kind: Kind) -> pl.DataFrame:
        """Rows that have what makes them one."""
        for name in REQUIRED[kind]:
            empty = pl.col(name).is_null()
            if COLUMNS[kind][name] == pl.String():
                empty = empty | (pl.col(name).str.strip_chars() == "")
            frame = self._without(frame, empty, f"no {name}")
        for name in ("model", "task", "sample", "version", "run"):
            if name in frame.columns:
                long = pl.col(name).str.len_chars() > LONGEST_NAME
                frame = self._without(frame, long, f"{name} of over {LONGEST_NAME} characters")
        score = "score" if kind == "attempts" else "value"
        outside = ~pl.col(score).is_between(0, 1)
        return self._without(frame, outside, f"{score} outside 0 to 1")

    def _without(self, frame: pl.DataFrame, bad: pl.Expr, reason: str) -> pl.DataFrame:
        wrong = frame.select(bad.fill_null(False).alias("bad"))["bad"]
        if n := int(wrong.sum()):
            self.tally.drop(reason, frame.filter(wrong)["place"][0] or "", n)
            frame = frame.filter(~wrong)
        return frame

    def _sound(self, frame: pl.DataFrame, kind: Kind) -> pl.DataFrame:
        """Values that can be, with what a row may leave out filled in."""
        for name, most in AMOUNTS.items():
            if name in frame.columns:
                bad = ~pl.col(name).is_between(0, most)
                frame = self._unknown(frame, name, bad, f"{name} outside 0 to {most:,}")
        when = "started_at" if kind == "attempts" else "measured_at"
        bad = ~pl.col(when).is_between(OLDEST, self.now + timedelta(days=1))
        frame = self._unknown(frame, when, bad, f"{when} before 2015 or in the future")
        frame = self._parts_inside(frame, kind)
        frame = frame.with_columns(
            pl.col("kind").fill_null("writer"),
            pl.col("prompt_style").fill_null("plain"),
            pl.col("origin").fill_null("measured"),
        )
        return self._attempts(frame) if kind == "attempts" else frame

    def _attempts(self, frame: pl.DataFrame) -> pl.DataFrame:
        if missing := frame["started_at"].null_count():
            self.tally.change(f"no date: {self.measured:%Y-%m-%d} was taken", "", missing)
        bad = ~pl.col("status").is_in(STATUSES)
        frame = self._unknown(frame, "status", bad, "a status we don't know, taken for ok")
        for name in ("level", "epoch"):
            bad = ~pl.col(name).is_between(0, 10**6)
            frame = self._unknown(frame, name, bad, f"{name} that is none, taken for 1")
        scored = pl.col("status").is_in(UNSCORED) & pl.col("score").is_not_null()
        return self._unknown(
            frame.with_columns(
                pl.col("status").fill_null("ok"),
                pl.col("started_at").fill_null(self.measured),
                pl.col("level", "epoch").fill_null(1),
                pl.col("retries").fill_null(0),
                pl.col("calls").fill_null(1),
                pl.col("version").fill_null("imported"),
                pl.col("template").fill_null("imported"),
                pl.col("category").fill_null("imported"),
            ),
            "score",
            scored,
            "a score of a failed attempt",
        )

    def _unknown(self, frame: pl.DataFrame, name: str, bad: pl.Expr, what: str) -> pl.DataFrame:
        wrong = frame.select(bad.fill_null(False).alias("bad"))["bad"]
        if n := int(wrong.sum()):
            self.tally.change(f"{what}: left unknown", frame.filter(wrong)["place"][0] or "", n)
            empty = pl.when(wrong).then(None).otherwise(pl.col(name)).alias(name)
            frame = frame.with_columns(empty)
        return frame

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
