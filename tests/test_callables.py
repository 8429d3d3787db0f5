"""Python functions of the user's own as contestants."""

from __future__ import annotations

import asyncio
import os
import sys
import time
from decimal import Decimal
from itertools import count

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors import preflight
from collectors.collect import collect
from collectors.experiment import load, parse
from collectors.nightly.canaries import probes
from collectors.providers.functions import (
    MOST_LEFT_BEHIND,
    Functions,
    InvalidResultError,
    function,
    read_result,
)
from collectors.providers.router import Providers
from dashboard.commands.collect import exit_code, told
from data.errors import ExperimentError, ProviderError
from data.records import Contestant
from data.store import Reader

MODULE = count()
TASK = '[[task]]\nname = "sums"\nlevels = [1]\nsamples = 8\n'
ADDS = (
    "import re\n\n\ndef add(text):\n"
    "    return f'Answer: {sum(map(int, re.findall(r\"[0-9]+\", text)))}'\n"
)


@pytest.fixture
def own(tmp_path, monkeypatch):
    """Writes a module beside the experiment; returns its name."""
    monkeypatch.setattr(sys, "path", [*sys.path])

    def write(source):
        name = f"own_model_{next(MODULE)}"
        (tmp_path / f"{name}.py").write_text(source)
        return name

    return write


def write(tmp_path, *contestants, task=TASK, top=""):
    path = tmp_path / "x.toml"
    tables = "".join(f"[[contestant]]\n{c}\n" for c in contestants)
    path.write_text(f'name = "own"\n{top}\n{tables}{task}')
    return path


def go(tmp_path, *contestants, **options):
    """A collection in this process: (exit code, what people are told, its rows)."""
    path, db, lines = write(tmp_path, *contestants, **options), tmp_path / "own.duckdb", []
    outcome = collect(load(path), db, say=lines.append)
    rows = Reader(db).sql(
        "SELECT c.name, c.kind, a.* FROM attempts a JOIN contestants c USING (contestant_id)"
    )
    return exit_code(outcome), "\n".join([*lines, *told(outcome)]), rows


def entrant(tmp_path, contestant, **options):
    return load(write(tmp_path, contestant, **options)).entrants[0]


def ask(tmp_path, model, messages, timeout_s=5.0, kind="reader", times=1):
    """The completions of a function, one after the other."""
    who = Contestant(model, "F", kind=kind)

    async def all_of_them():
        functions = Functions([model])
        found = [await functions.complete(who, messages, timeout_s) for _ in range(times)]
        functions.stop()
        return found

    if str(tmp_path) not in sys.path:
        sys.path.insert(0, str(tmp_path))
    return asyncio.run(all_of_them())


READ = [{"role": "system", "content": "desk"}, {"role": "user", "content": "a parcel"}]


# --- what the experiment says


def test_a_function_is_a_reader_that_enters_every_task(tmp_path, own):
    module = own(ADDS)
    found = entrant(tmp_path, f'model = "python:{module}:add"\nversion = "2"')
    who = found.contestant
    assert (who.kind, who.prompt_style, who.deployment) == ("reader", "reader", "python")
    assert who.name == f"{module}:add"
    assert found.tasks is None
    assert found.max_concurrency == 1
    assert found.price.basis == "told"
    other = entrant(tmp_path, f'model = "python:{module}:add"\nversion = "3"').contestant
    assert other.contestant_id != who.contestant_id, "a changed version is another contestant"
    writer = entrant(tmp_path, f'model = "python:{module}:add"\nkind = "writer"').contestant
    assert writer.kind == "writer"


