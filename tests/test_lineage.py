"""Lineage: students beside their teachers, and groups by their distance from the frontier."""

import csv
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars import selectors as cs
from scipy import stats

from data.analysis.frontier import place
from data.analysis.grid import grid
from data.analysis.groups import GROUPED, GROUPS, by_group
from data.analysis.lineage import STUDENTS, best, pairs, sentence, students
from data.catalog import facts as catalogue
from tests.answers import answers

SHARED = Path(__file__).parents[2] / "shared" / "data" / "lineage" / "distilled_models.csv"
FACTS = {
    "model_id": pl.String, "distilled": pl.Boolean, "distilled_from": pl.String,
    "confidence": pl.String,
}  # fmt: skip
SCHEMA = {
    "contestant_id": pl.String, "name": pl.String, "model": pl.String, "model_id": pl.String,
    "accuracy": pl.Float64, "accuracy_low": pl.Float64, "cost_per_1k_usd": pl.Float64,
    "baseline": pl.Float64, "coverage": pl.Float64, "price_basis": pl.String, "place": pl.String,
    "overspend": pl.Float64, "lab": pl.String, "country": pl.String, "weights": pl.String,
    "licence": pl.String,
}  # fmt: skip


def facts(*rows):
    return pl.DataFrame([dict(zip(FACTS, row, strict=True)) for row in rows], schema=FACTS)


FAMILY = facts(
    ("small", True, "large", "high"), ("orphan", True, None, "low"),
    ("large", False, None, "high"), ("stray", True, "unseen", None), ("plain", None, None, None),
)  # fmt: skip


def summary(**contestants):
    """Contestants by name as changes to a plain row; a model of their own name."""
    usual = {"accuracy": 0.5, "cost_per_1k_usd": 1.0, "coverage": 1.0, "price_basis": "tokens",
             "place": "beaten", "overspend": None}  # fmt: skip
    rows = [
        usual | {"contestant_id": n, "name": n.title(), "model": n, "model_id": n} | change
        for n, change in contestants.items()
    ]
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


def two(student=None, teacher=None, **others):
    return summary(small={"accuracy": 0.6, "cost_per_1k_usd": 1.0} | (student or {}),
                   large={"accuracy": 0.8, "cost_per_1k_usd": 12.0} | (teacher or {}),
                   **others)  # fmt: skip


def only(frame):
    assert frame.height == 1
    return frame.row(0, named=True)


def no_nan(frame):
    numbers = frame.select(cs.float())
    return all(numbers[c].drop_nulls().is_finite().all() for c in numbers.columns)


# Pairs


def test_pairs_are_the_students_whose_teacher_is_named():
    found = pairs(FAMILY)
    assert found.rows() == [("small", "large", "high"), ("stray", "unseen", None)]


def test_what_is_not_distilled_or_its_own_teacher_is_no_pair():
    found = pairs(facts(("a", False, "b", "low"), ("c", None, "d", "low"), ("e", True, "e", None)))
    assert found["student_model_id"].to_list() == ["c"]


def test_the_catalogues_pairs_are_found():
    known = catalogue.frame()
    found = pairs(known)
    assert found.height >= 8
    assert ("deepseek-r1-distill-qwen-7b", "deepseek-r1", "high") in found.rows()
    ids = found["student_model_id"].to_list()
    assert ids == sorted(set(ids))
    assert set(ids) <= set(known["model_id"])


@pytest.mark.parametrize("student", ["deepseek-r1-distill-qwen-7b", "distilbert-base-uncased"])
def test_every_pair_of_the_catalogue_can_be_compared(student):
    known = catalogue.frame()
    made = summary(**{i: {"accuracy": 0.2 + 0.7 * (n % 7) / 7} for n, i in
                      enumerate(known["model_id"])})  # fmt: skip
    found = students(made, known)
    distilled = known.filter(pl.col("distilled"))["model_id"].to_list()
    assert set(distilled) <= set(found["student_model_id"])
    row = only(found.filter(pl.col("student_model_id") == student))
    accuracy = dict(made.select("model_id", "accuracy").iter_rows())
    assert row["kept"] == pytest.approx(accuracy[student] / accuracy[row["teacher_model_id"]])
    assert (found["kept"].is_null() == found["reason"].is_not_null()).all()


