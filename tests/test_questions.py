"""Claims: what each verdict takes, by hand-made tables of the lenses."""

import polars as pl
import pytest

from data.analysis.questions import (
    FAILS,
    HOLDS,
    OPEN,
    QUESTIONS,
    aligned_pays,
    best_everywhere,
    closed_sizes,
    distillation_keeps,
    knowledge_follows_total,
    label_obsolete,
    only_when_needed,
    readers_match,
    sentence,
    small_and_special,
    smaller_tier,
    sparsity_pays,
    table,
)
from data.lenses import LENSES, lens
from data.store import Reader
from data.study import Study
from data.view import View
from tests.dashboard_data import CAMPAIGN, FAKES, build


def tasks(*verdicts, ratio=100.0):
    rows = [
        {
            "category": "classification", "task": f"t{i}", "verdict": v, "cost_ratio": ratio,
            "reader_cost_per_1k_usd": 0.001, "writer_cost_per_1k_usd": 0.1, "reader_name": "R",
            "writer_name": "W", "needed": 300, "kept": 1.0, "samples": 100, "prices": "list",
        }
        for i, v in enumerate(verdicts)
    ]  # fmt: skip
    schema = {"needed": pl.Int64, "verdict": pl.String, "category": pl.String, "task": pl.String}
    return {"tasks": pl.DataFrame(rows, schema_overrides=schema)}


@pytest.mark.parametrize(
    ("verdicts", "found"),
    [
        (("matches", "better", "worse"), HOLDS),
        (("worse", "worse", "better"), FAILS),
        (("matches", "worse"), OPEN),
        (("too close to call", "matches"), OPEN),
    ],
)
def test_readers_match_by_the_majority_of_tasks(verdicts, found):
    finding = readers_match(tasks(*verdicts), "")
    assert finding.verdict == found
    assert (finding.collect is None) == (found != OPEN)
    assert small_and_special(tasks(*verdicts), "").verdict == found


def test_ten_million_documents_are_told_in_dollars():
    said = small_and_special(tasks("matches"), "").said
    assert "10,000,000 documents of t0 cost **$10.00** with R and $1,000 with W" in said
    dearer = small_and_special(tasks("matches", ratio=0.5), "")
    assert "**0 of 1**" in dearer.said


@pytest.mark.parametrize(
    ("p", "label", "cost", "found"),
    [(0.4, 0.3, 0.6, HOLDS), (0.001, 0.3, 0.6, FAILS), (0.4, 0.6, 0.3, OPEN), (None, 0, 1, OPEN)],
)
def test_the_label_is_obsolete_when_it_adds_nothing_to_cost(p, label, cost, found):
    rows = [("p_added_to_cost", p), ("r2_label", label), ("r2_cost", cost)]
    frame = pl.DataFrame(rows, schema={"measure": pl.String, "value": pl.Float64}, orient="row")
    assert label_obsolete({"measures": frame}, "said").verdict == found


@pytest.mark.parametrize(
    ("overheads", "found"),
    [([1.5] * 12, HOLDS), ([9.0] * 12, FAILS), ([1.5, 9.0] * 6, OPEN), ([1.0] * 4, OPEN)],
)
def test_tokens_only_when_needed_takes_a_sure_majority(overheads, found):
    frame = pl.DataFrame({"writes": True, "easy_overhead": overheads})
    assert only_when_needed({"contestants": frame}, "").verdict == found


def collections(total, active, p_total, p_active, n=3):
    names = [f"c{i}" for i in range(n)]
    explained = pl.DataFrame(
        {
            "collection": names, "subset": "all", "r2_total": total, "r2_active": active,
            "p_total": p_total, "p_active": p_active,
        }
    )  # fmt: skip
    return {"explained": explained, "errors": pl.DataFrame({"collection": names})}


def test_knowledge_follows_total_parameters_where_they_say_more_beyond_chance():
    assert knowledge_follows_total(collections(0.7, 0.4, 0.01, 0.6), "x").verdict == HOLDS
    assert knowledge_follows_total(collections(0.4, 0.7, 0.6, 0.01), "x").verdict == FAILS
    assert knowledge_follows_total(collections(0.7, 0.4, 0.20, 0.6), "x").verdict == OPEN
    assert knowledge_follows_total({"explained": pl.DataFrame()}, "x").verdict == OPEN


def tier_rows(smallest, n):
    rows = []
    for i in range(n):
        for tier in ("< 10B", "> 100B"):
            rows.append(
                {
                    "category": "math", "task": f"t{i}", "tier": tier, "is_best": tier == "> 100B",
                    "is_smallest_adequate": tier == smallest, "accuracy": 0.5,
                    "difference_low": -0.1, "cost_per_1k_usd": 1.0, "prices": "list",
                }
            )  # fmt: skip
    return {"tiers": pl.DataFrame(rows)}