@pytest.mark.parametrize(
    ("source", "contestant", "says"),
    [
        ("", 'model = "python:{m}:add"', "has no attribute 'add'"),
        ("1 / 0", 'model = "python:{m}:add"', "ZeroDivisionError"),
        ("add = 7", 'model = "python:{m}:add"', "int is no function"),
        (ADDS, 'model = "python:{m}"', "write 'python:module:function'"),
        (ADDS, 'model = "python::add"', "write 'python:module:function'"),
        (ADDS, 'model = "python:no_such_module:f"', "ModuleNotFoundError"),
        ("def add(): pass", 'model = "python:{m}:add"', "(text), (text, task) or (messages)"),
        ("def add(a, b, c): pass", 'model = "python:{m}:add"', "it takes 3 arguments"),
        ("def add(messages, x): pass", 'model = "python:{m}:add"', "it takes 2 arguments"),
        (ADDS, 'model = "python:{m}:add"\neffort = "low"', "effort says nothing of a Python"),
        (ADDS, 'model = "python:{m}:add"\napi_base = "http://x"', "api_base says nothing"),
        (ADDS, 'model = "python:{m}:add"\nlabelled = 9', "labelled says nothing"),
        (ADDS, 'model = "python:{m}:add"\nkind = "router"', "kind = 'router'"),
        (ADDS, 'model = "python:{m}:add"\nprompt_style = "terse"', "prompt_style = 'terse'"),
        ("async def add(text): pass",
         'model = "python:{m}:add"\nprice = {{ usd_per_cpu_hour = 1 }}', "plain Python functions"),
        (ADDS, 'model = "python:{m}:add"\nprice = {{ told_usd_at_most = 1, usd_per_hour = 1 }}',
         "does not go with the rest"),
        ("", 'model = "openai/m"\nversion = "2"', "version says nothing of a model behind an API"),
    ],
)  # fmt: skip
def test_what_can_not_be_called_or_says_nothing_is_refused(tmp_path, own, source, contestant, says):
    module = own(source)
    with pytest.raises(ExperimentError) as error:
        entrant(tmp_path, contestant.format(m=module))
    assert says in str(error.value)
    assert "[[contestant]] 1" in str(error.value)


def test_only_a_file_that_somebody_wrote_may_name_code(tmp_path, own):
    module = own("print('loaded')\n" + ADDS)
    path = write(tmp_path, f'model = "python:{module}:add"')
    with pytest.raises(ExperimentError) as error:
        parse(path.read_text())
    assert "named in an experiment file only" in str(error.value)
    assert module not in sys.modules


def test_a_function_needs_no_key_no_server_and_no_canary(tmp_path, own):
    module = own("def chat(messages):\n    return 'x'\n")
    found = load(write(tmp_path, f'model = "python:{module}:chat"'))
    assert preflight.endpoints(found.entrants) == {}
    preflight.check_settings(found.entrants)
    Providers([e.contestant for e in found.entrants]).check_keys()
    asked = {p.entrant.contestant.model for p in probes(found, "night", {})}
    assert not {m for m in asked if m.startswith("python:")}


def test_a_ceiling_needs_to_know_what_a_call_can_tell(tmp_path, own):
    module = own(ADDS)
    free = load(write(tmp_path, f'model = "python:{module}:add"', top="budget_usd = 1.0"))
    prices = {e.contestant.contestant_id: e.price for e in free.entrants}
    caps = preflight.caps(free.entrants)
    with pytest.raises(ExperimentError, match="told_usd_at_most"):
        preflight.check_ceilings(free, prices, caps)


def test_so_does_one_by_tokens_and_max_tokens_says_it(tmp_path, own):
    module = own(ADDS)
    priced = (
        f'model = "python:{module}:add"\nkind = "writer"\n'
        "price = { input_usd_per_mtok = 1.0, output_usd_per_mtok = 2.0 }"
    )
    for more, refused in (("", True), ("\nmax_tokens = 100", False)):
        found = load(write(tmp_path, priced + more, top="budget_usd = 1.0"))
        prices = {e.contestant.contestant_id: e.price for e in found.entrants}
        if refused:
            with pytest.raises(ExperimentError, match="Write max_tokens"):
                preflight.check_ceilings(found, prices, preflight.caps(found.entrants))
        else:
            preflight.check_ceilings(found, prices, preflight.caps(found.entrants))


# --- one call


