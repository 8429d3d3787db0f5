"""Sparsity: total and active parameters against capability, price and speed; matched pairs."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars import selectors as cs
from scipy import stats

from data.analysis.matched import compared, matched
from data.analysis.regress import design, f_test, ols
from data.analysis.sparsity import EXPLAINED, explained, sentence, sparsity

SCHEMA = {
    "contestant_id": pl.String, "name": pl.String, "model": pl.String, "lab": pl.String,
    "mixture": pl.String, "params_total": pl.Int64, "params_active": pl.Int64,
    "accuracy": pl.Float64, "cost_per_1k_usd": pl.Float64, "output_tokens": pl.Float64,
    "duration_s": pl.Float64, "price_basis": pl.String, "coverage": pl.Float64,
}  # fmt: skip


def summary(*rows):
    """Contestants from changes to a plain dense 8B that is asked at list prices."""
    usual = {
        "mixture": "dense", "params_total": 8_000_000_000, "params_active": 8_000_000_000,
        "accuracy": 0.5, "cost_per_1k_usd": 1.0, "output_tokens": 100.0, "duration_s": 2.0,
        "price_basis": "tokens", "coverage": 1.0,
    }  # fmt: skip
    made = []
    for i, row in enumerate(rows):
        name = row.get("name", f"n{i:03d}")
        made.append({**usual, "contestant_id": name, "name": name, "model": name, **row})
    return pl.DataFrame(made, schema=SCHEMA, orient="row")


def crowd(n=24, seed=0, efforts=1, **change):
    """Models of many sizes, every other one a mixture of experts; accuracy follows the total."""
    rng = np.random.default_rng(seed)
    rows = []
    for i in range(n):
        total = int(10 ** rng.uniform(9, 12))
        active = int(total * rng.uniform(0.03, 0.3)) if i % 2 else total
        base = 0.1 + 0.2 * (np.log10(total) - 9) + rng.normal(0, 0.04)
        cost, speed = 1e-9 * active * rng.lognormal(0, 0.3), 1e12 / active
        for effort in range(efforts):
            rows.append(
                {"name": f"n{i:03d}-{effort}", "model": f"m{i:03d}", "params_total": total,
                 "params_active": active, "mixture": "moe" if i % 2 else "dense",
                 "accuracy": float(base + 0.03 * effort), "cost_per_1k_usd": cost * 4**effort,
                 "output_tokens": speed, "duration_s": 1.0, **change}
            )  # fmt: skip
    return summary(*rows)


def moe(total, active, **row):
    return {"mixture": "moe", "params_total": total * 10**9, "params_active": active * 10**9, **row}


def dense(total, **row):
    return {"params_total": total * 10**9, "params_active": total * 10**9, **row}


def value(frame, outcome, measure, prices=None, column="value"):
    same = pl.col("prices").eq_missing(pl.lit(prices, pl.String))
    rows = frame.filter((pl.col("outcome") == outcome) & (pl.col("measure") == measure) & same)
    return rows[column].item()


def no_nan(frame):
    numbers = frame.select(cs.float())
    return all(numbers[c].drop_nulls().is_finite().all() for c in numbers.columns)


def test_sparsity_and_speed_of_a_contestant():
    row = sparsity(summary(moe(120, 6))).row(0, named=True)
    assert row["sparsity"] == pytest.approx(0.05)
    assert row["tokens_per_s"] == 50
    assert (row["mixture"], row["prices"]) == ("moe", "list")
    assert row["log_total"] == pytest.approx(np.log10(1.2e11))


def test_the_counts_tell_the_mixture_and_dense_means_all_active():
    rows = sparsity(
        summary(
            moe(100, 10, mixture=None), dense(8, mixture=None), dense(8) | {"params_active": None},
            moe(100, 10) | {"params_active": None},
            dense(8, mixture=None) | {"params_active": None},
        )
    )  # fmt: skip
    assert rows["mixture"].to_list() == ["moe", "dense", "dense", "moe", None]
    assert rows["sparsity"].to_list() == pytest.approx([0.1, 1, 1, None, None])


@pytest.mark.parametrize(
    ("basis", "prices"),
    [("tokens", "list"), ("machine", "self-hosted"), ("cpu", "self-hosted"), ("none", None),
     (None, None)],
)  # fmt: skip
def test_whose_prices(basis, prices):
    assert sparsity(summary({"price_basis": basis}))["prices"].to_list() == [prices]


@pytest.mark.parametrize(
    "change", [{"output_tokens": 0.0}, {"duration_s": 0.0}, {"duration_s": None},
               {"output_tokens": None}, {"output_tokens": float("nan")}],
)  # fmt: skip
def test_there_is_no_speed_without_tokens_or_time(change):
    rows = sparsity(summary(change))
    assert rows["tokens_per_s"].to_list() == rows["log_speed"].to_list() == [None]


def test_who_answered_only_a_part_is_left_out():
    assert sparsity(summary({"coverage": 0.94}, {"coverage": 0.96})).height == 1


def test_what_the_counts_explain_by_a_straightforward_computation():
    rows = sparsity(crowd())
    found = explained(rows, resamples=0)
    total, active, y = (rows[c].to_numpy() for c in ("log_total", "log_active", "accuracy"))
    alone, other, both = (ols(design(*x), y) for x in ((total,), (active,), (total, active)))
    expected = {
        "r2_total": alone.r2, "r2_active": other.r2, "r2_both": both.r2,
        "added_total": both.r2 - other.r2, "added_active": both.r2 - alone.r2,
        "lead_total": alone.r2 - other.r2,
        "p_total": f_test(other, both).p, "p_active": f_test(alone, both).p,
    }  # fmt: skip
    assert {m: value(found, "accuracy", m) for m in expected} == {
        m: pytest.approx(v, abs=1e-9) for m, v in expected.items()
    }
    assert alone.r2 == pytest.approx(stats.linregress(total, y).rvalue ** 2)
    assert found["n"].to_list()[:8] == [24] * 8
    assert found["moe"].to_list()[:8] == [12] * 8
    assert dict(found.schema) == EXPLAINED


def test_total_is_found_where_capability_follows_it_and_active_where_price_does():
    found = explained(sparsity(crowd(40)))
    assert value(found, "accuracy", "lead_total", column="low") > 0
    assert value(found, "accuracy", "p_active") > 0.05
    assert value(found, "price", "lead_total", "list", "high") < 0
    assert value(found, "price", "p_total", "list") > 0.01
    assert value(found, "speed", "r2_active", "list") == pytest.approx(1)


def test_p_of_what_adds_nothing_is_uniform():
    """Simulated: accuracy follows total alone, so that active's p is any number, equally often."""
    made = [explained(sparsity(crowd(16, seed)), resamples=0) for seed in range(60)]
    p = [value(found, "accuracy", "p_active") for found in made]
    assert stats.kstest(p, "uniform").pvalue > 0.01
    assert max(value(found, "accuracy", "p_total") for found in made) < 0.01


