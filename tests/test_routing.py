from itertools import pairwise

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.analysis.cascade import Verifier
from data.analysis.grid import grid
from data.analysis.hull import hull, hull_at
from data.analysis.intervals import wilson
from data.analysis.resample import draws
from data.analysis.router import (
    Predictor,
    agreed,
    checked,
    oracle,
    oracle_crossfit,
    single,
    threshold,
    value,
)
from data.analysis.routing import mixing, routes, sentence
from tests.answers import answers


def fixture():
    """METHOD's case: a small one for 1 that solves two of four, a big one for 10 that solves 3."""
    return grid(
        answers(
            {"small": [1, 1, 0, 0], "big": [1, 1, 1, 0]},
            levels=[1, 2, 3, 4],
            cost_usd={"small": 1, "big": 10},
        )
    )


def test_oracle_fixture():
    assert value(fixture(), oracle(fixture())) == (3.25, 0.75)


def test_threshold_fixture():
    assert value(fixture(), threshold(fixture(), "small", "big", 2)) == (5.5, 0.75)


def test_always_the_same_fixtures():
    assert value(fixture(), single(fixture(), "small")) == (1.0, 0.5)
    assert value(fixture(), single(fixture(), "big")) == (10.0, 0.75)


@pytest.mark.parametrize(("cut", "who"), [(0, "big"), (4, "small")])
def test_a_cut_beyond_the_levels_is_one_contestant_alone(cut, who):
    g = fixture()
    assert value(g, threshold(g, "small", "big", cut)) == value(g, single(g, who))


def test_a_predictor_costs_and_errs():
    g = fixture()
    perfect = value(g, threshold(g, "small", "big", 2, Predictor(0.5, 0.0)))
    assert perfect == (6.0, 0.75)
    wrong = value(g, threshold(g, "small", "big", 2, Predictor(0.0, 1.0)))
    assert wrong == (5.5, 0.5), "always on the wrong side: the small one gets the hard half"
    coin = value(g, threshold(g, "small", "big", 2, Predictor(0.0, 0.5)))
    assert coin == (5.5, 0.625), "a coin is random mixing"


@pytest.mark.parametrize("given_", [(-1.0, 0.0), (0.0, 1.5), (0.0, float("nan"))])
def test_a_predictor_has_an_error_between_0_and_1(given_):
    with pytest.raises(ValueError, match="between 0 and 1"):
        Predictor(*given_)


def test_ten_coin_flips_look_all_right_on_one_epoch_and_are_half_right_when_cross_fitted():
    rng = np.random.default_rng(0)
    scores = {f"c{i}": (rng.random((1500, 4)) < 0.5).astype(float) for i in range(10)}
    cost = dict.fromkeys(scores, 1.0)
    once = grid(answers({i: s[:, :1] for i, s in scores.items()}, cost_usd=cost))
    assert value(once, oracle(once))[1] > 0.995
    assert oracle_crossfit(once) is None
    often = grid(answers(scores, cost_usd=cost))
    assert value(often, oracle(often))[1] > 0.8, "four epochs are flattered as well"
    assert value(often, oracle_crossfit(often))[1] == pytest.approx(0.5, abs=0.02)


def test_cross_fitting_keeps_what_is_not_luck():
    """Each is always right on its own half: knowing the record of a task is knowing whom to ask."""
    first = np.repeat([1.0, 0.0], 20)[:, None] * np.ones((1, 3))
    g = grid(answers({"a": first, "b": 1 - first}, cost_usd={"a": 1.0, "b": 2.0}))
    assert value(g, oracle_crossfit(g)) == (1.5, 1.0)


def test_cross_fitting_by_hand_with_three_epochs():
    """Epochs 1 and 3 against epoch 2; a is chosen by the first half, b by the second."""
    g = grid(answers({"a": [[1, 0, 1]], "b": [[0, 1, 1]]}, cost_usd={"a": 1.0, "b": 4.0}))
    assert value(g, oracle_crossfit(g)) == (2.5, (0.0 + 0.5) / 2)


def test_cross_fitting_leaves_out_samples_without_both_halves():
    g = grid(
        answers({"a": [[1, 1], [1, np.nan]], "b": [[0, 0], [0, 0]]}, cost_usd={"a": 1.0, "b": 1.0})
    )
    found = oracle_crossfit(g)
    assert list(np.isnan(found.score)) == [False, True]
    assert list(np.isnan(found.cost)) == [False, True]


