"""A study's rollup and its answers are two readings of the same rows: they must agree."""

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from data.analysis.summary import summarise
from data.price import Price, Rates
from data.pricing import Basis, Shape
from data.store import Reader, merge
from data.study import MEASURES, Study
from data.view import View
from tests import rows

MACHINE = Price(usd_per_hour=3.6, source="test")
"""A second costs a tenth of a cent."""


def study(tmp_path, made, campaign="night-1", **view):
    db = tmp_path / "x.duckdb"
    rows.write(db, made, prices=[rows.CPU, MACHINE])
    merge(db)
    return Study(Reader(db), View(campaign, **view))


def agree(found):
    """Accuracy, cost, tokens and seconds of every contestant, by both readings."""
    held = found.grid
    assert found.means.ids == held.ids
    assert found.means.samples.equals(held.samples)
    for column in MEASURES:
        np.testing.assert_allclose(found.means.mean(column), held.mean(column), rtol=1e-14)
    told = found.summary.filter(pl.col("contestant_id").is_in(list(held.ids)))
    told = told.sort("contestant_id")
    for column, of_answers, factor in (
        ("accuracy", "score", 1), ("cost_per_1k_usd", "cost_usd", 1000),
        ("output_tokens", "output_tokens", 1), ("duration_s", "duration_s", 1),
    ):  # fmt: skip
        means = factor * held.balance(held.mean(of_answers))
        assert told[column].to_list() == pytest.approx(means.tolist()), column
    return told


def test_a_timeout_that_was_paid_for_is_not_in_the_cost_of_an_answer(tmp_path):
    """Ten answers of 5 s, and one that never came after 600 s: it is counted as spent."""
    who = rows.contestant("A")
    made = [
        (who, w := rows.sample(i), rows.attempt(who, w, duration_s=5.0, price_id=MACHINE.price_id))
        for i in range(10)
    ]
    lost = rows.sample(10)
    late = {"score": None, "status": "timeout", "duration_s": 600.0, "price_id": MACHINE.price_id}
    made.append((who, lost, rows.attempt(who, lost, **late)))
    row = agree(study(tmp_path, made)).row(0, named=True)
    assert row["cost_per_1k_usd"] == pytest.approx(5.0)
    assert row["spent_usd"] == pytest.approx(0.650)
    assert row["coverage"] == pytest.approx(10 / 11)


def test_every_try_of_an_answer_is_in_its_cost(tmp_path):
    who, what = rows.contestant("A"), rows.sample(0)
    first = rows.attempt(who, what, score=None, status="infra_error", cpu_s=0.5)
    made = [(who, what, first), (who, what, rows.attempt(who, what, try_=2, cpu_s=1.5))]
    row = agree(study(tmp_path, made)).row(0, named=True)
    assert row["cost_per_1k_usd"] == pytest.approx(4.0)


def test_a_sample_with_fewer_epochs_weighs_no_less(tmp_path):
    """Two epochs of a cheap sample and one of a dear one: both samples count the same."""
    who, cheap, dear = rows.contestant("A"), rows.sample(0), rows.sample(1)
    usage = {"output_tokens": 100, "cpu_s": 5.0, "duration_s": 10.0}
    made = [
        (who, cheap, rows.attempt(who, cheap, epoch=1)),
        (who, cheap, rows.attempt(who, cheap, epoch=2)),
        (who, dear, rows.attempt(who, dear, epoch=1, **usage)),
    ]
    row = agree(study(tmp_path, made)).row(0, named=True)
    assert row["output_tokens"] == 55
    assert row["cost_per_1k_usd"] == pytest.approx(1000 * (0.001 + 0.01) / 2)


def test_a_level_of_which_nothing_was_scored_changes_no_weights(tmp_path):
    made = []
    for task in ("sums", "capitals"):
        for level in (1, 2):
            for seed in range(5):
                who, what = rows.contestant("A"), rows.sample(seed, task=task, level=level)
                lost = task == "capitals" and level == 2
                status = {"score": None, "status": "timeout"} if lost else {"score": seed % 2}
                made.append((who, what, rows.attempt(who, what, **status)))
    agree(study(tmp_path, made))


def test_a_level_that_only_a_left_out_contestant_has_changes_no_weights(tmp_path):
    made = []
    for name, kind in (("A", "writer"), ("R", "reader")):
        who = rows.contestant(name, kind=kind)
        for level in (1, 2, 3) if kind == "reader" else (1, 2):
            for seed in range(4):
                what = rows.sample(seed, level=level)
                made.append((who, what, rows.attempt(who, what, score=float(seed < level))))
        other = rows.sample(0, task="capitals")
        made.append((who, other, rows.attempt(who, other, score=0.0)))
    agree(study(tmp_path, made, kinds=("writer",)))


