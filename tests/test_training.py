"""Which part of a training split a head is fitted on."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors import tasks
from collectors.tasks.training import readable, training_subset
from data.errors import ExperimentError

SPLIT = [(f"{label} text {i}", label) for label in ("a", "b", "c") for i in range(20)]

splits = st.lists(
    st.tuples(st.text(min_size=1, max_size=8), st.sampled_from("abcd")),
    min_size=4,
    max_size=60,
    unique_by=lambda example: example[0],
).filter(lambda split: len({label for _, label in split}) >= 2)


def test_without_a_number_the_whole_split_stands_as_it_is():
    assert training_subset(SPLIT, None) == SPLIT
    assert training_subset([], None) == []


@pytest.mark.parametrize("labelled", [3, 4, 12, 59, 60])
def test_labels_are_as_even_as_they_come(labelled):
    counts = Counter(label for _, label in training_subset(SPLIT, labelled))
    assert sum(counts.values()) == labelled
    assert max(counts.values()) - min(counts.values()) <= 1


def test_a_label_with_few_examples_gives_all_of_them_before_others_give_more():
    few = [*SPLIT[:20], ("lone b", "b")]
    found = training_subset(few, 7)
    assert Counter(label for _, label in found) == {"a": 6, "b": 1}


@given(split=splits, data=st.data())
def test_subsets_are_nested_and_hold_every_label(split, data):
    labels = {label for _, label in split}
    more = data.draw(st.integers(len(labels), len(split)))
    fewer = data.draw(st.integers(len(labels), more))
    large, small = training_subset(split, more), training_subset(split, fewer)
    assert large[:fewer] == small
    assert {label for _, label in small} == labels
    assert set(large) <= set(split)
    assert len(set(large)) == len(large) == more


@given(split=splits, data=st.data())
def test_the_order_of_the_split_changes_nothing(split, data):
    labelled = data.draw(st.integers(len({label for _, label in split}), len(split)))
    other = data.draw(st.permutations(split))
    assert training_subset(other, labelled) == training_subset(split, labelled)


def test_a_subset_is_no_run_of_the_first_examples():
    found = training_subset(SPLIT, 30)
    assert {text for text, _ in found} != {t for t, _ in SPLIT if int(t.split()[-1]) < 10}


def test_texts_with_half_a_character_have_a_place():
    assert len(training_subset([("\ud800", "a"), ("x", "b")], 2)) == 2


@pytest.mark.parametrize(
    ("labelled", "words"),
    [
        (61, r"labelled = 61: the training split holds 60 examples. Write 60 or fewer"),
        (2, r"labelled = 2: the task has 3 labels, .* Write 3 or more"),
    ],
)
def test_numbers_that_no_subset_has_say_which_would_do(labelled, words):
    with pytest.raises(ExperimentError, match=words):
        training_subset(SPLIT, labelled)


def test_readable_are_the_tasks_with_labels_and_examples_of_them():
    found = {name for name in tasks.names() if readable(tasks.task(name))}
    assert found >= {
        "tickets", "language", "sentiment", "topic", "moderation", "urgency",
    }  # fmt: skip
    assert not found & {"sums", "capitals", "invoices"}