@pytest.mark.skipif(not SHARED.exists(), reason="the list of distilled models is not here")
def test_the_list_of_distilled_models_gives_no_teacher_and_makes_no_pair():
    with SHARED.open(newline="") as file:
        rows = [(r["model"], r["distilled"] == "TRUE", None, r["confidence"])
                for r in csv.DictReader(file)]  # fmt: skip
    assert pairs(facts(*rows)).is_empty()
    made = students(summary(**{r[0]: {} for r in rows}), facts(*rows))
    assert made.height == len({r[0] for r in rows if r[1]}) > 0
    assert set(made["reason"]) == {"its teacher is not named"}


# Students


def test_what_a_student_keeps_by_hand():
    row = only(students(two(), FAMILY))
    assert (row["student_id"], row["teacher_id"], row["confidence"]) == ("small", "large", "high")
    assert row["kept"] == pytest.approx(0.75)
    assert row["difference"] == pytest.approx(-0.2)
    assert row["cost_ratio"] == pytest.approx(1 / 12)
    assert row["kept_per_dollar"] == pytest.approx(9)
    assert (row["prices"], row["reason"], row["shared_samples"]) == ("list", None, None)
    assert row["difference_low"] is None, "no answers, no interval"


@pytest.mark.parametrize(
    ("made", "student", "reason"),
    [
        (summary(small={}), "small", "its teacher was not asked"),
        (summary(stray={}, large={}), "stray", "its teacher was not asked"),
        (summary(orphan={}, large={}), "orphan", "its teacher is not named"),
        (two({"coverage": 0.5}), "small", "the student did not answer all of these samples"),
        (two({"accuracy": None}), "small", "the student did not answer all of these samples"),
        (two(None, {"coverage": 0.5}), "small", "its teacher did not answer all of these samples"),
    ],
)
def test_a_student_without_a_measured_teacher_is_listed_with_the_reason(made, student, reason):
    row = only(students(made, FAMILY))
    assert (row["student_model_id"], row["reason"], row["kept"]) == (student, reason, None)


def test_who_was_not_asked_or_is_no_student_is_not_listed():
    found = students(summary(large={}, plain={}, unknown={}), FAMILY)
    assert found.is_empty()
    assert dict(found.schema) == STUDENTS
    assert students(summary(), FAMILY).is_empty()
    assert students(two().with_columns(model_id=pl.lit(None, pl.String)), FAMILY).is_empty()


@pytest.mark.parametrize(
    ("changes", "kept", "ratio", "prices"),
    [
        (({}, {"accuracy": 0.0}), None, 1 / 12, "list"),
        (({"accuracy": 0.0}, {}), 0.0, 1 / 12, "list"),
        (({"cost_per_1k_usd": 0.0}, {}), 0.75, None, "list"),
        (({}, {"cost_per_1k_usd": 0.0}), 0.75, None, "list"),
        (({}, {"cost_per_1k_usd": None, "price_basis": "none"}), 0.75, None, None),
        (({"price_basis": "cpu"}, {}), 0.75, 1 / 12, "mixed"),
        (({"price_basis": "cpu"}, {"price_basis": "machine"}), 0.75, 1 / 12, "self-hosted"),
    ],
)
def test_ratios_at_their_ends(changes, kept, ratio, prices):
    found = students(two(*changes), FAMILY)
    row = only(found)
    assert row["kept"] == (None if kept is None else pytest.approx(kept))
    assert row["cost_ratio"] == (None if ratio is None else pytest.approx(ratio))
    assert row["prices"] == prices
    per = None if None in (kept, ratio) else pytest.approx(kept / ratio)
    assert row["kept_per_dollar"] == per
    assert no_nan(found)