@pytest.mark.parametrize(
    ("source", "gets"),
    [
        ("def f(text): return text", "a parcel"),
        ("def f(text, task): return f'{task}: {text}'", "desk: a parcel"),
        ("def f(text, task='?'): return f'{task}: {text}'", "desk: a parcel"),
        ("def f(text, *, task): return f'{task}: {text}'", "desk: a parcel"),
        ("def f(*args): return ' | '.join(args)", "a parcel | desk"),
        ("def f(text, temperature=0.5): return f'{temperature}'", "0.5"),
        ("def f(messages): return messages[-1]['role']", "user"),
        ("async def f(text): return text", "a parcel"),
        ("class M:\n    def __call__(self, text): return text\nf = M()", "a parcel"),
        ("class M:\n    async def __call__(self, text): return text\nf = M()", "a parcel"),
        ("async def g(text): return text\ndef f(text): return g(text)", "a parcel"),
        ("class M:\n    @staticmethod\n    def f(text): return text\nclass f(M): pass\nf = f.f",
         "a parcel"),
    ],
)  # fmt: skip
def test_a_function_gets_what_its_parameters_ask_for(tmp_path, own, source, gets):
    (found,) = ask(tmp_path, f"python:{own(source)}:f", READ)
    assert (found.status, found.text, found.error) == ("ok", gets, None)


def test_cpu_seconds_and_time_are_those_of_the_call(tmp_path, own):
    source = (
        "import time\ndef busy(text):\n    end = time.thread_time() + 0.1\n"
        "    while time.thread_time() < end: pass\n    return 'x'\n"
        "def idle(text):\n    time.sleep(0.2)\n    return 'x'\n"
        "async def waits(text):\n    import asyncio\n    await asyncio.sleep(0.1)\n    return 'x'\n"
    )
    module = own(source)
    (busy,) = ask(tmp_path, f"python:{module}:busy", READ)
    assert 0.1 <= busy.cpu_s < 0.12
    (idle,) = ask(tmp_path, f"python:{module}:idle", READ)
    assert idle.cpu_s < 0.05 < 0.2 <= idle.duration_s
    (waits,) = ask(tmp_path, f"python:{module}:waits", READ)
    assert waits.cpu_s is None, "its seconds can't be told from others'"
    assert waits.duration_s >= 0.1


@pytest.mark.parametrize(
    ("result", "usage", "usd"),
    [
        ("'x'", (None, 0), None),
        ("{'text': 'x'}", (None, 0), None),
        ("{'text': 'x', 'input_tokens': 3}", (3, 0), None),
        ("{'text': 'x', 'input_tokens': 3, 'output_tokens': 2, 'usd': 0.5}", (3, 2), 0.5),
        ("__import__('types').SimpleNamespace(text='x', usd=1)", (None, 0), 1.0),
        ("{'text': __import__('numpy').str_('x'), 'input_tokens': __import__('numpy').int64(4)}",
         (4, 0), None),
    ],
)  # fmt: skip
def test_a_result_is_a_text_or_says_more(tmp_path, own, result, usage, usd):
    (found,) = ask(tmp_path, f"python:{own(f'def f(text): return {result}')}:f", READ)
    assert (found.status, found.text, type(found.text)) == ("ok", "x", str)
    assert (found.usage.input_tokens, found.usage.output_tokens) == usage
    assert found.billed_usd == usd


def test_a_writer_that_counts_no_tokens_has_none_reported():
    found = read_result("x", "writer")
    assert (found.usage.output_tokens, found.usage.source) == (None, None)


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ("return 7", "InvalidResultError: returned int: return a text, or a dict with 'text'"),
        ("return None", "InvalidResultError: returned NoneType"),
        ("return {'texts': 'x'}", "InvalidResultError: returned an unknown key 'texts'"),
        ("return {'text': 'x', 'usd': -1}", "InvalidResultError: returned usd = -1"),
        ("return {'text': 'x', 'usd': float('nan')}", "InvalidResultError: returned usd = nan"),
        ("return {'text': 'x', 'usd': '1'}", "InvalidResultError: returned usd = '1'"),
        ("return {'text': 'x', 'input_tokens': 1.5}", "InvalidResultError: returned input_tokens"),
        ("return {'text': 'x', 'input_tokens': True}", "InvalidResultError: returned input_tok"),
        ("return {'text': 'x', 'output_tokens': 10**12}", "InvalidResultError: returned output"),
        ("raise ValueError('no such desk')", "ValueError: no such desk"),
        ("raise SystemExit(3)", "SystemExit: 3"),
        ("raise KeyboardInterrupt", "KeyboardInterrupt: no message"),
        ("import os; raise RuntimeError(os.environ['PLANTED_API_KEY'])", "RuntimeError: [key]"),
        ("class Odd(Exception):\n        def __str__(self): raise RuntimeError\n    raise Odd",
         "Odd: no message"),
        ("class Odd:\n        @property\n        def text(self): raise RuntimeError('odd')\n"
         "    return Odd()", "RuntimeError: odd"),
        ("import asyncio\n    async def g(): raise LookupError('later')\n    return g()",
         "LookupError: later"),
    ],
)  # fmt: skip
def test_what_goes_wrong_has_a_name_and_no_secret(tmp_path, own, monkeypatch, body, error):
    monkeypatch.setenv("PLANTED_API_KEY", "sk-planted-4711")
    (found,) = ask(tmp_path, f"python:{own(f'def f(text):{chr(10)}    {body}')}:f", READ)
    assert found.status == "infra_error"
    assert found.error.startswith(error)
    assert not found.failure.retryable
    assert "sk-planted" not in found.error


