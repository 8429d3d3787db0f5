"""Answers as arrays: contestant x sample x epoch, with the samples' level-balanced weights.

Every lens that looks below the rollup starts from one Grid, so that all of them count the same
samples with the same weights.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
import polars as pl

from data.analysis.means import Array as Array
from data.analysis.means import balance_levels, balance_rows, firsts, level_means, mean, numbers
from data.analysis.weights import level_weights

KEYS = ("category", "task", "level", "sample_id", "cluster")


@dataclass(frozen=True)
class Grid:
    """Answers of M contestants to I samples in up to K epochs."""

    ids: tuple[str, ...]
    """contestant_id, sorted."""
    samples: pl.DataFrame
    """One row per sample: category, task, level, sample_id, cluster, weight (they sum to 1);
    sorted by category, task, level, sample_id, so that a level's samples stand together."""
    epochs: int
    answers: pl.DataFrame
    """The rows the arrays are made of: see `grid`."""
    where: Array
    """Flat place (contestant, sample, epoch) of each answer."""
    _kept: dict[str, Array] = field(default_factory=dict, repr=False, compare=False)
    _means: dict[str, Array] = field(default_factory=dict, repr=False, compare=False)

    @property
    def shape(self) -> tuple[int, int, int]:
        return (len(self.ids), self.samples.height, self.epochs)

    def column(self, name: str) -> Array:
        """(M, I, K) float64 of a column of the answers; NaN where missing. Do not write to it."""
        if name not in self._kept:
            values = np.full(int(np.prod(self.shape)), np.nan)
            values[self.where] = numbers(self.answers[name])
            values.setflags(write=False)
            self._kept[name] = values.reshape(self.shape)
        return self._kept[name]

    def mean(self, name: str) -> Array:
        """(M, I): mean of a column over the epochs in which it is known. Do not write to it."""
        if name not in self._means:
            held = self.column(name)
            values = held[:, :, 0] if self.epochs == 1 else mean(held, axis=2)
            values.setflags(write=False)
            self._means[name] = values
        return self._means[name]

    @property
    def score(self) -> Array:
        """(M, I): a sample's score, the mean over its scored epochs; NaN without one."""
        return self.mean("score")

    @cached_property
    def weight(self) -> Array:
        """(I,): weight of each sample; a level's weight over its number of samples."""
        return self.samples["weight"].to_numpy()

    @cached_property
    def starts(self) -> Array:
        """(L,): place of each level's first sample."""
        return firsts(self.level)

    @cached_property
    def level(self) -> Array:
        """(I,): number of the (category, task, level) that a sample is of, from 0, in order."""
        return self._code("category", "task", "level")

    @cached_property
    def task(self) -> Array:
        """(I,): number of the (category, task) that a sample is of, from 0, in order."""
        return self._code("category", "task")

    @cached_property
    def cluster(self) -> Array:
        """(I,): number of the cluster that a sample is of, from 0; clusters never span levels."""
        runs = self.samples.select(pl.struct("category", "task", "level", "cluster").rank("dense"))
        return runs.to_series().to_numpy().astype(np.int64) - 1

    @cached_property
    def level_weight(self) -> Array:
        """(L,): weight of each level; they sum to 1."""
        return np.add.reduceat(self.weight, self.starts) if len(self.starts) else np.zeros(0)

    def _code(self, *columns: str) -> Array:
        changed = self.samples.select(pl.struct(*columns).rle_id()).to_series()
        return changed.to_numpy().astype(np.int64)

    def by_level(self, values: Array) -> Array:
        """(..., I) to (..., L): mean of each level's known values; NaN where none is known."""
        return level_means(values, self.starts)

    def balance(self, values: Array) -> Array:
        """(..., I) to (...): level-balanced mean over the levels with a known value.

        NaN where there is none, or where all that are known weigh nothing.
        """
        return balance_levels(self.by_level(values), self.level_weight)

    def balance_rows(self, values: Array) -> Array:
        """`balance`, each row summed for itself: no number depends on who else was asked."""
        return balance_rows(self.by_level(values), self.level_weight)

    def spread(self, frame: pl.DataFrame, column: str) -> Array:
        """(I,): a column of a frame of one row a sample_id; NaN where it has no row, or a null."""
        values = frame.select(pl.col("sample_id").cast(pl.String), column)
        samples = self.samples.select(pl.col("sample_id").cast(pl.String))
        found = samples.join(values, on="sample_id", how="left", maintain_order="left")
        return numbers(found[column])

    def slim(self, columns: Sequence[str]) -> Grid:
        """The grid with the arrays of these columns alone, without the rows they were made of."""
        return replace(
            self,
            answers=self.answers.select(columns).clear(),
            where=self.where[:0],
            _kept={name: self.column(name) for name in columns},
            _means={},
        )

    def only(self, ids: Sequence[str]) -> Grid:
        """The grid of these contestants alone, over the same samples with the same weights."""
        wanted = set(ids)
        kept = np.array([i in wanted for i in self.ids], dtype=bool)
        _, samples, epochs = self.shape
        rows = kept[self.where // (samples * epochs)]
        place = np.cumsum(kept) - 1
        where = self.where[rows]
        shift = (where // (samples * epochs) - place[where // (samples * epochs)]) * (
            samples * epochs
        )
        return replace(
            self,
            ids=tuple(i for i in self.ids if i in wanted),
            answers=self.answers.filter(pl.Series(rows)),
            where=where - shift,
            _kept={name: values[kept] for name, values in self._kept.items()},
            _means={},
        )


def grid(
    answers: pl.DataFrame,
    mix: Mapping[str, float] | None = None,
    levels: pl.DataFrame | None = None,
) -> Grid:
    """Answers, one row per contestant, sample and epoch, as arrays.

    Needs contestant_id, category, task, level, sample_id, cluster and epoch; values are looked up
    by name when asked for: score (0..1; null: not scored), status, input_tokens, output_tokens,
    reasoning_tokens, cost_usd, duration_s, ttft_s (null: not known). Rows of one contestant,
    sample and epoch: the last counts. Weights are those of the answers' levels, or of `levels`, the
    (category, task, level) rows of the whole view: a level of which nothing was scored then keeps
    the others' proportions as they are. `mix`: see level_weights.
    """
    frame = answers.with_columns(pl.col("cluster").fill_null(pl.col("sample_id")))
    weights = level_weights(frame if levels is None else levels, mix)
    samples = frame.select(KEYS).unique("sample_id", keep="first")
    samples = samples.sort("category", "task", "level", "sample_id")
    samples = samples.join(
        weights, on=["category", "task", "level"], how="left", nulls_equal=True,
        maintain_order="left",
    ).with_columns(pl.col("weight") / pl.len().over("category", "task", "level"))  # fmt: skip
    if levels is not None:
        samples = samples.with_columns(pl.col("weight") / (samples["weight"].sum() or 1.0))
    ids = frame["contestant_id"].cast(pl.String).unique().sort()
    epochs = frame["epoch"].unique().sort()
    i = _places(frame["sample_id"], samples["sample_id"])
    m, k = _places(frame["contestant_id"], ids), _places(frame["epoch"], epochs)
    where = (m * samples.height + i) * len(epochs) + k
    return Grid(tuple(ids.to_list()), samples, len(epochs), answers, where)


def _places(values: pl.Series, order: pl.Series) -> Array:
    """Place of each value in `order`."""
    places = pl.DataFrame({"key": order, "place": np.arange(len(order), dtype=np.int64)})
    found = values.to_frame("key").join(places, on="key", how="left", maintain_order="left")
    return found["place"].to_numpy()
