"""Hull, overspend, AIQ, hypervolume: hand-worked fixtures to the last digit, and properties."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.analysis.hull import aiq, gap, hull, hull_at, hull_cost, hypervolume, overspend, step_cost
from data.analysis.pareto import pareto, pareto_many, pareto_tokens

NAMES = "ABCDEFGH"
COST = np.array([1, 2, 3, 4, 10, 5, 2, 0], dtype=float)
QUALITY = np.array([50, 60, 58, 80, 82, 70, 60, 20], dtype=float)
HULL = hull(COST, QUALITY)

costs = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=1, max_size=20)


def test_hull_fixture():
    assert HULL.tolist() == [[0, 20], [1, 50], [4, 80], [10, 82]]


def test_hull_at_and_its_inverse_fixture():
    assert hull_at(HULL, np.array([3.0]))[0] == 70
    assert hull_cost(HULL, np.array([70.0]))[0] == 3
    assert np.isnan(hull_cost(HULL, np.array([90.0]))[0])


@pytest.mark.parametrize(
    ("name", "missing", "mixing"), [("F", 31 / 3, 5 / 3), ("C", 12.0, 5 / 3), ("D", 0.0, 1.0)]
)
def test_gap_and_overspend_fixture(name, missing, mixing):
    i = NAMES.index(name)
    assert gap(COST, QUALITY)[i] == pytest.approx(missing, abs=1e-12)
    assert overspend(COST, QUALITY)[1][i] == pytest.approx(mixing)


def test_overspend_against_the_step_frontier():
    step = overspend(COST, QUALITY)[0]
    assert step[NAMES.index("F")] == 5 / 4
    assert step[NAMES.index("C")] == 3 / 2
    assert np.isnan(step[NAMES.index("H")]), "free: a ratio to nothing says nothing"


def test_aiq_fixture():
    assert aiq(HULL, 0, 10) == pytest.approx(71.6)


def test_aiq_is_nothing_before_the_first_vertex_and_flat_after_the_last():
    only = hull(np.array([2.0]), np.array([60.0]))
    assert aiq(only, 0, 2) == 0
    assert aiq(only, 0, 4) == 30
    assert aiq(only, 3, 4) == 60
    assert aiq(hull(np.array([]), np.array([])), 0, 1) == 0
    assert np.isnan(aiq(only, 1, 1))


def test_hypervolume_fixture():
    assert hypervolume(COST, QUALITY, 10) == 670
    assert hypervolume(COST, QUALITY, 10, log=True) == pytest.approx(64.9485, abs=5e-5)


def test_a_point_beyond_the_reference_adds_nothing():
    assert hypervolume(np.array([1.0, 20.0]), np.array([50.0, 90.0]), 10) == 450
    assert hypervolume(np.array([20.0]), np.array([90.0]), 10) == 0


@given(costs)
def test_hull_is_above_every_point_and_above_the_step_frontier(drawn):
    cost, quality = np.array(drawn, dtype=float).T
    assert (gap(cost, quality) >= 0).all()
    found = hull(cost, quality)
    assert (np.diff(found[:, 0]) > 0).all()
    slopes = np.diff(found[:, 1]) / np.diff(found[:, 0])
    assert (np.diff(slopes) < 0).all()
    assert (slopes > 0).all()
    step, mixing = overspend(cost, quality)
    known = np.isfinite(step)
    assert (step[known] >= 1).all()
    assert (mixing[known & np.isfinite(mixing)] >= step[known & np.isfinite(mixing)] - 1e-9).all()


@given(costs, st.floats(0.1, 50))
def test_ratios_and_shares_do_not_depend_on_the_currency(drawn, rate):
    cost, quality = np.array(drawn, dtype=float).T
    for one, other in zip(overspend(cost, quality), overspend(cost * rate, quality), strict=True):
        assert one == pytest.approx(other, nan_ok=True)
    assert aiq(hull(cost, quality), 0, 10) == pytest.approx(
        aiq(hull(cost * rate, quality), 0, 10 * rate)
    )
    assert hypervolume(cost, quality, 10) * rate == pytest.approx(
        hypervolume(cost * rate, quality, 10 * rate)
    )


@given(costs)
def test_order_and_duplicates_change_nothing(drawn):
    cost, quality = np.array(drawn, dtype=float).T
    twice = np.tile(cost, 2), np.tile(quality, 2)
    assert hull(*twice).tolist() == hull(cost[::-1], quality[::-1]).tolist()
    assert hypervolume(*twice, 10) == hypervolume(cost, quality, 10)


@given(costs, st.tuples(st.integers(0, 9), st.integers(0, 9)))
def test_another_contestant_never_takes_away_what_money_buys(drawn, more):
    cost, quality = np.array(drawn, dtype=float).T
    wider = np.append(cost, more[0]), np.append(quality, more[1])
    assert hypervolume(*wider, 10) >= hypervolume(cost, quality, 10)
    assert aiq(hull(*wider), 0, 10) >= aiq(hull(cost, quality), 0, 10) - 1e-9
    wanted = np.arange(10.0)
    before, after = step_cost(cost, quality, wanted), step_cost(*wider, wanted)
    assert (np.nan_to_num(after, nan=np.inf) <= np.nan_to_num(before, nan=np.inf)).all()


def test_only_the_chosen_points_set_the_frontier():
    over = np.array([n != "D" for n in NAMES])
    assert overspend(COST, QUALITY, over)[0][NAMES.index("F")] == 1
    assert overspend(COST, QUALITY, over)[0][NAMES.index("D")] == 1, "cheaper than the frontier: 1"


@given(st.lists(st.tuples(*[st.integers(0, 4)] * 3), max_size=15))
def test_three_objectives_equal_brute_force(drawn):
    values = np.array(drawn, dtype=float).reshape(-1, 3)
    kept = pareto_many(values[:, :2], values[:, 2])
    for i, (a, b, q) in enumerate(drawn):
        beaten = any(
            x <= a and y <= b and z >= q and (x < a or y < b or z > q) for x, y, z in drawn
        )
        assert kept[i] == (not beaten)


def test_a_third_objective_keeps_the_fast_one():
    costs = np.array([[1.0, 9.0], [2.0, 1.0], [3.0, 2.0], [np.nan, 0.0]])
    assert pareto_many(costs, np.array([50.0, 50.0, 50.0, 90.0])).tolist() == [
        True, True, False, False,
    ]  # fmt: skip


def test_token_counts_within_the_band_are_ties_and_dollars_decide():
    tokens = np.array([100.0, 120.0, 130.0, 400.0])
    quality = np.array([50.0, 50.0, 50.0, 50.0])
    usd = np.array([2.0, 1.0, 5.0, 0.1])
    # 120 ties with 100 and is cheaper; 130 ties with 120 only, and is dearer; 400 is clearly more.
    assert pareto_tokens(tokens, quality, usd).tolist() == [False, True, False, False]


def test_unknown_dollars_beat_nobody_within_the_band():
    tokens, quality = np.array([100.0, 120.0]), np.array([50.0, 50.0])
    assert pareto_tokens(tokens, quality, np.array([np.nan, 1.0])).all()


def test_efforts_of_one_model_share_a_tokenizer_and_are_compared_exactly():
    tokens, quality, usd = np.array([100.0, 110.0]), np.array([50.0, 50.0]), np.array([2.0, 1.0])
    assert pareto_tokens(tokens, quality, usd).tolist() == [False, True]
    assert pareto_tokens(tokens, quality, usd, same=np.array([7, 7])).tolist() == [True, False]


@given(costs)
def test_without_a_band_and_at_equal_dollars_tokens_are_like_any_cost(drawn):
    tokens, quality = np.array(drawn, dtype=float).T
    same = pareto_tokens(tokens, quality, np.ones(len(tokens)), band=0.0)
    assert same.tolist() == pareto(tokens, quality).tolist()
