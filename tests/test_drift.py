import datetime
from functools import cache

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from data.analysis import drift_tests as tests
from data.analysis.canary import canaries
from data.analysis.cost_split import cost_split, price_and_behaviour
from data.analysis.cusum import cusum, innovations, sums
from data.analysis.drift import SCHEMA, drift, sentence
from data.analysis.grid import grid
from tests.answers import answers

few = settings(max_examples=25, deadline=None)


@pytest.mark.parametrize(
    ("b", "c", "p"),
    [(0, 0, 1), (5, 0, 0.0625), (6, 0, 0.03125), (10, 2, 0.038574), (15, 5, 0.041389), (1, 1, 1)],
)
def test_mcnemar_fixtures(b, c, p):
    assert tests.mcnemar_exact(b, c) == pytest.approx(p, abs=5e-7)
    assert tests.mcnemar_exact(c, b) == tests.mcnemar_exact(b, c)


def test_six_one_sided_flips_are_the_fewest_that_count():
    assert [tests.mcnemar_exact(n, 0) < 0.05 for n in range(8)] == [False] * 6 + [True] * 2


BH = [0.001, 0.008, 0.039, 0.041, 0.042, 0.06, 0.074, 0.205, 0.212, 0.216]


def test_benjamini_hochberg_fixture():
    q = [0.01, 0.04, 0.084, 0.084, 0.084, 0.1, 0.1057, 0.216, 0.216, 0.216]
    assert tests.benjamini_hochberg(np.array(BH)) == pytest.approx(q, abs=5e-5)


def test_what_was_not_tested_is_not_counted_among_the_tests():
    p = np.array([np.nan, *BH[::-1], np.nan])
    q = tests.benjamini_hochberg(p)
    assert np.isnan(q[[0, -1]]).all()
    assert q[1:-1][::-1] == pytest.approx(tests.benjamini_hochberg(np.array(BH)))
    assert tests.benjamini_hochberg(np.array([])).shape == (0,)
    assert tests.benjamini_hochberg(np.array([0.2])) == 0.2


@few
@given(st.lists(st.floats(0, 1), min_size=1, max_size=30))
def test_q_equals_scipys_and_is_never_below_p(p):
    q = tests.benjamini_hochberg(np.array(p))
    assert q == pytest.approx(stats.false_discovery_control(p))
    assert (q >= np.array(p) - 1e-12).all()


def test_price_and_behaviour_fixture():
    found = price_and_behaviour(*map(np.array, ((1, 10), (2, 10), (100, 10), (100, 20))))
    assert found == (100, 100, 200)


amounts = st.lists(st.tuples(*[st.floats(0, 100)] * 4), min_size=1, max_size=6)


@few
@given(amounts)
def test_price_and_behaviour_add_up_and_turn_with_the_nights(classes):
    p0, p1, q0, q1 = np.array(classes).T
    price, behaviour, total = price_and_behaviour(p0, p1, q0, q1)
    assert price + behaviour == pytest.approx(total, abs=1e-6)
    assert total == pytest.approx(float(p1 @ q1 - p0 @ q0), abs=1e-6)
    back = price_and_behaviour(p1, p0, q1, q0)
    assert back == pytest.approx((-price, -behaviour, -total), abs=1e-6)


@pytest.mark.parametrize("signs", [(1,) * 5, (1,) * 6, (1,) * 10 + (-1,) * 2, (1, -1), (-1,)])
def test_sign_flips_of_single_answers_are_mcnemar(signs):
    p = tests.sign_flips(np.array([signs], dtype=float))
    assert p == pytest.approx(tests.mcnemar_exact(signs.count(1), signs.count(-1)))


def test_drawn_sign_flips_agree_with_mcnemar_and_can_not_be_0():
    signs = np.array([[1.0] * 15 + [-1.0] * 5, [1.0] * 20])
    p = tests.sign_flips(signs, flips=20_000)
    assert p[0] == pytest.approx(0.041389, abs=0.005)
    assert p[1] == pytest.approx(1 / 20_001)


def test_no_difference_has_a_p_of_1_and_no_pair_weighs_nothing():
    parts = np.array([[0.0, 0.0, np.nan], [1.0, 2.0, np.nan]])
    assert list(tests.sign_flips(parts)) == [1.0, 0.5]
    assert list(tests.sign_flips(np.zeros((2, 0)))) == [1.0, 1.0]


