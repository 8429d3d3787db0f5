"""Progress: how many parameters a year of development is worth."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.analysis import progress

FIGURES = ("decades_per_year", "low", "high", "factor_per_year", "factor_low", "factor_high")


def pool(
    n: int = 40,
    seed: int = 1,
    per_year: float = 5.0,
    sd: float = 2.0,
    labs: int = 8,
    name: str = "T",
    per_decade: float = 10.0,
) -> pl.DataFrame:
    """Scores that rise with size, with the year and with thinking."""
    rng = np.random.default_rng(seed)
    decades, days = rng.uniform(9, 12, n), rng.integers(0, 730, n)
    thinks = rng.random(n) < 0.5
    scores = per_decade * (decades - 8) + per_year * days / 365.25 + 3 * thinks
    scores = scores + rng.normal(0, 1, n) * sd
    return pl.DataFrame(
        {
            "benchmark": [name] * n,
            "score": scores,
            "params_total": 10**decades,
            "thinking": thinks,
            "lab": [f"lab{i}" for i in rng.integers(0, labs, n)],
            "model": [f"m{i}" for i in range(n)],
            "released": [date(2024, 1, 1) + timedelta(days=int(d)) for d in days],
        }
    )


def first(rows: pl.DataFrame, **more: float) -> dict[str, object]:
    return progress.progress(rows, **more).row(0, named=True)


def test_progress_without_noise_is_exact() -> None:
    """5 points a year where a decade of parameters brings 10: half a decade, 3.16 times."""
    row = first(pool(sd=0))
    assert row["score_per_year"] == pytest.approx(5)
    assert row["score_per_decade"] == pytest.approx(10)
    assert [row[c] for c in FIGURES[:3]] == pytest.approx([0.5] * 3)
    assert [row[c] for c in FIGURES[3:]] == pytest.approx([10**0.5] * 3)
    assert (row["n"], row["models"], row["reason"]) == (40, 40, None)


def test_the_figures_are_those_of_the_normal_equations_and_of_fieller() -> None:
    """The set of ratios r for which d - r s is not detectably different from 0."""
    from scipy import stats

    rows = pool(labs=3)
    row = first(rows)
    assert row["interval"] == "rows"
    years = np.array([d.toordinal() for d in rows["released"]]) / 365.25
    x = np.column_stack([np.ones(40), np.log10(rows["params_total"]), years - years.mean(),
                         rows["thinking"].cast(pl.Float64)])  # fmt: skip
    inverse = np.linalg.inv(x.T @ x)
    found = inverse @ x.T @ rows["score"].to_numpy()
    left = ((rows["score"].to_numpy() - x @ found) ** 2).sum() / 36
    assert row["decades_per_year"] == pytest.approx(found[2] / found[1])
    for end in (row["low"], row["high"]):
        c = np.array([0, -end, 1, 0])
        t = (c @ found) / np.sqrt(left * c @ inverse @ c)
        assert abs(t) == pytest.approx(stats.t.ppf(0.975, 36))
    assert row["factor_per_year"] == pytest.approx(10 ** row["decades_per_year"])
    assert row["factor_low"] == pytest.approx(10 ** row["low"])


def test_labs_are_resampled_where_there_are_enough() -> None:
    row = first(pool())
    assert (row["interval"], row["labs"]) == ("labs", 8)
    assert row["low"] < row["decades_per_year"] < row["high"]
    wide = first(pool(), level=0.99)
    assert wide["low"] < row["low"]
    assert wide["high"] > row["high"]


def test_labs_of_which_one_alone_shows_that_size_matters_give_no_interval() -> None:
    """Without that one, a third of the draws, a larger model scores less: no ratio can be read."""
    rows = pool(45, sd=1, labs=1)
    others = [
        pool(4, seed, sd=1, per_decade=-1, name="T").with_columns(
            pl.col("score") + 30, lab=pl.lit(f"other{seed}")
        )
        for seed in range(5)
    ]
    row = first(pl.concat([rows, *others]))
    assert (row["labs"], row["interval"], row["reason"]) == (6, "rows", None)
    assert row["low"] < row["decades_per_year"] < row["high"]


def test_the_interval_from_rows_covers_what_made_the_scores() -> None:
    """95 % Fieller on 25 rows, 400 times; three standard errors are 3 points."""
    hits = []
    for seed in range(400):
        row = first(pool(25, seed, sd=4, labs=2), resamples=0)
        assert row["interval"] == "rows"
        hits.append(row["low"] <= 0.5 <= row["high"])
    assert 0.92 <= np.mean(hits) <= 0.98


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        (pool(9), "fewer than 10 dated results of known size"),
        (pool().with_columns(released=pl.lit(None, pl.Date)), "fewer than 10 dated"),
        (pool().drop("released"), "fewer than 10 dated"),
        (pool().with_columns(params_total=pl.lit(None, pl.Float64)), "fewer than 10 dated"),
        (pool(per_decade=0), "size does not clearly raise the score"),
        (pool(per_decade=-10, per_year=0), "size does not clearly raise the score"),
        (pool().with_columns(released=date(2025, 1, 1)), "size and date can't be told apart"),
        (pool().with_columns(params_total=1e9), "size and date can't be told apart"),
    ],
    ids=["few", "no date", "no column", "no size", "flat", "falling", "one day", "one size"],
)
def test_where_nothing_can_be_said_the_reason_is(rows: pl.DataFrame, reason: str) -> None:
    row = first(rows)
    assert row["reason"].startswith(reason)
    assert [row[c] for c in (*FIGURES, "interval")] == [None] * 7
    assert "**Not known** yet" in progress.sentence(progress.progress(rows))


def test_ten_dated_rows_are_enough_and_undated_ones_do_not_count() -> None:
    rows = pool(10, sd=0.5)
    undated = pool(5, 2).with_columns(released=pl.lit(None, pl.Date))
    row = first(pl.concat([rows, undated]))
    assert row == first(rows)
    assert row["n"] == 10
    assert row["decades_per_year"] is not None


def test_thinking_that_not_all_tell_is_no_term() -> None:
    rows = pool().with_columns(thinking=pl.when(pl.col("model") != "m0").then("thinking"))
    assert first(rows) == first(rows.with_columns(thinking=pl.lit(None, pl.Boolean)))


def test_one_row_for_each_benchmark_by_name() -> None:
    both = pl.concat([pool(name="b"), pool(name="a", seed=4)])
    found = progress.progress(both)
    assert found["benchmark"].to_list() == ["a", "b"]
    assert found.row(1, named=True) == first(pool(name="b"))
    nameless = pool().with_columns(benchmark=pl.lit(None, pl.String))
    assert progress.progress(nameless).is_empty()
    assert progress.progress(pool().clear()).is_empty()


@settings(max_examples=15)
@given(st.integers(0, 10**6), st.floats(0.01, 100), st.sampled_from([1e-9, 1e3]))
def test_units_of_score_and_parameters_change_nothing(seed: int, scale: float, unit: float) -> None:
    rows = pool(30, seed)
    moved = rows.with_columns(pl.col("score") * scale, pl.col("params_total") * unit)
    a, b = first(rows, resamples=100), first(moved, resamples=100)
    assert [b[c] for c in FIGURES] == pytest.approx([a[c] for c in FIGURES], rel=1e-6)


@settings(max_examples=15)
@given(st.integers(0, 10**6))
def test_neither_order_nor_a_later_epoch_change_anything(seed: int) -> None:
    rows = pool(30, seed)
    mixed = rows.sample(fraction=1.0, shuffle=True, seed=seed)
    assert first(mixed, resamples=100) == first(rows, resamples=100)
    later = rows.with_columns(pl.col("released").dt.offset_by("3y"))
    a, b = first(rows, resamples=0), first(later, resamples=0)
    assert b["decades_per_year"] == pytest.approx(a["decades_per_year"], abs=0.01)
    twice = first(pl.concat([rows, rows]), resamples=0)
    assert twice["decades_per_year"] == pytest.approx(a["decades_per_year"])


def test_an_interval_of_more_than_a_thousand_times_gives_no_figures() -> None:
    """Twelve results of six labs: draws of labs with hardly a slope run off."""
    wide = pool(12, 11, per_year=30, sd=6, labs=6)
    row = first(wide)
    assert row["reason"] == "too few labs to say: the interval spans over 1,000 times"
    assert [row[c] for c in (*FIGURES, "interval")] == [None] * 7
    assert row["score_per_year"] is not None
    said = progress.sentence(progress.progress(wide))
    assert said.startswith("**Not known** yet")
    assert "too few labs to say" in said
    lone = first(pool(12, 1, per_year=60, sd=6, labs=1))
    assert lone["reason"] == "too few results to say: the interval spans over 1,000 times"


@pytest.mark.parametrize("seed", range(25))
def test_figures_span_three_decades_a_year_at_most(seed: int) -> None:
    row = first(pool(12, seed, sd=8), resamples=200)
    if row["low"] is not None:
        assert row["high"] - row["low"] <= 3


@pytest.mark.parametrize(("per_year", "words"), [(450, "**over 1,000 times**"),
                                                 (-450, "**under 0.01 times**")])  # fmt: skip
def test_the_sentence_prints_no_number_beyond_reason(per_year: float, words: str) -> None:
    found = progress.progress(pool(60, per_year=per_year, sd=0.1))
    assert abs(found["decades_per_year"][0]) > 40
    said = progress.sentence(found)
    assert words in said
    assert "e+" not in said
    assert "e-" not in said


def test_the_sentence_names_the_most_and_the_least() -> None:
    found = progress.progress(
        pl.concat([pool(name="skill", per_year=8), pool(name="facts", seed=3, per_year=0),
                   pool(9, name="few"), pool(name="middle", seed=5)])
    )  # fmt: skip
    said = progress.sentence(found)
    assert said.startswith("A year is worth **")
    assert "times** the parameters on skill (" in said
    assert "against **" in said
    assert "on facts (" in said
    assert said.endswith("so perhaps nothing).")
    assert "middle" not in said
    lone = progress.sentence(found.filter(pl.col("benchmark") == "skill"))
    assert "against" not in lone
    assert progress.sentence(found.clear()).startswith("**Not known** yet how many")
