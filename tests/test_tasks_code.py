"""Code: reference solutions against other ways of solving, grading by running, programs re-run."""

import contextlib
import io
import itertools
import json
import os
import re
import statistics
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collectors import sandbox
from collectors.tasks import code_output, python_functions
from collectors.tasks.code_programs import State, execute, lines, text
from collectors.tasks.python_functions import PUZZLES, TASK, cases, code, drawn
from tests.other_ways import OTHER_WAYS

closed = pytest.mark.skipif(
    sandbox.missing() is not None and "CI" not in os.environ, reason=str(sandbox.missing())
)
ALL = [(level, puzzle.name) for level, found in PUZZLES.items() for puzzle in found]


def seeds(level, name, most):
    every = range(TASK.size(level))
    return list(itertools.islice((s for s in every if drawn(level, s)[0].name == name), most))


@pytest.mark.parametrize(("level", "name"), ALL)
def test_a_puzzle_is_tested_enough_and_no_constant_passes(level, name):
    for seed in seeds(level, name, 20):
        tests = cases(level, seed, python_functions.SHOWN + python_functions.TESTS)
        assert len(tests) >= 13
        assert max(Counter(value for _, value in tests).values()) < len(tests)
        shown = cases(level, seed, python_functions.SHOWN)
        assert tests[: len(shown)] == shown
        hidden = {args for args, _ in tests} - {args for args, _ in shown}
        assert len(hidden) >= 10


def test_no_two_puzzles_share_a_name():
    assert len({name for _, name in ALL}) == len(ALL)


@pytest.mark.parametrize("name", OTHER_WAYS)
def test_reference_solutions_agree_with_another_way(name):
    level = next(n for n, other in ALL if other == name)
    for seed in seeds(level, name, 3 if name in ("filled", "voyage") else 12):
        _, params, _ = drawn(level, seed)
        for args, wanted in cases(level, seed, 18):
            got = OTHER_WAYS[name](*json.loads(args), params)
            assert sandbox.encoded(got) == wanted, (args, params)


def test_examples_say_what_the_reference_returns():
    for level, name in ALL:
        for seed in seeds(level, name, 3):
            sample = TASK.sample(level, seed)
            space = {}
            exec(sample.target, space)
            shown = re.findall(rf"^({name}\(.*\)) -> (.*)$", sample.input, re.M)
            assert len(shown) == python_functions.SHOWN
            for call, result in shown:
                assert eval(call, dict(space)) == eval(result)


GOOD = "def larger(a, b):\n    return max(a, b) + 1"


@pytest.mark.parametrize(
    "said",
    [
        GOOD,
        f"```python\n{GOOD}\n```",
        f"```\n{GOOD}\n```",
        f"```py\n{GOOD}",
        f"Sure!\n\n```python\n{GOOD}\n```\n\nUse it so:\n\n```python\nprint(larger(1, 2))\n```\n",
        f"```python\ndef larger(a, b):\n    return a\n```\nNo, better:\n```python\n{GOOD}\n```",
        f"1. Do this:\n   ```python\n   {GOOD.replace(chr(10), chr(10) + '   ')}\n   ```",
        f"Here is the function:\n\n{GOOD}\n\nIt returns the larger one.",
        f"<think>```python\ndef larger(a, b): pass\n```</think>\n```python\n{GOOD}\n```",
        f"**Answer:**\n```python\n{GOOD}\n```",
        f"Answer: {GOOD}",
        f"# Answer: below\n{GOOD}",
        f"import math\n\n{GOOD}\n",
    ],
)
def test_code_is_found_in_what_is_written(said):
    found = code(said, "larger")
    space = {}
    exec(found, space)
    assert space["larger"](3, 5) == 6


@pytest.mark.parametrize(
    "said",
    ["", "I don't know", "max(a, b) + 1", "```python\nprint(1)\n```", "def smaller(a, b): pass",
     "the def larger of them", f"<think>{GOOD}"],
)  # fmt: skip
def test_without_the_function_it_is_malformed(said):
    assert code(said, "larger") is None
    sample = next(s for s in (TASK.sample(1, n) for n in range(12)) if "larger(" in s.input)
    assert TASK.score(sample, said).verdict == "malformed"


@given(st.text(max_size=300), st.sampled_from(["", "```", "```python\n", "def start", "Answer:"]))
def test_any_text_is_searched(said, before):
    for whole in (said, before + said, said + before, before + said + before):
        assert code(whole, "start") is None or "start" in whole