def test_the_best_contestant_stands_for_its_model():
    made = summary(
        low={"model_id": "m", "accuracy": 0.5, "cost_per_1k_usd": 1.0},
        free={"model_id": "m", "accuracy": 0.1 + 0.2, "cost_per_1k_usd": 0.0},
        dear={"model_id": "m", "accuracy": 0.7, "cost_per_1k_usd": 9.0},
        cheap={"model_id": "m", "accuracy": 0.7 + 1e-13, "cost_per_1k_usd": 10.0},
        thrifty={"model_id": "m", "accuracy": 0.7, "cost_per_1k_usd": 8.0},
        unpriced={"model_id": "m", "accuracy": 0.7, "cost_per_1k_usd": None},
        partial={"model_id": "m", "accuracy": 0.9, "coverage": 0.3},
        other={"model_id": "n", "accuracy": 0.1},
        nobody={"model_id": None, "accuracy": 1.0},
    )
    assert best(made)["contestant_id"].to_list() == ["thrifty", "other"]
    assert best(made.reverse())["contestant_id"].to_list() == ["thrifty", "other"]


def asked(small, large, **more):
    return grid(answers({"small": small, "large": large}, **more))


def test_with_answers_only_the_shared_samples_count():
    nan = np.nan
    found = students(
        two(), FAMILY, asked([1, 0, nan, 1, 1], [1, 1, 0, nan, 1], levels=[1, 1, 1, 1, 2])
    )
    row = only(found)
    assert row["shared_samples"] == 3
    assert row["student_accuracy"] == pytest.approx(0.75), "level 1: one of two; level 2: one"
    assert row["teacher_accuracy"] == pytest.approx(1)
    assert row["difference"] == pytest.approx(-0.25)
    assert row["cost_ratio"] == pytest.approx(1 / 12)


def test_the_interval_is_of_paired_differences():
    """The student fails one more in ten: paired, that is far surer than two separate intervals."""
    rng = np.random.default_rng(1)
    large = (rng.random(400) < 0.5).astype(float)
    small = np.where(np.arange(400) % 10 == 0, 0.0, large)
    row = only(students(two(), FAMILY, asked(small, large)))
    difference = small - large
    half = 1.96 * difference.std(ddof=1) / 20
    assert row["difference"] == pytest.approx(difference.mean())
    assert row["difference_low"] == pytest.approx(difference.mean() - half, abs=0.006)
    assert row["difference_high"] == pytest.approx(difference.mean() + half, abs=0.006)
    assert row["kept_low"] < row["kept"] == pytest.approx(small.mean() / large.mean())
    assert row["kept"] < row["kept_high"] <= 1


def test_samples_of_one_cluster_are_drawn_together():
    rng = np.random.default_rng(2)
    of_cluster = np.repeat(rng.integers(0, 2, 20), 10).astype(float)
    alone = only(students(two(), FAMILY, asked(of_cluster, 1 - of_cluster)))
    names = [f"g{i // 10}" for i in range(200)]
    held = only(students(two(), FAMILY, asked(of_cluster, 1 - of_cluster, clusters=names)))
    width = [r["difference_high"] - r["difference_low"] for r in (alone, held)]
    assert width[1] > 2 * width[0]


@pytest.mark.parametrize(
    ("small", "large", "kept"),
    [([1.0], [1.0], 1), ([1, 1, 1], [1, 1, 1], 1), ([0, 0], [1, 1], 0), ([0, 0], [0, 0], None)],
)
def test_there_is_no_interval_where_resampling_varies_nothing(small, large, kept):
    found = students(two(), FAMILY, asked(small, large))
    row = only(found)
    assert row["kept"] == kept
    ends = ("difference_low", "difference_high", "kept_low", "kept_high")
    assert {row[c] for c in ends} == {None}
    assert no_nan(found)


def test_a_teacher_who_may_have_solved_nothing_has_a_difference_and_no_ratio_interval():
    row = only(students(two(), FAMILY, asked([1, 0, 1, 0], [0, 0, 0, 1])))
    assert row["difference_low"] is not None
    assert row["kept"] == 2
    assert row["kept_low"] is None


def test_answers_that_are_not_shared_compare_nothing():
    nan = np.nan
    row = only(students(two(), FAMILY, asked([1, nan], [nan, 1])))
    assert (row["reason"], row["kept"]) == ("no sample that both answered", None)
    alone = grid(answers({"small": [1, 0]}))
    row = only(students(two(), FAMILY, alone))
    assert (row["reason"], row["difference"]) == ("no answers of both to compare", None)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10**6))
