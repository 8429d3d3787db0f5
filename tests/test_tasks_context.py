"""Long texts: what is asked for is in them, once, where it should be, and found again."""

import re
from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.tasks import multi_needles, needles, trace
from collectors.tasks.needles import LADDER

TASK, MULTI = needles.TASK, multi_needles.TASK

every_level = pytest.mark.parametrize("level", list(LADDER))


def said(text, name):
    """The lines that say what `name` is."""
    return re.findall(rf"^The {re.escape(name)} is (\d+)\.$", text, re.M)


@every_level
def test_the_needle_is_in_the_text_once(level):
    for seed in range(20):
        sample = TASK.sample(level, seed)
        (name,) = re.findall(r"^What is the (.*)\?$", sample.input, re.M)
        assert said(sample.input, name) == [sample.target]


@every_level
def test_every_one_of_several_needles_is_in_the_text_once(level):
    for seed in range(20):
        sample = MULTI.sample(level, seed)
        asked = re.search(r"numbers, in this order: (.*)\?$", sample.input)[1]
        names = [part.removeprefix("the ") for part in asked.split("; ")]
        assert len(names) == len(set(names)) == LADDER[level].needles
        found = [said(sample.input, name) for name in names]
        assert [code for (code,) in found] == sample.target.split(", ")


@every_level
def test_depth_is_balanced(level):
    """Ten neighbouring seeds put the needle into every tenth of the text."""
    for start in (0, 30):
        depths = []
        for seed in range(start, start + 10):
            sample = TASK.sample(level, seed)
            lines = sample.input.splitlines()
            (name,) = re.findall(r"^What is the (.*)\?$", sample.input, re.M)
            at = lines.index(f"The {name} is {sample.target}.")
            depths.append(at * 10 // LADDER[level].lines)
        assert sorted(depths) == list(range(10))


@every_level
def test_the_text_is_as_long_as_its_level_says(level):
    tokens = re.search(r"([\d,]+) tokens", TASK.levels[level])[1].replace(",", "")
    length = len(TASK.sample(level, 0).input)
    assert 2.8 < length / int(tokens) < 5.2


@every_level
def test_distraction_rises(level):
    sample = TASK.sample(level, 4)
    (name,) = re.findall(r"^What is the (.*)\?$", sample.input, re.M)
    parts = set(re.findall(r"\w+", name)) - {"the", "of", "in", "code"}
    told = re.findall(r"^The (.*) is \d+\.$", sample.input, re.M)
    close = [t for t in told if t != name and len(parts - set(re.findall(r"\w+", t))) <= 1]
    wanted = {1: 0, 2: 0, 3: 0, 4: 3, 5: 20, 6: 30, 7: 35, 8: 60}
    assert len(close) >= wanted[level]
    assert len(told) == 1 if level == 1 else len(told) > 1


def test_the_order_asked_for_is_not_the_order_of_the_text():
    orders = set()
    for seed in range(40):
        sample = MULTI.sample(3, seed)
        places = [sample.input.index(f" {code}.") for code in sample.target.split(", ")]
        orders.add(tuple(sorted(range(3), key=places.__getitem__)))
    assert len(orders) == 6


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12345, 23456", 1),
        ("Answer: 12345, 23456", 1),
        ("Answer: 12345 and 23456", 1),
        ("Answer: 12,345 and 23,456.", 1),
        ("1. spoon: 12345\n2. fork: 23456", 1),
        ("Answer:\n1. 12345\n2. 23456", 1),
        ("First 99999, no.\nAnswer: 12345; 23456", 1),
        ("Answer: 12345,23456 (lines 3 and 9)", 1),
        ("Answer: \\boxed{12345, 23456}", 1),
        ("Answer: １２３４５, ２３４５６", 1),
        ("<think>23456</think>12345, 23456", 1),
        ("Answer: 23456, 12345", 0),
        ("Answer: 12345", 0),
        ("Answer: 12345, 23456, 34567", 0),
        ("Answer: 12345, 34567 or 23456", 0),
        ("Answer: 12345, 2345", 0),
        ("Answer: 1234523456", 0),
        ("12345, 23456\nAnswer: unknown", 0),
        ("<think>12345, 23456", 0),
    ],
)
def test_lists_of_numbers(text, value):
    sample = replace(MULTI.sample(1, 0), target="12345, 23456")
    assert multi_needles.score(sample, text).value == value


@given(st.text(max_size=200))
def test_other_text_around_a_list_is_never_a_wrong_one(text):
    sample = MULTI.sample(4, 1)
    for wrap in (text, f"Answer: {text}", f"{text} {sample.target}9", f"{sample.target} 1 {text}"):
        assert MULTI.score(sample, wrap).value == 0


def test_trace_is_right_by_another_reading():
    for level in trace.LADDER:
        for seed in range(100):
            sample = trace.TASK.sample(level, seed)
            assert followed(sample.input) == sample.target


def followed(text):
    """Reads the sentences and does what they say."""
    boxes = {}
    rules = (
        (r"The (\w+) box holds (\d+) coins\.", lambda b, n: boxes.update({b: int(n)})),
        (r"The (\w+) box is emptied and (\d+) coins are put into it\.",
         lambda b, n: boxes.update({b: int(n)})),
        (r"(\d+) coins are put into the (\w+) box\.",
         lambda n, b: boxes.update({b: boxes[b] + int(n)})),
        (r"(\d+) coins are taken out of the (\w+) box\.",
         lambda n, b: boxes.update({b: boxes[b] - int(n)})),
        (r"(\d+) coins are moved from the (\w+) box to the (\w+) box\.",
         lambda n, a, b: boxes.update({a: boxes[a] - int(n), b: boxes[b] + int(n)})),
        (r"The (\w+) box and the (\w+) box exchange their contents\.",
         lambda a, b: boxes.update({a: boxes[b], b: boxes[a]})),
        (r"The (\w+) box is made to hold as many coins as the (\w+) box\.",
         lambda a, b: boxes.update({a: boxes[b]})),
        (r"If the (\w+) box holds more coins than the (\w+) box, (\d+) coins are put into the "
         r"(\w+) box\.",
         lambda a, b, n, c: boxes.update({c: boxes[c] + int(n) * (boxes[a] > boxes[b])})),
    )  # fmt: skip
    *lines, _, question = text.splitlines()
    for line in lines:
        (done,) = [(f, m) for rule, f in rules if (m := re.fullmatch(rule, line))]
        done[0](*done[1].groups())
        assert all(count >= 0 for count in boxes.values())
    return str(boxes[re.search(r"the (\w+) box", question)[1]])


@pytest.mark.parametrize("task", [TASK, MULTI, trace.TASK], ids=lambda t: t.name)
def test_no_blind_guess_is_worth_anything(task):
    for level in task.levels:
        counts = Counter(task.sample(level, s).target for s in range(min(400, task.size(level))))
        assert max(counts.values()) / sum(counts.values()) <= 0.015