def test_many_clusters_are_flipped_in_blocks_with_the_right_size():
    """1,000 unpaired nights without a change: p < .05 in 5 % of them."""
    parts = np.random.default_rng(1).standard_t(3, size=(1000, 600))
    p = tests.sign_flips(parts, flips=1999)
    assert np.mean(p < 0.05) == pytest.approx(0.05, abs=0.02)
    t = stats.ttest_1samp(parts, 0, axis=1).pvalue
    assert np.corrcoef(p, t)[0, 1] > 0.99, "the same answer as a paired t test of large samples"


@few
@given(st.lists(st.floats(-5, 5), min_size=1, max_size=11), st.floats(0.01, 100), st.randoms())
def test_sign_flips_ignore_scale_sign_and_order(values, factor, random):
    p = tests.sign_flips(np.array([values]))
    mixed = random.sample(values, len(values))
    assert 0 < p[0] <= 1
    assert tests.sign_flips(-factor * np.array([mixed])) == pytest.approx(p)


def test_nothing_on_one_night_is_a_large_change_and_on_both_none():
    found = tests.log_ratios(np.array([0, 0, 2, np.nan]), np.array([0, 2, 0, 1.0]), 1.0)
    assert found == pytest.approx([0, np.log(2), -np.log(2), np.nan], nan_ok=True)


def test_cusum_by_hand():
    up, down = sums(np.array([1.0, 2.0, np.nan, -1.0, 5.0]))
    assert list(up) == [0.5, 2.0, 2.0, 0.5, 5.0]
    assert list(down) == [0.0, 0.0, 0.0, 0.5, 0.0]


def first_signal(z):
    up, down = sums(z)
    hit = np.flatnonzero((up >= 5) | (down >= 5))
    return hit[0] + 1 if len(hit) else len(z)


def test_cusum_signals_soon_after_a_lasting_change_and_rarely_by_chance():
    """Average run lengths of k = .5, h = 5 on both sides are 465 and 10.4 nights."""
    rng = np.random.default_rng(2)
    by_chance = [first_signal(rng.normal(0, 1, 3000)) for _ in range(150)]
    after_change = [first_signal(rng.normal(1, 1, 300)) for _ in range(300)]
    assert np.mean(by_chance) == pytest.approx(465, rel=0.25)
    assert np.mean(after_change) == pytest.approx(10.4, rel=0.1)


def nights_against_one(rng, nights, change=0.0, after=0):
    """z of nights that are all compared with one first night, with a lasting change or none."""
    z = (rng.normal(size=nights) - rng.normal()) / np.sqrt(2)
    z[after:] += change
    return z


def test_the_error_of_a_lone_first_night_does_not_add_up_to_a_signal():
    """One in ten signals within 50 nights of chance, as 1 - exp(-50 / 465) says; of z itself
    nearly one in two. A lasting change is still found, when it comes after some nights."""
    rng = np.random.default_rng(3)
    chance = [nights_against_one(rng, 50) for _ in range(600)]
    early = np.mean([first_signal(np.append(innovations(z), 99)) <= 50 for z in chance])
    naive = np.mean([first_signal(np.append(z, 99)) <= 50 for z in chance])
    assert early == pytest.approx(0.10, abs=0.035)
    assert naive == pytest.approx(0.46, abs=0.06)
    changed = [innovations(nights_against_one(rng, 80, 1.0, after=20)) for _ in range(300)]
    waited = np.array([first_signal(z) for z in changed]) - 20
    assert np.median(waited[waited > 0]) == pytest.approx(6, abs=1)
    assert np.mean(waited[waited > 0] < 60) > 0.95
    atonce = [innovations(nights_against_one(rng, 61, 1.0)) for _ in range(300)]
    assert np.mean([first_signal(z) < 61 for z in atonce]) < 0.25, "it looks like the reference"


@pytest.mark.parametrize("shared", [0.0, 0.2, 0.5])
def test_innovations_are_independent_with_variance_1(shared):
    rng = np.random.default_rng(4)
    z = np.sqrt(1 - shared) * rng.normal(size=(4000, 6)) + np.sqrt(shared) * rng.normal(
        size=(4000, 1)
    )
    fresh = np.array([innovations(row, shared) for row in z])
    assert fresh[:, 0] == pytest.approx(z[:, 0])
    assert np.cov(fresh.T) == pytest.approx(np.eye(6), abs=0.08)


def test_innovations_by_hand_and_without_unknown_nights():
    found = innovations(np.array([-1.5, np.nan, -1.5, 0.0]))
    assert found == pytest.approx(
        [-1.5, np.nan, (-1.5 + 0.75) / np.sqrt(0.75), 1 / np.sqrt(2 / 3)], nan_ok=True
    )
    with pytest.raises(ValueError, match="shared"):
        cusum(pl.DataFrame(), shared=1.0)