def test_neither_order_nor_doubled_samples_change_what_is_kept(seed):
    rng = np.random.default_rng(seed)
    small, large = rng.integers(0, 2, (2, 12)).astype(float)
    large[0] = 1
    levels = [1] * 6 + [2] * 6
    frame = answers({"small": small, "large": large}, levels=levels)
    found = students(two(), FAMILY, grid(frame), resamples=50)
    shuffled = frame.sample(fraction=1.0, shuffle=True, seed=seed)
    assert students(two().reverse(), FAMILY.reverse(), grid(shuffled), resamples=50).equals(found)
    double = asked(np.tile(small, 2), np.tile(large, 2), levels=levels * 2)
    row, twice = only(found), only(students(two(), FAMILY, double, resamples=50))
    assert twice["kept"] == pytest.approx(row["kept"])
    assert twice["difference"] == pytest.approx(row["difference"])
    assert -1 <= row["difference"] <= 1
    if row["difference_low"] is not None:
        assert row["difference_low"] <= row["difference"] + 1e-9
        assert row["difference_high"] >= row["difference"] - 1e-9


# Groups


def placed(*rows):
    """(lab, model, overspend, more) rows."""
    made = {}
    for i, (lab, model, overspend, *more) in enumerate(rows):
        where = "frontier" if overspend == 1 else "beaten"
        row = {"lab": lab, "model": model, "overspend": overspend, "place": where}
        made[f"c{i:02d}"] = row | (more[0] if more else {})
    return summary(**made)


def test_overspend_of_a_group_is_a_geometric_mean_over_models():
    frame = placed(("A", "a1", 1.0), ("A", "a2", 10.0), ("A", "a2", 1000.0), ("A", "a3", 1.0),
                   ("B", "b", 4.0))  # fmt: skip
    a, b = by_group(frame).to_dicts()
    logs = [0, 2, 0]
    half = stats.t.ppf(0.975, 2) * np.std(logs, ddof=1) / np.sqrt(3)
    assert a["overspend"] == pytest.approx(10 ** (2 / 3))
    assert a["overspend_low"] == 1.0, "below 1 there is nothing"
    assert a["overspend_high"] == pytest.approx(10 ** (2 / 3 + half))
    assert (a["models"], a["contestants"], a["left"], a["few"]) == (3, 4, 0, False)
    assert a["on_frontier"] == 0.5
    assert (b["group"], b["overspend"], b["overspend_low"], b["few"]) == (
        "B",
        pytest.approx(4),
        None,
        True,
    )


def test_two_models_are_few_however_many_their_efforts():
    assert only(by_group(placed(*[("A", f"m{i % 2}", 2.0 + i) for i in range(6)])))["few"]
    assert not only(by_group(placed(*[("A", f"m{i % 3}", 2.0 + i) for i in range(6)])))["few"]


def test_list_prices_and_own_machines_stand_apart_and_groups_are_sorted():
    frame = placed(
        ("B", "b", 2.0), ("A", "a", 8.0), ("A", "own", 1.0, {"price_basis": "cpu"}),
        (None, "x", 3.0), ("A", "none", None, {"price_basis": "none", "place": "apart"}),
    )  # fmt: skip
    found = by_group(frame)
    assert found.select("group", "prices").rows() == [
        ("A", "list"), ("A", "self-hosted"), ("A", None), ("B", "list"), (None, "list"),
    ]  # fmt: skip
    assert found["overspend"].to_list() == pytest.approx([8, 1, None, 2, 3])
    assert found["left"].to_list() == [0, 0, 1, 0, 0]
    assert found["on_frontier"].to_list() == [0, 1, None, 0, 0]


def test_free_and_apart_contestants_leave_the_mean_and_are_counted():
    frame = placed(
        ("A", "a", 4.0), ("A", "free", None, {"place": "frontier", "cost_per_1k_usd": 0.0}),
        ("A", "partial", None, {"place": "apart", "coverage": 0.2}), ("A", "nan", float("nan")),
        ("A", "inf", float("inf")),
    )  # fmt: skip
    row = only(by_group(frame))
    assert (row["overspend"], row["models"], row["contestants"]) == (pytest.approx(4), 1, 1)
    assert row["left"] == 4
    assert row["on_frontier"] == 0.25, "the free one, of the four that are compared"