def test_a_measured_cascade_uses_the_escalated_samples():
    g = fixture()
    found = value(g, checked(g, ("small", "big"), Verifier(1.0, 0.0)))
    assert found == ((1 + 1 + 11 + 11) / 4, 0.75)
    assert value(g, checked(g, ("small", "big"), Verifier(1.0, 1.0))) == (1.0, 0.5)
    with pytest.raises(ValueError, match="once"):
        checked(g, ("small", "small"), Verifier())


def test_asking_twice_needs_two_epochs():
    assert agreed(fixture(), "small", "big", 1.0) is None
    g = grid(
        answers(
            {"small": [[1, 1], [1, 0], [0, 0]], "big": [[1, 1]] * 3},
            cost_usd={"small": 1.0, "big": 10.0},
        )
    )
    assert value(g, agreed(g, "small", "big", 0.0)) == (pytest.approx(26 / 3), 1.0)
    assert value(g, agreed(g, "small", "big", 1.0)) == (pytest.approx(16 / 3), pytest.approx(2 / 3))


def shown(frame, **where):
    for column, wanted in where.items():
        frame = frame.filter(pl.col(column) == wanted)
    assert frame.height == 1, frame
    return frame.row(0, named=True)


def table(seed=0, n=40, epochs=1, **options):
    """A cheap one that solves the easy levels and a dear one that solves most."""
    rng = np.random.default_rng(seed)
    level = np.repeat([1, 2, 3, 4], n)
    rate = {"small": np.array([0.95, 0.9, 0.3, 0.1]), "big": np.array([0.95, 0.92, 0.9, 0.85])}
    scores = {
        i: (rng.random((4 * n, epochs)) < np.repeat(p, n)[:, None]).astype(float)
        for i, p in rate.items()
    }
    return grid(answers(scores, levels=level, cost_usd={"small": 0.001, "big": 0.01}, **options))


PAIR = [("small", "big")]


def test_the_table_of_the_fixture():
    found = routes(fixture(), PAIR)
    assert found["cost_per_1k_usd"].is_sorted()
    assert found.filter(pl.col("kind") == "single")["accuracy"].to_list() == [0.5, 0.75]
    bound = shown(found, kind="oracle")
    assert (bound["cost_per_1k_usd"], bound["accuracy"], bound["luck"]) == (3250, 0.75, True)
    assert "one epoch" in bound["assumes"]
    cut = shown(found, kind="threshold", cut=2)
    assert (cut["cost_per_1k_usd"], cut["accuracy"]) == (5500, 0.75)
    assert "known beforehand" in cut["assumes"]
    assert found.filter(pl.col("kind") == "threshold")["cut"].sort().to_list() == [1, 2, 3]
    assert set(found["samples"]) == {4}


def test_with_epochs_the_oracle_is_also_cross_fitted_and_asking_twice_is_bounded():
    found = routes(table(epochs=3), PAIR)
    hindsight = shown(found, kind="oracle", luck=True)
    fair = shown(found, kind="oracle", luck=False)
    assert fair["accuracy"] < hindsight["accuracy"]
    best = shown(found, route="Ask twice, wrong answers never agree")
    worst = shown(found, route="Ask twice, wrong answers always agree")
    assert worst["accuracy"] < best["accuracy"]
    assert worst["cost_per_1k_usd"] < best["cost_per_1k_usd"]


def test_the_verifier_and_the_predictor_are_said():
    g = table()
    found = routes(g, PAIR, verifier=Verifier(0.9, 0.1, 0.0002), predictor=Predictor(0.0001, 0.1))
    cascade = shown(found, kind="cascade")
    assert cascade["assumes"] == (
        "a check, made for $0.20 per 1,000 tasks, lets 90% of right and 10% of wrong answers pass: "
        "stated, not measured"
    )
    raw = value(g, checked(g, ("small", "big"), Verifier(0.9, 0.1, 0.0002)))[1]
    big = found.filter(pl.col("stages") == pl.lit(["big"]))["accuracy"][0]
    assert raw > big == cascade["accuracy"], "a stated check earns no more than was measured"
    cut = shown(found, kind="threshold", cut=2)
    assert "guessed for $0.10 per 1,000 tasks and wrong for 10% of the tasks" in cut["assumes"]


