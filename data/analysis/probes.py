"""Probes: what a night asks to see that the measuring itself held still, compared bit by bit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import polars as pl

from data.analysis.canary import SCHEMA
from data.records import digest

ECHO = "canary-echo"
"""The task of known answers; every other task of a probe is a frozen model's."""
FROZEN_ROW, KNOWN_ROW = "frozen local contestant", "known-answer samples"
KEYS = ["contestant_id", "task", "sample_id", "prompt_hash", "epoch"]
PROBES: dict[str, type[pl.DataType]] = {
    **dict.fromkeys(KEYS, pl.String), "epoch": pl.Int64, "score": pl.Float64, "text": pl.String,
    "input_tokens": pl.Int64, "output_tokens": pl.Int64,
}  # fmt: skip
"""Columns of a night's probes. score: null where the call failed; text: as stored, which may be its
digest, or null where texts are not kept."""
SERVED = {"served_model": "served model", "fingerprint": "fingerprint", "served_by": "host"}
"""What a provider names, by column: told when it changes, and silences nothing."""
NAMED = 4
"""Names of served models that a detail lists."""


def compared(before: pl.DataFrame | None, after: pl.DataFrame) -> pl.DataFrame:
    """One row per contestant that was probed tonight, in the form of `data.analysis.canary`.

    `before`: an earlier night's probes; None: there is none. Only probes with the same prompt are
    compared (another version of a task has others).

    - 'frozen local contestant': text, score and tokens must be identical to the bit. If not, the
      harness moved (METHOD 9a). Where texts are not kept, score and tokens alone can say so.
    - 'known-answer samples': right on both nights, with the same input tokens (METHOD 9b). One that
      was wrong on both nights proves nothing: not every model can repeat a line, and a canary that
      never sang must not silence every night. It is left out, and said.

    A frozen model's failure suppresses everybody's alarms, and so do known answers that fail for
    at least half of the contestants compared, and for two where there are several: the way there,
    the grader or the tokenizer moved. One's among several is news of that contestant: it is told,
    and what it did to its figures is drift like any other.

    passed is null where nothing could be compared: a first night, a failed call.
    """
    rows: list[Row] = []
    earlier = pl.DataFrame(schema=PROBES) if before is None else before.select(PROBES.keys())
    both = after.select(PROBES.keys()).join(earlier, on=KEYS, how="left", suffix="_before")
    for (name,), group in both.sort(KEYS).group_by("contestant_id", maintain_order=True):
        for echo in (False, True):
            mine = group.filter((pl.col("task") == ECHO) == echo).to_dicts()
            if mine:
                canary, changes = (KNOWN_ROW, _known) if echo else (FROZEN_ROW, _frozen)
                rows.append(_row(canary, str(name), mine, changes))
    found = pl.DataFrame(rows, schema=SCHEMA, orient="row").sort("canary", "contestant_id")
    known = found.filter((pl.col("canary") == KNOWN_ROW) & pl.col("passed").is_not_null())
    broken = known.filter(~pl.col("passed")).height
    few = broken < max(min(2, known.height), known.height / 2)
    own = pl.col("canary") == KNOWN_ROW if few else pl.lit(False)
    return found.with_columns(suppresses=pl.col("suppresses") & ~own)


Row = tuple[str, str, int, int, bool | None, bool, str | None]
Probe = dict[str, Any]


def _row(canary: str, name: str, probes: list[Probe], changes: Callable[[Probe], list[str]]) -> Row:
    """The row of a contestant's probes; `changes` says what of one is not as the night before."""
    known = [p for p in probes if None not in (p["score"], p["score_before"])]
    each = [changes(p) for p in known]
    said = [f"{n} {what}" for what, n in Counter(w for found in each for w in found).items()]
    wrong = sum(p["score"] not in (None, 1) and p["score_before"] != 1 for p in probes)
    if canary == KNOWN_ROW and wrong:
        said.append(f"{wrong} not answered right, so no canary")
    if lost := sum(p["score"] is None for p in probes):
        said.append(f"{lost} without an answer")
    elif not known:
        said.append("no earlier night to compare with")
    moved = sum(map(bool, each))
    return (canary, name, len(known), moved, not moved if known else None, True, _joined(said))


def _frozen(probe: Probe) -> list[str]:
    said = [] if _same_text(probe) else ["with another answer"]
    said += [] if probe["score"] == probe["score_before"] else ["with another score"]
    same = probe["output_tokens"] == probe["output_tokens_before"]
    return said if same else [*said, "with other output tokens"]


def _known(probe: Probe) -> list[str]:
    said = []
    if probe["score_before"] == 1 and probe["score"] != 1:
        said.append("no longer answered right")
    if probe["score_before"] != 1 and probe["score"] == 1:
        said.append("answered right again")
    tokens = (probe["input_tokens"], probe["input_tokens_before"])
    if None not in tokens and tokens[0] != tokens[1]:
        said.append("with other input tokens")
    return said


def _same_text(probe: Probe) -> bool:
    """Whether two answers are the same, either of which may be stored as its digest."""
    a, b = probe["text"], probe["text_before"]
    return a is None or b is None or a == b or digest(a) == b or a == digest(b)


def _joined(said: list[str]) -> str | None:
    return "; ".join(said) or None


def served(before: pl.DataFrame | None, after: pl.DataFrame) -> pl.DataFrame:
    """What providers named otherwise than the night before (METHOD 9c), as canary rows.

    Frames of contestant_id, served_model, fingerprint, served_by: the distinct ones of a night.
    Only what changed is listed: it explains one contestant's drift and says nothing of the harness.
    """
    rows: list[Row] = []
    for column, word in SERVED.items():
        if before is not None:
            rows += _changed(before, after, column, word)
    return pl.DataFrame(rows, schema=SCHEMA, orient="row").sort("canary", "contestant_id")


def _changed(before: pl.DataFrame, after: pl.DataFrame, column: str, word: str) -> Iterator[Row]:
    was, now = (
        {
            name: set(group[column])
            for (name,), group in f.drop_nulls(column).group_by("contestant_id")
        }
        for f in (before, after)
    )
    for name in sorted(set(was) & set(now)):
        # A provider answers from several systems: only ones that all are new tell of a change.
        if not was[name] & now[name]:
            detail = f"{_listed(was[name])} became {_listed(now[name])}"
            yield (word, name, len(now[name]), len(now[name]), False, False, detail)


def _listed(names: set[str]) -> str:
    shown = [name[:80] for name in sorted(names)[:NAMED]]
    more = len(names) - len(shown)
    return ", ".join(shown) + (f" and {more} more" if more else "")


def failed(canary: pl.DataFrame) -> bool:
    """Whether any canary says that the harness moved."""
    return bool(canary.filter(~pl.col("passed") & pl.col("suppresses")).height)
