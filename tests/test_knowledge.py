"""Knowledge: accuracy, hallucination rate and index, by band of obscurity."""

import json
import warnings
from dataclasses import replace

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.cli import main
from data.analysis.intervals import wilson
from data.analysis.knowledge import OUTCOMES, knowledge, outcomes, sentence
from data.lenses import lens
from data.store import Reader, merge
from data.study import Study
from data.view import View
from tests import rows

LETTERS = dict(zip("cwam", OUTCOMES, strict=True))


def answers(who="A", clusters=None, task="cities", epoch=1, **levels):
    """Outcomes by level as letters: l1='ccwa' is two right, one wrong, one abstained."""
    return pl.DataFrame(
        [
            {"contestant_id": who, "category": "knowledge", "task": task, "level": int(level[1:]),
             "sample_id": f"{task}/{level}/{i}",
             "cluster": f"{task}/{level}/{i // clusters if clusters else i}", "epoch": epoch,
             "outcome": LETTERS.get(letter)}
            for level, letters in levels.items()
            for i, letter in enumerate(letters)
        ],
        schema_overrides={"outcome": pl.String},
    )  # fmt: skip


def only(frame):
    return frame.row(0, named=True)


def test_the_figures_are_right_by_hand():
    row = only(knowledge(answers(l1="cccccc" + "www" + "aa" + "m" * 1)))
    assert [row[name] for name in OUTCOMES] == [6, 3, 2, 1]
    assert (row["samples"], row["answers"]) == (12, 12)
    assert row["accuracy"] == pytest.approx(6 / 12)
    assert row["hallucination"] == pytest.approx(3 / 6)
    assert row["index"] == pytest.approx(100 * (6 - 3) / 12)


def test_the_interval_of_the_index_is_right_by_hand():
    """Values 1 1 -1 0, mean 0.25: SE^2 = 4/3 * sum of squares / 16, t(3)."""
    row = only(knowledge(answers(l1="ccwa")))
    se = (4 / 3 * (0.75**2 * 2 + 1.25**2 + 0.25**2) / 16) ** 0.5
    assert row["index_low"] == pytest.approx(max(-100, 100 * (0.25 - 3.182446 * se)), abs=1e-3)
    assert row["index_high"] == pytest.approx(min(100, 100 * (0.25 + 3.182446 * se)), abs=1e-3)


def test_the_interval_of_the_hallucination_rate_is_that_of_the_answers_that_are_not_right():
    """40 wrong of 60 that are not right, among 100: about t times sqrt(h (1 - h) / 60)."""
    row = only(knowledge(answers(l1="c" * 40 + "w" * 40 + "a" * 20)))
    se = (2 / 3 * 1 / 3 / 60 * 100 / 99) ** 0.5
    assert row["hallucination_low"] == pytest.approx(2 / 3 - 1.984217 * se, abs=1e-4)
    assert row["hallucination_high"] == pytest.approx(2 / 3 + 1.984217 * se, abs=1e-4)


def test_answers_that_are_all_alike_prove_as_little_as_wilson_says():
    unseen = wilson(0, 20)[1]
    right, wrong, abstained = (only(knowledge(answers(l1=x * 20))) for x in "cwa")
    assert right["accuracy_low"] == pytest.approx(1 - unseen)
    assert (right["index"], right["index_high"]) == (100, 100)
    assert right["index_low"] == pytest.approx(100 - 200 * unseen)
    assert right["hallucination"] is right["hallucination_low"] is None
    assert wrong["hallucination"] == 1
    assert wrong["hallucination_low"] == pytest.approx(1 - unseen)
    assert (wrong["index"], abstained["index"], abstained["hallucination"]) == (-100, 0, 0)
    assert abstained["hallucination_high"] == pytest.approx(unseen)
    assert abstained["index_high"] == pytest.approx(100 * unseen)
    assert abstained["index_low"] == pytest.approx(-100 * unseen)


def test_few_answers_that_are_not_right_say_little_of_the_rate():
    row = only(knowledge(answers(l1="c" * 18 + "ww")))
    assert row["hallucination"] == 1
    assert row["hallucination_low"] == pytest.approx(wilson(2, 2)[0])


def test_who_abstains_instead_of_guessing_gains_and_loses_no_accuracy():
    guess, abstain = (only(knowledge(answers(l1="c" * 5 + x * 15))) for x in "wa")
    assert guess["accuracy"] == abstain["accuracy"]
    assert (guess["index"], abstain["index"]) == (-50, 25)
    assert (guess["hallucination"], abstain["hallucination"]) == (1, 0)


some = st.dictionaries(
    st.sampled_from(["l1", "l2", "l3", "l6"]), st.text("cwam", min_size=1, max_size=25), min_size=1
)