@pytest.mark.parametrize("error", ["ConnectionResetError", "TimeoutError"])
def test_what_may_pass_is_tried_again(tmp_path, own, error):
    (found,) = ask(tmp_path, f"python:{own(f'def f(text): raise {error}()')}:f", READ)
    assert (found.status, found.failure.retryable) == ("infra_error", True)


@pytest.mark.parametrize(
    "source",
    [
        "import time\ndef f(text): time.sleep(1.5)\n",
        "import asyncio\nasync def f(text): await asyncio.sleep(9)\n",
    ],
)
def test_a_time_limit_holds_and_the_next_call_has_a_thread_of_its_own(tmp_path, own, source):
    started = time.perf_counter()
    first, second = ask(tmp_path, f"python:{own(source)}:f", READ, timeout_s=0.2, times=2)
    assert time.perf_counter() - started < 1.2
    for found in (first, second):
        assert found.status == "timeout"
        assert found.error.startswith("Timeout: no answer within 0.")
        assert not found.failure.retryable


def test_too_many_calls_that_never_end_stop_their_contestant(tmp_path, own):
    module = own("import time\ndef f(text): time.sleep(3)\n")
    *late, last = ask(
        tmp_path, f"python:{module}:f", READ, timeout_s=0.02, times=MOST_LEFT_BEHIND + 1
    )
    assert {x.status for x in late} == {"timeout"}
    assert last.error.startswith("StillRunningError")
    assert last.failure.stops


def test_threads_are_used_again(tmp_path, own):
    module = own("import threading\ndef f(text): return str(threading.get_ident())\n")
    assert len({x.text for x in ask(tmp_path, f"python:{module}:f", READ, times=5)}) == 1


def test_a_function_that_is_no_more_is_told_when_the_run_starts():
    with pytest.raises(ProviderError, match="ModuleNotFoundError"):
        function("python:no_such_module_anywhere:f")


@given(st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text() | st.sampled_from(
        ["text", "input_tokens", "output_tokens", "usd"]), inner),
    max_leaves=6,
))  # fmt: skip
def test_whatever_is_returned_is_an_answer_or_the_one_error(result):
    try:
        found = read_result(result, "reader")
    except InvalidResultError:
        return
    assert isinstance(found.text, str)
    found.text.encode()
    assert found.billed_usd is None or 0 <= found.billed_usd <= 1e6


def test_dollars_may_be_decimal():
    assert read_result({"text": "x", "usd": Decimal("0.25")}, "reader").billed_usd == 0.25


# --- a run


