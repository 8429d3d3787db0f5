"""Claims: what each verdict takes, by hand-made tables of the lenses."""

import polars as pl
import pytest

from data.analysis.claims import (
    CLOSE,
    FAILS,
    HOLDS,
    OPEN,
    OWN,
    PUBLISHED,
    SETTLED,
    VERDICTS,
    Finding,
    Own,
    evidence,
)
from data.analysis.claims_of_models import (
    aligned_pays,
    closed_sizes,
    distillation_keeps,
    knowledge_follows_total,
    label_obsolete,
    sparsity_pays,
)
from data.analysis.claims_of_tasks import (
    best_everywhere,
    only_when_needed,
    readers_match,
    small_and_special,
    smaller_tier,
)
from data.analysis.questions import QUESTIONS, sentence, table
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
            "readers": 2, "writers": 1,
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
        (("matches", "worse", "too close to call"), CLOSE),
        (("matches", "matches"), OPEN),
        (("worse",), OPEN),
    ],
)
def test_readers_match_by_the_majority_of_tasks(verdicts, found):
    finding = readers_match(tasks(*verdicts), "")
    assert finding.verdict == found
    assert (finding.collect is None) == (found in SETTLED)
    assert small_and_special(tasks(*verdicts), "").verdict == found
    n = len(verdicts)
    noun = "task" if n == 1 else "tasks"
    assert finding.samples == f"{100 * n} shared samples of {n} {noun}"
    assert finding.who == "the best of 2 readers against W, the only writer"


def test_ten_million_documents_are_told_in_dollars():
    said = small_and_special(tasks("matches"), "").said
    assert "10,000,000 documents of t0 cost **$10.00** with R and $1,000 with W" in said
    dearer = small_and_special(tasks("matches", ratio=0.5), "")
    assert "**0 of 1**" in dearer.said


@pytest.mark.parametrize(
    ("p", "high", "label", "cost", "found"),
    [
        (0.4, 0.04, 0.3, 0.6, HOLDS), (0.53, 0.10, 0.3, 0.6, CLOSE), (0.4, None, 0.3, 0.6, CLOSE),
        (0.001, 0.04, 0.3, 0.6, FAILS), (0.4, 0.04, 0.6, 0.3, CLOSE), (None, None, 0, 1, OPEN),
    ],
)  # fmt: skip
def test_the_label_is_obsolete_when_it_surely_adds_nothing_to_cost(p, high, label, cost, found):
    """That p is .53 proves nothing: what it could add must be small."""
    rows = [
        ("p_added_to_cost", p, None, 12), ("added_to_cost", 0.01, high, 12),
        ("r2_label", label, None, 12), ("r2_cost", cost, None, 12),
    ]  # fmt: skip
    schema = {"measure": pl.String, "value": pl.Float64, "high": pl.Float64, "n": pl.Int64}
    finding = label_obsolete({"measures": pl.DataFrame(rows, schema=schema, orient="row")}, "Said.")
    assert finding.verdict == found
    if found == CLOSE and high == 0.10:
        assert finding.said == "Said. It could add up to 10% (95%); below 5% is nothing."
        assert finding.who == "12 contestants"


@pytest.mark.parametrize(
    ("overheads", "found"),
    [([1.5] * 12, HOLDS), ([9.0] * 12, FAILS), ([1.5, 9.0] * 6, CLOSE), ([1.0] * 4, OPEN)],
)
def test_tokens_only_when_needed_takes_a_sure_majority(overheads, found):
    frame = pl.DataFrame({"writes": True, "easy_overhead": overheads})
    assert only_when_needed({"contestants": frame}, "").verdict == found


def collections(total, active, p_total, p_active, n=3):
    names = [f"c{i}" for i in range(n)]
    explained = pl.DataFrame(
        {
            "collection": names, "subset": "all", "n": 20, "r2_total": total, "r2_active": active,
            "p_total": p_total, "p_active": p_active,
        }
    )  # fmt: skip
    return {"explained": explained, "errors": pl.DataFrame({"collection": names})}