@settings(deadline=None, max_examples=60)
@given(levels=some, clusters=st.sampled_from([None, 2, 3]))
def test_the_index_is_accuracy_less_what_is_made_up(levels, clusters):
    """METHOD section 6: index = acc - h (100 - acc), and every count is of the answers."""
    held = answers(clusters=clusters, **levels)
    for row in (
        only(knowledge(held)),
        *knowledge(held, by=("level",)).iter_rows(named=True),
    ):
        assert sum(row[name] for name in OUTCOMES) == row["answers"]
        made = row["hallucination"] or 0.0
        percent = 100 * row["accuracy"]
        assert row["index"] == pytest.approx(percent - made * (100 - percent))
        assert (row["hallucination"] is None) == (row["correct"] == row["answers"])
        for name, least, most in (
            ("accuracy", 0, 1),
            ("index", -100, 100),
            ("hallucination", 0, 1),
        ):
            value, low, high = (row[f"{name}{end}"] for end in ("", "_low", "_high"))
            if value is not None:
                slack = 1e-9 * most
                assert least - slack <= low <= value + slack
                assert value - slack <= high <= most + slack
    for row in knowledge(held, by=("level",)).iter_rows(named=True):
        n = row["answers"]
        assert row["accuracy"] == pytest.approx(row["correct"] / n)
        assert row["index"] == pytest.approx(100 * (row["correct"] - row["wrong"]) / n)
        if row["hallucination"] is not None:
            assert row["hallucination"] == pytest.approx(row["wrong"] / (n - row["correct"]))


@settings(deadline=None, max_examples=30)
@given(letters=st.text("cwam", min_size=1, max_size=20), seed=st.integers(0, 9))
def test_the_order_of_rows_changes_nothing(letters, seed):
    held = answers(l1=letters, l2=letters[::-1])
    assert knowledge(held.sample(fraction=1, shuffle=True, seed=seed)).equals(knowledge(held))


def test_intervals_hold_the_truth_about_as_often_as_they_say():
    rng = np.random.default_rng(3)
    right, made = np.array([0.9, 0.7, 0.5, 0.3]), 0.6
    frames = []
    for who in range(250):
        drawn = rng.random((4, 25))
        letters = np.where(
            drawn < right[:, None], "c",
            np.where(drawn < (right + (1 - right) * made)[:, None], "w", "a"),
        )  # fmt: skip
        frames.append(answers(f"{who}", **{f"l{i + 1}": "".join(x) for i, x in enumerate(letters)}))
    found = knowledge(pl.concat(frames))
    truth = {"accuracy": 0.6, "hallucination": made, "index": 100 * (0.6 - 0.4 * made)}
    for name, value in truth.items():
        held = (found[f"{name}_low"] <= value) & (found[f"{name}_high"] >= value)
        assert 0.91 <= held.mean() <= 0.985, name


def test_questions_of_one_cluster_are_less_evidence():
    letters = "ccwwccaaccwwcc" * 2
    alone, pairs = (only(knowledge(answers(clusters=c, l1=letters))) for c in (None, 2))
    for name in ("accuracy", "hallucination", "index"):
        assert alone[name] == pytest.approx(pairs[name])
        width = [row[f"{name}_high"] - row[f"{name}_low"] for row in (alone, pairs)]
        assert width[1] > width[0]


def test_epochs_are_averaged_before_samples_are_counted():
    twice = pl.concat([answers(l1="cw"), answers(l1="ca", epoch=2)])
    row = only(knowledge(twice))
    assert (row["samples"], row["answers"], row["correct"], row["wrong"]) == (2, 4, 2, 1)
    assert row["index"] == pytest.approx(100 * (1 - 0.5) / 2)


def test_a_level_with_more_samples_weighs_no_more_and_a_mix_does():
    held = pl.concat([answers(l1="c" * 30, l2="w" * 10), answers(task="elements", l1="a" * 5)])
    row = only(knowledge(held))
    assert row["index"] == pytest.approx(100 * ((1 - 1) / 2 * 0.5 + 0))
    assert row["accuracy"] == pytest.approx(0.25)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        mixed = knowledge(held, {"elements": 0.0}, ("task",))
    assert mixed["accuracy"].to_list() == [0.5, None]
    assert mixed["answers"].to_list() == [40, 5]
    assert only(knowledge(held, {"elements": 0.0}))["accuracy"] == pytest.approx(0.5)


def test_what_an_answer_was():
    given = pl.DataFrame(
        {
            "status": ["ok", "ok", "ok", "ok", "ok", "refused", "truncated", "ok"],
            "verdict": ["correct", "wrong", "partial", "abstained", "malformed", None, None, None],
        }
    )
    assert outcomes(given)["outcome"].to_list() == [
        "correct", "wrong", "wrong", "abstained", "malformed", "abstained", "malformed", None,
    ]  # fmt: skip


