"""Rules that a program can check: kept together by the example, and broken one by one."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.tasks import answers
from collectors.tasks import instructions_rules as rules
from collectors.tasks.instructions import LADDER, TASK, plan, score

SEEDS = range(60)
every_level = pytest.mark.parametrize("level", list(LADDER))


@every_level
def test_the_example_answer_keeps_every_rule_as_it_is_worded(level):
    """Read again from the words of the rules, by other code."""
    for seed in SEEDS:
        sample = TASK.sample(level, seed)
        broken = [r for r in sample.input.splitlines() if not holds(r, sample.target)]
        assert not broken, sample


def holds(rule, text):
    lines = text.split("\n")
    words = text.lower().split()
    number = re.search(r"exactly (\d+) (\w+)", rule)
    quoted = re.search(r"'(\w+)'", rule)
    line = re.match(r"- The (\w+) line has", rule)
    if line:
        chosen = lines[rules.ORDINALS.index(line[1])]
        measure = len(chosen.split()) if number[2] in ("word", "words") else len(
            chosen.replace(" ", "")
        )  # fmt: skip
        return measure == int(number[1])
    if "word is" in rule:
        return words[0 if "first" in rule else -1] == quoted[1]
    if "letter '" in rule:
        return quoted[1].lower() not in text.lower()
    if "Use the word" in rule:
        return words.count(quoted[1]) == int(number[1])
    if "The lines" in rule:
        at = 0 if "begin" in rule else -1
        return [row.lower()[at] for row in lines] == rule.lower().split(": ")[1].rstrip(".").split(
            ", "
        )
    if "capital" in rule:
        return text == text.upper()
    if "no word twice" in rule:
        return len(set(words)) == len(words)
    if "alphabetical" in rule:
        return all(row.lower().split() == sorted(row.lower().split()) for row in lines)
    if "at least" in rule:
        return min(map(len, words)) >= int(re.search(r"at least (\d+)", rule)[1])
    return number[2] in ("line", "lines", "word", "words") and int(number[1]) == (
        len(lines) if "line" in number[2] else len(words)
    )


TWO = [["a", "b"], ["c", "d", "e"]]
RIGHT_AND_WRONG = {
    "one line": (
        rules.lengths([["a", "b", "c"]]),
        [
            "one two three",
            "One, two; three!",
            "well-known don't it\u2019s",
            "\u00e9t\u00e9 \u00e0 3",
        ],
        [
            "one two",
            "one two three four",
            "one two\nthree",
            "one two three\nfour",
            "one - two",
            "1. a b c",
        ],
    ),
    "two lines": (
        rules.lengths(TWO),
        ["a b\nc d e", "A, b.\n\n\nC d: e?", "- a b\n- c d e"],
        [
            "a b c\nd e",
            "a b c d e",
            "a b\nc d e\nf",
            "a b\nc d",
            "1. a b\n2. c d e",
            "Sure:\na b\nc d e",
        ],
    ),
    "first": (
        [rules.first("stone")],
        ["stone", "Stone wall", "'STONE' wall", "  stone\nwall"],
        ["stones wall", "the stone", "stone-wall", "stonewall", "wall stone", "sto ne", "5 stone"],
    ),
    "last": (
        [rules.last("stone")],
        ["stone", "a Stone.", "wall\nof (stone)", "wall stone!!"],
        ["stone wall", "the stones", "sandstone", "sand-stone", "stone\nwall", "stone 5"],
    ),
    "times": (
        [rules.times("lamp", 2)],
        ["lamp lamp", "Lamp, a lamp", "lamp\nred LAMP.", "lamp lamps lamp"],
        ["lamp", "lamp lamp lamp", "lamp lamps", "lamplamp", "lamp-lamp", "a lamp\nlamp lamp"],
    ),
    "initials": (
        [rules.initials(["a", "B"])],
        ["apple tree\nbig", "Apple\nbanana", "'apple'\n- banana", "A\nb"],
        [
            "apple",
            "apple\nbig\ncat",
            "big\napple",
            "an\nold\nbear",
            "1 apple\n2 bear",
            "the apple\nbear",
        ],
    ),
    "finals": (
        [rules.finals(["e", "R"])],
        ["apple\nbear", "one apple.\nred bear!", "'E'\nr", "grape\nB-EAR"],
        ["bear\napple", "apple pies\nbear", "apple", "apple\nbear\nx", "apple 1\nbear 2"],
    ),
    "letters": (
        rules.letter_counts(["one two", "three"]),
        ["one two\nthree", "a-b-c, d'e f!\nabcde", "ABCDEF\n(abc) de", "one two 22\nthree"],
        ["one two\nfour", "one twos\nthree", "onetwo", "three\none two"],
    ),
    "forbidden": (
        [rules.forbidden("e", 3)],
        ["an oak", "AN OAK", "a b c 3"],
        ["an oar, the", "E", "ALE", "caf\u00e9 e", "a\nb\nme"],
    ),
    "long": (
        [rules.long(4, 3)],
        ["long words", "LONG, words!", "four well-known", "it's-me alright"],
        ["a long word", "long abc", "long ab-c", "long 12345", "long abc1", "long\nsad"],
    ),
    "capitals": (
        [rules.capitals(3)],
        ["STONE WALL", "STONE, WALL 5!", "\u00c9T\u00c9"],
        ["Stone Wall", "STONE wALL", "STONE\nwall", "\u00e9T\u00c9"],
    ),
    "distinct": (
        [rules.distinct(3)],
        ["a b c", "lamp lamps", "red-lamp red lamp"],
        ["a b a", "Lamp lamp", "a\nb\na", "lamp, lamp."],
    ),
    "alphabetical": (
        [rules.alphabetical(3)],
        ["ant bee cat", "Ant bee Cat\nant", "zoo\nant", "a a b", "lamp lamps"],
        ["bee ant", "ant cat bee", "ant bee\ncat bee", "lamps lamp", "zebra Ant"],
    ),
}


@pytest.mark.parametrize("kind", RIGHT_AND_WRONG)
def test_each_rule_tells_right_from_nearly_right(kind):
    told, right, wrong = RIGHT_AND_WRONG[kind]
    for text in right:
        assert all(rule.keeps(answers.lines(text)) for rule in told), text
    for text in wrong:
        assert not all(rule.keeps(answers.lines(text)) for rule in told), text


@every_level
def test_rules_of_a_sample_can_be_kept_together(level):
    """All of them, by the example that they were read off: none is ever asked for in vain."""
    for seed in range(0, TASK.size(level), 7):
        lines, told = plan(level, seed)
        assert all(rule.keeps(lines) for rule in told)
        assert len({rule.text for rule in told}) == len(told)


@every_level
@pytest.mark.parametrize(
    "wrap",
    ["Answer:\n```\n{}\n```", "Answer:\n```text\n{}\n```\n", "**Answer:**\n\n{}", "Answer: <{}>",
     "Let me count: a b c.\nAnswer: {}\n", "<think>Answer: no</think>\n{}",
     "Answer: \u201c{}\u201d", "Answer: no, wait\n\nAnswer: {}"],
)  # fmt: skip
def test_a_right_text_is_right_however_it_is_wrapped(level, wrap):
    for seed in range(0, 30, 3):
        sample = TASK.sample(level, seed)
        assert score(sample, wrap.format(sample.target)).value == 1


@every_level
def test_a_higher_level_has_more_to_keep(level):
    if level > 1:
        fewest = min(TASK.work(TASK.sample(level, s)) for s in SEEDS)
        assert fewest > min(TASK.work(TASK.sample(level - 1, s)) for s in SEEDS)


@every_level
@pytest.mark.parametrize(
    "spoil",
    [lambda t: t + " and so on", lambda t: "Sure! " + t, lambda t: t.split(" ", 1)[1],
     lambda t: t + "\n" + t, lambda t: "1. " + t, lambda t: t.replace(" ", "\n"),
     lambda t: t[::-1], lambda t: " ".join(reversed(t.split(" ")))],
)  # fmt: skip
def test_a_text_that_breaks_a_rule_scores_nothing(level, spoil):
    for seed in SEEDS:
        sample = TASK.sample(level, seed)
        if spoil(sample.target) == sample.target:
            continue
        found = score(sample, f"Answer: {spoil(sample.target)}")
        assert (found.value, found.verdict) == (0, "wrong"), sample


@every_level
def test_the_note_tells_how_many_rules_are_kept(level):
    sample = TASK.sample(level, 0)
    _, rules = plan(level, 0)
    assert score(sample, sample.target).note == f"{len(rules)} of {len(rules)} rules kept"
    assert score(sample, "Answer: x").note.endswith(f"of {len(rules)} rules kept")


def test_what_stands_before_the_answer_does_not_count():
    sample = TASK.sample(8, 3)
    long = f"The first line could be: {sample.target}\nNo, wait.\n\n**Answer:**\n"
    assert score(sample, long + sample.target).value == 1
    assert score(sample, f"Answer: {sample.target}\n\nOn reflection:\n\nAnswer: no").value == 0
    assert score(sample, f'Answer: "{sample.target}"').value == 1
    assert score(sample, f"Answer: {sample.target}\n\nI hope this helps!").value == 0


def test_case_is_free_where_no_rule_asks_for_it():
    sample = TASK.sample(2, 0)
    assert score(sample, sample.target.capitalize() + ".").value == 1
    capitals = TASK.sample(5, 0)
    assert score(capitals, capitals.target.lower()).value == 0


@pytest.mark.parametrize("text", ["", "Answer:", "Answer: ...", "?!", "<think>stone river"])
def test_no_text_is_malformed(text):
    assert score(TASK.sample(1, 0), text).verdict == "malformed"


def test_no_example_fits_two_samples():
    for level in LADDER:
        targets = {TASK.sample(level, seed).target for seed in SEEDS}
        first = [TASK.sample(level, seed) for seed in range(6)]
        fits = [(s, t) for s in first for t in targets if t != s.target and score(s, t).value]
        assert not fits


@given(text=st.text(max_size=300), level=st.sampled_from(list(LADDER)))
def test_a_random_text_is_never_right(text, level):
    for wrap in (text, f"Answer: {text}", f"{text}\nAnswer:", f"<think>{text}"):
        assert score(TASK.sample(level, 5), wrap).value == 0