def test_functions_stand_beside_each_other_priced_each_in_its_way(tmp_path, own):
    module = own(
        ADDS + "import asyncio\n"
        "def costly(text):\n"
        "    return {'text': add(text), 'input_tokens': 5, 'output_tokens': 2, 'usd': 1.5e-7}\n"
        "def chat(messages):\n"
        "    turns = len(messages)\n"
        "    return {'text': add(messages[-1]['content']), 'input_tokens': 9 * turns,"
        " 'output_tokens': 3}\n"
        "async def waits(text):\n    await asyncio.sleep(0.02)\n    return add(text)\n"
    )
    code, said, rows = go(
        tmp_path,
        f'model = "python:{module}:add"\nname = "cpu"\nprice = {{ usd_per_cpu_hour = 3600.0 }}',
        f'model = "python:{module}:costly"\nname = "told"',
        f'model = "python:{module}:chat"\nname = "chat"\nkind = "writer"\n'
        'prompt_style = ["plain", "terse"]\n'
        "price = { input_usd_per_mtok = 1.0, output_usd_per_mtok = 2.0 }",
        f'model = "python:{module}:waits"\nname = "hour"\nmax_concurrency = 4\n'
        "price = { usd_per_hour = 36.0 }",
    )
    assert code == 0, said
    of = {name: frame for (name,), frame in rows.group_by("name")}
    assert {name: frame.height for name, frame in of.items()} == dict.fromkeys(
        ["cpu", "told", "chat", "chat · terse", "hour"], 8
    )
    assert rows["score"].mean() == 1.0
    assert of["cpu"]["cost_usd"].to_list() == pytest.approx(of["cpu"]["cpu_s"].to_list())
    assert of["cpu"]["cpu_s"].min() > 0
    assert set(of["told"]["cost_usd"]) == {1.5e-7}
    assert set(of["chat"]["cost_usd"]) == {(9 + 6) / 1e6}
    assert of["chat · terse"]["input_tokens"].min() > 9, "it gets the demonstrations as turns"
    assert of["hour"]["cost_usd"].to_list() == pytest.approx(
        (of["hour"]["duration_s"] / 100).to_list()
    )
    shown = Reader(tmp_path / "own.duckdb").sql(
        "SELECT c.name, r.price_basis, r.cost_usd, r.cost_mean FROM rollup r "
        "JOIN contestants c USING (contestant_id)"
    )
    bases = dict(shown.select("name", "price_basis").iter_rows())
    assert bases == {"cpu": "cpu", "told": "told", "chat": "tokens", "chat · terse": "tokens",
                     "hour": "machine"}  # fmt: skip
    (told_row,) = shown.filter(pl.col("name") == "told").to_dicts()
    assert told_row["cost_usd"] == pytest.approx(8 * 1.5e-7, rel=1e-12)
    assert told_row["cost_mean"] == pytest.approx(1.5e-7, rel=1e-9)


def test_errors_are_rows_and_a_function_that_always_fails_stops(tmp_path, own):
    module = own(
        ADDS + "seen = []\n"
        "def sometimes(text):\n"
        "    seen.append(text)\n"
        "    if len(seen) % 4 == 0: raise LookupError('every fourth')\n"
        "    return add(text)\n"
        "def never(text): raise ValueError('never')\n"
    )
    code, said, rows = go(
        tmp_path, f'model = "python:{module}:sometimes"', f'model = "python:{module}:never"',
        task=TASK.replace("samples = 8", "samples = 16"),
    )  # fmt: skip
    assert code == 1
    failed = rows.filter(rows["score"].is_null())
    assert set(failed["status"]) == {"infra_error"}
    assert set(failed["error"]) == {"LookupError: every fourth", "ValueError: never"}
    assert "10 attempts in a row failed, the last with ValueError: never" in said
    assert "Not made: 6 of" in said
    good = rows.filter(rows["score"].is_not_null())
    assert (good.height, good["score"].mean()) == (12, 1.0)


def test_an_untold_cost_is_unknown_and_says_why(tmp_path, own):
    code, said, rows = go(tmp_path, f'model = "python:{own(ADDS)}:add"')
    assert code == 0
    assert rows["cost_usd"].null_count() == 8
    assert "8 attempts have no known cost" in said


def test_a_ceiling_holds_for_what_a_function_tells(tmp_path, own):
    module = own(ADDS + "def costly(text): return {'text': add(text), 'usd': 0.01}\n")
    code, said, rows = go(
        tmp_path,
        f'model = "python:{module}:costly"\nprice = {{ told_usd_at_most = 0.02 }}',
        top="budget_usd = 0.05",
    )
    assert code == 1
    assert "Budget reached" in said
    assert rows["cost_usd"].sum() == pytest.approx(0.04), "a fifth call could cost 0.02"


def test_a_function_is_called_here_while_others_call_in_workers(tmp_path, own):
    module = own("import os\n" + ADDS + "def pid(text): return str(os.getpid())\n")
    path = write(tmp_path, f'model = "python:{module}:pid"')
    db = tmp_path / "own.duckdb"
    assert collect(load(path), db, workers=2).reason == "complete"
    answers = Reader(db).sql("SELECT DISTINCT text FROM responses")["text"].to_list()
    assert answers == [str(os.getpid())]