def test_intervals_are_the_paired_bootstrap_and_contain_the_point():
    g = table()
    drawn = draws(g, resamples=300, seed=5)
    found = routes(g, PAIR, resample=drawn)
    alone = np.percentile(drawn.means(g.score), [2.5, 97.5], axis=0)
    big = found.filter(pl.col("stages") == ["big"]).row(0, named=True)
    assert (big["accuracy_low"], big["accuracy_high"]) == (
        pytest.approx(alone[0, 0]),
        pytest.approx(alone[1, 0]),
    )
    for row in found.iter_rows(named=True):
        assert 0 <= row["accuracy_low"] < row["accuracy"] < row["accuracy_high"] <= 1


def test_all_right_still_has_an_interval():
    g = grid(answers({"small": [1] * 20, "big": [1] * 20}, cost_usd={"small": 1.0, "big": 2.0},
                     clusters=[f"c{i // 2}" for i in range(20)]))  # fmt: skip
    found = routes(g, PAIR).filter(pl.col("kind") == "single")
    assert found["accuracy_high"].to_list() == [1.0, 1.0]
    assert found["accuracy_low"].to_list() == pytest.approx([wilson(10, 10)[0]] * 2)


def test_all_routes_are_over_the_samples_that_everyone_answered():
    scores = {"small": [1, 1, 1, 1, 0, 1], "big": [1, 1, 1, 1, 1, np.nan],
              "other": [1, np.nan, 1, 1, 1, 1]}  # fmt: skip
    g = grid(answers(scores, cost_usd={"small": 1.0, "big": 2.0, "other": 3.0}))
    found = routes(g, [("small", "big"), ("small", "other")])
    assert set(found["samples"]) == {4}
    assert shown(found.filter(pl.col("stages") == ["small"]))["accuracy"] == 0.75


def test_a_pair_with_an_unpriced_or_absent_contestant_is_left_out():
    scores = {"small": [1.0, 0], "big": [1.0, 1], "dark": [1.0, 1]}
    g = grid(answers(scores, cost_usd={"small": 1.0, "big": 2.0, "dark": np.nan}))
    found = routes(g, [("small", "big"), ("small", "dark"), ("nobody", "big"), ("big", "big")])
    assert set(found.explode("stages")["stages"]) == {"small", "big"}
    assert routes(g, [("small", "dark")]).is_empty()
    assert routes(g, []).is_empty()
    assert routes(g, []).columns == found.columns


def test_scores_between_0_and_1_have_no_agreement_of_two_runs():
    g = grid(answers({"small": [[0.5, 0.6]] * 5, "big": [[1, 1]] * 5},
                     cost_usd={"small": 1.0, "big": 2.0}))  # fmt: skip
    found = routes(g, PAIR)
    assert not found["route"].str.contains("twice").any()
    assert shown(found, kind="cascade")["accuracy"] == pytest.approx(
        0.55 * 0.95 + (1 - 0.55 * 0.95 - 0.45 * 0.2)
    )


def test_above_the_hull_is_accuracy_over_the_mix_at_the_same_cost():
    vertices = np.array([[1000.0, 0.5], [10_000.0, 0.75]])
    found = routes(fixture(), PAIR, vertices)
    cut = shown(found, kind="threshold", cut=2)
    assert cut["above_hull"] == pytest.approx(0.75 - (0.5 + 0.25 * 4500 / 9000))
    for row in found.filter(pl.col("kind") == "single").iter_rows(named=True):
        assert row["above_hull"] == 0.0
    own = routes(fixture(), PAIR)["above_hull"].to_list()
    assert own == pytest.approx(found["above_hull"].to_list()), "the hull of the pair itself"


def test_outside_the_hull():
    vertices = np.array([[2000.0, 0.5], [3000.0, 0.6]])
    found = routes(fixture(), PAIR, vertices)
    small, big = found.filter(pl.col("kind") == "single").iter_rows(named=True)
    assert small["above_hull"] is None, "nothing to mix is that cheap"
    assert big["above_hull"] == pytest.approx(0.15), "flat after the last vertex"
    none = routes(fixture(), PAIR, np.zeros((0, 2)))
    for column in ("above_hull", "above_hull_low", "above_hull_high"):
        assert none[column].null_count() == none.height