@pytest.mark.parametrize(
    ("smallest", "n", "found"),
    [("< 10B", 8, HOLDS), ("> 100B", 8, FAILS), ("< 10B", 2, OPEN)],
)
def test_a_smaller_tier_must_do_for_a_sure_majority(smallest, n, found):
    assert smaller_tier(tier_rows(smallest, n), "").verdict == found


@pytest.mark.parametrize(
    ("low", "high", "ratio", "found"),
    [(0.95, 1.1, 0.2, HOLDS), (0.95, 1.1, 3.0, OPEN), (0.5, 0.8, 0.2, FAILS), (0.8, 1, 0.2, OPEN)],
)  # fmt: skip
def test_students_keep_ninety_percent_for_less(low, high, ratio, found):
    frame = pl.DataFrame(
        {"kept": [1.0], "kept_low": [low], "kept_high": [high], "cost_ratio": [ratio]}
    )
    assert distillation_keeps({"students": frame}, "said; rest").verdict == found
    assert distillation_keeps({"students": frame.clear()}, "none; rest").verdict == OPEN


@pytest.mark.parametrize(
    ("low", "high", "found"),
    [(0.01, 0.2, HOLDS), (-0.2, -0.01, FAILS), (-0.1, 0.1, OPEN), (None, None, OPEN)],
)
def test_mixtures_pay_where_the_matched_difference_is_sure(low, high, found):
    schema = {"low": pl.Float64, "high": pl.Float64}
    frame = pl.DataFrame(
        [{"nearest": "active", "outcome": "accuracy", "value": 0.05, "low": low, "high": high,
          "models": 6}],
        schema_overrides=schema,
    )  # fmt: skip
    assert sparsity_pays({"moe_against_dense": frame}, "x").verdict == found


@pytest.mark.parametrize(
    ("rho", "n", "found"),
    [(0.9, 20, HOLDS), (-0.9, 20, FAILS), (0.2, 20, OPEN), (0.9, 4, OPEN), (None, 0, OPEN)],
)
def test_aligned_dimensions_pay_where_the_correlation_is_sure(rho, n, found):
    schema = {"predictor": pl.String, "models": pl.Int64, "spearman": pl.Float64}
    frame = pl.DataFrame([("alignment", n, rho)], schema=schema, orient="row")
    assert aligned_pays({"agreement": frame}, "said").verdict == found


def test_closed_sizes_are_judged_by_the_largest_collection_not_the_luckiest():
    closed = pl.DataFrame({"params_estimate": [1e9, None]})
    errors = pl.DataFrame(
        {
            "collection": ["lucky", "large"], "link": ["linear", "linear"], "estimated": [5, 60],
            "median_factor": [1.1, 4.0], "within_3x": [1.0, 0.3],
        }
    )  # fmt: skip
    finding = closed_sizes({"closed": closed, "errors": errors}, "x")
    assert finding.verdict == FAILS
    assert "**1 of 2**" in finding.said
    assert "factor of 4" in finding.said


def categories(own_a, own_b, low=0.0):
    rows = [
        ("A", "math", 0.9, None, None), ("B", "math", 0.5, None, None),
        ("A", "own", own_a, low, 1.0), ("B", "own", own_b, low, 1.0),
    ]  # fmt: skip
    names = ["name", "category", "accuracy", "accuracy_low", "accuracy_high"]
    return {"by_category": pl.DataFrame(rows, schema=names, orient="row")}


def test_the_best_in_general_may_be_beaten_on_ones_own_documents():
    assert best_everywhere(categories(0.9, 0.5), "").verdict == HOLDS
    assert best_everywhere(categories(0.5, 0.9, low=0.8), "").verdict == FAILS
    assert best_everywhere(categories(0.5, 0.9, low=0.4), "").verdict == OPEN
    bank_only = {"by_category": categories(1, 1)["by_category"].filter(category="math")}
    assert best_everywhere(bank_only, "").verdict == OPEN


def test_every_question_is_judged_on_a_store(tmp_path):
    db = build(tmp_path / "s.duckdb", FAKES[:8], samples=4)
    seen = lens("questions").look(Study(Reader(db), View(CAMPAIGN)))
    rows = seen.tables["questions"]
    assert rows["name"].to_list() == [q.name for q in QUESTIONS]
    assert {q.lens for q in QUESTIONS} <= set(LENSES)
    assert set(rows["verdict"]) <= {HOLDS, FAILS, OPEN}
    assert not rows["said"].str.contains("**", literal=True).any()
    assert (rows["collect"].is_null() == (rows["verdict"] != OPEN)).all()
    count = rows["verdict"].value_counts()
    assert f"Of {rows.height} claims" in seen.sentence
    assert count["count"].sum() == len(QUESTIONS) == 11


def test_a_table_of_nothing_but_open_claims_says_so():
    empty = pl.DataFrame({"verdict": [OPEN] * 3})
    assert sentence(empty).startswith("Of 3 claims, **0 hold**")
    assert table.__doc__
