"""What the bill's two tables were read as, in words: counts, sums and rows that repeat another."""

from __future__ import annotations

import polars as pl

from data.wording import amount


def read_as(frame: pl.DataFrame) -> str:
    """'3 rows: 12,000 calls, $84.10.' of a spend log; '3 rows of 2 tasks.' of what is in use."""
    rows = _many(frame.height, "row")
    if "usd" not in frame.columns:
        return f"{rows} of {_many(frame['task'].n_unique(), 'task')}."
    calls, usd = frame["calls"].sum(), float(frame["usd"].sum() or 0)
    return f"{rows}: {_many(int(calls or 0), 'call')}, {amount(usd)}."


def repeated(frame: pl.DataFrame) -> str:
    """What is done with rows that repeat another; empty where none does.

    Spend of one task and model is added up, since a log has a row for each call or day; rows that
    are the same in every cell may be one logged twice, so they are told apart.
    """
    if "usd" not in frame.columns:
        again = frame.height - frame.unique(["task", "contestant"]).height
        return f"{_many(again, 'repeated row')} of what is in use left out" if again else ""
    again = frame.height - frame.unique(["task", "model"]).height
    if not again:
        return ""
    same = frame.height - frame.unique(["task", "model", "calls", "usd"]).height
    said = f"{_many(again, 'spend row')} of a task and model named before: added up"
    return f"{said} ({same:,} the same in every cell: logged twice?)" if same else said


def _many(n: int, what: str) -> str:
    return f"{n:,} {what}{'' if n == 1 else 's'}"
