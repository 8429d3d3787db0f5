"""The frontier over time: both clocks, the cost of a quality at every moment, and its pace."""

from datetime import date, timedelta

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.analysis import timeline

START = date(2024, 1, 1)


def points(*rows):
    """(name, accuracy, cost, since day, until day or None)."""
    day = lambda n: None if n is None else START + timedelta(days=n)  # noqa: E731
    return pl.DataFrame(
        [
            {"contestant_id": n.lower(), "name": n, "accuracy": float(q),
             "cost_per_1k_usd": float(c), "since": day(a), "until": day(b)}
            for n, q, c, a, b in rows
        ],
        schema={"contestant_id": pl.String, "name": pl.String, "accuracy": pl.Float64,
                "cost_per_1k_usd": pl.Float64, "since": pl.Date, "until": pl.Date},
    )  # fmt: skip


def steps(frame, quality):
    part = frame.filter(pl.col("quality") == quality)
    days = [(d - START).days for d in part["date"]]
    return list(zip(days, part["cost_per_1k_usd"], part["name"], strict=True))


def test_each_quality_falls_when_something_cheaper_comes_out():
    frame = timeline.cost_to_reach(
        points(("A", 0.5, 8, 0, None), ("B", 0.9, 20, 10, None), ("C", 0.6, 4, 30, None),
               ("D", 0.5, 6, 40, None)),
        [0.5, 0.8, 0.95],
    )  # fmt: skip
    assert steps(frame, 0.5) == [(0, 8, "A"), (30, 4, "C")]
    assert steps(frame, 0.8) == [(10, 20, "B")]
    assert steps(frame, 0.95) == [], "nothing ever reached it"


def test_a_price_that_ends_gives_way_to_the_next_or_to_nothing():
    frame = timeline.cost_to_reach(
        points(("A", 0.5, 8, 0, 10), ("A", 0.5, 3, 10, 20), ("B", 0.5, 5, 5, None)), [0.5]
    )
    assert steps(frame, 0.5) == [(0, 8, "A"), (5, 5, "B"), (10, 3, "A"), (20, 5, "B")]
    gone = timeline.cost_to_reach(points(("A", 0.5, 8, 0, 10)), [0.5])
    assert steps(gone, 0.5) == [(0, 8, "A"), (10, None, None)]


def test_a_price_period_that_changes_nothing_is_no_step():
    frame = timeline.cost_to_reach(points(("A", 0.5, 8, 0, 10), ("A", 0.5, 8, 10, None)), [0.5])
    assert steps(frame, 0.5) == [(0, 8, "A")]


@pytest.mark.parametrize("half_life", [60, 90, 200])
def test_a_cost_that_halves_steadily_has_that_pace(half_life):
    rows = [(f"M{i:03d}", 0.8, 100 * 2 ** (-i * 5 / half_life), i * 5, None) for i in range(120)]
    pace = timeline.halving(timeline.cost_to_reach(points(*rows), [0.5])).row(0, named=True)
    assert pace["halving_days"] == pytest.approx(half_life, rel=0.01)
    assert pace["falls"] == 119


def test_where_the_ends_tell_another_pace_the_sentence_says_why():
    """One fall of eight in the middle: the slope sees 1.5 times the pace of the ends."""
    steady = [(f"M{i:03d}", 0.8, 100 * 2 ** (-i * 5 / 90), i * 5, None) for i in range(120)]
    pace = timeline.halving(timeline.cost_to_reach(points(*steady), [0.5]))
    assert timeline.sentence(pace, "release date") == (
        "By release date, the cost of solving 50% **halved every 3.0 months** by its slope over "
        "all days: it fell 97.8-fold, in 119 steps over 20 months."
    )
    jump = points(("A", 0.5, 16, 0, None), ("B", 0.5, 2.02, 400, None), ("C", 0.5, 2, 401, None))
    until = START + timedelta(days=800)
    paces = timeline.halving(timeline.cost_to_reach(jump, [0.5]), until)
    assert paces["halving_days"][0] == pytest.approx(801 / 3 / 1.5, rel=0.01)
    said = timeline.sentence(paces, "release date")
    assert "**halved every 5.8 months** by its slope over all days: it fell 8-fold" in said
    assert said.endswith(
        "in 2 steps over 26 months, a halving every 8.8 months from end to end; the slope counts "
        "most what fell in the middle of that time."
    )