def test_efforts_of_a_model_are_one_point():
    once, thrice = (explained(sparsity(crowd(efforts=n))) for n in (1, 3))
    for column in ("n", "value", "low", "high"):
        of = [f.filter(pl.col("outcome") == "accuracy")[column].to_list() for f in (once, thrice)]
        known = [[v for v in values if v is not None] for values in of]
        assert known[0] == pytest.approx(known[1])


def test_list_prices_and_self_hosted_are_never_in_one_fit():
    own = crowd(20, 1, price_basis="cpu").with_columns(
        pl.col("contestant_id", "model") + " own", cost_per_1k_usd=pl.col("cost_per_1k_usd") * 1e6
    )
    both = explained(sparsity(pl.concat([crowd(20, 2), own])), resamples=0)
    alone = explained(sparsity(crowd(20, 2)), resamples=0)
    assert value(both, "price", "r2_active", "list", "n") == 20
    for outcome in ("price", "speed"):
        for measure in ("r2_total", "r2_active", "p_total"):
            of_list = value(both, outcome, measure, "list")
            assert of_list == pytest.approx(value(alone, outcome, measure, "list"))
    assert value(both, "accuracy", "r2_total", column="n") == 40


def test_free_and_unpriced_leave_the_price_alone():
    frame = crowd(24).with_row_index("i").with_columns(
        cost_per_1k_usd=pl.when(pl.col("i") < 2).then(0.0).otherwise("cost_per_1k_usd"),
        price_basis=pl.when(pl.col("i") < 3).then(pl.lit("none")).otherwise("price_basis"),
    ).drop("i")  # fmt: skip
    found = explained(sparsity(frame), resamples=0)
    assert value(found, "accuracy", "r2_total", column="n") == 24
    assert value(found, "price", "r2_total", "list", "n") == 21