def test_a_coin_is_never_above_the_hull():
    g = table()
    ends = [value(g, single(g, i)) for i in ("small", "big")]
    vertices = np.array([(1000 * c, a) for c, a in ends])
    found = routes(g, PAIR, vertices, predictor=Predictor(0.0, 0.5))
    coin = found.filter(pl.col("kind") == "threshold")
    assert coin["above_hull"].to_list() == pytest.approx([0.0] * 3)
    known = routes(g, PAIR, vertices).filter(pl.col("kind") == "threshold")
    assert known["above_hull"].max() > 0.05


def test_the_doubt_of_the_gain_is_of_route_and_mix_together():
    """Simulated again and again, the gain's own spread is about a quarter of its 95 % interval."""
    found = [shown(routes(table(seed), PAIR), cut=1) for seed in range(60)]
    spread = np.std([r["above_hull"] for r in found])
    width = np.mean([r["above_hull_high"] - r["above_hull_low"] for r in found])
    assert width / 3.92 == pytest.approx(spread, rel=0.3)
    for row in found:
        assert row["above_hull_low"] <= row["above_hull"] <= row["above_hull_high"]


def test_mixing_is_the_hull():
    """METHOD's points: the hull is H, A, D, E; 3 buys 70 and 5 buys 80.33."""
    cost = np.array([1, 2, 3, 4, 10, 5, 2, 0.0])
    quality = np.array([50, 60, 58, 80, 82, 70, 60, 20.0])
    found = mixing(np.array([-1, 0, 0.5, 3, 5, 10, 99.0]), cost, quality)
    assert list(found) == pytest.approx([np.nan, 20, 35, 70, 80 + 1 / 3, 82, 82], nan_ok=True)


points = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=1, max_size=8)


@settings(max_examples=80, deadline=None)
@given(points, st.lists(st.floats(0, 12), min_size=1, max_size=5))
def test_mixing_equals_the_monotone_chain(drawn, budgets):
    cost, quality = np.array(drawn, dtype=float).T
    wanted = hull_at(hull(cost, quality), np.array(budgets))
    assert list(mixing(np.array(budgets), cost, quality)) == pytest.approx(
        list(wanted), nan_ok=True, abs=1e-6
    )


def mixed(g):
    return np.array([(1000 * c, a) for c, a in (value(g, single(g, i)) for i in ("small", "big"))])


def test_the_sentence_names_the_best_route_and_what_it_assumes():
    g = table(epochs=1)
    frame = routes(g, PAIR, mixed(g)).filter(pl.col("kind") != "cascade")
    top = shown(frame, kind="threshold", cut=2)
    bound = shown(frame, kind="oracle")
    assert sentence(frame, {"small": "Small", "big": "Big"}) == (
        "Best against random mixing is Big above level 2 and Small for the rest, for $5.50 per "
        f"1,000 tasks: **{100 * top['above_hull']:.1f} points** more for the same money, if the "
        "level is known beforehand, for nothing; knowing beforehand whom to ask would solve "
        f"{bound['accuracy']:.0%} in hindsight, part of it luck that only more epochs tell."
    )


def test_the_sentence_doubts_a_gain_within_the_interval():
    frame = routes(table(n=5, seed=0), PAIR).filter(pl.col("cut") == 3)
    assert frame["above_hull_low"][0] < 0 < frame["above_hull"][0]
    assert "20 samples can't tell from 0: collect more" in sentence(frame)


def blind_world(seed, n=60, contestants=5):
    """Nothing to route: whoever is asked, a level tells nothing of who will be right."""
    rng = np.random.default_rng(seed)
    ids = [f"c{i}" for i in range(contestants)]
    scores = {c: (rng.random(4 * n) < 0.5 + 0.08 * i).astype(float) for i, c in enumerate(ids)}
    g = grid(answers(scores, levels=np.repeat([1, 2, 3, 4], n),
                     cost_usd={c: 0.001 * 3**i for i, c in enumerate(ids)}))  # fmt: skip
    pairs = [*pairwise(ids), (ids[0], ids[-1])]
    # A check as good as a coin: no cascade is better than mixing either.
    return routes(g, pairs, verifier=Verifier(0.5, 0.5), resample=draws(g, 200, seed=seed))


