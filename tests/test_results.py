from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from data.catalog import models, results, sources
from data.errors import CatalogError

KNOWLEDGE = {
    "jamc-qa": 61,
    "simpleqa": 60,
    "simpleqa-base": 4,
    "simpleqa-verified": 4,
    "swallow-mmlu": 50,
    "swallow-mmlu-pro": 61,
    "swallow-niilc": 50,
    "swallow-triviaqa": 50,
    "triviaqa-base": 4,
}
HEAD = """
[collection]
id = "mine"
title = "My results"
source = "mine"
measure = "knowledge"
metric = "accuracy"
unit = "percent"
closed_book = true
evaluator = "Me"
"""
ROW = """
[[result]]
label = "Some model"
score = 50
"""


@pytest.fixture
def own(tmp_path, monkeypatch):
    """Write results/mine.toml in a user's own folder that has a source and a model 'mine'."""
    folder = tmp_path / "own"
    for name in ("results", "models"):
        (folder / name).mkdir(parents=True)
    (folder / "sources.toml").write_text(
        '[[source]]\nid = "mine"\ntitle = "My notes"\nchecked = 2026-01-01\n'
    )
    (folder / "models" / "mine.toml").write_text('[[model]]\nid = "mine"\nname = "Mine"\n')
    monkeypatch.setenv("ISOCOST_CATALOG", str(folder))

    def write(text, name="mine"):
        (folder / "results" / f"{name}.toml").write_text(text)
        clear()

    yield write
    monkeypatch.undo()
    clear()


def clear():
    for cached in (results._read, models.models, sources.sources, sources.labs):
        cached.cache_clear()


def closed_book():
    return results.frame().filter("closed_book")


def r_squared(frame, size):
    """Share of the score's variance that log10 of a size and a thinking covariate explain."""
    known = frame.filter(pl.col(size).is_not_null())
    score = known["score"].to_numpy()
    design = np.column_stack(
        [np.ones(len(known)), np.log10(known[size].to_numpy()), known["thinking"].to_numpy()]
    )
    left = score - design @ np.linalg.lstsq(design, score, rcond=None)[0]
    return 1 - left @ left / np.square(score - score.mean()).sum()


def test_a_row_has_every_column_and_is_measured_by_others():
    frame = results.frame()
    assert dict(frame.schema) == results.SCHEMA
    assert set(frame["measured_by"]) == {"others"}
    assert frame.select("collection", "measure", "metric", "label", "score", "source").null_count(
    ).sum_horizontal().item() == 0  # fmt: skip
    assert frame["score"].is_between(0, 100).all()
    assert set(frame["source"]) <= set(sources.sources())


@pytest.mark.parametrize(("collection", "rows"), KNOWLEDGE.items())
def test_closed_book_knowledge_has_all_its_rows(collection, rows):
    assert results.collections()[collection].closed_book
    assert len(results.results(collection)) == rows


def test_only_knowledge_is_closed_book():
    assert set(closed_book()["collection"]) == set(KNOWLEDGE)


def test_sixty_open_models_have_a_closed_book_score_and_both_sizes():
    sized = closed_book().drop_nulls(["params_total", "params_active"])
    assert sized["label"].n_unique() >= 60
    assert (sized["params_active"] <= sized["params_total"]).all()


def test_size_explains_closed_book_knowledge_as_published():
    assert r_squared(results.frame("jamc-qa"), "params_total") == pytest.approx(0.676, abs=5e-4)


@pytest.mark.parametrize(
    ("collection", "rows", "total", "active"),
    [("simpleqa", 26, 0.710, 0.408), ("mmlu-pro", 27, 0.754, 0.352)],
)
def test_total_size_explains_more_than_active_size(collection, rows, total, active):
    frame = results.frame(collection)
    if results.collections()[collection].closed_book:
        frame = frame.filter("closed_book")
    frame = frame.drop_nulls(["params_total", "params_active"])
    assert len(frame) == rows
    assert r_squared(frame, "params_total") == pytest.approx(total, abs=5e-4)
    assert r_squared(frame, "params_active") == pytest.approx(active, abs=5e-4)


def test_a_doubted_score_is_kept_and_marked():
    doubted = [r for r in results.results("simpleqa") if not r.closed_book]
    assert [(r.label, r.score) for r in doubted] == [("Qwen3-235B-A22B-Instruct-2507", 54.3)]
    assert doubted[0].note


def test_configurations_with_the_cost_of_a_whole_run():
    frame = results.frame("aider-polyglot")
    assert len(frame) == 69
    priced = frame.drop_nulls("cost_usd")
    assert len(priced) >= 40
    assert (priced["cost_usd"] > 0).all()
    best = frame.sort("score").tail(1)
    row = ("label", "effort", "score", "cost_usd", "output_tokens", "n", "seconds", "measured")
    assert best.select(row).row(0) == (
        "gpt-5 (high)", "high", 88.0, 29.0829, 2_623_429, 225, 194.0, date(2025, 8, 23),
    )  # fmt: skip
    efforts = frame.filter(pl.col("label").str.starts_with("gpt-5"))["effort"]
    assert set(efforts) == {"low", "medium", "high"}


