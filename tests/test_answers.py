"""What is read out of a model's text, and that no text can break the reading."""

import json
import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from collectors.tasks import answers

LABELS = ("billing", "delivery", "returns", "account")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("42", "42"),
        ("the answer is 4, no, 5", "5"),
        ("3 + 4 = 7; 7 + 5 = 12\nAnswer: 12", "12"),
        ("Answer: 12\n\nI added 3, 4 and 5.", "12"),
        ("Answer: 9\nWait.\nAnswer: 12", "12"),
        ("**Answer:** 12", "12"),
        ("**Answer**: **12**", "12"),
        ("ANSWER: 12 (that is 3 + 9)", "12"),
        ("The final answer is: $\\boxed{12}$.", "12"),
        ("so we get \\boxed{1{,}234}", "1234"),
        ("Answer: \\(12\\,345\\)", "12345"),
        ("Answer:\n\n3 + 9 = 12", "12"),
        ("The answer is 12. I used 3 and 9.", "12"),
        ("Answer: 12. I used 3 and 9.", "12"),
        ("<think>Answer: 3</think>12", "12"),
        ("<think>Answer: 3</think>\nAnswer: 12", "12"),
        ("no tag opened</think>12", "12"),
        ("<think>Answer: 3", None),
        ("Answer: 1,234,567", "1234567"),
        ("Answer: 1,234.50", "1234.5"),
        ("Answer: 1.234,50", "1234.5"),
        ("Answer: 1.234.567", "1234567"),
        ("Answer: 12,50", "12.5"),
        ("Answer: 12\u202f345", "12345"),
        ("Answer: 12'345", "12345"),
        ("Answer: ١٢", "12"),
        ("Answer: １２", "12"),
        ("Answer: -12", "-12"),
        ("Answer: \u221212", "-12"),
        ("from 10-12", "12"),
        ("1,2,3", "3"),
        ("Answer: 007.00", "7"),
        ("Answer: -0", "0"),
        ("Answer: 12.", "12"),
        ("Answer: twelve", None),
        ("7\nAnswer:", None),
        ("Answer: 12\nAnswer:", "12"),
        ("", None),
    ],
)
def test_numbers(text, expected):
    assert answers.number(text) == expected


def test_a_number_too_long_for_int_is_still_compared():
    long = "9" * 20_000
    assert answers.number(f"Answer: {long}") == long


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("billing", "billing"),
        ("Billing.", "billing"),
        ("It is late, so not billing or returns.\nAnswer: delivery", "delivery"),
        ("billing? returns? I decide:\n\n**returns**", "returns"),
        ("Answer: the returns desk", "returns"),
        ("Answer: returns (not billing)", "returns"),
        ("Answer: returns\nbecause billing is fine", "returns"),
        ("Answer: billing or returns", None),
        ("This goes to the account desk.", "account"),
        ("accounting", None),
        ("<think>billing</think>returns", "returns"),
        ("", None),
    ],
)
def test_labels(text, expected):
    assert answers.label(text, LABELS) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{"a": 1}', {"a": "1"}),
        ('```json\n{"a": null}\n```', {"a": None}),
        ('{"a": 1} or rather {"a": 2}', {"a": "2"}),
        ('Answer: {"a": {"b": 2}}', {"a": {"b": "2"}}),
        ('a stray { and then {"a": "}"} end', {"a": "}"}),
        ('the 5" pipe: {"a": "x"}', {"a": "x"}),
        ('a { 5" brace, then {"a": "x"}', {"a": "x"}),
        ('{"a": 1} {broken', {"a": "1"}),
        ('{"a": 1', None),
        ("[1, 2]", None),
        ('<think>{"a": 1}</think>{"a": 2}', {"a": "2"}),
        ('{"a": ' + "9" * 5000 + "}", {"a": "9" * 5000}),
        ("", None),
    ],
)
def test_json_objects(text, expected):
    assert answers.json_object(text) == expected


@given(st.text(max_size=300))
@example("{" * 3000 + "}" * 3000)
@example('{"a":' * 3000 + "1" + "}" * 3000)
@example("\\boxed{" * 500)
@example("²³ ١٢ ௰ 五 Ⅻ")
@example("\ud800 Answer: \udfff")
def test_no_text_raises(text):
    answers.number(text)
    answers.label(text, LABELS)
    answers.json_object(text)


@given(st.dictionaries(st.text(max_size=5), st.text(max_size=9), max_size=4), st.text(max_size=40))
def test_an_object_is_found_after_prose(value, prose):
    prose = prose.replace("{", "").replace("}", "").replace("<", "")
    assert answers.json_object(f"{prose} {json.dumps(value)}") == value


@given(st.integers(0, 10**30))
def test_thousands_marks_change_nothing(value):
    assert answers.number(f"Answer: {value:,}") == str(value)


@pytest.mark.parametrize(
    "piece",
    ["{", "}", '{"a":', '"', "Answer: ", "9", "9,", "<think>", "</think>", "(", "\n", "a\\",
     "\\boxed{", " ", "*", "answer ", "- "],
)  # fmt: skip
def test_a_megabyte_is_read_at_once(piece):
    text = piece * (1_000_000 // len(piece))
    began = time.process_time()
    answers.number(text)
    answers.label(text, LABELS)
    answers.json_object(text)
    assert time.process_time() - began < 1.0


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Answer: 30 508", "30508"),
        ("Answer: 30\\ 508", "30508"),
        ("Answer: 30~508 apples", "30508"),
        ("Answer: 1 234 567.5", "1234567.5"),
        ("Answer: \u201310", "-10"),
        ("Answer: - 10", "-10"),
        ("Answer: minus 10", "-10"),
        ("The result is negative 10", "-10"),
        ("Answer: $-$10", "-10"),
        ("Answer: 20 - 8 = 12", "12"),
        ("Answer: 12 = 4 + 8", "12"),
        ("Answer: 12, since 5 were added to 7", "12"),
        ("Answer: 12 because 5 + 7 = 12", "12"),
        ("the answer is 4, no, 5", "5"),
        ('{"answer": "12", "confidence": 95}', "12"),
        ('{"answer": 12}', "12"),
        ("10\u201312 is a range", "12"),
        ("Answer: 13 or 12", None),
        ("Answer: between 13 and 12", None),
        ("Answer: 13, 12", None),
        ("Answer: 13 / 12", None),
        ("Answer: not 12", None),
        ("Answer: more than 12", None),
        ("Answer: >= 12", None),
        ("It is 12 or maybe 13", None),
        ("Answer: 0x12", "0"),
    ],
)
def test_one_number_is_said_or_none(text, value):
    assert answers.number(text) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("not positive", None),
        ("Answer: not positive", None),
        ("anything but positive", None),
        ("positive, rather than negative", "positive"),
        ("It isn't negative, it is positive.", "positive"),
        ("neither negative nor positive", None),
        ("not spam", "not spam"),
        ("Not sure, but positive", "positive"),
    ],
)
def test_a_label_that_is_denied_is_not_said(text, value):
    assert answers.label(text, ("positive", "negative", "not spam")) == value


def test_an_empty_object_after_the_answer_hides_nothing():
    assert answers.json_object('{"a": 1} {}') == {"a": "1"}
    assert answers.json_object("{}") == {}
