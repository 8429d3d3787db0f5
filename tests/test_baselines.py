"""Baselines: the commonest label and a head on words, and readers at equal numbers of labels."""

import itertools

import polars as pl
import pytest

from collectors import tasks
from collectors.collect import collect
from collectors.demo import experiment as demo
from collectors.experiment import parse
from collectors.firsthour.bundled import baselines
from collectors.providers.local.baselines import Unread, Words, majority, words_head
from collectors.providers.local.heads import fit_head
from collectors.providers.local.registry import LOCAL_MODELS
from collectors.tasks.training import readable
from data.errors import ExperimentError, ProviderError
from data.lenses import lens
from data.store import Reader, queries
from data.study import Study
from data.view import View

READABLE = [tasks.task(name) for name in tasks.names() if readable(tasks.task(name))]
ADVERSARIAL = 4
MARGIN = 0.1

FAMILIES = ("sentiment", "topic", "moderation", "urgency", "tickets", "language")

every_task = pytest.mark.parametrize("task", READABLE, ids=lambda t: t.name)
every_family = pytest.mark.parametrize("name", FAMILIES)


def accuracies(task, encoder, classifier, most=200):
    """Share of right answers by level of a head fitted on the task's whole training split."""
    head = fit_head("head", task.name, encoder, task.train, classifier=classifier)
    found = []
    for level in task.levels:
        of = [task.sample(level, seed) for seed in range(min(most, task.size(level)))]
        said = head.classifier.predict(encoder.embed([s.input for s in of]))
        right = [task.score(s, str(a)).value for s, a in zip(of, said, strict=True)]
        found.append(sum(right) / len(right))
    return found


@pytest.fixture(scope="module")
def words_accuracies():
    return {name: accuracies(tasks.task(name), Words(), words_head) for name in FAMILIES}


@every_task
def test_the_majority_is_right_as_often_as_its_label_is_asked(task):
    head = fit_head("majority", task.name, Unread(), task.train, classifier=majority)
    answer = head.answer(["anything"])
    assert answer in task.labels
    for level, found in zip(task.levels, accuracies(task, Unread(), majority), strict=True):
        of = [task.sample(level, seed) for seed in range(min(200, task.size(level)))]
        assert found == pytest.approx(sum(s.target == answer for s in of) / len(of))
        assert found == pytest.approx(task.baseline, abs=0.03)


@every_family
def test_a_head_on_words_falls_from_nearly_all_to_nearly_guessing(name, words_accuracies):
    found, task = words_accuracies[name], tasks.task(name)
    assert found[0] >= 0.9
    assert found[ADVERSARIAL - 1] < found[0] - 0.3
    assert found[-1] <= task.baseline + MARGIN
    assert all(share > task.baseline - MARGIN for share in found)


@every_family
def test_each_level_is_harder_for_a_head_on_words(name, words_accuracies):
    found = words_accuracies[name]
    assert all(b < a - 0.02 for a, b in itertools.pairwise(found)), found


@every_family
def test_levels_are_clean_noisy_shifted_and_adversarial(name):
    levels = tasks.task(name).levels
    told = " ".join(levels.values())
    assert len(levels) >= 5
    for kind in ("clean:", "noisy:", "shifted:", "adversarial:"):
        assert kind in told


def test_of_equally_many_labels_the_majority_is_the_first_by_name():
    made = majority().fit(["x", "y", "z"], ["b", "a", "c"])
    assert list(made.predict(["?"])) == ["a"]


def test_words_are_counted_with_signs_and_in_any_script():
    assert Words().count("don't stop!") == 5
    assert Words().count("Он не видел моря.") == 5
    assert Words().count("") == 0
    assert Unread().count("whatever") is None
    assert Words().embed(["a", "b"]) == ["a", "b"]


def test_training_texts_without_a_word_are_a_clear_error():
    with pytest.raises(ProviderError, match="can't be fitted on the training split of 'blank'"):
        fit_head("w", "blank", Words(), lambda: [(" ", "a"), ("", "b")], classifier=words_head)


def test_baselines_are_in_the_demo_and_in_every_first_experiment():
    wanted = {m.model for m in LOCAL_MODELS if m.baseline}
    assert wanted == {"local/words-head", "local/majority"}
    assert {e.table["model"] for e in baselines()} == wanted
    made = demo(3)
    labelled = {c.name for c in made.tasks if readable(c.task)}
    for entrant in made.entrants:
        if entrant.contestant.model in wanted:
            wanted.remove(entrant.contestant.model)
            assert set(entrant.tasks) == labelled == {"tickets", "language"}
    assert not wanted


EXPERIMENT = """\
name = "labels"
[[contestant]]
model = "local/static-head"
labelled = {labelled}
[[contestant]]
model = "local/majority"
[[contestant]]
model = "local/words-head"
[[task]]
name = "tickets"
levels = [1, 3, 6]
samples = 48
"""


@pytest.fixture(scope="module")
def collected(tmp_path_factory):
    db = tmp_path_factory.mktemp("labels") / "x.duckdb"
    outcome = collect(parse(EXPERIMENT.format(labelled=[12, 60, 240])), db)
    return db, outcome


def test_equal_numbers_of_labels_are_contestants_of_their_own(collected):
    db, outcome = collected
    assert (outcome.reason, outcome.progress.failed) == ("complete", 0)
    frame = queries.rollup(Reader(db), "labels").filter(pl.col("level") == 1)
    shares = dict(zip(frame["name"], frame["score_mean"], strict=True))
    assert set(shares) == {
        "Static embeddings + head · 12 labels",
        "Static embeddings + head · 60 labels",
        "Static embeddings + head · 240 labels",
        "Majority label",
        "Words + head",
    }
    few, some, many = (shares[f"Static embeddings + head · {n} labels"] for n in (12, 60, 240))
    assert shares["Majority label"] < few < some < many
    assert shares["Majority label"] == pytest.approx(1 / 6, abs=0.02)


def test_what_each_head_was_fitted_on_is_kept(collected):
    _, outcome = collected
    assert sorted(fit.labels for fit in outcome.fits) == [
        12, 60, 240, *[len(tasks.task("tickets").train())] * 2,
    ]  # fmt: skip
    assert all(fit.cpu_s > 0 for fit in outcome.fits)


def test_an_export_shows_the_guess_beside_the_accuracy(collected):
    db, _ = collected
    tables = lens("summary").look(Study(Reader(db), View("labels"))).tables
    for name in ("contestants", "by_task", "by_level"):
        assert tables[name]["baseline"].to_list() == pytest.approx([1 / 6] * tables[name].height)
        assert "Majority label" in tables[name]["name"].to_list()


@pytest.mark.parametrize(
    ("labelled", "words"),
    [
        ("[12, 5]", "task 'tickets': labelled = 5: the task has 6 labels"),
        ("100000", "labelled = 100000: the training split holds"),
        ("1", "labelled"),
        ("[]", "labelled = \\[\\]"),
    ],
)
def test_numbers_of_labels_that_do_not_go_are_refused_at_once(labelled, words):
    with pytest.raises(ExperimentError, match=words):
        parse(EXPERIMENT.format(labelled=labelled))