def test_power_and_false_alarms_of_mcnemar_at_60_samples():
    """A drop of 1.5 logits on samples of mixed difficulty is found in five nights of six."""
    p = cache(tests.mcnemar_exact)
    rng = np.random.default_rng(3)
    logits = rng.normal(0.8, 2, (3000, 60))
    first, same, drop = (
        rng.random(logits.shape) < 1 / (1 + np.exp(-(logits - d))) for d in (0, 0, 1.5)
    )

    def alarms(second):
        lost, won = (first & ~second).sum(axis=1), (~first & second).sum(axis=1)
        return np.mean([p(int(b), int(c)) < 0.05 for b, c in zip(lost, won, strict=True)])

    assert alarms(same) == pytest.approx(0.033, abs=0.012)
    assert alarms(drop) == pytest.approx(0.836, abs=0.025)


def test_forty_stable_contestants_alarm_on_one_night_in_twenty():
    p = np.random.default_rng(4).random((4000, 40))
    assert np.mean((p < 0.05).any(axis=1)) == pytest.approx(0.871, abs=0.02)
    q = np.apply_along_axis(tests.benjamini_hochberg, 1, p)
    assert np.mean((q < 0.05).any(axis=1)) == pytest.approx(0.05, abs=0.012)


def night(scores, **columns):
    shape = {name: np.atleast_1d(np.asarray(s, dtype=float)).shape for name, s in scores.items()}
    for column, value in (("output_tokens", 100.0), ("duration_s", 2.0), ("cost_usd", 0.01)):
        columns.setdefault(column, {name: np.full(s, value) for name, s in shape.items()})
    levels = columns.pop("levels", None)
    return grid(answers(scores, levels=levels, **columns))


def row(frame, metric="accuracy", who="a"):
    return frame.row(
        by_predicate=(pl.col("contestant_id") == who) & (pl.col("metric") == metric), named=True
    )


RIGHT, WORSE = [1.0] * 20, [0.0] * 12 + [1.0] * 8


def test_a_drop_is_a_watch_first_and_an_alarm_on_the_next_night():
    before, after = night({"a": RIGHT}), night({"a": WORSE})
    first = drift(before, after)
    found = row(first)
    assert (found["samples"], found["before"], found["after"]) == (20, 1.0, 0.4)
    assert found["change"] == pytest.approx(-60)
    assert found["change_low"] < -60 < found["change_high"] < 0
    assert found["p"] == pytest.approx(tests.mcnemar_exact(12, 0))
    assert found["q"] == pytest.approx(3 * found["p"]), "three metrics are compared"
    assert (found["test"], found["direction"], found["alarm"]) == ("McNemar", "down", "watch")
    second = drift(before, after, previous=first)
    assert row(second)["alarm"] == "alarm"
    assert row(drift(before, after, previous=second))["alarm"] == "alarm"
    assert first.schema == pl.Schema(SCHEMA)


def test_an_alarm_needs_the_same_direction_on_both_nights():
    before, half = [1.0, 0.0] * 20, [1.0, 1.0] * 20
    up = drift(night({"a": before}), night({"a": half}))
    assert row(up)["alarm"] == "watch"
    down = drift(night({"a": before}), night({"a": [0.0] * 40}), previous=up)
    assert row(down)["alarm"] == "watch"


def test_a_small_change_is_no_alarm_however_sure():
    scores = np.ones(1000)
    scores[:40] = 0
    found = row(drift(night({"a": np.ones(1000)}), night({"a": scores})))
    assert found["q"] < 1e-9
    assert (found["effect_reached"], found["alarm"]) == (False, "none")
    scores[:50] = 0
    found = row(drift(night({"a": np.ones(1000)}), night({"a": scores})))
    assert (found["effect_reached"], found["alarm"]) == (True, "watch"), "five points are enough"


@pytest.mark.parametrize(
    ("factor", "reached"), [(1.25, False), (1.26, True), (0.8, False), (0.79, True), (1.0, False)]
)
def test_tokens_change_by_a_ratio(factor, reached):
    made = np.random.default_rng(1).lognormal(4, 1, 40)
    ok = {"a": np.ones(40)}
    frame = drift(
        night(ok, output_tokens={"a": made}), night(ok, output_tokens={"a": made * factor})
    )
    found = row(frame, "output_tokens")
    assert found["change"] == pytest.approx(factor)
    assert found["after"] == pytest.approx(factor * found["before"])
    assert (found["effect_reached"], found["test"]) == (reached, "sign flips")
    assert found["alarm"] == ("watch" if reached else "none")
    assert found["z"] == (0 if factor == 1 else 10 * np.sign(factor - 1))


