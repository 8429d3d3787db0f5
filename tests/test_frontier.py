import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.analysis.frontier import frontier_chances, headline, pareto, place

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


def samples(scores, costs):
    """contestant -> scores over the same samples of one level."""
    return pl.DataFrame(
        [
            {"contestant_id": who, "task": "t", "level": 1, "cluster": str(i), "score": float(s),
             "cost_usd": costs[who], "output_tokens": 1.0, "duration_s": 1.0}
            for who, values in scores.items()
            for i, s in enumerate(values)
        ]
    )  # fmt: skip


def test_chance_of_the_frontier_is_paired():
    """B fails exactly where A does and costs more: it never beats A, whatever is drawn."""
    scores = {"a": [1, 0] * 20, "b": [1, 0] * 20, "c": [1] * 40}
    found = frontier_chances(samples(scores, {"a": 1, "b": 2, "c": 3}), ["a", "b", "c"], "cost_usd")
    assert found == [1.0, 0.0, 1.0]


def test_chance_of_the_frontier_of_a_close_call_is_neither_0_nor_1():
    rng = np.random.default_rng(3)
    scores = {"a": rng.random(60) < 0.6, "b": rng.random(60) < 0.62}
    a, b = frontier_chances(samples(scores, {"a": 1, "b": 2}), ["a", "b"], "cost_usd")
    assert a == 1.0
    assert 0.05 < b < 0.95


def test_the_same_samples_give_the_same_chances_in_any_order():
    rng = np.random.default_rng(4)
    frame = samples({"a": rng.random(30) < 0.5, "b": rng.random(30) < 0.6}, {"a": 1, "b": 2})
    shuffled = frame.sample(fraction=1.0, shuffle=True, seed=1)
    assert frontier_chances(frame, ["a", "b"], "cost_usd") == frontier_chances(
        shuffled, ["a", "b"], "cost_usd"
    )


def test_headlines_say_what_the_frame_says():
    placed = place(summary(Small=(1, 0.5), Near=(2, 0.85), Big=(18, 0.9), Waste=(20, 0.6)))
    assert headline(placed) == (
        "**3 of 4** compared contestants are worth it; for the other, something cheaper is at "
        "least as capable or too close to call. **Near** reaches 94% of the best capability for "
        "1/9 of its cost."
    )
    assert headline(place(summary(Only=(1, 0.5)))).startswith("Only **Only** can be compared")
    none = place(summary(One={"coverage": 0.1}, Two={"coverage": 0.1}))
    assert "answered 10% of these samples (2 of 2)" in headline(none)
    assert "nothing was collected" in headline(placed.clear())
