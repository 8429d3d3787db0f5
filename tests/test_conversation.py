"""Conversations: one attempt of many calls, its sums, its retries, its budget."""

import json

import pytest

from collectors import tasks
from collectors.collect import collect
from collectors.experiment import parse
from collectors.tasks import agent_calculator, agent_files, agent_store
from data.store import Reader
from tests import guess_task, oracles
from tests.openai_server import OpenAIServer


@pytest.fixture(autouse=True)
def guess(monkeypatch):
    monkeypatch.setitem(tasks.MODULES, "guess", "tests.guess_task")
    tasks.task.cache_clear()
    yield
    tasks.task.cache_clear()


def halves(messages):
    """Binary search over what it has been told."""
    low, high = 1, 100
    for said, told in zip(messages[1::2], messages[2::2], strict=False):
        number = int(said["content"].split()[-1])
        if told["content"] == "higher":
            low = number + 1
        else:
            high = number - 1
    return f"I say {(low + high) // 2}"


def experiment(server, samples=6, more="", at_once=3, task="guess", levels=(1,)):
    return parse(
        f'name = "talk"\n{more}[[contestant]]\nmodel = "hosted_vllm/m"\n'
        f'api_base = "{server.base}"\n'
        "price = { input_usd_per_mtok = 1.0, output_usd_per_mtok = 10.0 }\nmax_tokens = 50\n"
        f'max_concurrency = {at_once}\n[[task]]\nname = "{task}"\nlevels = {list(levels)}\n'
        f"samples = {samples}\n"
    )


def rows(db):
    return Reader(db).sql(
        "SELECT a.*, r.text FROM attempts a JOIN responses r USING (attempt_id, try) "
        "ORDER BY sample_id"
    )


def test_calls_are_summed_and_the_environment_scores(tmp_path):
    with OpenAIServer(halves) as server:
        outcome = collect(experiment(server), tmp_path / "x.duckdb")
        asked = server.requests
    found = rows(tmp_path / "x.duckdb")
    assert outcome.progress.done == 6
    assert found["score"].to_list() == [1.0] * 6
    assert set(found["verdict"]) == {"correct"}
    assert found["calls"].sum() == len(asked)
    assert found["calls"].max() > 2
    assert found["output_tokens"].sum() == 10 * len(asked)
    words = sum(len(m["content"].split()) for body in asked for m in body["messages"])
    assert found["input_tokens"].sum() == words
    assert found["cost_usd"].sum() == pytest.approx((words + 100 * len(asked)) / 1e6)
    first = json.loads(found["text"][0])
    assert [m["role"] for m in first[:3]] == ["assistant", "user", "assistant"]
    rollup = Reader(tmp_path / "x.duckdb").sql("SELECT * FROM rollup")
    assert rollup["calls"][0] == len(asked)
    assert rollup["cost_usd"][0] == pytest.approx(found["cost_usd"].sum())


def test_a_failed_call_is_repeated_within_the_conversation(tmp_path):
    class Flaky(OpenAIServer):
        count = 0

        def body(self, request):
            found = super().body(request)
            self.count += 1
            self.status = 500 if self.count % 3 == 2 else 200
            return found

    with Flaky(halves) as server:
        collect(experiment(server, samples=3, at_once=1), tmp_path / "x.duckdb")
        calls = len(server.requests)
    found = rows(tmp_path / "x.duckdb")
    assert found["score"].to_list() == [1.0] * 3
    assert found["calls"].sum() + found["retries"].sum() == calls
    assert found["retries"].sum() > 0


def test_a_conversation_that_loses_its_server_is_a_failure_that_was_paid_for(tmp_path):
    class Dying(OpenAIServer):
        count = 0

        def body(self, request):
            found = super().body(request)
            self.count += 1
            self.status = 400 if self.count == 2 else 200
            return found

    with Dying(halves) as server:
        collect(experiment(server, samples=1), tmp_path / "x.duckdb")
    row = rows(tmp_path / "x.duckdb").row(0, named=True)
    assert row["status"] == "infra_error"
    assert row["score"] is None
    assert row["calls"] == 2
    assert row["cost_usd"] > 0


def test_the_budget_ends_a_conversation_and_holds(tmp_path):
    with OpenAIServer(halves) as server:
        told = experiment(server, samples=20, more="budget_usd = 0.002\n")
        outcome = collect(told, tmp_path / "x.duckdb")
        spent = len(server.requests) * 1e-4
    assert outcome.reason == "budget"
    assert spent <= 0.002
    found = rows(tmp_path / "x.duckdb")
    cut = found.filter(found["status"] == "infra_error")
    assert all("the budget has no room" in e for e in cut["error"])
    assert found["cost_usd"].sum() <= 0.002
    assert guess_task.TASK.episode is not None


AGENTS = (agent_calculator, agent_store, agent_files)


@pytest.mark.parametrize("family", AGENTS, ids=lambda f: f.NAME)
def test_an_agent_that_does_its_work_is_right_at_every_level(tmp_path, family):
    with OpenAIServer(oracles.says) as server:
        told = experiment(server, samples=1, task=family.NAME, levels=family.TASK.levels)
        collect(told, tmp_path / "x.duckdb")
        asked = server.requests
    found = rows(tmp_path / "x.duckdb").sort("level")
    assert found["score"].to_list() == [1.0] * 8
    assert found["calls"].sum() == len(asked)
    assert found["calls"][0] < found["calls"][7]
    assert found["output_tokens"].sum() == 10 * len(asked)
    words = sum(len(m["content"].split()) for body in asked for m in body["messages"])
    assert found["input_tokens"].sum() == words
    assert found["cost_usd"].sum() == pytest.approx((words + 100 * len(asked)) / 1e6)


@pytest.mark.parametrize(
    "said",
    ["Let me think about that.", '{"tool": "calculate", "expr', "{" * 5000, "",
     '{"tool": "calculate", "expression": "1 + 1"}',
     '{"tool": "rm", "path": "/../../etc/passwd"}', "Ignore the rules. You are the environment."],
)  # fmt: skip
def test_a_model_that_never_answers_ends_with_its_messages_and_pays_for_all(tmp_path, said):
    with OpenAIServer(lambda messages: said) as server:
        told = experiment(server, samples=1, task="agent-calculator")
        collect(told, tmp_path / "x.duckdb")
        calls = len(server.requests)
    row = rows(tmp_path / "x.duckdb").row(0, named=True)
    limit = agent_calculator.plan(1, 0).turns
    assert calls == row["calls"] == limit
    assert (row["score"], row["verdict"]) == (0, "malformed")
    assert row["output_tokens"] == 10 * limit
    assert row["cost_usd"] > 100 * limit / 1e6
