import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.analysis.cascade import Verifier, agreement, cascade, escalated_accuracy

STAGES = ([1.0, 10.0], [0.7, 0.9])


@pytest.mark.parametrize(
    ("verifier", "cost", "accuracy", "reach"),
    [
        (Verifier(0.95, 0.2), 3.75, 0.9125, 0.275),
        (Verifier(1.0, 0.0), 4.0, 0.97, 0.3),
        (Verifier(1.0, 1.0), 1.0, 0.70, 0.0),
        (Verifier(0.95, 0.2, cost_usd=0.5), 4.25, 0.9125, 0.275),
    ],
)
def test_cascade_fixtures(verifier, cost, accuracy, reach):
    found = cascade(*STAGES, verifier)
    assert found.cost == pytest.approx(cost)
    assert found.accuracy == pytest.approx(accuracy)
    assert list(found.reach) == pytest.approx([1.0, reach])


def test_rejecting_everything_pays_for_both_and_is_as_good_as_the_last():
    found = cascade(*STAGES, Verifier(0.0, 0.0))
    assert (found.cost, found.accuracy) == (11.0, 0.9)


def test_one_stage_is_that_stage_unchecked():
    found = cascade([2.0], [0.6], Verifier(0.1, 0.9, cost_usd=7.0))
    assert (found.cost, found.accuracy, list(found.reach)) == (2.0, 0.6, [1.0])


def test_three_stages_by_hand():
    """.8 of right and .1 of wrong pass: reach 1, .55, .3025 for stages that are right by half."""
    found = cascade([1.0, 2.0, 4.0], [0.5, 0.5, 0.5], Verifier(0.8, 0.1, cost_usd=0.1))
    assert list(found.reach) == pytest.approx([1, 0.55, 0.3025])
    assert found.cost == pytest.approx(1.1 + 0.55 * 2.1 + 0.3025 * 4)
    assert found.accuracy == pytest.approx(0.4 + 0.55 * 0.4 + 0.3025 * 0.5)


@pytest.mark.parametrize("rates", [(1.1, 0.0), (0.5, -0.1), (float("nan"), 0.5)])
def test_accept_rates_are_shares(rates):
    with pytest.raises(ValueError, match="between 0 and 1"):
        Verifier(*rates)


def test_a_check_cannot_cost_less_than_nothing():
    with pytest.raises(ValueError, match="0 dollars or more"):
        Verifier(cost_usd=-1.0)


@pytest.mark.parametrize("stages", [([], []), ([1.0, 2.0], [0.5])])
def test_stages_need_a_cost_and_an_accuracy_each(stages):
    with pytest.raises(ValueError, match="each with a cost and an accuracy"):
        cascade(*stages, Verifier())


def test_the_second_stage_counts_by_its_accuracy_on_the_escalated_samples():
    """Both fail the same half: averages promise .95, the samples themselves give .55."""
    small, big = np.array([1, 1, 0, 0.0]), np.array([1, 1, 0, 0.2])
    cost = np.array([[1.0] * 4, [10.0] * 4])
    perfect = Verifier(1.0, 0.0)
    measured = cascade(cost, np.stack([small, big]), perfect)
    assert measured.accuracy.mean() == pytest.approx(0.55)
    assert measured.cost.mean() == pytest.approx(6.0)
    naive = cascade([1.0, 10.0], [small.mean(), big.mean()], perfect)
    assert naive.accuracy == pytest.approx(0.5 + 0.5 * 0.55)
    escalated = escalated_accuracy(measured, np.stack([small, big]), np.full(4, 0.25))
    assert escalated == pytest.approx(0.1)
    again = cascade([1.0, 10.0], [small.mean(), escalated], perfect)
    assert again.accuracy == pytest.approx(measured.accuracy.mean())


def test_nothing_escalated_has_no_accuracy():
    found = cascade(np.ones((2, 3)), np.ones((2, 3)), Verifier(1.0, 0.0))
    assert escalated_accuracy(found, np.ones((2, 3)), np.full(3, 1 / 3)) is None


def test_an_unknown_sample_stays_unknown_and_counts_nowhere():
    p = np.array([[0.5, np.nan, 0.5], [0.8, 0.9, 0.6]])
    found = cascade(np.ones((2, 3)), p, Verifier(0.9, 0.1))
    assert list(np.isnan(found.accuracy)) == [False, True, False]
    assert escalated_accuracy(found, p, np.full(3, 1 / 3)) == pytest.approx(0.7)