def test_where_nothing_beats_mixing_a_claim_without_doubt_is_rare():
    """20 routes of 5 contestants: uncorrected, one world in seven would be told of a sure gain."""
    told = naive = 0
    for seed in range(100):
        found = blind_world(seed)
        said = sentence(found)
        named = "Best against" in said
        told += named and "may be chance" not in said and "can't tell" not in said
        made = found.filter(pl.col("kind").is_in(["threshold", "cascade"]))
        naive += bool((made["above_hull_low"] > 1e-9).any())
    assert naive >= 8
    assert told <= 5, "one-sided 2.5 %"


def test_the_best_of_many_routes_may_be_chance():
    found = blind_world(0)
    top = found.filter(pl.col("kind") == "threshold").sort("above_hull").tail(1)
    lucky = top.with_columns(above_hull=0.05, above_hull_low=0.01, above_hull_sure=-0.01)
    assert "**5.0 points** more for the same money, which may be chance, being the best of 1 " in (
        sentence(lucky)
    )
    sure = top.with_columns(above_hull=0.04, above_hull_low=0.02, above_hull_sure=0.01)
    both = pl.concat([lucky, sure])
    assert "**4.0 points** more for the same money, if" in sentence(both), "the sure one goes first"


def test_the_corrected_end_is_the_lower_one_and_for_one_route_the_same():
    found = routes(table(epochs=2), PAIR)
    made = found.filter(pl.col("kind").is_in(["threshold", "cascade"]))
    assert (made["above_hull_sure"] < made["above_hull_low"]).all()
    two = grid(answers({"small": [1, 0] * 40, "big": [1, 1] * 40}, levels=[1] * 80,
                       cost_usd={"small": 1.0, "big": 2.0}))  # fmt: skip
    one = shown(routes(two, PAIR, resample=draws(two, 2000)), kind="cascade")
    assert one["above_hull_sure"] == pytest.approx(one["above_hull_low"], abs=0.02)


def test_the_sentence_when_no_route_is_worth_it():
    """The big one is better by the same everywhere: where to send what is no knowledge."""
    scores = {"small": [1, 0, 1, 0], "big": [1, 1, 1, 1]}
    g = grid(answers(scores, levels=[1, 1, 2, 2], cost_usd={"small": 1.0, "big": 2.0}))
    frame = routes(g, PAIR, mixed(g))
    frame = frame.filter(pl.col("kind").is_in(["threshold", "single"]))
    assert sentence(frame) == (
        "**No route** here beats mixing two contestants at random for the same money."
    )


def test_the_sentence_without_anything_to_route():
    assert "No two contestants" in sentence(routes(fixture(), []))
    apart = routes(fixture(), PAIR, hull=np.zeros((0, 2)))
    assert sentence(apart).startswith("No route here can be compared")
    assert "4 samples can't tell from 0" in sentence(routes(fixture(), PAIR))


def test_asking_twice_at_best_is_never_the_headline():
    """Always right or always wrong by level: two runs that agree tell nothing at worst."""
    scores = {"small": [[1, 1], [1, 0], [1, 0], [1, 0]], "big": [[1, 1]] * 4}
    g = grid(answers(scores, cost_usd={"small": 1.0, "big": 3.0}))
    frame = routes(g, PAIR).filter(pl.col("route").str.starts_with("Ask twice"))
    assert frame["accuracy"].to_list() == [1.0, 1.0]
    frame = frame.with_columns(above_hull=pl.Series([0.2, 0.1]))
    best = frame.row(0, named=True)["route"]
    assert best.endswith("always agree") != ("wrong ones never" in sentence(frame))
    assert "small twice and big when the two answers differ" in sentence(frame)
    assert "wrong ones always do" in sentence(frame)


@pytest.mark.parametrize("score", [0.0, 1.0])
def test_all_wrong_or_all_right_is_nothing_to_route(score):
    scores = {"small": [[score] * 2] * 6, "big": [[score] * 2] * 6}
    g = grid(answers(scores, levels=[1, 1, 1, 2, 2, 2], cost_usd={"small": 1.0, "big": 2.0}))
    found = routes(g, PAIR)
    assert found["accuracy"].to_list() == pytest.approx([score] * found.height)
    for low, high in zip(found["accuracy_low"], found["accuracy_high"], strict=True):
        assert (low, high) == pytest.approx(wilson(6 * score, 6))
    assert found["above_hull"].to_list() == pytest.approx([0.0] * found.height)
    assert "No route" in sentence(found)