def test_the_interval_and_z_of_a_ratio_are_those_of_its_logarithm():
    rng = np.random.default_rng(2)
    made, later = rng.lognormal(4, 1, 200), rng.lognormal(0.1, 0.5, 200)
    ok = {"a": np.ones(200)}
    frame = drift(night(ok, output_tokens={"a": made}),
                  night(ok, output_tokens={"a": made * later}), resamples=2000)  # fmt: skip
    found, logs = row(frame, "output_tokens"), np.log(later)
    error = logs.std() / np.sqrt(200)
    assert found["change"] == pytest.approx(np.exp(logs.mean()))
    assert found["z"] == pytest.approx(logs.mean() / error, rel=0.06)
    assert np.log(found["change_low"]) == pytest.approx(logs.mean() - 1.96 * error, abs=0.3 * error)
    assert np.log(found["change_high"]) == pytest.approx(
        logs.mean() + 1.96 * error, abs=0.3 * error
    )
    assert found["p"] == pytest.approx(stats.ttest_1samp(logs, 0).pvalue, abs=0.01)


def test_durations_are_compared_only_in_the_same_hour():
    ok, slow = {"a": np.ones(20)}, {"a": np.full(20, 8.0)}
    before, after = night(ok), night(ok, duration_s=slow)
    found = row(drift(before, after), "duration_s")
    assert (found["before"], found["after"], found["alarm"]) == (2, 8, "none")
    assert (found["change"], found["p"], found["q"], found["test"]) == (None, None, None, None)
    assert "hour" in found["reason"]
    found = row(drift(before, after, same_hour=True), "duration_s")
    assert (found["change"], found["alarm"], found["reason"]) == (pytest.approx(4), "watch", None)


def test_only_samples_of_both_nights_count():
    before = night({"a": [1.0] * 10 + [np.nan] * 10, "gone": np.ones(20)})
    after = night({"a": [np.nan] * 5 + [1.0] * 5 + [0.0] * 10, "new": np.ones(20)})
    frame = drift(before, after)
    found = row(frame)
    assert (found["samples"], found["before"], found["after"], found["p"]) == (5, 1, 1, 1)
    assert frame["contestant_id"].unique().to_list() == ["a"]


def test_no_sample_in_common_is_a_reason_and_not_a_number():
    before, after = night({"a": [1.0, np.nan], "b": [1.0, 1.0]}), night({"a": [np.nan, 1.0]})
    found = row(drift(before, after))
    assert (found["samples"], found["before"], found["p"], found["alarm"]) == (
        0,
        None,
        None,
        "none",
    )
    assert found["reason"]
    assert sentence(drift(before, after)).count("**") == 2
    other = grid(answers({"a": [1.0]}, tasks=["puzzles"]))
    assert row(drift(before, other))["reason"]
    assert drift(before, night({"c": [1.0]})).is_empty()


def test_levels_count_the_same_before_and_after():
    levels = [1] * 2 + [2] * 20
    before = night({"a": [1.0] * 22}, levels=levels)
    after = night({"a": [0.0] * 2 + [1.0] * 20}, levels=levels)
    found = row(drift(before, after))
    assert found["change"] == pytest.approx(-50)
    assert found["p"] == 0.5, "two flips prove nothing"


def test_several_epochs_or_partial_scores_are_tested_by_sign_flips():
    epochs = drift(night({"a": np.ones((20, 3))}), night({"a": np.zeros((20, 3))}))
    assert (row(epochs)["test"], row(epochs)["alarm"]) == ("sign flips", "watch")
    partial = drift(night({"a": [0.5] * 20}), night({"a": [0.0] * 20}))
    assert (row(partial)["test"], row(partial)["change"]) == ("sign flips", -50)


