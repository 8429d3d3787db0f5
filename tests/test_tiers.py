"""Tiers: the smallest size of model that is not detectably worse than the best."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.analysis import paired, tiers
from data.analysis.grid import grid
from data.catalog.models import TIERS
from tests.answers import answers

SIZES = {"small": "< 10B", "middle": "10-100B", "big": "> 100B", "closed": None}


def sizes(**more: str | None) -> pl.DataFrame:
    known = SIZES | more
    return pl.DataFrame(
        {"contestant_id": list(known), "size_tier": list(known.values())},
        schema={"contestant_id": pl.String, "size_tier": pl.String},
    )


def matrix(scores: dict[str, Any], tier: pl.DataFrame | None = None, **more: Any) -> pl.DataFrame:
    return tiers.matrix(grid(answers(scores, **more)), sizes() if tier is None else tier)


def row(found: pl.DataFrame, tier: str, task: str = "sums") -> dict[str, Any]:
    return found.row(by_predicate=(pl.col("tier") == tier) & (pl.col("task") == task), named=True)


def smallest(found: pl.DataFrame, task: str = "sums") -> str | None:
    fit = found.filter((pl.col("task") == task) & pl.col("is_smallest_adequate"))
    assert fit.height <= 1
    return fit["tier"][0] if fit.height else None


def right(n: int, of: int) -> list[int]:
    return [1] * n + [0] * (of - n)


def test_the_tiers_are_those_of_the_catalogue() -> None:
    assert tiers.ORDER == TIERS


def test_a_small_model_that_does_as_well_is_enough() -> None:
    found = matrix(
        {"small": right(36, 40), "big": right(37, 40)}, cost_usd={"small": 0.001, "big": 0.02}
    )
    assert found["tier"].to_list() == ["< 10B", "> 100B"]
    small, big = row(found, "< 10B"), row(found, "> 100B")
    assert smallest(found) == "< 10B"
    assert (small["accuracy"], big["accuracy"]) == (0.9, 0.925)
    assert small["difference"] == pytest.approx(-0.025)
    assert small["difference_low"] < -0.025 < small["difference_high"]
    assert (small["samples"], small["detectably_worse"], small["is_best"]) == (40, False, False)
    assert (small["cost_per_1k_usd"], big["cost_per_1k_usd"]) == pytest.approx((1, 20))
    assert (big["difference"], big["difference_low"], big["difference_high"]) == (0, None, None)
    assert (big["is_best"], big["detectable"]) == (True, None)


def test_the_smallest_tier_that_is_not_detectably_worse_is_chosen() -> None:
    found = matrix({"small": right(8, 40), "middle": right(37, 40), "big": right(39, 40)})
    assert smallest(found) == "10-100B"
    assert row(found, "< 10B")["detectably_worse"]
    assert not row(found, "10-100B")["detectably_worse"]


def test_the_difference_is_the_paired_one() -> None:
    rng = np.random.default_rng(1)
    scores = {"small": rng.random((60, 2)) < 0.5, "big": rng.random((60, 2)) < 0.8}
    more = {"levels": [1] * 20 + [2] * 40, "clusters": [f"k{i // 4}" for i in range(60)]}
    table = answers({k: v.astype(float) for k, v in scores.items()}, **more)
    found = row(tiers.matrix(grid(table), sizes()), "< 10B")
    expected = paired.compare(grid(table), "small", "big")
    for ours, theirs in (
        ("difference",) * 2,
        ("difference_low", "low"),
        ("difference_high", "high"),
    ):
        assert found[ours] == pytest.approx(getattr(expected, theirs))
    assert found["detectable"] == pytest.approx(paired.detectable(expected.discordant, 60))


def test_unknown_size_can_be_the_best_and_is_no_tier() -> None:
    found = matrix({"closed": right(40, 40), "small": right(39, 40), "big": right(5, 40)})
    assert found["tier"].to_list() == ["< 10B", "> 100B", "size not known"]
    assert row(found, "size not known")["is_best"]
    assert not row(found, "size not known")["is_smallest_adequate"]
    assert smallest(found) == "< 10B"
    assert row(found, "< 10B")["difference"] == pytest.approx(-1 / 40)
    alone = matrix({"closed": right(3, 4)})
    assert alone["tier"].to_list() == ["size not known"]
    assert smallest(alone) is None
    strange = matrix({"small": [1]}, sizes(small="huge"))
    assert strange["tier"].to_list() == ["size not known"]
    assert matrix({"small": [1]}, sizes().clear())["tier"].to_list() == ["size not known"]


def test_when_every_tier_is_worse_none_is_enough() -> None:
    found = matrix({"closed": [1] * 40, "small": [0] * 40, "big": right(3, 40)})
    assert smallest(found) is None
    assert found.filter("detectably_worse").height == 2


def test_one_sample_shows_nothing() -> None:
    found = matrix({"small": [0], "big": [1]})
    small = row(found, "< 10B")
    assert (small["difference"], small["detectably_worse"]) == (-1, False)
    assert small["difference_high"] >= 0
    assert smallest(found) == "< 10B"


def test_where_nobody_is_right_no_tier_is_enough() -> None:
    found = matrix({"small": [0] * 20, "big": [0] * 20})
    assert smallest(found) is None
    assert not found["detectably_worse"].any()
    assert smallest(matrix({"small": [1] * 20, "big": [1] * 20})) == "< 10B"


def test_who_answered_only_part_takes_no_part() -> None:
    nan = float("nan")
    found = matrix({"small": [1] * 30 + [nan] * 10, "big": right(20, 40)})
    assert found["tier"].to_list() == ["> 100B"]
    assert row(found, "> 100B")["is_best"]
    most = matrix({"small": [1] * 39 + [nan], "big": right(20, 40)})
    assert (row(most, "> 100B")["samples"], row(most, "> 100B")["is_best"]) == (39, False)
    assert row(most, "< 10B")["is_best"]
    scored = matrix({"small": [nan] * 4, "big": [nan] * 4}, drop_missing=False)
    assert scored.is_empty()


def test_of_equals_the_cheapest_then_the_first_stands_for_its_tier() -> None:
    scores = {"a": [1, 0], "b": [1, 0], "c": [0, 1], "big": [1, 1]}
    tier = sizes(a="< 10B", b="< 10B", c="< 10B")
    cost = {"a": 3.0, "b": 2.0, "c": 2.0, "big": 9.0}
    assert row(matrix(scores, tier, cost_usd=cost), "< 10B")["contestant_id"] == "b"
    del cost["b"], cost["c"]
    assert row(matrix(scores, tier, cost_usd=cost), "< 10B")["contestant_id"] == "a"
    assert row(matrix(scores, tier), "< 10B")["contestant_id"] == "a"


def test_costs_known_too_seldom_are_not_shown() -> None:
    scores = {"small": [1] * 10, "big": [1] * 10}
    nan = float("nan")
    found = matrix(scores, cost_usd={"small": [0.1] * 7 + [nan] * 3, "big": [0.0] * 10})
    assert row(found, "< 10B")["cost_per_1k_usd"] is None
    assert row(found, "> 100B")["cost_per_1k_usd"] == 0
    # A level without a price is missing from the mean, however few samples it has.
    level = matrix({"small": [1] * 10}, levels=[1] + [2] * 9, cost_usd={"small": [nan] + [1] * 9})
    assert level["cost_per_1k_usd"].to_list() == [None]
    assert matrix(scores)["cost_per_1k_usd"].to_list() == [None, None]
    bare = answers(scores).drop("cost_usd")
    assert tiers.matrix(grid(bare), sizes())["cost_per_1k_usd"].to_list() == [None, None]


def test_levels_count_the_same_whatever_their_samples() -> None:
    found = matrix(
        {"small": [1] * 2 + [0] * 8}, levels=[1] * 2 + [2] * 8,
        cost_usd={"small": [0.1] * 2 + [0.3] * 8},
    )  # fmt: skip
    small = row(found, "< 10B")
    assert small["accuracy"] == 0.5
    assert small["cost_per_1k_usd"] == pytest.approx(200)


def test_every_task_has_rows_of_its_own() -> None:
    scores = {"small": right(19, 20) + right(2, 20), "big": right(18, 20) + right(20, 20)}
    tasks = ["easy"] * 20 + ["hard"] * 20
    found = matrix(scores, tasks=tasks, categories=["words"] * 20 + ["math"] * 20)
    assert found.select("category", "task").unique(maintain_order=True).rows() == [
        ("math", "hard"), ("words", "easy"),
    ]  # fmt: skip
    assert (smallest(found, "easy"), smallest(found, "hard")) == ("< 10B", "> 100B")
    assert row(found, "< 10B", "easy")["is_best"]
    weighted = tiers.matrix(
        grid(answers(scores, tasks=tasks), {"easy": 0.0}), sizes()
    )  # fmt: skip
    assert row(weighted, "< 10B", "easy")["accuracy"] == pytest.approx(0.95)


def test_no_answers_make_no_rows() -> None:
    assert tiers.matrix(grid(answers({})), sizes()).is_empty()
    assert "**Not comparable** yet" in tiers.sentence(matrix({"small": [1]}).clear())
    assert "**Not comparable** yet" in tiers.sentence(matrix({"small": [1, 0]}))


@settings(max_examples=20)
@given(st.integers(0, 10**6), st.integers(2, 3))
def test_neither_order_nor_repeated_samples_change_the_figures(seed: int, times: int) -> None:
    rng = np.random.default_rng(seed)
    scores = {who: (rng.random(12) < rng.random()).astype(float) for who in SIZES}
    table = answers(scores, levels=[1] * 6 + [2] * 6)
    found = tiers.matrix(grid(table), sizes())
    mixed = table.sample(fraction=1.0, shuffle=True, seed=seed)
    assert tiers.matrix(grid(mixed), sizes().reverse()).equals(found)
    many = answers(
        {who: np.tile(s, times) for who, s in scores.items()}, levels=([1] * 6 + [2] * 6) * times
    )
    more = tiers.matrix(grid(many), sizes())
    for column in ("accuracy", "difference"):
        assert more[column].to_list() == pytest.approx(found[column].to_list())
    assert more["contestant_id"].to_list() == found["contestant_id"].to_list()
    for one in found.filter(~pl.col("is_best")).iter_rows(named=True):
        assert -1 <= one["difference_low"] <= one["difference"] <= one["difference_high"] <= 1
        assert one["difference"] <= 1e-12
        assert one["detectably_worse"] == (one["difference_high"] < 0)
    assert found["is_best"].sum() == 1


def test_the_sentence_counts_the_tasks_and_what_is_saved() -> None:
    scores = {"small": right(19, 20) + right(2, 20), "big": right(18, 20) + right(20, 20)}
    found = matrix(
        scores, tasks=["easy"] * 20 + ["hard"] * 20, cost_usd={"small": 0.001, "big": 0.02}
    )
    assert tiers.sentence(found) == "On **1 of 2** tasks a model below 10B parameters does best."
    equal = {"small": right(17, 20), "closed": right(18, 20), "big": right(1, 20)}
    found = matrix(equal, cost_usd={"small": 0.001, "closed": 0.02, "big": 0.5})
    low = row(found, "< 10B")["difference_low"]
    assert tiers.sentence(found) == (
        "On **the only task** compared a model below 10B parameters is not detectably worse than "
        f"the best and costs $1.00 for 1,000 where the best costs $20.00; it could still be "
        f"{-100 * low:.1f} points worse (median of the intervals)."
    )
    none = matrix({"closed": [1] * 40, "small": [0] * 40, "big": right(3, 40)})
    assert tiers.sentence(none) == (
        "On **the only task** compared a model below 10B parameters is detectably worse than the "
        "best; no tier is good enough."
    )
    large = matrix({"closed": [1] * 40, "big": right(39, 40)})
    assert tiers.sentence(large).startswith(
        "On **the only task** compared a model above 100B parameters is not detectably worse"
    )


def test_the_sentence_calls_nothing_worse_where_nobody_solves_anything() -> None:
    nothing = matrix({"small": [0] * 20, "big": [0] * 20}, cost_usd={"small": 0.001, "big": 0.02})
    assert row(nothing, "< 10B")["is_best"]
    assert tiers.sentence(nothing) == (
        "**Nobody solves** anything of the 1 task that models of two sizes answered, so no size is "
        "good enough: collect easier tasks."
    )
    some = matrix(
        {"small": [0] * 20 + right(17, 20), "big": [0] * 20 + right(18, 20)},
        tasks=["hard"] * 20 + ["easy"] * 20,
    )
    assert tiers.sentence(some).startswith("On **the only task** compared a model below 10B")
    assert tiers.sentence(some).endswith("; nobody solves anything of 1 task more.")


@pytest.mark.parametrize(
    ("small", "closed", "prices", "mark"),
    [
        ("tokens", "tokens", "list", ""),
        ("cpu", "machine", "self-hosted", ""),
        ("cpu", "tokens", "mixed", " (own machine against list price)"),
        (None, "tokens", None, ""),
    ],
)
def test_a_saving_between_own_machine_and_list_price_is_marked(
    small: str | None, closed: str, prices: str | None, mark: str
) -> None:
    basis = {"small": small, "closed": closed, "big": "tokens"}
    tier = sizes().with_columns(
        price_basis=pl.col("contestant_id").replace_strict(basis, default=None)
    )
    found = matrix(
        {"small": right(17, 20), "closed": right(18, 20), "big": right(1, 20)}, tier,
        cost_usd={"small": 0.001, "closed": 0.02, "big": 0.5},
    )  # fmt: skip
    assert row(found, "< 10B")["prices"] == prices
    assert f"where the best costs $20.00{mark}; it could" in tiers.sentence(found)


def test_savings_of_different_kinds_share_no_mean() -> None:
    basis = {"small": "cpu", "closed": "tokens", "big": "machine"}
    tier = sizes().with_columns(
        price_basis=pl.col("contestant_id").replace_strict(basis, default=None)
    )
    nan = float("nan")
    found = matrix(
        {"small": right(17, 20) * 2, "closed": [*right(18, 20), *[nan] * 20],
         "big": [*[nan] * 20, *right(18, 20)]}, tier,
        tasks=["a"] * 20 + ["b"] * 20, cost_usd={"small": 0.001, "closed": 0.02, "big": 0.5},
    )  # fmt: skip
    assert (
        "costs $1.00 for 1,000 where the best costs $20.00 (own machine against list price) and "
        "$1.00 for 1,000 where the best costs $500 (own machines)"
    ) in tiers.sentence(found)
