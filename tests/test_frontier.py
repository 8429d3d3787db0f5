import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.analysis.chances import frontier_chances
from data.analysis.frontier import place
from data.analysis.grid import grid
from data.analysis.pareto import pareto
from data.analysis.resample import draws
from tests.answers import answers

FIXTURE = {
    "A": (1, 50), "B": (2, 60), "C": (3, 58), "D": (4, 80),
    "E": (10, 82), "F": (5, 70), "G": (2, 60), "H": (0, 20),
}  # fmt: skip


def test_pareto_fixture_keeps_exact_ties():
    cost, quality = np.array(list(FIXTURE.values()), dtype=float).T
    kept = {n for n, on in zip(FIXTURE, pareto(cost, quality), strict=True) if on}
    assert kept == set("HABGDE")


points = st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), max_size=25)


@given(points)
def test_pareto_equals_brute_force_and_ignores_order(drawn):
    cost, quality = np.array(drawn, dtype=float).reshape(-1, 2).T
    mask = pareto(cost, quality)
    for i, (c, q) in enumerate(drawn):
        beaten = any(a <= c and b >= q and (a < c or b > q) for a, b in drawn)
        assert mask[i] == (not beaten)
    assert list(pareto(cost[::-1], quality[::-1])[::-1]) == list(mask)


@given(points, st.floats(0.1, 10))
def test_pareto_is_invariant_to_scale(drawn, factor):
    cost, quality = np.array(drawn, dtype=float).reshape(-1, 2).T
    assert list(pareto(cost * factor, quality)) == list(pareto(cost, quality**3))


def test_equal_means_are_equal_whatever_their_rounding():
    cost, quality = np.array([1.0, 2.0, 0.3, 0.1 + 0.2]), np.array([0.3, 0.1 + 0.2, 0.2, 0.2])
    assert list(pareto(cost, quality)) == [True, False, True, True]


def test_unknown_points_are_never_on_the_frontier():
    assert list(pareto(np.array([1, np.nan, 2]), np.array([1, 5, np.nan]))) == [True, False, False]


def summary(**points):
    """Contestants by name as (cost, accuracy) or as a dict of changes to a plain row."""
    rows = []
    for name, point in points.items():
        change = point if isinstance(point, dict) else {}
        cost, accuracy = (1.0, 0.5) if change else point
        row = {
            "contestant_id": name.lower(), "name": name, "cost_per_1k_usd": cost,
            "accuracy": accuracy, "accuracy_low": max(0.0, accuracy - 0.1), "baseline": 0.0,
            "accuracy_high": min(1.0, accuracy + 0.1), "coverage": 1.0, "output_tokens": 10.0,
            "duration_s": 1.0, "price_basis": "tokens",
        }  # fmt: skip
        rows.append({**row, **change})
    floats = ("cost_per_1k_usd", "accuracy", "accuracy_low", "accuracy_high", "baseline")
    return pl.DataFrame(rows).cast(dict.fromkeys(floats, pl.Float64))


def by_name(frame, column):
    return dict(zip(frame["name"], frame[column], strict=True))


def test_places_and_who_beats_whom():
    placed = place(summary(Small=(1, 0.5), Big=(10, 0.9), Waste=(20, 0.85), Mid=(3, 0.4)))
    assert by_name(placed, "place") == {
        "Small": "frontier", "Mid": "beaten", "Big": "frontier", "Waste": "beaten",
    }  # fmt: skip
    assert by_name(placed, "beaten_by_name")["Waste"] == "Big"
    assert by_name(placed, "beaten_ratio")["Waste"] == 2.0
    assert by_name(placed, "beaten_ratio")["Mid"] == 3.0
    assert placed["name"].to_list() == ["Small", "Mid", "Big", "Waste"], "cheapest first"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"cost_per_1k_usd": None, "price_basis": "none"}, "unpriced"),
        ({"coverage": 0.9}, "coverage"),
        ({"accuracy": None, "accuracy_low": None}, "unscored"),
        ({"accuracy": 0.02, "accuracy_low": 0.0, "cost_per_1k_usd": 0.001}, "guessing"),
        ({"accuracy": 0.3, "accuracy_low": 0.1, "baseline": 0.25}, "guessing"),
    ],
)
def test_who_is_not_compared_and_why(change, code):
    placed = place(summary(One=(1, 0.5), Odd=change, Two=(2, 0.8)))
    row = placed.filter(pl.col("name") == "Odd").row(0, named=True)
    assert (row["place"], row["apart_code"]) == ("apart", code)
    assert row["apart_reason"]
    assert by_name(placed, "place")["Two"] == "frontier"