def test_the_sentence_is_computed():
    held = pl.concat(
        [
            answers("A", l1="c" * 18 + "ww", l6="c" * 2 + "w" * 18),
            answers("B", l1="c" * 16 + "a" * 4, l6="c" * 2 + "a" * 16 + "ww"),
        ]
    )
    said = sentence(knowledge(held), knowledge(held, by=("level",)), {"A": "Loud", "B": "Frank"})
    assert "**Frank has the highest knowledge index of 2 contestants, 40 [" in said
    assert "45% right, 9% of the rest made up" in said
    assert "from band 1 to 6 its accuracy goes from 80 to 10%" in said
    assert said.endswith("Frank makes up least, 9% of what it does not get right.")


def test_who_answered_little_is_not_called_the_best():
    held = pl.concat([answers("A", l1="c"), answers("B", l1="cw" * 10)])
    said = sentence(knowledge(held), knowledge(held, by=("level",)), {})
    assert said.startswith("**B has a knowledge index of 0 [")
    assert "]** (1 more answered only part): 50% right" in said


def test_those_who_share_the_lead_are_all_counted():
    alike = [answers(who, l1="c" * 8 + "ww") for who in "ABCD"]
    held = pl.concat([*alike, answers("E", l1="c" * 5 + "w" * 5)])
    said = sentence(knowledge(held), knowledge(held, by=("level",)), {"A": "Ann"})
    assert said.startswith("**Ann and 3 others share the highest knowledge index of 5 contestants,")
    assert "Ann and 4 others make up least, 100% of what they do not get right" in said
    flat = answers("A", l1="ccw", l2="ccw")
    said = sentence(knowledge(flat), knowledge(flat, by=("level",)), {})
    assert "from band 1 to 2 its accuracy stays at 67%" in said
    pair = pl.concat([alike[0], alike[1]])
    said = sentence(knowledge(pair), knowledge(pair, by=("level",)), {})
    assert said.startswith("**A and B share the highest")


def test_without_answers_it_says_what_to_ask():
    none = knowledge(answers(l1="?"))
    assert none.is_empty()
    assert "No answers to questions of knowledge" in sentence(none, none, {})


def stored(tmp_path):
    made = []
    said = {"A": ["correct"] * 6 + ["wrong"] * 4, "B": ["correct"] * 5 + ["abstained"] * 5}
    for name, verdicts in said.items():
        who = rows.contestant(name)
        for task in ("cities", "sums"):
            for seed, verdict in enumerate(verdicts):
                sample = rows.sample(seed, task=task, level=1 + seed % 2)
                category = "math" if task == "sums" else "knowledge"
                sample = replace(sample, category=category)
                score = float(verdict == "correct")
                made.append((who, sample, rows.attempt(who, sample, score=score, verdict=verdict)))
    who = rows.contestant("A")
    for seed, status, verdict in ((10, "refused", None), (11, "truncated", None), (12, "ok", None)):
        sample = replace(rows.sample(seed, task="cities"), category="knowledge")
        attempt = rows.attempt(who, sample, score=0.0, status=status, verdict=verdict)
        made.append((who, sample, attempt))
    db = tmp_path / "x.duckdb"
    rows.write(db, made)
    merge(db)
    return db


def test_only_answers_to_knowledge_are_looked_at(tmp_path):
    seen = lens("knowledge").look(Study(Reader(stored(tmp_path)), View("night-1")))
    table = seen.tables["contestants"]
    assert table.select("name", "answers", *OUTCOMES).rows() == [
        ("A", 12, 6, 4, 1, 1), ("B", 10, 5, 0, 5, 0),
    ]  # fmt: skip
    assert seen.note == "Left out, of before verdicts were kept: 1 answer."
    assert seen.tables["tasks"]["task"].to_list() == ["cities", "cities"]
    assert seen.tables["bands"].select("name", "level").rows() == [
        ("A", 1), ("A", 2), ("B", 1), ("B", 2),
    ]  # fmt: skip


def test_it_is_exported_with_percentages_and_intervals(tmp_path, capsys):
    db = stored(tmp_path)
    assert main(["export", "knowledge", "--table", "contestants", "--db", str(db)]) == 0
    out = capsys.readouterr().out
    assert "A has a knowledge index of" in out
    assert "(1 more answered only part)" in out, "B has answered too few"
    assert "| hallucination |" in out
    assert "0.0% (" in out
    assert (
        main(["export", "knowledge", "--format", "json", "--task", "cities", "--db", str(db)]) == 0
    )
    body = json.loads(capsys.readouterr().out)
    assert set(body["tables"]) == {"contestants", "bands", "tasks"}
    assert body["tables"]["contestants"][1]["index"] == 50