def test_knowledge_follows_total_parameters_where_they_say_more_beyond_chance():
    found = knowledge_follows_total(collections(0.7, 0.4, 0.01, 0.6), "x")
    assert found.verdict == HOLDS
    assert found.who == "60 results of models of known size in 3 closed-book collections"
    assert knowledge_follows_total(collections(0.4, 0.7, 0.6, 0.01), "x").verdict == FAILS
    assert knowledge_follows_total(collections(0.7, 0.4, 0.20, 0.6), "x").verdict == CLOSE
    assert knowledge_follows_total({"explained": pl.DataFrame()}, "x").verdict == OPEN


def tier_rows(low, n, worse=False):
    rows = []
    for i in range(n):
        for tier in ("< 10B", "> 100B"):
            rows.append(
                {
                    "category": "math", "task": f"t{i}", "tier": tier, "is_best": tier == "> 100B",
                    "is_smallest_adequate": not worse and tier == "< 10B", "accuracy": 0.5,
                    "difference_low": 0.0 if tier == "> 100B" else low, "samples": 50,
                    "detectably_worse": worse and tier == "< 10B", "cost_per_1k_usd": 1.0,
                    "prices": "list",
                }
            )  # fmt: skip
    return {"tiers": pl.DataFrame(rows)}


@pytest.mark.parametrize(
    ("low", "worse", "n", "found"),
    [
        (-0.04, False, 8, HOLDS), (-0.3, True, 8, FAILS), (-0.04, False, 2, CLOSE),
        (-0.5, False, 8, CLOSE),
    ],
)  # fmt: skip
def test_a_smaller_tier_must_surely_do_for_a_sure_majority(low, worse, n, found):
    """Not detectably worse on few samples is no proof: it could be 50 points behind."""
    finding = smaller_tier(tier_rows(low, n, worse), "")
    assert finding.verdict == found
    assert finding.samples == f"{50 * n} samples of {n} tasks"


@pytest.mark.parametrize(
    ("low", "high", "ratio", "found"),
    [(0.95, 1.1, 0.2, HOLDS), (0.95, 1.1, 3.0, CLOSE), (0.5, 0.8, 0.2, FAILS),
     (0.8, 1, 0.2, CLOSE)],
)  # fmt: skip
def test_students_keep_ninety_percent_for_less(low, high, ratio, found):
    frame = pl.DataFrame(
        {"kept": [1.0], "kept_low": [low], "kept_high": [high], "cost_ratio": [ratio],
         "shared_samples": [40]}
    )  # fmt: skip
    assert distillation_keeps({"students": frame}, "said; rest").verdict == found
    assert distillation_keeps({"students": frame.clear()}, "none; rest").verdict == OPEN


@pytest.mark.parametrize(
    ("low", "high", "found"),
    [(0.01, 0.2, HOLDS), (-0.2, -0.01, FAILS), (-0.1, 0.1, CLOSE), (None, None, OPEN)],
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
    [(0.9, 20, HOLDS), (-0.9, 20, FAILS), (0.2, 20, CLOSE), (0.9, 4, OPEN), (None, 0, OPEN)],
)
def test_aligned_dimensions_pay_where_the_correlation_is_sure(rho, n, found):
    schema = {"predictor": pl.String, "models": pl.Int64, "spearman": pl.Float64}
    frame = pl.DataFrame([("alignment", n, rho)], schema=schema, orient="row")
    finding = aligned_pays({"agreement": frame}, "said")
    assert finding.verdict == found
    if n < 20:
        many = f"**{n or 'no'}** models whose dimensions are known"
        assert many in finding.said


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
    assert finding.who == "2 closed and 60 open models of the collection large"
    few = errors.with_columns(estimated=pl.Series([1, 5]), within_3x=pl.lit(0.6))
    assert closed_sizes({"closed": closed, "errors": few}, "x").verdict == CLOSE, "3 of 5"