def test_coverage_is_of_all_samples_that_anybody_was_asked(tmp_path):
    """A misses the first six of twenty, B the last six: they share eight, and neither is whole."""
    made = []
    for name, missing in (("A", range(6)), ("B", range(14, 20))):
        who = rows.contestant(name)
        for seed in range(20):
            what = rows.sample(seed)
            lost = {"score": None, "status": "timeout"} if seed in missing else {}
            made.append((who, what, rows.attempt(who, what, **lost)))
    found = study(tmp_path, made)
    assert found.summary["coverage"].to_list() == pytest.approx([0.7, 0.7])
    assert (
        found.placed["apart_reason"].to_list() == ["answered 14 of 20 samples, 70% by weight"] * 2
    )
    assert found.summary["asked"].to_list() == [20, 20]


def test_exactly_the_coverage_that_is_asked_for_is_enough(tmp_path):
    made = []
    for name in "AB":
        who = rows.contestant(name)
        for level in range(1, 7):
            for seed in range(20):
                what = rows.sample(seed, level=level)
                lost = {"score": None, "status": "timeout"} if name == "A" and seed == 0 else {}
                made.append((who, what, rows.attempt(who, what, **lost)))
    assert study(tmp_path, made).placed["apart_code"].to_list() == [None, None]


def test_a_level_has_the_baseline_of_the_bank_that_was_asked(tmp_path):
    db = tmp_path / "x.duckdb"
    for version, campaign in (("1", "night-1"), ("2", "night-2")):
        who = rows.contestant("A")
        what = replace(rows.sample(0), bank_version=version, category=f"category {version}")
        rows.write(db, [(who, what, rows.attempt(who, what, campaign=campaign))], campaign)
    merge(db)
    for version, campaign in (("1", "night-1"), ("2", "night-2")):
        levels = Study(Reader(db), View(campaign)).levels
        assert levels["category"].to_list() == [f"category {version}"]


def test_tokens_of_a_level_that_is_not_known_are_a_gap(tmp_path):
    who, made = rows.contestant("A"), []
    for level, tokens in ((1, 100), (2, None), (3, 300)):
        what = rows.sample(0, level=level)
        made.append((who, what, rows.attempt(who, what, output_tokens=tokens)))
    assert summarise(study(tmp_path, made).levels)["tokens_by_level"].to_list() == [
        [100, None, 300]
    ]


@pytest.mark.parametrize("seed", range(12))
def test_random_stores_are_read_alike(tmp_path, seed):
    rng = np.random.default_rng(seed)
    made = []
    for name in "ABC":
        who = rows.contestant(name)
        for task, category in (("t1", "x"), ("t2", "x"), ("t3", "y")):
            for level in range(1, rng.integers(2, 4)):
                for s in range(rng.integers(1, 6)):
                    what = replace(rows.sample(s, task=task, level=level), category=category)
                    for epoch in range(1, rng.integers(2, 4)):
                        lost = rng.random() < 0.1
                        usage = {
                            "score": None if lost else float(rng.random()),
                            "status": "timeout" if lost else "ok",
                            "output_tokens": int(rng.integers(1, 500)),
                            "cpu_s": float(rng.random()),
                            "duration_s": float(rng.random()),
                        }
                        made.append((who, what, rows.attempt(who, what, epoch=epoch, **usage)))
    agree(study(tmp_path, made))


def test_a_prompt_shape_is_charged_once_for_each_answer(tmp_path):
    """B's every answer took a refused connection first: at the same prices it costs what A does."""
    price = Price(rates=Rates(1.0, 4.0), source="test")
    made = []
    for name in "AB":
        who = rows.contestant(name)
        for seed in range(4):
            what = rows.sample(seed)
            held = {"price_id": price.price_id}
            if name == "B":
                lost = {"score": None, "status": "infra_error", "input_tokens": None,
                        "output_tokens": None, **held}  # fmt: skip
                made.append((who, what, rows.attempt(who, what, **lost)))
            made.append((who, what, rows.attempt(who, what, try_=1 + (name == "B"), **held)))
    db = tmp_path / "x.duckdb"
    rows.write(db, made, prices=[price])
    merge(db)
    shaped = Study(Reader(db), View("night-1", basis=Basis(shape=Shape(3000, 0, 500))))
    assert shaped.summary["cost_per_1k_usd"].to_list() == pytest.approx([5.0, 5.0])
    assert shaped.summary["spent_usd"].to_list() == [None, None], "nobody spent it"
    assert shaped.grid.mean("cost_usd").ravel().tolist() == pytest.approx([0.005] * 8)


def test_what_was_spent_is_not_known_where_an_answer_has_no_price(tmp_path):
    who = rows.contestant("A")
    made = [
        (who, w := rows.sample(i), rows.attempt(who, w, **({"price_id": None} if i else {})))
        for i in range(2)
    ]
    assert study(tmp_path, made).summary["spent_usd"].to_list() == [None]