def test_free_contestants_are_routed_without_dollars():
    scores = {"small": [1, 1, 0, 0], "big": [0, 0, 1, 1]}
    g = grid(answers(scores, levels=[1, 1, 2, 2], cost_usd={"small": 0.0, "big": 0.0}))
    found = routes(g, PAIR)
    cut = shown(found, kind="threshold")
    assert (cut["cost_per_1k_usd"], cut["accuracy"], cut["above_hull"]) == (0.0, 1.0, 0.5)
    assert "big above level 1 and small for the rest, for free: **50.0 points**" in sentence(found)


def test_the_sentence_gives_both_sides_of_the_oracle():
    frame = routes(table(epochs=3), PAIR)
    fair, lucky = (shown(frame, kind="oracle", luck=v)["accuracy"] for v in (False, True))
    assert f"would solve {fair:.0%} to {lucky:.0%}." in sentence(frame)


def test_more_epochs_bring_the_two_oracles_together():
    gaps = []
    for epochs in (2, 4, 16):
        g = table(epochs=epochs)
        gaps.append(value(g, oracle(g))[1] - value(g, oracle_crossfit(g))[1])
    assert gaps[0] > gaps[1] > gaps[2] > 0


@st.composite
def small_grids(draw):
    n, epochs = draw(st.integers(1, 8)), draw(st.integers(1, 3))
    rng = np.random.default_rng(draw(st.integers(0, 10_000)))
    scores = {i: (rng.random((n, epochs)) < 0.6).astype(float) for i in ("a", "b", "c")}
    if draw(st.booleans()):
        scores["b"][0] = np.nan
    cost = {i: rng.lognormal(0, 1, (n, epochs)) for i in scores}
    levels = np.sort(rng.integers(1, 4, n))
    return answers(scores, levels=levels, cost_usd=cost)


@settings(max_examples=40, deadline=None)
@given(small_grids())
def test_the_oracle_is_at_least_as_accurate_as_each_and_never_dearer_than_needed(frame):
    g = grid(frame)
    best = oracle(g)
    known = ~np.isnan(best.score)
    score, cost = g.score, g.mean("cost_usd")
    for i in np.flatnonzero(known):
        right = score[:, i] >= score[:, i].max() - 1e-9
        assert best.score[i] == pytest.approx(score[:, i].max())
        assert best.cost[i] == pytest.approx(cost[right, i].min())
    if known.any():
        for row in np.where(known, score, np.nan):
            assert value(g, best)[1] >= g.balance(row) - 1e-9


@settings(max_examples=15, deadline=None)
@given(small_grids(), st.floats(0.01, 100))
def test_the_order_of_rows_is_nothing_and_costs_scale(frame, factor):
    pairs = [("a", "b"), ("a", "c"), ("b", "c")]
    found = routes(grid(frame), pairs)
    shuffled = frame.sample(fraction=1.0, shuffle=True, seed=9)
    assert routes(grid(shuffled), pairs[::-1]).equals(found)
    dearer = routes(grid(frame.with_columns(pl.col("cost_usd") * factor)), pairs)
    if found.height:
        key = ["route", "stages", "cut"]
        one, other = (
            f.sort(pl.col("stages").list.join(" "), "route", "cut") for f in (found, dearer)
        )
        assert one.select(key).equals(other.select(key))
        assert (other["cost_per_1k_usd"] / one["cost_per_1k_usd"]).to_list() == pytest.approx(
            [factor] * one.height
        )
        assert other["above_hull"].to_list() == pytest.approx(one["above_hull"].to_list())
        assert not found.select(pl.col(pl.Float64).is_nan().any()).row(0).count(True)


@settings(max_examples=15, deadline=None)
@given(small_grids())
def test_asking_every_sample_twice_changes_no_point_value(frame):
    twice = pl.concat([frame, frame.with_columns(pl.col("sample_id", "cluster") + "'")])
    one, two = (routes(grid(f), [("a", "b")]) for f in (frame, twice))
    for column in ("cost_per_1k_usd", "accuracy"):
        assert two[column].to_list() == pytest.approx(one[column].to_list())
