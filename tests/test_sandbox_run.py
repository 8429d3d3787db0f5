"""Collecting answers that are graded by running them: whole, aside, and never without the room."""

import os
import threading
import time
from dataclasses import replace

import pytest

from collectors import sandbox, tasks
from collectors.collect import collect
from collectors.experiment import parse
from collectors.tasks import python_functions
from data.errors import ExperimentError
from data.store import Reader
from tests.openai_server import OpenAIServer
from tests.test_sandbox import closed

BY_INPUT = {
    python_functions.sample(level, seed).input: python_functions.sample(level, seed).target
    for level in (1, 2)
    for seed in range(8)
}


def knows(messages):
    """The reference solution of the sample that is asked for."""
    asked = messages[-1]["content"]
    return next(f"```python\n{t}\n```" for i, t in BY_INPUT.items() if i in asked)


def experiment(server, task="python-functions", samples=3, levels=(1, 2), at_once=4):
    return parse(
        f'name = "code"\n[[contestant]]\nmodel = "hosted_vllm/m"\napi_base = "{server.base}"\n'
        "price = { input_usd_per_mtok = 1.0, output_usd_per_mtok = 10.0 }\nmax_tokens = 500\n"
        f'max_concurrency = {at_once}\n[[task]]\nname = "{task}"\nlevels = {list(levels)}\n'
        f"samples = {samples}\n"
    )


def rows(db):
    """The latest try of each attempt."""
    return Reader(db).sql(
        "SELECT * FROM attempts QUALIFY try = max(try) OVER (PARTITION BY attempt_id) "
        "ORDER BY sample_id"
    )


@closed
def test_answers_are_graded_by_running_them(tmp_path):
    with OpenAIServer(knows) as server:
        outcome = collect(experiment(server), tmp_path / "x.duckdb")
    found = rows(tmp_path / "x.duckdb")
    assert outcome.progress.done == 6
    assert found["score"].to_list() == [1.0] * 6
    assert set(found["verdict"]) == {"correct"}


@closed
def test_a_room_that_goes_missing_leaves_answers_unscored_paid_for_and_to_be_redone(
    tmp_path, monkeypatch
):
    db, path = tmp_path / "x.duckdb", os.environ["PATH"]
    python_functions.graded.cache_clear()
    with OpenAIServer(knows) as server:
        told = experiment(server, levels=(1,))
        monkeypatch.setenv("PATH", "/nowhere")
        collect(told, db)
        before = rows(db)
        monkeypatch.setenv("PATH", path)
        collect(told, db, redo_failed=True)
    assert set(before["status"]) == {"infra_error"}
    assert before["score"].null_count() == len(before) == 3
    assert all("install bubblewrap" in error for error in before["error"])
    assert before["cost_usd"].min() > 0
    after = rows(db)
    assert after["score"].to_list() == [1.0] * 3


def test_an_experiment_without_the_room_says_so_before_it_starts(monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")
    sandbox.missing.cache_clear()
    try:
        with OpenAIServer(knows) as server:
            with pytest.raises(ExperimentError, match="install bubblewrap"):
                experiment(server)
            text = experiment(server, task="sums").text
            both = parse(f'{text}[[task]]\nname = "python-functions"\nsamples = 2\n')
    finally:
        sandbox.missing.cache_clear()
    assert [choice.name for choice in both.tasks] == ["sums"]
    assert "install bubblewrap" in both.skipped["python-functions"]


def test_slow_scoring_has_threads_of_its_own(tmp_path, monkeypatch):
    """No more than cores, and not those that look up hosts' names for other calls."""
    used, at_once, most = set(), [], []

    def slow(sample, text):
        at_once.append(text)
        used.add(threading.current_thread().name)
        most.append(len(at_once))
        time.sleep(0.05)
        at_once.pop()
        return sums.score(sample, text)

    sums = tasks.task("sums")
    monkeypatch.setattr(tasks, "task", lambda name: replace(sums, slow_score=True, score=slow))
    with OpenAIServer() as server:
        collect(experiment(server, task="sums", samples=12, levels=(1,), at_once=12),
                tmp_path / "x.duckdb")  # fmt: skip
    assert rows(tmp_path / "x.duckdb")["score"].to_list() == [1.0] * 12
    assert all(name.startswith("scorer") for name in used)
    assert max(most) <= len(used) <= (os.cpu_count() or 1)