@pytest.mark.parametrize(
    ("frame", "reason"),
    [
        (crowd(9), "9 models with both counts are too few, it takes 10"),
        (crowd(9, efforts=4), "9 models with both counts"),
        (summary(*[dense(8 + i) for i in range(12)], *[moe(50 + i, 5) for i in range(4)]),
         "4 mixtures of experts are too few, it takes 5"),
        (summary(), "0 models"),
        (crowd(accuracy=None), "0 models"),
        (crowd(params_active=None, mixture="moe"), "0 models"),
    ],
)  # fmt: skip
def test_too_little_is_null_with_the_reason(frame, reason):
    found = explained(sparsity(frame)).filter(pl.col("outcome") == "accuracy")
    assert found.height == 8
    assert found["value"].null_count() == found["low"].null_count() == 8
    assert found["reason"].str.starts_with(reason).all()


@pytest.mark.parametrize("accuracy", [0.0, 0.3, 1.0])
def test_where_all_are_equally_capable_nothing_is_explained(accuracy):
    found = explained(sparsity(crowd(accuracy=accuracy)))
    of = found.filter(pl.col("outcome") == "accuracy")
    assert of["reason"].to_list() == ["nothing varies"] * 8
    assert of["value"].null_count() == 8
    assert no_nan(found)
    said = sentence(found, compared(matched(sparsity(crowd(accuracy=accuracy)))))
    assert said.startswith("Capability or size is the same for all 24 models")


def test_intervals_hold_their_values():
    found = explained(sparsity(crowd()))
    assert no_nan(found)
    told = found.filter(pl.col("low").is_not_null())
    assert set(told["measure"]) == set(found["measure"]) - {"p_total", "p_active"}
    assert ((told["low"] <= told["value"]) & (told["value"] <= told["high"])).all()
    shares = told.filter(pl.col("measure") != "lead_total")
    assert shares["low"].min() >= 0
    assert shares["high"].max() <= 1


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 10**6), st.sampled_from([2, 10, 1000]))
def test_neither_order_nor_the_unit_of_size_matters(seed, factor):
    frame = crowd(14, seed % 50)
    found = explained(sparsity(frame), resamples=30)
    shuffled = frame.sample(fraction=1.0, shuffle=True, seed=seed)
    assert explained(sparsity(shuffled), resamples=30).equals(found)
    rows = sparsity(shuffled)
    assert compared(matched(rows)).equals(compared(matched(sparsity(frame))))
    assert explained(rows.reverse(), resamples=30).equals(found)
    scaled = frame.with_columns(pl.col("params_total", "params_active") * factor)
    again = explained(sparsity(scaled), resamples=30)
    for column in ("value", "low", "high"):
        assert again[column].is_null().equals(found[column].is_null())
        expected = found[column].drop_nulls().to_list()
        assert again[column].drop_nulls().to_list() == pytest.approx(expected, rel=1e-4, abs=1e-6)


# Matched


