"""Summary: what each contestant solves and spends, as a whole, by task and by level."""

from __future__ import annotations

from functools import partial

import numpy as np
import polars as pl

from data.analysis.headline import headline
from data.analysis.latency import latency
from data.analysis.summary import summarise
from data.export import INTERVAL
from data.lenses import Seen
from data.study import Study

SHOWN = [
    "name", "contestant_id", "accuracy", "accuracy_low", "accuracy_high", "baseline",
    "cost_per_1k_usd", "spent_usd", "input_tokens", "cache_read_tokens", "cache_write_tokens",
    "output_tokens", "reasoning_tokens", "reasoning_share", "duration_s", "ttft_s", "coverage",
    "samples", "attempts", "failed", "refused", "truncated", "unpriced",
]  # fmt: skip
BRIEF = ["accuracy", "accuracy_low", "accuracy_high", "baseline", "cost_per_1k_usd",
         "output_tokens", "duration_s", "samples", "failed", "refused", "truncated"]  # fmt: skip


def look(study: Study) -> Seen:
    """contestants (with latency), by_category, by_task and by_level; and by name by_sample."""
    ids = pl.col("contestant_id").is_in(study.summary["contestant_id"].to_list())
    times = latency(study.grid).drop("timed")
    contestants = study.summary.select(SHOWN).join(
        times, on="contestant_id", how="left", maintain_order="left"
    )
    parts = {
        f"by_{name}": summarise(study.levels, by, study.mix).filter(ids).select("name", *by, *BRIEF)
        for name, by in {
            "category": ["category"], "task": ["task"], "level": ["task", "level"],
        }.items()
    }  # fmt: skip
    more = {"by_sample": partial(_by_sample, study)}
    said = headline(study.placed, study.view.x)
    return Seen({"contestants": contestants, **parts}, said, INTERVAL, more=more)


def _by_sample(study: Study) -> pl.DataFrame:
    """One row per contestant and sample: means over its scored epochs."""
    held = study.grid
    some = ~np.isnan(held.score)
    who, which = np.nonzero(some)
    samples = held.samples.drop("weight", "cluster")[which]
    values = {c: held.mean(c)[some] for c in ("score", "cost_usd", "output_tokens", "duration_s")}
    found = samples.with_columns(
        pl.Series("contestant_id", held.ids, dtype=pl.String).gather(who),
        *(pl.Series(c, v).fill_nan(None) for c, v in values.items()),
    )
    return study.named(found.select("contestant_id", pl.exclude("contestant_id")))