def test_a_free_contestant_is_on_the_frontier_without_a_ratio():
    placed = place(summary(Free=(0, 0.5), Dear=(1, 0.4)))
    assert by_name(placed, "place") == {"Free": "frontier", "Dear": "beaten"}
    assert by_name(placed, "beaten_ratio")["Dear"] is None


def chances(scores, costs, **of_samples):
    """P(frontier) by contestant; one cost for all of a contestant's samples."""
    frame = answers(scores, cost_usd=costs, **of_samples)
    held = grid(frame.sample(fraction=1.0, shuffle=True, seed=1))
    return dict(zip(held.ids, *frontier_chances(held, "cost_usd", [draws(held)]), strict=True))


def test_chance_of_the_frontier_is_paired():
    """B fails exactly where A does and costs more: it never beats A, whatever is drawn."""
    scores = {"a": [1, 0] * 20, "b": [1, 0] * 20, "c": [1] * 40}
    assert chances(scores, {"a": 1, "b": 2, "c": 3}) == {"a": 1, "b": 0, "c": 1}


def test_chance_of_the_frontier_of_a_close_call_is_neither_0_nor_1():
    rng = np.random.default_rng(3)
    found = chances({"a": rng.random(60) < 0.6, "b": rng.random(60) < 0.62}, {"a": 1, "b": 2})
    assert found["a"] == 1.0
    assert 0.05 < found["b"] < 0.95


def test_chances_of_five_contestants_are_those_of_the_reference():
    """METHOD 3: true accuracies .50 .60 .59 .80 .81 at costs 1, 2, 1.9, 4, 10 over 60 samples."""
    rng = np.random.default_rng(4)
    right, usd = np.array([0.5, 0.6, 0.59, 0.8, 0.81]), np.array([1, 2, 1.9, 4, 10.0])
    scores = dict(zip("ABCDE", rng.random((5, 60)) < right[:, None], strict=True))
    costs = dict(zip("ABCDE", usd[:, None] * rng.lognormal(0, 0.3, (5, 60)), strict=True))
    expected = {"A": 1.0, "B": 0.979, "C": 0.216, "D": 0.664, "E": 0.632}
    assert chances(scores, costs) == pytest.approx(expected, abs=0.06)


def test_the_same_answers_give_the_same_chances_in_any_order():
    rng = np.random.default_rng(4)
    frame = answers(
        {"a": rng.random(30) < 0.5, "b": rng.random(30) < 0.6}, cost_usd={"a": 1, "b": 2}
    )
    shuffled = frame.sample(fraction=1.0, shuffle=True, seed=1)
    one, other = (
        frontier_chances(g, "cost_usd", [draws(g)])[0].tolist()
        for g in (grid(frame), grid(shuffled))
    )
    assert one == other


def test_drawing_the_tasks_too_makes_it_less_sure():
    """B is ahead on one of three tasks alone: other tasks of the kind might not have shown it."""
    tasks = ["t1"] * 30 + ["t2"] * 30 + ["t3"] * 30
    rng = np.random.default_rng(5)
    base = (rng.random(90) < 0.5).astype(float)
    ahead = np.where(np.arange(90) < 30, 1.0, base)
    ahead[30:36] = 0.0
    held = grid(answers({"a": base, "b": ahead}, tasks=tasks, cost_usd={"a": 1, "b": 2}))
    drawn = [draws(held), draws(held, families=True)]
    sure, families = (found[1] for found in frontier_chances(held, "cost_usd", drawn))
    assert sure > 0.9
    assert 0.4 < families < sure


def test_placed_contestants_know_what_they_overspend():
    placed = place(summary(A=(1, 0.5), F=(5, 0.7), D=(4, 0.8), Free=(0, 0.2)))
    found = {r["name"]: r for r in placed.iter_rows(named=True)}
    assert found["F"]["overspend"] == 1.25
    assert found["F"]["overspend_mixing"] == pytest.approx(5 / 3)
    assert found["F"]["gap"] == pytest.approx(0.1)
    assert (found["D"]["overspend"], found["D"]["gap"]) == (1, 0)
    assert found["Free"]["overspend"] is None


def test_on_tokens_a_tie_within_the_band_goes_to_the_cheaper():
    rows = summary(
        Near={"output_tokens": 100.0, "cost_per_1k_usd": 2.0, "accuracy": 0.5},
        Cheap={"output_tokens": 120.0, "cost_per_1k_usd": 1.0, "accuracy": 0.5},
        Wordy={"output_tokens": 400.0, "cost_per_1k_usd": 0.1, "accuracy": 0.5},
    )
    placed = place(rows, "output_tokens")
    assert by_name(placed, "place") == {"Near": "beaten", "Cheap": "frontier", "Wordy": "beaten"}
