"""The engine's one door: keys, worker processes and their end, whatever happens in between."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from collectors.faultserver import FaultServer
from collectors.providers.router import Endpoint, Providers
from data.errors import CredentialError, ProviderError
from data.records import Completion, Contestant
from tests.openai_server import OpenAIServer

ROOT = Path(__file__).parents[1]
CLAUDE = Contestant("anthropic/claude-haiku-4-5", "Claude")
OWN = Contestant("hosted_vllm/some", "Own")


def gone(pid: int) -> bool:
    """Whether a child of ours has ended and was waited for."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


async def ask(providers: Providers, contestant: Contestant, text: str, **more: Any) -> Completion:
    return await providers.complete(
        contestant,
        [{"role": "user", "content": text}],
        max_tokens=None,
        response_format=None,
        timeout_s=60.0,
        **more,
    )


@pytest.mark.parametrize("workers", [0, 1])
def test_a_missing_key_is_refused_before_anything_is_sent(
    workers: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    # LiteLLM takes an empty variable for a key.
    monkeypatch.setenv("ANTHROPIC_API_KEY", "")
    endpoints = {OWN.contestant_id: Endpoint("http://127.0.0.1:9/v1", "none")}
    providers = Providers([OWN, CLAUDE], endpoints=endpoints, workers=workers)
    try:
        with pytest.raises(CredentialError, match="claude-haiku-4-5' needs ANTHROPIC_API_KEY"):
            providers.check_keys()
        pids = providers.worker_pids
    finally:
        providers.close()
    assert len(pids) == workers
    assert all(map(gone, pids))


def test_keys_are_checked_by_the_worker_that_answers_later(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-ant-0123456789")

    async def use(base: str, providers: Providers) -> Completion:
        async with providers:
            return await ask(providers, OWN, "40 and 2")

    with OpenAIServer() as server:
        endpoints = {OWN.contestant_id: Endpoint(server.base, "none")}
        providers = Providers([OWN, CLAUDE], endpoints=endpoints, workers=1)
        providers.check_keys()
        before = providers.worker_pids
        assert asyncio.run(use(server.base, providers)).text == "Answer: 42"
    assert providers.worker_pids == []
    assert all(map(gone, before))
    providers.close()


def test_each_contestant_goes_to_its_own_endpoint_with_its_own_settings() -> None:
    async def use(providers: Providers, contestants: list[Contestant]) -> list[Completion]:
        async with providers:
            return await asyncio.gather(*(ask(providers, c, "1 and 1") for c in contestants))

    cold = Contestant("hosted_vllm/cold", "Cold", settings={"temperature": 0.25})
    plain = Contestant("hosted_vllm/plain", "Plain")
    with OpenAIServer(lambda _: "one") as one, OpenAIServer(lambda _: "two") as two:
        endpoints = {
            cold.contestant_id: Endpoint(one.base, "a", {"extra_body": {"top_k": 5}}),
            plain.contestant_id: Endpoint(two.base, "b"),
        }
        providers = Providers([cold, plain], endpoints=endpoints, workers=1)
        answers = asyncio.run(use(providers, [cold, plain, plain]))
    assert [c.text for c in answers] == ["one", "two", "two"]
    assert (one.requests[0]["temperature"], one.requests[0]["top_k"]) == (0.25, 5)
    assert "temperature" not in two.requests[0]


@pytest.mark.parametrize("workers", [0, 1])
def test_only_a_streamed_call_has_a_time_to_its_first_token(workers: int) -> None:
    async def use(providers: Providers) -> list[Completion]:
        async with providers:
            return [
                await ask(providers, OWN, "40 and 2", stream=stream) for stream in (False, True)
            ]

    with FaultServer() as server:
        endpoints = {OWN.contestant_id: Endpoint(server.base, "none")}
        plain, streamed = asyncio.run(use(Providers([OWN], endpoints=endpoints, workers=workers)))
    assert plain.ttft_s is None
    assert streamed.ttft_s is not None
    assert streamed.duration_s is not None
    assert 0 < streamed.ttft_s <= streamed.duration_s
    assert streamed.text == plain.text == "Answer: 42"
    assert streamed.usage == plain.usage


def test_an_exception_inside_ends_the_workers() -> None:
    pids: list[int] = []

    async def fail() -> None:
        async with Providers([OWN], workers=1) as providers:
            pids.extend(providers.worker_pids)
            raise KeyError("anything")

    with pytest.raises(KeyError):
        asyncio.run(fail())
    assert len(pids) == 1
    assert all(map(gone, pids))


def test_workers_that_cannot_start_leave_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONHOME", "/nowhere")
    providers = Providers([OWN], workers=2)

    async def enter() -> None:
        async with providers:
            raise AssertionError("never entered")

    with pytest.raises(ProviderError, match="did not start"):
        asyncio.run(enter())
    assert providers.worker_pids == []


def test_local_contestants_alone_need_no_worker() -> None:
    providers = Providers([Contestant("local/rules-dates", "Rules")], workers=4)
    providers.start()
    assert providers.worker_pids == []


def test_the_router_and_the_workers_load_no_litellm() -> None:
    code = (
        "import sys; from collectors.providers import router, workers, worker_process; "
        "print('litellm' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert done.stdout.strip() == "False"