def categories(own_a, own_b, low=0.0):
    rows = [
        ("A", "math", 0.9, None, None), ("B", "math", 0.5, None, None),
        ("A", "own", own_a, low, 1.0), ("B", "own", own_b, low, 1.0),
    ]  # fmt: skip
    names = ["name", "category", "accuracy", "accuracy_low", "accuracy_high"]
    return {"by_category": pl.DataFrame(rows, schema=names, orient="row")}


def test_the_best_in_general_may_be_beaten_on_ones_own_documents():
    assert best_everywhere(categories(0.9, 0.5, low=0.6), "").verdict == HOLDS
    assert best_everywhere(categories(0.9, 0.5, low=0.4), "").verdict == CLOSE
    assert best_everywhere(categories(0.5, 0.9, low=0.8), "").verdict == FAILS
    assert best_everywhere(categories(0.5, 0.9, low=0.4), "").verdict == CLOSE
    bank_only = {"by_category": categories(1, 1)["by_category"].filter(category="math")}
    assert best_everywhere(bank_only, "").verdict == OPEN


def test_every_question_is_judged_on_a_store(tmp_path):
    db = build(tmp_path / "s.duckdb", FAKES[:8], samples=4)
    seen = lens("questions").look(Study(Reader(db), View(CAMPAIGN)))
    rows = seen.tables["questions"]
    assert rows["name"].to_list() == [q.name for q in QUESTIONS]
    assert {q.lens for q in QUESTIONS} <= set(LENSES)
    assert set(rows["verdict"]) <= set(VERDICTS)
    assert not rows["said"].str.contains("**", literal=True).any()
    assert (rows["collect"].is_null() == rows["verdict"].is_in(SETTLED)).all()
    stands = dict(rows.select("name", "evidence").iter_rows())
    published = {name for name, on in stands.items() if on.startswith(PUBLISHED)}
    assert published == {"knowledge", "closed"}
    assert all(on.startswith(f"{OWN}: ") for n, on in stands.items() if n not in published)
    assert "64 samples, 8 contestants, of which 5 write" in stands["niche"]
    assert rows["takes"].is_not_null().all()
    assert "Of 9 claims judged on your own samples" in seen.sentence
    assert "; of 2 claims judged on published scores" in seen.sentence
    assert len(QUESTIONS) == 11


@pytest.mark.parametrize(
    ("stands", "found", "said"),
    [
        (OWN, Finding(OPEN, ""), "own attempts: 1 sample, 3 contestants, of which one writes (W)"),
        (OWN, Finding(OPEN, "", None, "4 shared samples", "2 x"),
         "own attempts: 4 shared samples, 2 x"),
        (PUBLISHED, Finding(HOLDS, "", who="9 results"),
         "published scores, none of your own samples: 9 results"),
        (PUBLISHED, Finding(OPEN, ""), "published scores, none of your own samples: none"),
    ],
)  # fmt: skip
def test_each_claim_says_what_it_stands_on(stands, found, said):
    assert evidence(stands, found, Own(1, 3, ["W"])) == said


def test_the_sentence_counts_own_samples_and_published_scores_apart():
    rows = pl.DataFrame(
        [(HOLDS, OWN), (FAILS, OWN), (CLOSE, OWN), (OPEN, OWN), (OPEN, OWN), (HOLDS, PUBLISHED)],
        schema=["verdict", "evidence"], orient="row",
    )  # fmt: skip
    assert sentence(rows) == (
        "Of 5 claims judged on your own samples **1 holds**, **1 does not**, 1 is too close to "
        "call and 2 lack data; of 1 claim judged on published scores **1 holds**. What would "
        "settle the rest stands beside."
    )
    assert sentence(rows[3:5]).startswith("Of 2 claims judged on your own samples **0 hold** and ")
    assert table.__doc__