@pytest.mark.parametrize(
    ("rows", "why"),
    [
        ([("A", 0.5, 8, 0, None), ("B", 0.5, 4, 100, None), ("C", 0.5, 2, 150, None)], "151 days"),
        ([("A", 0.5, 8, 0, None), ("B", 0.5, 4, 400, None)], "cheaper once"),
        ([("A", 0.5, 2, 0, 200), ("A", 0.5, 8, 200, 210), ("B", 0.5, 7, 205, 300),
          ("C", 0.5, 6, 300, 500), ("D", 0.5, 70, 400, None)], "did not become cheaper"),
    ],
)  # fmt: skip
def test_no_pace_is_read_from_too_little(rows, why):
    paces = timeline.halving(timeline.cost_to_reach(points(*rows), [0.5]))
    assert paces["halving_days"][0] is None
    assert why in paces["reason"][0]
    assert "Too little has changed" in timeline.sentence(paces, "release date")


def test_a_quality_that_came_to_cost_nothing_has_a_pace_up_to_that_day():
    rows = [(f"M{i}", 0.8, 2.0**-i, 90 * i, None) for i in range(8)] + [("Free", 0.8, 0, 720, None)]
    pace = timeline.halving(
        timeline.cost_to_reach(points(*rows), [0.5]), START + timedelta(days=2000)
    )
    assert pace["halving_days"][0] == pytest.approx(90, rel=0.05)


def test_the_release_clock_uses_release_dates_of_those_compared():
    placed = pl.DataFrame(
        {"contestant_id": ["a", "b", "c"], "name": ["A", "B", "C"], "accuracy": [0.5, 0.6, 0.7],
         "cost_per_1k_usd": [1.0, 2.0, 3.0], "place": ["frontier", "beaten", "apart"],
         "released": [START, None, START]},
        schema_overrides={"released": pl.Date},
    )  # fmt: skip
    assert timeline.released(placed)["name"].to_list() == ["A"]


def test_the_price_clock_holds_each_price_until_the_next():
    def night(cost):
        return pl.DataFrame(
            {"contestant_id": ["a"], "name": ["A"], "accuracy": [0.5], "cost_per_1k_usd": [cost],
             "place": ["frontier"], "released": [START + timedelta(days=3)]},
        )  # fmt: skip

    assert timeline.cost_to_reach(timeline.priced([]), [0.5]).is_empty(), "no price has a date"
    nights = [(START + timedelta(days=10), night(4.0)), (START, night(8.0))]
    frame = timeline.cost_to_reach(timeline.priced(nights), [0.5])
    assert steps(frame, 0.5) == [(3, 8, "A"), (10, 4, "A")]


drawn = st.lists(
    st.tuples(st.integers(0, 9), st.integers(1, 9), st.integers(0, 50)), min_size=1, max_size=12
)


@given(drawn, st.permutations(range(12)))
def test_what_is_on_sale_for_good_only_makes_quality_cheaper(rows, order):
    made = [(f"M{i}", q / 10, c, d, None) for i, (q, c, d) in enumerate(rows)]
    frame = timeline.cost_to_reach(points(*made), [0.3, 0.6])
    shuffled = timeline.cost_to_reach(
        points(*(made[i] for i in order if i < len(made))), [0.6, 0.3]
    )
    assert frame.equals(shuffled)
    for quality in (0.3, 0.6):
        costs = [c for _, c, _ in steps(frame, quality)]
        assert costs == sorted(costs, reverse=True)
        able = [c for q, c, _ in rows if q / 10 >= quality]
        assert (costs[-1] if costs else None) == (min(able) if able else None)


@given(drawn, st.floats(0.01, 100))
def test_the_pace_does_not_depend_on_the_currency(rows, rate):
    made = [(f"M{i}", q / 10, c, 20 * d, None) for i, (q, c, d) in enumerate(rows)]
    scaled = [(n, q, c * rate, d, u) for n, q, c, d, u in made]
    one, other = (
        timeline.halving(timeline.cost_to_reach(points(*m), [0.3])) for m in (made, scaled)
    )
    if one.height:
        assert one["halving_days"].to_list() == pytest.approx(other["halving_days"].to_list())