def test_the_nearest_dense_contestant_by_total_and_by_active():
    rows = sparsity(
        summary(
            moe(100, 10, name="mix", accuracy=0.7, cost_per_1k_usd=2.0),
            dense(90, name="big", accuracy=0.75, cost_per_1k_usd=20.0),
            dense(80, name="mid", accuracy=0.1),
            dense(8, name="small", accuracy=0.4, cost_per_1k_usd=1.0),
        )
    )
    active, total = matched(rows).to_dicts()
    assert (active["nearest"], active["dense"]) == ("active", ["small"])
    assert (total["nearest"], total["dense"]) == ("total", ["big"])
    assert active["size_ratio"] == pytest.approx(0.8)
    assert total["size_ratio"] == pytest.approx(0.9)
    assert active["accuracy_difference"] == pytest.approx(0.3)
    assert total["accuracy_difference"] == pytest.approx(-0.05)
    assert active["log_cost_ratio"] == pytest.approx(np.log10(2))
    assert total["log_cost_ratio"] == pytest.approx(-1)


def test_a_match_lies_within_a_factor_of_two():
    rows = sparsity(summary(moe(100, 10, name="mix"), dense(50, name="in"), dense(21, name="out")))
    assert matched(rows)["nearest"].to_list() == ["total"], (
        "50 is half of 100; 21 is more than 2x10"
    )
    assert matched(rows.filter(pl.col("name") != "in")).is_empty()
    assert matched(rows.filter(pl.col("name") == "mix")).is_empty()
    assert matched(rows.filter(pl.col("name") != "mix")).is_empty()


def test_equally_near_contestants_are_averaged():
    rows = sparsity(
        summary(
            moe(64, 16, name="mix", accuracy=0.5, cost_per_1k_usd=1.0),
            dense(8, name="low", accuracy=0.2, cost_per_1k_usd=1.0),
            dense(32, name="high", accuracy=0.6, cost_per_1k_usd=100.0),
        )
    )
    active = matched(rows).row(0, named=True)
    assert active["dense"] == ["high", "low"]
    assert active["accuracy_difference"] == pytest.approx(0.1)
    assert active["log_cost_ratio"] == pytest.approx(-1), "the geometric mean of 1 and 100 is 10"
    assert active["size_ratio"] == pytest.approx(1)


@pytest.mark.parametrize(
    "change", [{"price_basis": "cpu"}, {"price_basis": "none"}, {"cost_per_1k_usd": 0.0},
               {"cost_per_1k_usd": None}],
)  # fmt: skip
@pytest.mark.parametrize("whose", ["mix", "plain"])
def test_costs_are_compared_only_at_prices_of_one_kind(change, whose):
    rows = [moe(10, 1, name="mix", accuracy=0.6), dense(10, name="plain", accuracy=0.5)]
    rows = [row | change if row["name"] == whose else row for row in rows]
    row = matched(sparsity(summary(*rows))).row(0, named=True)
    assert row["log_cost_ratio"] is None
    assert row["accuracy_difference"] == pytest.approx(0.1)


def test_a_mixture_without_an_active_count_is_matched_by_total_and_unscored_not_at_all():
    rows = [moe(10, 1, name="mix") | {"params_active": None}, dense(10), dense(1)]
    assert matched(sparsity(summary(*rows)))["nearest"].to_list() == ["total"]
    rows[0]["accuracy"] = None
    assert matched(sparsity(summary(*rows))).is_empty()