def test_a_simulated_cascade_comes_out_as_computed():
    """Asking, checking and escalating attempt by attempt, with stages that fail together."""
    rng = np.random.default_rng(6)
    samples, runs = 40, 4000
    hard = rng.random(samples)
    p = np.stack([1 - hard, 1 - hard**3])
    costs = np.stack([rng.random(samples), 5 + rng.random(samples)])
    verifier = Verifier(0.9, 0.25, cost_usd=0.3)
    right = rng.random((2, samples, runs)) < p[:, :, None]
    passes = rng.random((samples, runs)) < np.where(right[0], 0.9, 0.25)
    solved = np.where(passes, right[0], right[1]).mean()
    spent = (costs[0][:, None] + 0.3 + ~passes * costs[1][:, None]).mean()
    found = cascade(costs, p, verifier)
    assert found.accuracy.mean() == pytest.approx(solved, abs=0.005)
    assert found.cost.mean() == pytest.approx(spent, abs=0.02)


shares = st.floats(0, 1)


@settings(max_examples=80, deadline=None)
@given(
    st.lists(st.tuples(st.floats(0, 100), shares), min_size=1, max_size=5), shares, shares,
    st.floats(0, 5),
)  # fmt: skip
def test_a_cascade_keeps_its_bounds(stages, right, wrong, check):
    costs, p = zip(*stages, strict=True)
    found = cascade(costs, p, Verifier(right, wrong, check))
    assert 0 <= found.accuracy <= 1 + 1e-12
    assert (np.diff(found.reach) <= 1e-12).all()
    assert costs[0] - 1e-9 <= found.cost <= sum(costs) + check * (len(costs) - 1) + 1e-9
    blind = cascade(costs, p, Verifier(1.0, 1.0))
    assert blind.cost == pytest.approx(costs[0])
    assert blind.accuracy == pytest.approx(p[0])
    perfect = cascade(costs, p, Verifier(1.0, 0.0))
    assert perfect.accuracy == pytest.approx(1 - np.prod([1 - v for v in p]))
    assert perfect.accuracy >= max(p) - 1e-12


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(shares, shares), min_size=1, max_size=8), shares, shares)
def test_samples_at_once_are_each_as_alone(p, right, wrong):
    verifier = Verifier(right, wrong, 0.1)
    many = cascade(np.ones((2, len(p))), np.array(p).T, verifier)
    for i, stages in enumerate(p):
        alone = cascade([1.0, 1.0], stages, verifier)
        assert many.cost[i] == pytest.approx(float(alone.cost))
        assert many.accuracy[i] == pytest.approx(float(alone.accuracy))


def ask(small, wrong_agree=0.0, big=0.9):
    small = np.array(small, dtype=float)
    ones = np.ones(len(small))
    return agreement(small, ones, big * ones, 10 * ones, wrong_agree)


@pytest.mark.parametrize(
    ("runs", "wrong_agree", "cost", "score"),
    [
        ([1, 1], 0.0, 2.0, 1.0),
        ([1, 0], 0.0, 12.0, 0.9),
        ([0, 0], 0.0, 12.0, 0.9),
        ([0, 0], 1.0, 2.0, 0.0),
        ([0, 0], 0.5, 7.0, 0.45),
        ([1, 1, 0], 1.0, 2 + 10 * 2 / 3, 1 / 3 + 0.9 * 2 / 3),
        ([1, 1, np.nan], 1.0, 2.0, 1.0),
    ],
)
def test_two_runs_that_agree_are_taken(runs, wrong_agree, cost, score):
    spent, right = ask([runs], wrong_agree)
    assert spent[0] == pytest.approx(cost)
    assert right[0] == pytest.approx(score)


@pytest.mark.parametrize("runs", [[1], [1, np.nan], [0.5, 1], [np.nan, np.nan]])
def test_agreement_cannot_be_told_from_one_run_or_a_partial_score(runs):
    spent, right = ask([runs])
    assert np.isnan(spent).all()
    assert np.isnan(right).all()


def test_a_run_is_never_compared_with_itself():
    """Over many samples of pass rate p two runs agree on the right answer in p squared."""
    rng = np.random.default_rng(7)
    runs = (rng.random((20_000, 3)) < 0.6).astype(float)
    _, right = ask(runs, wrong_agree=1.0, big=0.0)
    assert right.mean() == pytest.approx(0.36, abs=0.01)