def test_samples_of_one_cluster_flip_together():
    clusters = [str(i // 4) for i in range(20)]
    before, after = (grid(answers({"a": s}, clusters=clusters)) for s in (RIGHT, [0.0] * 20))
    found = row(drift(before, after))
    assert (found["test"], found["p"]) == ("sign flips", tests.mcnemar_exact(5, 0))
    assert found["alarm"] == "none", "five templates that changed are not twenty samples"


def test_flips_that_lean_against_the_balanced_change_are_no_alarm():
    levels = [1] * 2 + [2] * 40
    before = night({"a": [1.0] * 2 + [0.0] * 40}, levels=levels)
    after = night({"a": [0.0] * 2 + [1.0] * 12 + [0.0] * 28}, levels=levels)
    found = row(drift(before, after))
    assert (found["change"], found["direction"]) == (pytest.approx(-35), "down")
    assert found["q"] < 0.05
    assert (found["effect_reached"], found["alarm"]) == (True, "none")


def test_many_questions_asked_at_once_need_a_smaller_p():
    found = row(drift(night({"a": RIGHT}), night({"a": [0.0] * 6 + [1.0] * 14})))
    assert found["p"] < 0.05 < found["q"]
    assert (found["effect_reached"], found["alarm"]) == (True, "none")


def test_stable_nights_of_many_contestants_seldom_have_a_watch():
    rng = np.random.default_rng(6)
    names = [f"m{i:02d}" for i in range(40)]
    solved = 1 / (1 + np.exp(-rng.normal(0.8, 2, (40, 60))))

    def one():
        scores = dict(zip(names, (rng.random((40, 60)) < solved).astype(float), strict=True))
        return night(scores, output_tokens={n: rng.lognormal(4, 0.3, 60) for n in names})

    first = one()
    called = [
        (drift(first, one(), resamples=10)["q"] < 0.05).any() for _ in range(25)
    ]  # 25 x 160 comparisons, of which 1 in 20 has p < .05
    assert np.mean(called) <= 0.2


def test_levels_without_weight_count_nowhere():
    levels = [1] * 10 + [2] * 10
    tasks = ["sums"] * 10 + ["puzzles"] * 10
    made = [answers({"a": s}, levels=levels, tasks=tasks) for s in (RIGHT, [1] * 10 + [0] * 10)]
    found = row(drift(grid(made[0], {"puzzles": 0}), grid(made[1])))
    assert (found["change"], found["p"], found["after"]) == (0, 1, 1)
    none = row(drift(grid(made[0], {"puzzles": 0, "sums": 0}), grid(made[1])))
    assert (none["before"], none["q"], none["alarm"]) == (None, None, "none")
    assert none["reason"]


def test_one_pair_has_no_interval():
    found = row(drift(night({"a": [1.0]}), night({"a": [0.0]})))
    assert (found["change"], found["p"], found["change_low"], found["z"]) == (-100, 1, None, None)
    alone = [1, 2, 3]
    found = row(drift(night({"a": [1.0] * 3}, levels=alone), night({"a": [0, 0, 1]}, levels=alone)))
    assert (found["change_low"], found["z"]) == (None, None)


@pytest.mark.parametrize("value", [0.0, 1.0])
def test_all_wrong_or_all_right_on_both_nights_is_no_change(value):
    frame = drift(night({"a": [value] * 20}), night({"a": [value] * 20}), same_hour=True)
    assert frame["p"].to_list() == [1.0] * 4
    assert frame["z"].to_list() == [0.0] * 4
    assert set(frame["alarm"]) == {"none"}
    assert frame["direction"].null_count() == 4
    assert "**None of 1** contestant " in sentence(frame)


def test_unknown_costs_are_null_and_not_zero():
    unknown = {"a": np.full(20, np.nan)}
    frame = drift(night({"a": RIGHT}, cost_usd=unknown), night({"a": RIGHT}))
    found = row(frame, "cost_usd")
    assert (found["samples"], found["before"], found["change"], found["q"]) == (0, None, None, None)
    assert frame.select(pl.col(pl.Float64).is_nan().any()).row(0).count(True) == 0
    bare = grid(answers({"a": RIGHT}).drop("cost_usd"))
    assert row(drift(bare, bare), "cost_usd")["reason"]


def test_a_price_where_there_was_none_is_an_alarm():
    free = {"a": np.zeros(20)}
    found = row(drift(night({"a": RIGHT}, cost_usd=free), night({"a": RIGHT})), "cost_usd")
    assert (found["before"], found["direction"], found["alarm"]) == (0, "up", "watch")


def test_a_lone_contestant_of_many_can_still_alarm():
    rng = np.random.default_rng(5)
    names = [f"m{i:03d}" for i in range(200)]
    scores = {n: (rng.random(40) < 0.8).astype(float) for n in names}
    made = {n: rng.lognormal(4, 1, 40) for n in names}
    later = {n: made[n] * rng.lognormal(0, 0.2, 40) for n in names}
    later["m100"] = made["m100"] * rng.lognormal(1, 0.2, 40)
    frame = drift(night(scores, output_tokens=made), night(scores, output_tokens=later))
    watched = frame.filter(pl.col("alarm") != "none")
    assert watched.select("contestant_id", "metric").rows() == [("m100", "output_tokens")]


scored = st.lists(
    st.tuples(st.sampled_from([0.0, 1.0]), st.sampled_from([0.0, 1.0])), min_size=2, max_size=12
)


@few
@given(scored, st.randoms())
def test_the_order_of_rows_changes_nothing(pairs, random):
    x, y = np.array(pairs).T
    levels = [1 + i % 2 for i in range(len(x))]
    frames = [answers({"a": s, "b": s[::-1]}, levels=levels) for s in (x, y)]
    mixed = [f.sample(fraction=1, shuffle=True, seed=random.randrange(1000)) for f in frames]
    one, two = (drift(*map(grid, pair), resamples=50) for pair in (frames, mixed))
    assert one.equals(two, null_equal=True)


@few
@given(scored)
def test_swapping_the_nights_turns_the_change(pairs):
    x, y = (night({"a": v}) for v in np.array(pairs).T)
    there, back = row(drift(x, y, resamples=50)), row(drift(y, x, resamples=50))
    assert there["change"] == pytest.approx(-back["change"])
    assert there["p"] == back["p"]
    assert -100 <= there["change"] <= 100
    assert there["samples"] == len(pairs)


@few
@given(scored)
def test_every_sample_twice_leaves_the_change(pairs):
    x, y = np.array(pairs).T
    one = row(drift(night({"a": x}), night({"a": y}), resamples=50))
    two = row(drift(night({"a": [*x, *x]}), night({"a": [*y, *y]}), resamples=50))
    assert two["change"] == pytest.approx(one["change"])
    assert two["p"] <= one["p"] + 1e-12


@few
@given(st.lists(st.tuples(st.floats(1, 1e4), st.floats(1, 1e4)), min_size=2, max_size=10),
       st.floats(1, 1e3))  # fmt: skip
def test_a_ratio_ignores_the_unit(pairs, unit):
    x, y = np.array(pairs).T
    ok = {"a": np.ones(len(x))}
    one, two = (
        row(drift(*(night(ok, output_tokens={"a": f * v}) for v in (x, y)), resamples=50),
            "output_tokens")
        for f in (1, unit)
    )  # fmt: skip
    assert two["change"] == pytest.approx(one["change"])
    assert two["p"] == pytest.approx(one["p"])


def usage(*rows):
    kinds = {"contestant_id": pl.String, "price_class": pl.String, "before": pl.Float64}
    return pl.DataFrame(rows, schema={**kinds, "after": pl.Float64}, orient="row")


def test_a_cost_change_is_split_into_price_and_behaviour():
    quantities = usage(("a", "input", 100, 100), ("a", "output", 10, 20), ("b", "input", 1, None))
    prices = usage(("a", "output", 10, 10), ("a", "input", 1, 2), ("b", "input", 1, 1))
    frame = drift(night({"a": RIGHT, "b": RIGHT}), night({"a": RIGHT, "b": RIGHT}),
                  quantities=quantities, prices=prices)  # fmt: skip
    found = row(frame, "cost_usd")
    assert (found["price_usd"], found["behaviour_usd"]) == (100, 100)
    assert row(frame, "cost_usd", "b")["price_usd"] is None, "unknown is not zero"
    assert row(frame, "accuracy")["price_usd"] is None
    assert cost_split(quantities, None).is_empty()


def test_a_class_that_nobody_used_needs_no_price():
    quantities = usage(("a", "input", 5, 5), ("a", "cache_read", 0, 0))
    assert cost_split(quantities, usage(("a", "input", 1, 3)))["price_usd"].to_list() == [10]


def test_slow_drift_adds_up_night_by_night_whatever_the_order_of_rows():
    nights = [datetime.date(2026, 11, d) for d in range(1, 9)]
    rows = [("a", "accuracy", n, -1.5) for n in nights] + [
        ("b", "accuracy", n, 0.4) for n in nights
    ]
    history = pl.DataFrame(rows, schema=["contestant_id", "metric", "night", "z"], orient="row")
    found = cusum(history.sample(fraction=1, shuffle=True, seed=1), shared=0)
    a, b = found.partition_by("contestant_id", maintain_order=True)
    assert a["down"].to_list() == [1, 2, 3, 4, 5, 6, 7, 8]
    assert a["signal"].to_list() == [None] * 4 + ["down"] * 4
    assert b["signal"].null_count() == 8
    assert b["up"].to_list() == [0] * 8
    assert found["innovation"].equals(found["z"].alias("innovation"))
    assert cusum(history.clear()).is_empty()
    unknown = history.with_columns(z=pl.lit(None, pl.Float64))
    assert cusum(unknown)["up"].to_list() == [0] * 16


def test_a_frame_of_drift_can_go_into_a_history():
    frame = drift(night({"a": RIGHT}), night({"a": WORSE})).with_columns(night=pl.lit(1))
    assert cusum(frame).height == 4


def canary_frame(**changes):
    was = {"local": [1.0, 0.0, 1.0], "far": [1.0] * 3}
    asked = {"input_tokens": {"local": [10.0, 20.0, 30.0], "far": [9.0] * 3}}
    now = {**asked, **changes}
    return canaries(
        night(was, **asked), night(now.pop("scores", was), **now),
        frozen=["local"], known_answers=["sums.1/1/00000"],
    )  # fmt: skip


def passed(frame):
    return dict(zip(frame["canary"], frame["passed"], strict=True))


def test_canaries_pass_when_nothing_moved():
    assert passed(canary_frame()) == {"frozen local contestant": True, "known-answer samples": True}


@pytest.mark.parametrize(
    ("changes", "failed"),
    [
        ({"scores": {"local": [1.0, 1.0, 1.0], "far": [1.0] * 3}}, "frozen local contestant"),
        ({"output_tokens": {"local": [100.0, 101.0, 100.0]}}, "frozen local contestant"),
        ({"input_tokens": {"local": [11.0, 20.0, 30.0]}}, "known-answer samples"),
    ],
)
def test_a_canary_that_moved_fails_alone(changes, failed):
    found = passed(canary_frame(**changes))
    assert found[failed] is False
    assert list(found.values()).count(False) == 1


def test_a_known_answer_that_is_scored_wrong_fails():
    frame = canary_frame(scores={"local": [0.0, 0.0, 1.0], "far": [1.0] * 3})
    assert passed(frame) == {"frozen local contestant": False, "known-answer samples": False}
    assert frame["detail"].to_list() == ["changed: 1 score", "1 not scored 1"]


def test_others_may_move_without_failing_the_canaries():
    frame = canary_frame(scores={"local": [1.0, 0.0, 1.0], "far": [0.0] * 3})
    assert all(passed(frame).values())


def test_an_answer_missing_tonight_is_not_a_moved_one():
    frame = canary_frame(scores={"local": [1.0, 0.0, np.nan], "far": [1.0] * 3})
    assert all(passed(frame).values())
    assert frame["checked"].to_list() == [2, 1]


def test_a_canary_that_did_not_sing_has_not_passed():
    frame = canary_frame(scores={"far": [1.0] * 3}, output_tokens={}, input_tokens={})
    assert set(passed(frame).values()) == {None}
    assert frame["detail"].null_count() == 0
    kept = drift(night({"a": RIGHT}), night({"a": WORSE}), canary=frame)
    assert row(kept)["alarm"] == "watch"


def test_a_failed_canary_suppresses_every_alarm_and_confirms_none():
    failed = canary_frame(output_tokens={"local": [1.0, 2.0, 3.0]})
    before, after = night({"a": RIGHT, "b": RIGHT}), night({"a": WORSE, "b": WORSE})
    frame = drift(before, after, canary=failed)
    assert set(frame["alarm"]) == {"none"}
    assert set(frame["suppressed_by"]) == {"frozen local contestant local"}
    assert row(frame)["q"] < 0.05, "the numbers are still there"
    assert row(drift(before, after, previous=frame))["alarm"] == "watch"
    assert "canary failed" in sentence(frame)
    assert drift(before, after, canary=canary_frame())["suppressed_by"].null_count() == 8


def served(*rows):
    kinds = {"contestant_id": pl.String, "served_model": pl.String}
    return pl.DataFrame(rows, schema=kinds, orient="row")


def test_another_served_model_is_logged_and_suppresses_nothing():
    frame = canaries(
        night({"a": RIGHT}), night({"a": RIGHT}), frozen=[],
        served_before=served(("a", "m-0801"), ("b", "n"), ("c", None)),
        served_after=served(("a", "m-0901"), ("b", "n"), ("b", "n"), ("c", "x")),
    )  # fmt: skip
    assert frame.select("contestant_id", "passed", "suppresses").rows() == [
        ("a", False, False), ("b", True, False),
    ]  # fmt: skip
    assert frame["detail"][0] == "m-0801 became m-0901"
    found = drift(night({"a": RIGHT}), night({"a": WORSE}), canary=frame)
    assert (row(found)["alarm"], row(found)["suppressed_by"]) == ("watch", None)


def test_sentences_say_what_the_frame_says():
    before, after = night({"a": RIGHT, "b": RIGHT}), night({"a": WORSE, "b": RIGHT})
    first = drift(before, after)
    assert sentence(first, {"a": "Ann"}) == (
        "**1 change** can't be confirmed, since no night lies between these two: Ann, whose "
        "accuracy fell by 60.0 points; collect another night."
    )
    held = drift(before, before)
    assert sentence(drift(before, after, previous=held), {"a": "Ann"}) == (
        "**1 change** of tonight must hold another night to count: Ann, whose accuracy fell by "
        "60.0 points."
    )
    assert sentence(drift(before, after, previous=first)) == (
        "**1 of 2** contestants changed for a second night: a, whose accuracy fell by 60.0 points."
    )
    longer = night({"a": RIGHT, "b": RIGHT}, output_tokens={n: np.full(20, 250.0) for n in "ab"})
    assert sentence(drift(before, longer, previous=held)) == (
        "**2 changes** of tonight must hold another night to count: a, whose output tokens per "
        "answer rose from 100 to 250; b, whose output tokens per answer rose from 100 to 250."
    )


def test_the_sentence_names_only_what_was_compared():
    before = night({"a": RIGHT, "b": RIGHT})
    limits = "by 5 points of accuracy, or to below 80% or above 125% in"
    end = "beyond chance over 20 shared samples."
    start = f"**None of 2** contestants changed {limits}"
    assert sentence(drift(before, before)) == f"{start} output tokens or cost, {end}"
    timed = drift(before, before, same_hour=True)
    assert sentence(timed) == f"{start} output tokens, time or cost, {end}"
    unpriced = night({"a": RIGHT, "b": RIGHT}, cost_usd={n: np.full(20, np.nan) for n in "ab"})
    assert sentence(drift(before, unpriced)) == f"{start} output tokens, {end}"
    bare = grid(answers({"a": RIGHT, "b": RIGHT}))
    assert sentence(drift(bare, bare)) == (
        f"**None of 2** contestants changed by 5 points of accuracy, {end}"
    )
    part = night({"a": [1.0] * 12 + [np.nan] * 8, "b": RIGHT})
    assert "beyond chance over 12 to 20 shared samples." in sentence(drift(before, part))
    none = grid(answers({"a": RIGHT, "b": [np.nan] * 20}, drop_missing=False))
    assert sentence(drift(before, none)).endswith(
        "; 1 more contestant has nothing that could be compared."
    )


def test_flips_that_lean_the_other_way_are_not_called_no_change():
    levels = [1] * 2 + [2] * 40
    before = night({"a": [1.0] * 2 + [0.0] * 40}, levels=levels)
    after = night({"a": [0.0] * 2 + [1.0] * 12 + [0.0] * 28}, levels=levels)
    assert sentence(drift(before, after)) == (
        "**1 change** beyond chance has no clear direction: a, whose accuracy fell by 35.0 points, "
        "while more single answers moved the other way; look at the levels."
    )
    both = {"before": before, "after": after}
    wide = {
        k: night({"a": v.score[0], "b": [float(k == "before")] * 42}, levels=levels)
        for k, v in both.items()
    }
    assert "b, whose accuracy fell by 100.0 points; collect another night; 1 change more has no " \
        "clear direction." in sentence(drift(wide["before"], wide["after"]))  # fmt: skip


def test_the_sentence_names_three_changes_and_counts_the_rest():
    names = "abcde"
    before, after = (night(dict.fromkeys(names, s)) for s in (RIGHT, WORSE))
    said = sentence(drift(before, after))
    assert said.startswith("**5 changes** can't be confirmed")
    assert said.count("whose accuracy fell by 60.0 points") == 3
    assert "; and 2 more; collect another night." in said


def test_whether_a_night_could_confirm_stands_in_the_frame():
    before, after = night({"a": RIGHT}), night({"a": WORSE})
    first = drift(before, after)
    assert row(first)["confirmed"] is None
    assert row(drift(before, after, previous=drift(before, before)))["confirmed"] is False
    last = drift(before, after, previous=first)
    assert row(last)["confirmed"] is True
    assert row(last, "output_tokens")["confirmed"] is None, "nothing to confirm"


def test_a_mean_that_moved_against_the_ratio_is_said_so():
    """One long answer became short while nineteen short ones doubled."""
    tokens = np.array([10_000.0] + [10.0] * 19)
    later = np.array([100.0] + [40.0] * 19)
    ok = {"a": np.ones(20)}
    made = drift(night(ok, output_tokens={"a": tokens}), night(ok, output_tokens={"a": later}))
    found = row(made, "output_tokens")
    assert found["after"] < found["before"]
    assert found["change"] > 1.25
    assert "a, whose output tokens rose to 296% sample by sample (mean 510, then 43)" in sentence(
        made
    )


def test_too_few_samples_say_so():
    frame = drift(night({"a": [1.0] * 5}), night({"a": [0.0] * 5}))
    assert set(frame["alarm"]) == {"none"}
    assert "**5** shared samples can't show a change" in sentence(frame)
    assert "once more" in sentence(frame.clear())