def test_all_on_the_frontier_overspend_nothing_and_have_no_interval():
    row = only(by_group(placed(*[("A", f"m{i}", 1.0 - 1e-16 * i) for i in range(4)])))
    assert (row["overspend"], row["overspend_low"], row["overspend_high"], row["few"]) == (
        1.0,
        None,
        None,
        False,
    )


@pytest.mark.parametrize("by", GROUPS)
def test_any_fact_groups(by):
    frame = placed(("A", "a", 2.0), ("A", "b", 8.0)).with_columns(pl.lit("x").alias(by))
    row = only(by_group(frame, by))
    assert (row["group"], row["overspend"]) == ("x", pytest.approx(4))
    empty = by_group(frame.clear(), by)
    assert (empty.height, dict(empty.schema)) == (0, GROUPED)
    assert only(by_group(frame.drop(by), by))["group"] is None, "a fact that nobody has"


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from("ABC"), st.sampled_from("mnopq"), st.floats(1, 1e4)),
             min_size=1, max_size=15), st.randoms(use_true_random=False),
)  # fmt: skip
def test_groups_are_bounded_and_ignore_the_order_of_rows(rows, random):
    frame = placed(*rows)
    found = by_group(frame)
    assert no_nan(found)
    assert (found["overspend"] >= 1).all()
    told = found.filter(pl.col("overspend_low").is_not_null())
    assert (
        (told["overspend_low"] <= told["overspend"]) & (told["overspend"] <= told["overspend_high"])
    ).all()
    order = list(range(len(rows)))
    random.shuffle(order)
    assert by_group(frame[order]).equals(found)


def test_it_reads_what_the_frontier_places():
    base = placed(*[("A" if i % 2 else "B", f"m{i}", None) for i in range(8)]).drop(
        "place", "overspend"
    )
    rng = np.random.default_rng(3)
    made = base.with_columns(
        accuracy=pl.Series(rng.uniform(0.2, 0.9, 8)), accuracy_low=pl.lit(0.1),
        baseline=pl.lit(0.0), cost_per_1k_usd=pl.Series(rng.lognormal(0, 1, 8)),
    )  # fmt: skip
    frame = place(made)
    found = by_group(frame)
    cost, quality = frame["cost_per_1k_usd"].to_numpy(), frame["accuracy"].to_numpy()
    over = np.array([c / cost[quality >= q].min() for c, q in zip(cost, quality, strict=True)])
    for group in ("A", "B"):
        inside = (frame["lab"] == group).to_numpy()
        row = only(found.filter(pl.col("group") == group))
        assert row["overspend"] == pytest.approx(stats.gmean(over[inside]))


# Sentences


def test_the_sentence_names_one_student_and_its_interval():
    rng = np.random.default_rng(1)
    large = (rng.random(400) < 0.8).astype(float)
    small = np.where(np.arange(400) % 4 == 0, 0.0, large)
    found = students(two(), FAMILY, asked(small, large))
    row = only(found)
    assert sentence(found, by_group(placed(("A", "a", 2.0)))) == (
        f"Small keeps **{row['kept']:.0%}** [{row['kept_low']:.0%}, {row['kept_high']:.0%}] of the "
        "capability of Large for 1/12 of its cost; no two labs with 3 priced models each are here "
        "to compare."
    )


def test_the_sentence_gives_the_median_of_several_students_and_compares_groups():
    names = {f"s{i}": {"accuracy": 0.2 * i + 0.2, "cost_per_1k_usd": 24.0} for i in range(3)}
    known = facts(*[(n, True, "large", "high") for n in names])
    labs = [("Near", f"n{i}", 1.0 + i) for i in range(3)] + [
        ("Far", f"f{i}", 80.0 + i) for i in range(3)
    ]
    said = sentence(students(two(**names), known), by_group(placed(*labs)))
    assert said.startswith(
        "3 students keep a median **50%** of their teachers' capability for 2.0 times their cost; "
        "at list prices, of 2 labs with 3 models or more **Near** stands nearest to the frontier, "
        "1.8 times the cheapest price ["
    )
    assert said.endswith("and Far further off, 81.0 times the cheapest price [78.5, 83.5].")
    own = placed(*[(*row, {"price_basis": "cpu"}) for row in labs])
    assert "; at self-hosted prices, of 2 labs" in sentence(students(two(), FAMILY), by_group(own))