def test_one_name_run_in_two_edit_formats_stays_two_configurations():
    labels = results.frame("aider-polyglot")["label"]
    two = sorted(label for label in labels if label.startswith("Qwen2.5-Coder-32B"))
    assert two == ["Qwen2.5-Coder-32B-Instruct (diff)", "Qwen2.5-Coder-32B-Instruct (whole)"]


def test_reasoning_is_inside_the_output_and_unknown_when_the_source_lost_it():
    frame = results.frame("lrm-token-economy")
    assert (len(frame), frame["n"].sum()) == (23, 2178)
    assert (frame["reasoning_tokens"] <= frame["output_tokens"]).all()
    unknown = frame.filter(pl.col("reasoning_tokens").is_null())["label"].to_list()
    assert unknown == [
        "DeepHermes-3-Mistral-24B-Pre", "llama-3.3-nemotron-super-49b-v1", "minimax-m1",
    ]  # fmt: skip
    assert frame["score"].min() == pytest.approx(77.8947)
    assert frame["score"].max() == 100


def test_encoders_have_a_size_and_all_eight_tasks():
    frame = results.frame("mteb-classification")
    assert len(frame) >= 60
    assert frame["params_total"].null_count() == 0
    assert set(frame["n"]) == {8}


def test_models_are_of_the_catalogue():
    named = {r.model for r in results.results() if r.model}
    assert named <= set(models.models())
    assert len(named) >= 60


def test_totals_that_disagree_are_listed(own):
    two = ROW + 'model = "mine"\nparams_total = 7_000_000_000\n'
    three = two.replace("Some", "Other").replace("7_000", "8_000")
    own(HEAD + two + three)
    assert results.conflicts()["mine"] == {7_000_000_000: ("mine",), 8_000_000_000: ("mine",)}


def test_a_users_own_results_stand_beside_the_shipped_ones(own):
    own(HEAD + ROW + 'model = "mine"\nmeasured = 2026-01-01\n')
    (result,) = results.results("mine")
    assert (result.score, result.evaluator, result.closed_book) == (50.0, "Me", True)
    assert "jamc-qa" in results.collections()


def test_a_users_file_of_the_same_name_stands_in_place_of_the_shipped_one(own):
    own(HEAD.replace('"mine"', '"jamc-qa"', 1) + ROW, name="jamc-qa")
    assert [r.label for r in results.results("jamc-qa")] == ["Some model"]


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("scores = 3", "unknown key 'scores'. Did you mean 'score'?"),
        ("cost_usd = 0", "cost_usd = 0. Leave out"),
        ("cost_usd = -1.5", "cost_usd = -1.5. Leave out"),
        ("cost_usd = nan", "Leave out"),
        ("output_tokens = 0", "output_tokens = 0. Leave out"),
        ("input_tokens = -3", "input_tokens = -3. Leave out"),
        ("output_tokens = 2.5", "write a whole number"),
        ("n = true", "write a whole number"),
        ("params_total = 7\nparams_active = 8", "params_active = 8 is more than params_total = 7"),
        ("output_tokens = 7\nreasoning_tokens = 8", "is more than output_tokens = 7"),
        ('model = "nobody"', "no model 'nobody' in the catalogue"),
        ('source = "nowhere"', "unknown source 'nowhere'"),
        ('measured = "2026-01-01"', "write a date without quotes"),
        (ROW, "stands twice"),
    ],
)
def test_a_wrong_entry_is_refused_in_one_line(own, line, says):
    own(HEAD + ROW + line)
    with pytest.raises(CatalogError) as caught:
        results.results()
    message = str(caught.value)
    assert says in message
    assert "results/mine.toml" in message
    assert "'Some model'" in message
    assert "\n" not in message


def test_a_measurement_of_tomorrow_is_refused(own):
    own(f"{HEAD}{ROW}measured = {date.today() + timedelta(days=1)}")
    with pytest.raises(CatalogError, match="lies in the future"):
        results.results()


@pytest.mark.parametrize("score", ["-0.1", "100.5", "nan", '"50"'])
def test_a_score_that_is_no_percentage_is_refused(own, score):
    own(HEAD + ROW.replace("50", score))
    with pytest.raises(CatalogError, match="score = "):
        results.results()


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('id = "mine"', 'id = "other"', "Write the file's name, 'mine'"),
        ('"knowledge"', '"skill"', "measure = 'skill'"),
        ('"knowledge"', '"capability"', "closed_book = true is for measure = 'knowledge'"),
        ('"percent"', '"share"', "Write scores in percent"),
        ("closed_book", "closedbook", "unknown key 'closedbook'. Did you mean 'closed_book'?"),
        ('title = "My results"', "", "'title' is missing"),
        ("[collection]", "[about]", "unknown key 'about'"),
    ],
)
def test_a_wrong_collection_is_refused(own, old, new, says):
    own(HEAD.replace(old, new, 1) + ROW)
    with pytest.raises(CatalogError) as caught:
        results.results()
    assert says in str(caught.value)


def test_the_same_label_at_another_effort_is_another_configuration(own):
    own(HEAD + ROW + 'effort = "low"' + ROW + 'effort = "high"' + ROW + "thinking = false")
    assert len(results.results("mine")) == 3


def test_an_unknown_collection_is_named_with_what_there_is():
    with pytest.raises(CatalogError, match="No results 'simple-qa'. Did you mean 'simpleqa'?"):
        results.results("simple-qa")
