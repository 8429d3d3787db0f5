"""Size: the fit, total against active parameters, and a closed model's score read as a size."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.analysis import calibration, size, size_inverse, size_line, size_rows

T_90_2 = (0.81 / 0.095) ** 0.5
"""The 95th percentile of t on 2 degrees of freedom, exactly."""


def rows(scores: Any, totals: Any, actives: Any = None, **more: Any) -> pl.DataFrame:
    """Results by model m0, m1, ...; everything else null unless given."""
    n = len(scores)
    given = {"score": scores, "params_total": totals, "params_active": actives or [None] * n}
    given |= {"thinking": [None] * n, "model": [f"m{i}" for i in range(n)], "lab": [None] * n}
    given |= {"mixture": [None] * n} | more
    kinds = {"score": pl.Float64, "params_total": pl.Float64, "params_active": pl.Float64}
    kinds |= {"thinking": pl.Boolean, "mixture": pl.String, "lab": pl.String}
    return pl.DataFrame({k: list(v) for k, v in given.items()}).cast(kinds)


def drawn(n: int, seed: int, slope: float = 7.4, sd: float = 3.65, labs: int = 8) -> pl.DataFrame:
    """A pool like the published ones: scores in percent, half thinking, a third sparse."""
    rng = np.random.default_rng(seed)
    decades = rng.uniform(9, 12.3, n)
    thinks = rng.random(n) < 0.5
    share = np.where(rng.random(n) < 0.35, rng.uniform(0.03, 0.3, n), 1.0)
    scores = -60 + slope * decades + 2.71 * thinks + rng.normal(0, sd, n)
    return rows(
        scores, 10**decades, list(10**decades * share),
        thinking=thinks, lab=[f"lab{i}" for i in rng.integers(0, labs, n)],
    )  # fmt: skip


TINY = rows([2, 4, 5, 9], [10, 100, 1000, 10_000])
"""x = 1..4: slope 11/5, intercept 5 - 2.5 * 2.2, residual squares 1.8 of 26."""
CROSSED = rows([0, 2, 3, 7], [10, 100, 10, 100], thinking=[False, False, True, True])
"""Within groups 2 and 4 a decade; thinking adds 4; residuals are all one half."""


# The fit.


def test_a_line_worked_by_hand() -> None:
    line = size_line.fit(TINY)
    assert line is not None
    assert (line.slope, line.intercept) == pytest.approx((2.2, -0.5))
    assert line.r2 == pytest.approx(1 - 1.8 / 26)
    assert line.partial_r2 == line.r2
    assert line.residual_sd == pytest.approx(0.9**0.5)
    assert np.array(line.covariance) == pytest.approx(np.array([[1.35, -0.45], [-0.45, 0.18]]))
    assert (line.df, line.n, line.models, line.thinking) == (2, 4, 4, None)
    assert line.ranges == (size_line.Range(None, 2, 9, 10, 10_000),)


def test_a_line_with_thinking_worked_by_hand() -> None:
    line = size_line.fit(CROSSED)
    assert line is not None
    assert (line.slope, line.thinking, line.intercept) == pytest.approx((3, 4, -3.5))
    assert (line.r2, line.thinking_r2) == pytest.approx((1 - 1 / 26, 1 - 10 / 26))
    assert line.partial_r2 == pytest.approx(0.9)
    assert (line.df, line.residual_sd) == (1, pytest.approx(1))
    assert line.range_of(True) == size_line.Range(True, 3, 7, 10, 100)
    assert line.range_of(False) == size_line.Range(False, 0, 2, 10, 100)
    assert line.range_of(None) is None


def test_thinking_is_a_term_only_where_all_tell_it_and_they_differ() -> None:
    pool = drawn(20, 1)
    assert size_line.fit(pool).thinking is not None
    for thinks in (pl.lit(True), pl.lit(None), pl.when(pl.col("model") != "m3").then("thinking")):
        assert size_line.fit(pool.with_columns(thinking=thinks)).thinking is None


@pytest.mark.parametrize(
    "few",
    [
        TINY.clear(),
        TINY.head(1),
        TINY.head(2),
        CROSSED.head(3),
        TINY.with_columns(params_total=pl.lit(10.0)),
        TINY.with_columns(score=pl.lit(5.0)),
        TINY.with_columns(params_total=pl.lit(None, pl.Float64)),
        TINY.with_columns(score=pl.lit(float("nan"))),
        TINY.with_columns(params_total=pl.lit(0.0)),
        CROSSED.with_columns(params_total=pl.Series([10.0, 10, 100, 100])),
    ],
    ids=["none", "one", "two", "no freedom", "one size", "one score", "no size", "nan", "zero",
         "size is thinking"],
)  # fmt: skip
def test_no_line_is_drawn_through_nothing(few: pl.DataFrame) -> None:
    assert size_line.fit(few) is None
    assert size_line.fit(few, link="logit") is None
    closed = pl.DataFrame({"name": ["c"], "score": [5.0], "thinking": [True]})
    found = size_inverse.estimate(closed, few).row(0, named=True)
    assert (found["kind"], found["params_estimate"]) == ("no finite interval", None)
    assert found["note"]
    assert size_inverse.errors(size_inverse.left_out(few))["estimated"].sum() == 0
    assert size_inverse.strays(few).is_empty()
    assert "**" in size.sentence(few, "T")


def test_rows_without_score_or_size_are_left_out() -> None:
    more = rows([None, 50, 50], [1e9, None, float("nan")])
    assert size_line.fit(pl.concat([TINY, more])) == size_line.fit(TINY)


def test_the_logit_takes_scores_of_nothing_and_all_as_a_thousandth_from_it() -> None:
    found = size_line.linked(np.array([0.0, 50, 100]), "logit", 100)
    assert found == pytest.approx([-np.log(999), 0, np.log(999)])
    assert size_line.linked(np.array([0.0, 0.5, 1]), "logit", 1) == pytest.approx(found)


def test_a_logit_line_is_found_exactly() -> None:
    decades = np.linspace(9, 12, 8)
    scores = 100 / (1 + np.exp(-(2 * decades - 21)))
    line = size_line.fit(rows(scores, 10**decades), link="logit")
    assert (line.intercept, line.slope, line.r2) == pytest.approx((-21, 2, 1))


@settings(max_examples=25)
@given(st.integers(0, 10**6), st.floats(0.001, 1000), st.sampled_from([1e-9, 1e3, 7.0]))
def test_units_of_scores_and_parameters(seed: int, scale: float, unit: float) -> None:
    pool = drawn(14, seed)
    line = size_line.fit(pool)
    scaled = size_line.fit(pool.with_columns(score=pl.col("score") * scale))
    assert scaled.slope == pytest.approx(line.slope * scale)
    assert (scaled.r2, scaled.partial_r2) == pytest.approx((line.r2, line.partial_r2))
    moved = size_line.fit(pool.with_columns(params_total=pl.col("params_total") * unit))
    assert (moved.slope, moved.thinking) == pytest.approx((line.slope, line.thinking))
    assert moved.intercept == pytest.approx(line.intercept - line.slope * np.log10(unit), abs=1e-6)
    assert (moved.r2, moved.residual_sd) == pytest.approx((line.r2, line.residual_sd))


@settings(max_examples=15)
@given(st.integers(0, 10**6))
def test_the_order_of_rows_changes_nothing(seed: int) -> None:
    pool = drawn(15, seed)
    mixed = pool.sample(fraction=1.0, shuffle=True, seed=seed)
    closed = pl.DataFrame({"name": ["c", "d"], "score": [20.0, 30], "thinking": [True, False]})
    for lens in (
        size_line.fit,
        lambda p: size.nested(p, 50),
        lambda p: size.compare(p).to_dicts(),
        lambda p: size_inverse.estimate(closed, p).to_dicts(),
        lambda p: size_inverse.errors(size_inverse.left_out(p)).to_dicts(),
    ):
        assert lens(pool) == lens(mixed)


@settings(max_examples=15)
@given(st.integers(0, 10**6), st.integers(2, 4))
def test_every_row_twice_leaves_the_coefficients(seed: int, times: int) -> None:
    pool = drawn(15, seed)
    line, more = size_line.fit(pool), size_line.fit(pl.concat([pool] * times))
    ours = (line.slope, line.intercept, line.thinking, line.r2, line.partial_r2)
    assert (more.slope, more.intercept, more.thinking, more.r2, more.partial_r2) == (
        pytest.approx(ours)
    )
    assert (more.n, more.models) == (line.n * times, line.models)
    gamma = size.nested(pool, 0).gamma
    assert size.nested(pl.concat([pool] * times), 0).gamma == pytest.approx(gamma)


# Total against active.


def by_hand(pool: pl.DataFrame, columns: list[str]) -> tuple[np.ndarray, float, np.ndarray]:
    """Coefficients, residual squares and unscaled covariance from the normal equations."""
    design = [np.ones(pool.height), *(np.log10(pool[c].to_numpy()) for c in columns)]
    x = np.column_stack([*design, pool["thinking"].cast(pl.Float64).to_numpy()])
    y = pool["score"].to_numpy()
    inverse = np.linalg.inv(x.T @ x)
    found = inverse @ x.T @ y
    return found, float(((y - x @ found) ** 2).sum()), inverse


def test_the_shares_and_the_p_are_those_of_the_normal_equations() -> None:
    from scipy import stats

    pool = drawn(40, 3)
    every = size.compare(pool).row(0, named=True)
    spread = float(((pool["score"] - pool["score"].mean()) ** 2).sum())
    for name in ("total", "active"):
        _, left, _ = by_hand(pool, [f"params_{name}"])
        assert every[f"r2_{name}"] == pytest.approx(1 - left / spread)
    found, left, inverse = by_hand(pool, ["params_total", "params_active"])
    for name, i in (("total", 1), ("active", 2)):
        t = found[i] / np.sqrt(left / 36 * inverse[i, i])
        assert every[f"p_{name}"] == pytest.approx(2 * stats.t.sf(abs(t), 36))
    assert (every["n"], every["models"], every["evaluators"]) == (40, 40, None)


def test_only_rows_that_state_both_are_compared_and_mixtures_alone_too() -> None:
    pool = drawn(40, 3).with_row_index("i")
    stated = pl.when(pl.col("i") >= 5).then("params_active")
    every, moe = size.compare(pool.with_columns(params_active=stated)).to_dicts()
    assert every == {**size.compare(pool.filter(pl.col("i") >= 5)).row(0, named=True)}
    sparse = pool.filter((pl.col("i") >= 5) & (pl.col("params_active") < pl.col("params_total")))
    assert moe["n"] == sparse.height > 4
    assert moe["r2_total"] == pytest.approx(size_line.fit(sparse).r2)


def test_dense_models_alone_cannot_tell_total_from_active() -> None:
    pool = drawn(20, 5).with_columns(params_active="params_total")
    every, moe = size.compare(pool).to_dicts()
    assert every["r2_total"] == pytest.approx(every["r2_active"])
    assert (every["p_active"], every["p_total"]) == (None, None)
    assert (moe["n"], moe["r2_total"], moe["p_active"]) == (0, None, None)
    assert size.nested(pool) == size.Nested(None, None, None, 20, 0, 8)
    assert "add mixtures of experts to tell total" in size.sentence(pool, "T")


def test_mixtures_of_one_active_share_cannot_tell_either() -> None:
    pool = drawn(20, 5).with_columns(params_active=pl.col("params_total") / 10)
    every, moe = size.compare(pool).to_dicts()
    assert (every["p_active"], every["p_total"], moe["n"]) == (None, None, 20)
    assert size.nested(pool) == size.Nested(None, None, None, 20, 20, 8)
    assert "mixtures of experts with other active shares" in size.sentence(pool, "T")


@pytest.mark.parametrize("seed", range(12))
def test_gamma_is_the_best_of_a_fine_grid(seed: int) -> None:
    pool = drawn(24, seed, sd=12)
    log = {c: np.log10(pool[f"params_{c}"].to_numpy()) for c in ("total", "active")}
    thinks = pool["thinking"].cast(pl.Float64).to_numpy()
    best, kept = None, np.inf
    for gamma in np.linspace(0, 1, 2001):
        mixed = gamma * log["total"] + (1 - gamma) * log["active"]
        x = np.column_stack([np.ones(24), mixed, thinks])
        found = np.linalg.lstsq(x, pool["score"].to_numpy(), rcond=None)[0]
        left = ((pool["score"].to_numpy() - x @ found) ** 2).sum()
        if found[1] > 0 and left < kept - 1e-9:
            best, kept = gamma, left
    assert size.nested(pool, 0).gamma == pytest.approx(best, abs=6e-4)


@pytest.mark.parametrize(("truth", "low", "high"), [(1.0, 0.8, 1.0), (0.0, 0.0, 0.2)])
def test_gamma_finds_which_parameters_made_the_scores(
    truth: float, low: float, high: float
) -> None:
    pool = drawn(80, 2)
    decades = truth * pl.col("params_total").log10() + (1 - truth) * pl.col("params_active").log10()
    noise = pl.Series(np.random.default_rng(0).normal(0, 2, 80))
    found = size.nested(pool.with_columns(score=7.4 * decades - 60 + noise))
    assert low <= found.low <= found.gamma <= found.high <= high
    assert found.labs == 8


def test_gamma_is_unknown_where_size_lowers_the_score_and_unsure_with_few_labs() -> None:
    pool = drawn(30, 4, sd=0.1)
    assert size.nested(pool.with_columns(score=-pl.col("score"))).gamma is None
    few = size.nested(pool.with_columns(lab=pl.lit("one")))
    assert (few.gamma is None, few.low, few.high, few.labs) == (False, None, None, 1)


def test_resampled_labs_are_regressions_on_the_drawn_rows() -> None:
    pool = size_rows.usable(drawn(30, 6, labs=5), "params_total")
    lab = size_rows.clusters(pool)
    logs = np.log10(pool.select("params_total", "params_active").to_numpy())
    values = np.column_stack([logs, pool["score"].to_numpy()])
    thinks = size_rows.thinking(pool)
    total, active = size_rows.slopes(size_rows.partial_moments(values, thinks, lab, 20, 9))
    counts = np.random.default_rng(9).multinomial(5, np.full(5, 0.2), size=20)
    for b, drawn_labs in enumerate(counts):
        rows_ = np.concatenate(
            [np.flatnonzero(lab == one).repeat(k).astype(int)
             for one, k in zip(np.unique(lab), drawn_labs, strict=True)]
        )  # fmt: skip
        x = np.column_stack([np.ones(len(rows_)), values[rows_, :2], thinks[rows_]])
        found, _, rank, _ = np.linalg.lstsq(x, values[rows_, 2], rcond=None)
        if rank == 4:
            assert (total[b + 1], active[b + 1]) == pytest.approx(tuple(found[1:3]), abs=1e-6)


@pytest.mark.parametrize(
    ("labs", "unknown", "told"), [(8, 10, True), (8, 30, False), (4, 0, False)]
)
def test_resampled_labs_give_no_interval_where_they_say_too_little(
    labs: int, unknown: int, told: bool
) -> None:
    draws = np.linspace(0, 1, 101)
    draws[:unknown] = np.nan
    found = size_rows.lab_interval(draws, labs, 0.9)
    assert (found is not None) == told
    if found:
        assert found == pytest.approx((0.1 + 0.9 * 0.05, 1 - 0.9 * 0.05))
    assert size_rows.lab_interval(draws * np.nan, 8, 0.9) is None


def test_a_size_that_thinking_tells_has_no_slope_of_its_own() -> None:
    rng = np.random.default_rng(3)
    thinks = (rng.random((50, 1)) < 0.37).astype(float)
    values = np.column_stack([np.pi * thinks[:, 0] + 0.1, rng.normal(size=(50, 2))])
    lab = rng.integers(0, 7, 50)
    moments = size_rows.partial_moments(values, thinks, lab, 200, 1)
    assert not moments[:, 0].any()
    assert np.isnan(size_rows.slopes(moments)).all()


def test_the_sentence_says_when_active_ones_add_something() -> None:
    pool = drawn(60, 3)
    both = pool.with_columns(
        score=5 * (pl.col("params_total").log10() + pl.col("params_active").log10())
        + pl.Series(np.random.default_rng(1).normal(0, 2, 60))
    )
    assert "still add something (p < 0.001)" in size.sentence(both, "T")
    assert size.compare(pool)["p_active"][0] > 0.05
    assert "add nothing that could not be chance (p = 0." in size.sentence(pool, "T")
    # Once in a while chance alone comes near; the line is drawn at 0.05.
    near = next(p for p in (drawn(40, i) for i in range(200))
                if 0.05 < size.compare(p)["p_active"][0] < 0.3)  # fmt: skip
    assert "nothing that could not be chance" in size.sentence(near, "T")


def test_the_sentence_says_who_explains_more_and_over_how_many() -> None:
    said = size.sentence(drawn(40, 3), "Facts")
    every = size.compare(drawn(40, 3)).row(0, named=True)
    assert said.startswith(
        f"Total parameters explain **{every['added_total']:.0%}** of the differences in score on "
        f"Facts that thinking leaves open, active ones {every['added_active']:.0%}, over 40 models"
    )
    assert size.sentence(drawn(40, 3).with_columns(evaluator="model"), "T").count("40 evaluators")
    assert "**9 models** on T state both" in size.sentence(drawn(9, 3), "T")
    assert "**1 model** on T states both" in size.sentence(drawn(9, 3).head(1), "T")
    assert "**No models** on T" in size.sentence(TINY, "T")
    assert "all of one size" in size.sentence(drawn(12, 1).with_columns(score=pl.lit(3.0)), "T")


# Read backwards.


def test_a_reading_worked_by_hand() -> None:
    """At the middle of the rows the leverage is 1/4 and the interval lies even around it."""
    line = size_line.fit(TINY)
    t2 = T_90_2**2
    half = (t2 * 0.9 * 1.25 / (2.2**2 - t2 * 0.18)) ** 0.5
    assert calibration.invert(line, 5, None) == pytest.approx((2.5, 2.5 - half, 2.5 + half))
    assert calibration.g(line) == pytest.approx(t2 * 0.18 / 2.2**2)
    assert calibration.g(line) == pytest.approx(0.3171, abs=5e-5)


@pytest.mark.parametrize("score", [10.0, 24.0, 55.0])
@pytest.mark.parametrize("thinks", [True, False])
def test_the_interval_ends_where_a_new_result_would_just_be_believed(
    score: float, thinks: bool
) -> None:
    """The definition: |y0 - yhat(x)| = t * sigma * sqrt(1 + leverage(x)) at both ends."""
    from scipy import stats

    pool = drawn(20, 8)
    line = size_line.fit(pool)
    reading = calibration.invert(line, score, thinks)
    x = np.column_stack([np.ones(20), np.log10(pool["params_total"]), pool["thinking"]]).astype(
        float
    )
    inverse = np.linalg.inv(x.T @ x)
    for end in (reading.low, reading.high):
        at = np.array([1.0, end, float(thinks)])
        off = score - line.intercept - line.slope * end - line.thinking * thinks
        allowed = stats.t.ppf(0.95, 17) * line.residual_sd * np.sqrt(1 + at @ inverse @ at)
        assert abs(off) == pytest.approx(allowed)
    assert reading.low < reading.middle < reading.high


def test_the_interval_covers_nine_in_ten() -> None:
    """METHOD 6 [SIM]: n = 40, slope .074 a decade, residual sd .0365; .882 there, .90 nominal."""
    rng = np.random.default_rng(12)
    covered, widths = [], []
    for _ in range(250):
        decades = rng.uniform(0, 3.3, 40)
        thinks = rng.random(40) < 0.5
        scores = 0.0311 + 0.074 * decades + 0.0271 * thinks + rng.normal(0, 0.0365, 40)
        line = size_line.fit(rows(scores, 10**decades, thinking=thinks), top=1)
        for truth, new in zip(rng.uniform(0, 3.3, 12), rng.random(12) < 0.5, strict=True):
            score = 0.0311 + 0.074 * truth + 0.0271 * new + rng.normal(0, 0.0365)
            reading = calibration.invert(line, score, bool(new))
            covered.append(reading.low <= truth <= reading.high)
            widths.append(reading.high - reading.low)
    assert 0.88 <= np.mean(covered) <= 0.92
    assert np.mean(widths) == pytest.approx(1.71, abs=0.08)


def published() -> size_line.Fit:
    """The fit that METHOD 6 prints for AA-Omniscience, in parameters rather than billions.

    Its covariance is not printed: this one has the printed g of .003 and ordinary leverage.
    """
    a, s, q, sd, n = 0.0311, 0.0739, 0.0271, 0.0365, 267
    slope, middle = 0.003 * s**2 / 1.6506**2, 11.0
    constant, thinking = sd**2 / n, 4 * sd**2 / n
    covariance = (
        (constant + middle**2 * slope + thinking / 4, -middle * slope, -thinking / 2),
        (-middle * slope, slope, 0.0),
        (-thinking / 2, 0.0, thinking),
    )
    ranges = (
        size_line.Range(False, 0.01, 0.308, 5e8, 1.6e12),
        size_line.Range(True, 0.02, 0.433, 5e8, 1.6e12),
    )
    return size_line.Fit("params_total", "linear", 1.0, a - 9 * s, s, q, 0.781, 0.1, sd, n - 3,
                    covariance, n, 200, ranges)  # fmt: skip


def test_the_published_line_gives_the_published_sizes() -> None:
    """METHOD 6: 8,100T by extrapolation, intervals of about x/: 6.7, g .003; printed digits only
    fix them to a few percent.
    """
    line = published()
    assert calibration.g(line) == pytest.approx(0.003, rel=0.01)
    wild = calibration.invert(line, 0.569, True)
    assert 10**wild.middle == pytest.approx(8.1e15, rel=0.02)
    for middle, low, high in ((174e9, 26e9, 1.2e12), (24e9, 4e9, 158e9), (27e9, 4e9, 177e9)):
        score = line.intercept + line.slope * np.log10(middle)
        reading = calibration.invert(line, score, False)
        assert 10 ** (reading.high - reading.middle) == pytest.approx(6.7, rel=0.04)
        assert 10**reading.low == pytest.approx(low, rel=0.13)
        assert 10**reading.high == pytest.approx(high, rel=0.05)


def test_the_guard_shows_no_size_above_what_was_calibrated() -> None:
    closed = pl.DataFrame(
        {"name": ["GPT-5.5 (xhigh)", "thinks", "answers", "GPT-4o"],
         "score": [0.569, 0.42, 0.42, 0.1967], "thinking": [True, True, False, False]}
    )  # fmt: skip
    found = {row["name"]: row for row in size_inverse.read(closed, published(), None).to_dicts()}
    for name in ("GPT-5.5 (xhigh)", "answers", "thinks"):
        row = found[name]
        assert (row["kind"], row["params_low"]) == ("at least", 1.6e12)
        assert row["params_estimate"] is row["params_high"] is row["logit_estimate"] is None
        assert row["note"].startswith("outside calibration")
    # A score inside that the line would read as 79T.
    assert found["thinks"]["note"].startswith(
        "outside calibration: read as larger than every calibrated model that thinks"
    )
    assert found["GPT-4o"]["kind"] == "inside"
    assert found["GPT-4o"]["params_estimate"] == pytest.approx(174e9, rel=0.01)


@pytest.mark.parametrize(
    ("middle", "low", "high"), [(174e9, 26e9, 1.2e12), (24e9, 4e9, 158e9), (27e9, 4e9, 177e9)]
)
def test_the_published_sizes_stay_inside_with_both_ends(
    middle: float, low: float, high: float
) -> None:
    """METHOD 6: GPT-4o, GPT-4.1 nano and Claude 4.5 Haiku."""
    line = published()
    score = line.intercept + line.slope * np.log10(middle)
    closed = pl.DataFrame({"name": ["c"], "score": [score], "thinking": [False]})
    found = size_inverse.read(closed, line, None).row(0, named=True)
    assert (found["kind"], found["note"]) == ("inside", None)
    assert found["params_estimate"] == pytest.approx(middle)
    assert found["params_low"] == pytest.approx(low, rel=0.13)
    assert found["params_high"] == pytest.approx(high, rel=0.05)


def test_one_contaminated_small_model_opens_the_line_to_no_size() -> None:
    decades = np.linspace(9, 12, 60)
    honest = rows(12 * decades - 106 + np.tile([1.0, -1.0], 30), 10**decades)
    pool = pl.concat([honest, rows([80], [1e9], model=["stray"])])
    found = one(79, None, pool)
    assert (found["kind"], found["params_estimate"], found["params_high"]) == (
        "at least", None, None,
    )  # fmt: skip
    assert found["params_low"] <= 1e12 * (1 + 1e-9)


def test_a_size_beyond_the_calibrated_ones_is_at_least_or_at_most() -> None:
    """The line rises 10 a decade from 10 at 1B; the ends stray 3 from it, outward."""
    noise = np.array([-3.0, 1, -1, 1, -1, 1, -1, 3])
    decades = np.linspace(9, 12, 8)
    pool = rows(10 * (decades - 9) + 10 + noise, 10**decades)
    top, bottom = one(42.9, None, pool), one(7.1, None, pool)
    assert (top["kind"], top["params_low"], top["params_high"]) == ("at least", 1e12, None)
    assert (bottom["kind"], bottom["params_low"], bottom["params_high"]) == ("at most", None, 1e9)
    line = size_line.fit(pool)
    begins = 10 ** calibration.invert(line, 42.9, None).low
    assert top["note"] == (
        "outside calibration: read as larger than every calibrated model; its interval begins at "
        f"{begins / 1e9:.3g}B"
    )
    assert bottom["note"] == "outside calibration: read as smaller than every calibrated model"
    assert one(25, None, pool)["kind"] == "inside"


def test_an_upper_end_far_beyond_the_calibrated_sizes_is_no_number() -> None:
    pool = drawn(20, 3, sd=8)
    line = size_line.fit(pool)
    largest = {r.thinking: r.size_high for r in line.ranges}
    closed = pl.DataFrame({"name": [f"c{i}" for i in range(80)], "thinking": [True, False] * 40,
                           "score": np.repeat(np.linspace(5, 34, 40), 2)})  # fmt: skip
    found = size_inverse.estimate(closed, pool).join(closed, on="name").filter(kind="inside")
    cut = 0
    for row in found.iter_rows(named=True):
        reading = calibration.invert(line, row["score"], row["thinking"])
        edge = largest[row["thinking"]]
        assert row["params_estimate"] <= edge * (1 + 1e-8)
        far = reading.high > np.log10(edge) + 1
        cut += far
        assert (row["params_high"] is None) == far
        assert ("no upper bound within the calibrated sizes" in (row["note"] or "")) == far
        if far:
            said = size_inverse.sentence(found.filter(name=row["name"]))
            assert "or more, 90% interval" in said
    assert 0 < cut < found.height


LADDER = rows(
    [10, 21, 29, 41, 50, 12, 31, 49, 60, 72],
    [1e9, 1e10, 1e11, 1e12, 1e13, 1e9, 1e10, 1e11, 1e12, 2e12],
    thinking=[False] * 5 + [True] * 5,
)


def one(score: float | None, thinks: bool | None, pool: pl.DataFrame = LADDER, **more: Any) -> Any:
    closed = pl.DataFrame([{"name": "c", "score": score, "thinking": thinks, **more}])
    closed = closed.cast({"score": pl.Float64, "thinking": pl.Boolean})
    return size_inverse.estimate(closed, pool).row(0, named=True)


@pytest.mark.parametrize(
    ("score", "thinks", "kind"),
    [
        (50, False, "inside"), (50.1, False, "at least"), (50.1, True, "inside"),
        (72, True, "at least"), (60, True, "inside"), (73, True, "at least"),
        (10, False, "inside"),
        (9.9, False, "at most"), (11.9, True, "at most"), (11.9, False, "inside"),
        (30, None, "no finite interval"), (None, True, "no finite interval"),
        (float("nan"), True, "no finite interval"),
    ],
)  # fmt: skip
def test_the_range_is_that_of_the_same_thinking(
    score: float | None, thinks: bool | None, kind: str
) -> None:
    found = one(score, thinks)
    assert found["kind"] == kind
    ends = (found["params_estimate"], found["params_low"], found["params_high"])
    known = {"inside": (1, 1, 1), "at least": (0, 1, 0), "at most": (0, 0, 1)}.get(kind, (0, 0, 0))
    assert tuple(end is not None for end in ends) == tuple(map(bool, known))
    if kind == "inside":
        assert ends[1] < ends[0] < ends[2]
    else:
        assert found["links_disagree"] is found["logit_estimate"] is None
        assert found["note"]


def test_at_least_is_the_largest_calibrated_size_and_never_more_than_the_line_says() -> None:
    assert one(99, True)["params_low"] == 2e12
    assert one(99, False)["params_low"] == 1e13
    # The largest model scores poorly: the line puts a new best below its size.
    decades = np.append(np.linspace(9, 12, 10), 13)
    poor = rows(np.append(10 * decades[:10] - 80, 33), 10**decades)
    line = size_line.fit(poor)
    own = 10 ** ((40.5 - line.intercept) / line.slope)
    assert own < 1e13
    assert one(40.5, None, poor)["params_low"] == pytest.approx(own)
    assert one(90, None, poor)["params_low"] == 1e13
    assert one(1, False)["params_high"] == pytest.approx(1e9, rel=0.3)
    assert one(1, False)["params_high"] >= 1e9


def test_a_slope_that_may_be_nothing_gives_no_interval() -> None:
    flat = rows([30, 20, 31, 22, 29, 24], [1e9, 1e10, 1e11, 1e12, 1e13, 1e14])
    line = size_line.fit(flat)
    assert calibration.g(line) >= 1
    loose = rows([20, 30, 22, 31, 24, 32], [1e9, 1e10, 1e11, 1e12, 1e13, 1e14])
    rising = size_line.fit(loose)
    assert rising.slope > 0
    assert calibration.g(rising) >= 1
    reading = calibration.invert(rising, 26, None)
    assert (reading.low, reading.high) == (None, None)
    for pool, score in ((flat, 25), (loose, 25), (loose, 99)):
        found = one(score, None, pool)
        assert found["kind"] == "no finite interval"
        assert found["note"] == "size does not clearly raise the score"
    assert calibration.invert(
        size_line.fit(LADDER.with_columns(score=-pl.col("score"))), 5, True
    ) is (None)


def test_what_nobody_calibrated_does_is_not_read() -> None:
    quiet = LADDER.filter(~pl.col("thinking"))
    assert one(30, True, quiet)["note"] == "no calibrated model thinks"
    assert one(30, None, quiet)["note"] == "not told whether it thinks"
    assert one(30, False, quiet)["kind"] == "inside"
    untold = LADDER.with_columns(thinking=pl.lit(None, pl.Boolean))
    assert one(30, None, untold)["kind"] == one(30, True, untold)["kind"] == "inside"


def test_refusals_widen_the_interval_on_their_side() -> None:
    plain, more = one(30, False), one(30, False, abstained=10.0)
    assert more["params_estimate"] == plain["params_estimate"]
    assert more["params_low"] == plain["params_low"]
    assert more["params_high"] == pytest.approx(one(40, False)["params_high"])
    assert more["note"].startswith("refused 10%")
    assert one(30, False, abstained=0.0) == one(30, False, abstained=None) == plain
    out = one(30, False, abstained=30.0)
    assert (out["kind"], out["params_low"]) == ("at least", plain["params_low"])
    assert out["params_estimate"] is out["params_high"] is None
    low = one(5, False, abstained=20.0)
    assert (low["kind"], low["params_high"]) == ("at most", one(25, False)["params_high"])
    assert one(5, False, abstained=80.0)["kind"] == "no finite interval"
    assert one(5, False, abstained=1.0)["kind"] == "at most"
    assert one(60, False, abstained=99.0)["kind"] == "at least"


def test_links_that_differ_more_than_threefold_are_flagged() -> None:
    decades = np.linspace(9, 13, 12)
    bent = 100 / (1 + np.exp(-(2 * decades - 24)))
    pool = rows(bent, 10**decades)
    flagged, outside = [], []
    for score, truth in zip(bent, decades, strict=True):
        found = one(float(score), None, pool)
        if found["kind"] != "inside":
            outside.append(truth)
            continue
        assert found["logit_estimate"] == pytest.approx(10**truth)
        ratio = found["params_estimate"] / found["logit_estimate"]
        flagged.append(found["links_disagree"])
        assert found["links_disagree"] is (max(ratio, 1 / ratio) > 3)
        assert (found["note"] or "").startswith("the logit line gives") == found["links_disagree"]
    assert 0 < sum(flagged) < len(flagged)
    assert len(flagged) >= 8
    assert 13.0 in outside
    straight = rows(10 * decades - 80, 10**decades)
    assert one(35, None, straight)["links_disagree"] is False


@settings(max_examples=20)
@given(st.integers(0, 10**6), st.floats(0.01, 100), st.sampled_from([1e-9, 1e3]))
def test_a_reading_follows_the_units(seed: int, scale: float, unit: float) -> None:
    pool = drawn(25, seed)
    closed = pl.DataFrame({"name": ["c"], "score": [float(pool["score"].median())],
                           "thinking": [True]})  # fmt: skip
    moved = pool.with_columns(pl.col("score") * scale, pl.col("params_total") * unit)
    a = size_inverse.estimate(closed, pool).row(0, named=True)
    b = size_inverse.estimate(
        closed.with_columns(pl.col("score") * scale), moved, top=100 * scale
    ).row(0, named=True)
    assert (a["kind"], a["links_disagree"]) == (b["kind"], b["links_disagree"])
    for column in ("params_estimate", "params_low", "params_high", "logit_estimate"):
        if a[column] is not None:
            assert b[column] == pytest.approx(a[column] * unit, rel=1e-6)


def test_a_higher_score_is_never_read_as_a_smaller_model() -> None:
    closed = pl.DataFrame({"name": [f"c{i}" for i in range(40)], "thinking": [False] * 40,
                           "score": np.linspace(0, 60, 40)})  # fmt: skip
    found = size_inverse.estimate(closed, LADDER).filter(pl.col("kind") == "inside")
    for a, b in combinations(found.iter_rows(named=True), 2):
        assert a["score"] > b["score"]
        assert a["params_estimate"] > b["params_estimate"]
        assert a["params_low"] > b["params_low"]
        assert a["params_high"] > b["params_high"]


def test_every_lab_is_read_by_the_others_alone() -> None:
    pool = drawn(30, 9)
    left = size_inverse.left_out(pool)
    assert left.height == 60
    for row in left.filter(pl.col("link") == "linear").iter_rows(named=True):
        line = size_line.fit(pool.filter(pl.col("lab") != row["lab"]))
        reading = calibration.invert(line, row["score"], row["thinking"])
        assert row["estimate"] == pytest.approx(10**reading.middle)
        ratio = row["estimate"] / row["params"]
        assert row["factor"] == pytest.approx(max(ratio, 1 / ratio))
    factor = left.filter(pl.col("link") == "linear")["factor"]
    linear = size_inverse.errors(left).row(0, named=True)
    assert linear["link"] == "linear"
    assert (linear["n"], linear["estimated"]) == (30, 30)
    assert linear["median_factor"] == pytest.approx(np.median(factor))
    assert linear["within_2x"] == pytest.approx((factor <= 2).mean())
    assert linear["within_3x"] == pytest.approx((factor <= 3).mean())
    assert linear["p90_factor"] == pytest.approx(np.percentile(factor, 90))


def test_a_lab_without_others_is_not_read() -> None:
    alone = size_inverse.errors(size_inverse.left_out(drawn(20, 1, labs=1))).row(0, named=True)
    assert (alone["n"], alone["estimated"], alone["median_factor"]) == (20, 0, None)


def test_the_one_that_strays_is_named() -> None:
    pool = drawn(30, 2)
    odd = pl.when(pl.col("model") == "m7").then(pl.col("score") + 40).otherwise("score")
    found = size_inverse.strays(pool.with_columns(score=odd))
    assert found["model"].to_list() == ["m7"]
    assert found["p"][0] < 1e-6
    assert size_inverse.strays(pool).is_empty()
    exact = rows(np.arange(8.0), 10 ** np.arange(8.0))
    assert size_inverse.strays(exact).is_empty()


def test_a_lone_mixture_is_not_said_in_the_plural() -> None:
    pool = drawn(14, 5).with_columns(params_active="params_total", mixture=pl.lit("dense"))
    small = pl.when(pl.col("model") == "m0").then(pl.col("params_total") / 10)
    said = size.sentence(pool.with_columns(params_active=small.otherwise("params_total")), "T")
    assert "over 14 models, 1 of them a mixture of experts" in said


def test_the_sentence_on_sizes() -> None:
    closed = pl.DataFrame({"name": ["best", "big", "small"], "score": [99.0, 30, 20],
                           "thinking": [False] * 3})  # fmt: skip
    found = size_inverse.estimate(closed, LADDER)
    said = size_inverse.sentence(found)
    assert said.startswith("**big** scores like an open model of **")
    assert said.endswith(
        "2 of 3 closed configurations lie inside the calibrated range, and 1 reads as larger than "
        "every open model calibrated on."
    )
    assert "**1 of 1 closed configuration** reads as larger" in size_inverse.sentence(
        found.filter(pl.col("name") == "best")
    )
    assert "**No** closed configuration" in size_inverse.sentence(found.clear())
