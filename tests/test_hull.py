"""Hull, overspend, AIQ, hypervolume: hand-worked fixtures to the last digit, and properties."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.analysis.hull import aiq, gap, hull, hull_at, hull_cost, hypervolume, overspend, step_cost
from data.analysis.pareto import pareto, pareto_many, token_order

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


def on_tokens(tokens, quality, usd, band=0.25):
    order = token_order(np.array(tokens, dtype=float), np.array(usd, dtype=float), band)
    return pareto(order, np.array(quality, dtype=float)).tolist()


def test_token_counts_within_the_band_are_ties_and_dollars_decide():
    # 120 ties with 100 and is cheaper; 130 is clearly more than 100, and so is 400.
    found = on_tokens([100, 120, 130, 400], [50, 50, 50, 50], [2, 1, 5, 0.1])
    assert found == [False, True, False, False]
    assert on_tokens([100, 120], [50, 60], [2, 1]) == [False, True]
    assert on_tokens([100, 120], [60, 50], [2, 1]) == [True, True]


def test_unknown_dollars_come_last_within_the_band_and_fewer_tokens_decide_among_them():
    assert on_tokens([100, 120], [50, 50], [np.nan, 1]) == [False, True]
    assert on_tokens([100, 120], [50, 50], [np.nan, np.nan]) == [True, False]
    assert on_tokens([100, np.nan], [50, 90], [1, 1]) == [True, False]


def test_ties_in_a_circle_leave_somebody_on_the_frontier():
    """Pair by pair 120 beats 100, 130 beats 120 and 100 beats 130."""
    assert any(on_tokens([100, 120, 130], [50, 50, 50], [5, 3, 1]))


@given(st.lists(st.tuples(*[st.integers(0, 9)] * 3), min_size=1, max_size=15))
def test_somebody_is_always_on_the_frontier_of_tokens(drawn):
    assert any(on_tokens(*zip(*drawn, strict=True)))


@given(costs)
def test_without_a_band_and_at_equal_dollars_tokens_are_like_any_cost(drawn):
    tokens, quality = np.array(drawn, dtype=float).T
    same = on_tokens(tokens, quality, np.ones(len(tokens)), band=0.0)
    assert same == pareto(tokens, quality).tolist()