def test_matches_on_average_count_every_model_once():
    pairs = [
        (moe(10, 5, name="a1", model="a", accuracy=0.5, cost_per_1k_usd=1.0)),
        (moe(10, 5, name="a2", model="a", accuracy=0.7, cost_per_1k_usd=100.0)),
        (moe(10, 5, name="b", accuracy=0.4, cost_per_1k_usd=0.1)),
        (moe(10, 5, name="c", accuracy=0.8, cost_per_1k_usd=None)),
        dense(10, name="plain", accuracy=0.5, cost_per_1k_usd=1.0),
    ]
    found = compared(matched(sparsity(summary(*pairs))))
    accuracy = found.filter(pl.col("nearest") == "total").row(0, named=True)
    cost = found.filter(pl.col("nearest") == "total").row(1, named=True)
    by_model = [0.1, -0.1, 0.3]
    half = stats.t.ppf(0.975, 2) * np.std(by_model, ddof=1) / np.sqrt(3)
    assert accuracy["value"] == pytest.approx(0.1)
    assert accuracy["low"] == pytest.approx(0.1 - half)
    assert (accuracy["contestants"], accuracy["models"]) == (4, 3)
    assert cost["value"] == pytest.approx(1.0), "10 of model a and 0.1 of model b"
    assert (cost["contestants"], cost["models"]) == (3, 2)
    assert cost["low"] < 1 < cost["high"]


def test_one_model_has_no_interval_and_none_no_value():
    found = compared(matched(sparsity(summary(moe(10, 1), dense(10)))))
    assert found["value"].to_list() == [None, None, 0.0, 1.0]
    assert found["low"].null_count() == 4
    assert found["models"].to_list() == [0, 0, 1, 1]


def test_a_difference_in_capability_has_an_interval_within_its_bounds():
    pairs = [moe(10, 5, accuracy=0.2), moe(10, 5, accuracy=0.9), dense(10, accuracy=0.5)]
    row = compared(matched(sparsity(summary(*pairs)))).row(2, named=True)
    assert (row["low"], row["high"], row["models"]) == (-1.0, 1.0, 2)
    assert row["value"] == pytest.approx(0.05)


def test_the_sentence_says_what_the_frames_say():
    rows = sparsity(crowd(40))
    found, pairs = explained(rows), compared(matched(rows))
    said = sentence(found, pairs)
    share = value(found, "accuracy", "r2_total")
    assert said.startswith(
        "Over 40 models, 20 of them mixtures of experts, total parameters explain "
        f"**{share:.0%}** of the differences in accuracy and active ones "
    )
    assert "; beside total, active adds " in said
    assert "too close to call" not in said
    assert "; mixtures of experts stand +" in said
    assert "nearest in active size (" in said
    flat = pl.Series([-0.1, 0.1])
    unsure = found.with_columns(
        low=pl.when(pl.col("measure") == "lead_total").then(flat[0]).otherwise("low"),
        high=pl.when(pl.col("measure") == "lead_total").then(flat[1]).otherwise("high"),
    )
    assert "too close to call; beside total" in sentence(unsure, pairs)


@pytest.mark.parametrize(
    ("n", "mixtures", "words"),
    [(1, 0, "**1 model of known size**, no mixture of experts;"),
     (1, 1, "**1 model of known size**, a mixture of experts;"),
     (3, 0, "**3 models of known size**, none of them mixtures of experts;"),
     (3, 2, "**3 models of known size**, 2 of them mixtures of experts;")],
)  # fmt: skip
def test_the_sentence_counts_in_grammar(n, mixtures, words):
    rows = [moe(10 + i, 1) if i < mixtures else dense(10 + i) for i in range(n)]
    found = sparsity(summary(*rows))
    assert sentence(explained(found), compared(matched(found))).startswith(words)
    why = explained(found)["reason"].drop_nulls()[0]
    assert ("1 model with both counts is too few" in why) == (n == 1)


def test_the_sentence_says_what_is_lacking():
    rows = sparsity(summary(moe(10, 1, accuracy=0.6), dense(10)))
    assert sentence(explained(rows), compared(matched(rows))) == (
        "**2 models of known size**, 1 of them a mixture of experts; it takes 10 with 5 such "
        "mixtures: collect more open ones; mixtures of experts stand +10.0 points against "
        "the dense contestants nearest in total size (1 model)."
    )
    none = sparsity(summary())
    assert sentence(explained(none), compared(matched(none))).startswith(
        "**No model** here has both counts; it takes 10"
    )
    assert no_nan(compared(matched(none)))