def test_labs_whose_intervals_overlap_are_not_ranked():
    none = students(summary(), FAMILY)
    near = [("Near", f"n{i}", 1.0 + i) for i in range(3)]
    wide = [("Wide", f"w{i}", 2.0 * (i + 1)) for i in range(3)]
    said = sentence(none, by_group(placed(*near, *wide)))
    assert (
        "at list prices, **2 labs** with 3 models or more are not told apart in how far they are "
        "from the frontier, since intervals overlap: from Near, 1.8 times the cheapest price ["
    ) in said
    assert ", to Wide, 3.6 times the cheapest price [" in said
    alike = [("Alike", f"a{i}", 80.0) for i in range(3)]
    said = sentence(none, by_group(placed(*near, *alike)))
    assert "since intervals overlap or lack (1): from Near" in said, "three alike prove nothing"
    far = [(name, f"{name}{i}", 80.0 + i) for name in ("Far", "Off") for i in range(3)]
    said = sentence(none, by_group(placed(*near, *wide, *far)))
    assert "of 4 labs with 3 models or more **Near** stands nearest" in said
    assert "], not told apart from 1 other, and 2 further off, up to Off, 81.0 times" in said


OWN_BASIS = {"price_basis": "cpu"}


@pytest.mark.parametrize(
    ("small", "large", "mark"),
    [({}, {}, ""), (OWN_BASIS, OWN_BASIS, ""),
     (OWN_BASIS, {}, " (own machine against list price)"),
     ({}, OWN_BASIS, " (own machine against list price)")],
)  # fmt: skip
def test_the_sentence_marks_a_ratio_of_two_kinds_of_prices(small, large, mark):
    found = students(two(small, large), FAMILY)
    assert f"for 1/12 of its cost{mark};" in sentence(found, by_group(placed()))


def test_the_median_of_several_students_mixes_no_kinds_of_prices():
    names = {f"s{i}": {"accuracy": 0.4, "cost_per_1k_usd": 24.0} for i in range(2)}
    names["own"] = {"accuracy": 0.4, "cost_per_1k_usd": 0.012, **OWN_BASIS}
    known = facts(*[(n, True, "large", "high") for n in names])
    said = sentence(students(two(**names), known), by_group(placed()))
    assert (
        "for 2.0 times their cost (list prices) and 1/1,000 of their cost (own machine against "
        "list "
        "price);"
    ) in said


def test_the_sentence_says_what_is_lacking():
    none = sentence(students(summary(), FAMILY), by_group(placed()))
    assert none.startswith("**No student stands beside its teacher** here: no distilled model was")
    alone = students(summary(small={}, stray={}, orphan={}), FAMILY)
    assert "3 distilled models were asked (2: its teacher was not asked)" in sentence(
        alone, by_group(placed())
    )
    lone = sentence(students(summary(small={}), FAMILY), by_group(placed()))
    assert "1 distilled model was asked (its teacher was not asked)" in lone
    unsolved = sentence(students(two({"accuracy": 0.0}, {"accuracy": 0.0}), FAMILY),
                        by_group(placed()))  # fmt: skip
    assert "1 distilled model was asked (its teacher solves nothing)" in unsolved
    free = students(two({"cost_per_1k_usd": 0.0}), FAMILY)
    assert "at a cost that can't be compared" in sentence(free, by_group(placed(), "country"))
    assert "no two countries" in sentence(free, by_group(placed(), "country"), "country")
    alike = placed(*[(lab, f"{lab}{i}", 2.0) for lab in "AB" for i in range(3)])
    assert "2 labs stand equally near" in sentence(free, by_group(alike))
