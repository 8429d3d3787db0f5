"""Canaries: whether the harness itself held still between two nights."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from data.analysis.drift_pairs import shared
from data.analysis.grid import Array, Grid

SCHEMA: dict[str, type[pl.DataType]] = {
    "canary": pl.String, "contestant_id": pl.String, "checked": pl.Int64, "moved": pl.Int64,
    "passed": pl.Boolean, "suppresses": pl.Boolean, "detail": pl.String,
}  # fmt: skip


def canaries(
    before: Grid,
    after: Grid,
    frozen: Sequence[str],
    known_answers: Sequence[str] = (),
    asked: Sequence[str] | None = None,
    served_before: pl.DataFrame | None = None,
    served_after: pl.DataFrame | None = None,
) -> pl.DataFrame:
    """One row per canary and contestant, sorted by them (METHOD 9).

    - 'frozen local contestant', of each id in `frozen`: scores and output tokens of every answer
      known on both nights must be identical. If not, the harness moved.
    - 'known-answer samples', the sample_ids in `known_answers` as answered by `asked` (default:
      the frozen ones): tonight's scores must be 1 and the input tokens those of `before`. If not,
      the grader or the tokenizer moved.
    - 'served model': contestants whose provider named other models than before; frames of
      contestant_id and served_model. METHOD wants it logged beside the canaries that suppress;
      it says which contestant was changed and nothing about the harness, so it doesn't suppress:
      it would hide the very drift that it explains.

    Columns: checked (answers, or served names), moved (of those), passed (moved = 0; null: nothing
    could be checked, which suppresses nothing and should be looked at), suppresses, detail.
    """
    both, here, there = shared(before, after)
    epochs = _epochs(before, after)
    rows = [_frozen(name, (before, after), (here, there), epochs) for name in frozen]
    if known_answers:
        samples = both.samples["sample_id"].is_in(sorted(known_answers)).to_numpy()
        for name in frozen if asked is None else asked:
            tonight = after.samples["sample_id"].is_in(sorted(known_answers)).to_numpy()
            rows.append(
                _known(name, (before, after), (here[samples], there[samples]), epochs, tonight)
            )
    rows += _served(served_before, served_after)
    return pl.DataFrame(rows, schema=SCHEMA, orient="row").sort("canary", "contestant_id")


Row = tuple[str, str, int, int, bool | None, bool, str | None]
Two = tuple[Array, Array]


def _row(canary: str, name: str, checked: int, moved: int, detail: str | None) -> Row:
    return (canary, name, checked, moved, None if not checked else not moved, True, detail)


def _frozen(name: str, nights: tuple[Grid, Grid], places: Two, epochs: Two) -> Row:
    found = {c: _moved(name, c, nights, places, epochs) for c in ("score", "output_tokens")}
    counts = [f"{len(m)} {c}" for c, (_, m) in found.items() if len(m)]
    checked = max(n for n, _ in found.values())
    moved = len(set().union(*(m for _, m in found.values())))
    said = f"changed: {', '.join(counts)}" if counts else None
    return _row("frozen local contestant", name, checked, moved, said or _unchecked(checked))


def _known(name: str, nights: tuple[Grid, Grid], places: Two, epochs: Two, tonight: Array) -> Row:
    scores = np.zeros((0, 0))
    if name in nights[1].ids:
        scores = nights[1].column("score")[nights[1].ids.index(name)][tonight]
    wrong = int((scores < 1).sum())
    compared, moved = _moved(name, "input_tokens", nights, places, epochs)
    said = []
    if wrong:
        said.append(f"{wrong} not scored 1")
    if moved:
        said.append(f"{len(moved)} with other input tokens")
    checked = max(int((~np.isnan(scores)).sum()), compared)
    detail = ", ".join(said) or _unchecked(checked)
    return _row("known-answer samples", name, checked, wrong + len(moved), detail)


def _unchecked(checked: int) -> str | None:
    return None if checked else "no answer known on both nights"


def _epochs(before: Grid, after: Grid) -> Two:
    """Places of the epochs that both nights have."""
    a, b = (g.answers["epoch"].unique().sort().to_list() for g in (before, after))
    both = [e for e in a if e in b]
    return np.array([a.index(e) for e in both], int), np.array([b.index(e) for e in both], int)


def _moved(
    name: str, column: str, nights: tuple[Grid, Grid], places: Two, epochs: Two
) -> tuple[int, set[int]]:
    """How many answers both nights know, and which of them differ."""
    values = []
    for night, at, k in zip(nights, places, epochs, strict=True):
        if name not in night.ids or column not in night.answers.columns:
            return 0, set()
        values.append(night.column(column)[night.ids.index(name)][at][:, k])
    known = ~np.isnan(values[0]) & ~np.isnan(values[1])
    return int(known.sum()), set(np.flatnonzero((known & (values[0] != values[1])).ravel()))


def _served(before: pl.DataFrame | None, after: pl.DataFrame | None) -> list[Row]:
    if before is None or after is None:
        return []
    names = [
        frame.drop_nulls("served_model").group_by("contestant_id")
        .agg(pl.col("served_model").unique().sort())
        for frame in (before, after)
    ]  # fmt: skip
    both = names[0].join(names[1], on="contestant_id", suffix="_after").sort("contestant_id")
    rows: list[Row] = []
    for name, was, now in both.iter_rows():
        moved = len(set(was) ^ set(now))
        said = f"{', '.join(was)} became {', '.join(now)}" if moved else None
        rows.append(("served model", name, len(now), moved, not moved, False, said))
    return rows