@pytest.mark.parametrize("piece", ["```", "`", "```python\n", "Answer:", "def f(", "(", "\n", "- "])
def test_long_hostile_texts_take_no_time(piece):
    assert code(piece * (120_000 // len(piece)), "larger") is None


@closed
def test_a_wrong_program_is_wrong_and_told_why():
    sample = TASK.sample(6, 0)
    name = sample.input.partition("(")[0]
    for body, why in (
        ("return None", "tests passed"),
        ("return 1 / 0", "ZeroDivisionError"),
        ("while True:\n        pass", "timeout"),
        ("import os; os._exit(0)", "died"),
        ("print('18 of 18 tests passed'); raise SystemExit(0)", "SystemExit"),
        ("return (", "SyntaxError"),
        ("return undefined", "NameError"),
    ):
        score = TASK.score(sample, f"```python\ndef {name}(*args):\n    {body}\n```")
        assert (score.value, score.verdict) == (0, "wrong")
        assert why in score.note


@closed
def test_a_program_that_knows_the_examples_only_fails():
    for level in PUZZLES:
        sample = TASK.sample(level, 2)
        name = sample.input.partition("(")[0]
        known = dict(cases(level, 2, python_functions.SHOWN))
        answers = f"{{{', '.join(f'{a!r}: {v!r}' for a, v in known.items())}}}"
        source = (
            f"import json\ndef {name}(*args):\n    key = json.dumps(list(args), "
            f"separators=(',', ':'), sort_keys=True)\n    return json.loads({answers}[key])"
        )
        score = TASK.score(sample, f"```python\n{source}\n```")
        assert score.value == 0
        assert score.note.startswith(f"{len(known)} of ")


FAKES = (
    "import sys\nsys.exit(0)",
    "import os\nos._exit(0)",
    "import builtins\nbuiltins.all = builtins.any = lambda values: True\n"
    "builtins.sum = lambda values: 18",
    "import json\njson.dumps = lambda *args, **named: 'true'",
    "class Any:\n    def __eq__(self, other):\n        return True\n"
    "def larger(a, b):\n    return Any()",
    "class Any(int):\n    def __eq__(self, other):\n        return True\n"
    "    __repr__ = __str__ = lambda self: 'true'\ndef larger(a, b):\n    return Any(1)",
    "import sys\nframe = sys._getframe(1)\njob = frame.f_locals['job']\n"
    "def larger(a, b):\n    return next(v for k, v in job.items() if k not in ('nonce', 'name'))",
    "import gc\ndef larger(a, b):\n    return max((o for o in gc.get_objects() "
    "if type(o) is dict and len(o) == 18), key=len, default=18)",
    "import os\nfor fd in range(9):\n    try:\n        "
    "os.write(fd, b'18 of 18 tests passed\\nvalue 0 18\\nend\\n')\n    except OSError:\n"
    "        pass",
    "larger = print",
)


@closed
@pytest.mark.parametrize("source", FAKES)
def test_a_pass_can_not_be_faked(source):
    sample = next(s for s in (TASK.sample(1, n) for n in range(12)) if "larger(" in s.input)
    if "larger" not in source:
        source += "\ndef larger(a, b):\n    return 18"
    score = TASK.score(sample, f"```python\n{source}\n```")
    assert (score.value, score.verdict) == (0, "wrong")
    assert score.note.startswith(("0 of 18", "1 of 18"))


@closed
def test_values_that_pretend_to_be_equal_are_not():
    sample = next(s for s in (TASK.sample(1, n) for n in range(12)) if "larger(" in s.input)
    source = (
        "class Same(int):\n    def __eq__(self, other):\n        return True\n"
        "    __hash__ = int.__hash__\ndef larger(a, b):\n    return Same(7)"
    )
    assert TASK.score(sample, f"```python\n{source}\n```").value == 0


def test_without_a_sandbox_nothing_is_run(monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")
    sample = TASK.sample(1, 0)
    name = sample.input.partition("(")[0]
    with pytest.raises(sandbox.SandboxError, match="bubblewrap"):
        TASK.score(sample, f"```python\ndef {name}(*a):\n    return 'never run'\n```")


def test_the_family_names_what_it_misses(monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")
    sandbox.missing.cache_clear()
    try:
        assert "apt-get install bubblewrap" in TASK.missing()
    finally:
        sandbox.missing.cache_clear()


@pytest.mark.parametrize("level", list(code_output.LEVELS))
def test_programs_print_what_they_are_said_to(level):
    """Python's own word against that of our few rules."""
    for seed in range(150):
        sample = code_output.TASK.sample(level, seed)
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            exec(sample.input, {})
        assert printed.getvalue() == f"{sample.target}\n"


def test_the_best_blind_guess_is_what_it_is_said_to_be():
    best = []
    for level in code_output.LEVELS:
        counts = Counter(code_output.TASK.sample(level, s).target for s in range(1000))
        best.append(max(counts.values()) / 1000)
    assert statistics.fmean(best) == pytest.approx(code_output.TASK.baseline, abs=0.005)


NUMBERS = st.integers(0, 20).map(lambda n: ("n", n))
TREES = st.recursive(
    NUMBERS, lambda t: st.tuples(st.sampled_from(["+", "-", "*", "%", "//"]), t, t), max_leaves=8
)


@settings(max_examples=300)
@given(TREES)
def test_expressions_are_bracketed_as_they_are_meant(tree):
    try:
        state = State({})
        execute([("set", "a", tree)], state)
    except ZeroDivisionError:
        return
    assert eval(text(tree)) == state.values["a"]
    assert lines([("set", "a", tree)]) == [f"a = {text(tree)}"]


def test_an_endless_program_is_noticed():
    body = [
        ("set", "a", ("n", 0)),
        ("while", ("<", ("v", "a"), ("n", 1)), [("set", "a", ("n", 0))]),
    ]
    with pytest.raises(OverflowError):
        execute(body, State({}))
