"""The bundled writer in its real server: completions, CPU seconds, and what is left behind."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from collectors.providers import litellm_door
from collectors.providers.local.cpu_clock import process_cpu_s, thread_cpu_s
from collectors.providers.local.marker import count_tokens, split_working
from collectors.providers.local.pool import LocalPool
from collectors.providers.local.replica import ROOT, Replica
from data.errors import ProviderError
from data.records import Completion, Contestant

SMOL = "local/smollm2-135m"
QUESTION = "What is 3 + 4? Write one short step, then 'Answer: ' and the number."


async def ask(
    pool: LocalPool, prompt: str = QUESTION, style: str = "steps", timeout_s: float = 60.0
) -> Completion:
    return await pool.complete(
        Contestant(SMOL, "SmolLM2", prompt_style=style),
        [{"role": "user", "content": prompt}],
        max_tokens=40,
        response_format=None,
        timeout_s=timeout_s,
    )


def counted(completion: Completion) -> tuple[int | None, int | None, int | None]:
    usage = completion.usage
    return (usage.input_tokens, usage.output_tokens, usage.reasoning_tokens)


def test_a_fixed_part_is_cached_from_its_first_measured_prompt_on() -> None:
    fixed = [
        {"role": "system", "content": "Add the numbers. Reply with the total only."},
        {"role": "user", "content": "4 + 11 + 2 + 8"},
        {"role": "assistant", "content": "25"},
    ]
    other = [{"role": "system", "content": "Name the capital of the country that is given."}]

    async def run() -> list[int | None]:
        async with LocalPool([SMOL]) as pool:
            found = []
            for prefix, question in [
                (fixed, "7 + 5"), (other, "France"), (fixed, "3 + 9 + 1"),
                (other, "Spain"), (fixed, "6 + 2"),
            ]:  # fmt: skip
                done = await pool.complete(
                    Contestant(SMOL, "SmolLM2", prompt_style="terse"),
                    [*prefix, {"role": "user", "content": question}],
                    max_tokens=8, response_format=None, timeout_s=60,
                )  # fmt: skip
                found.append(done.usage.cache_read_tokens)
        await litellm_door.close()
        return found

    first, france, second, spain, third = asyncio.run(run())
    assert first == second == third
    assert france == spain
    assert (first or 0) > 30


def test_the_writer_answers_the_same_whatever_was_asked_before() -> None:
    async def run() -> None:
        async with LocalPool([SMOL]) as pool:
            server = pool.servers[0]
            first = await ask(pool)
            assert first.status == "ok"
            assert first.text
            usage = first.usage
            assert usage.input_tokens
            assert usage.output_tokens
            assert usage.cache_read_tokens is not None
            assert usage.reasoning_tokens is not None
            assert usage.flags == "reasoning_by_marker"
            assert first.cpu_s is not None
            assert 0 < first.cpu_s < 30

            again = await ask(pool)
            assert (again.text, counted(again)) == (first.text, counted(first))

            assert (count_tokens(server.url, "3 + 4 = 7") or 0) > 3
            assert count_tokens("http://127.0.0.1:9", "no server") is None

            late = await ask(pool, "Count from 1 to 500.", timeout_s=0.1)
            assert late.status == "timeout"
            assert late.cpu_s is None
            assert not server.alive, "an abandoned request would be charged to the next one"
            recovered = await ask(pool)
            assert (recovered.text, counted(recovered)) == (first.text, counted(first))
            pid = server.pid
        await litellm_door.close()
        assert not psutil.pid_exists(pid)

    asyncio.run(run())


PARENT = """
from collectors.providers.local.replica import Replica
from collectors.providers.local.weights import smollm2_gguf
import time
server = Replica(smollm2_gguf(), "orphan")
server.start()
print(server.pid, flush=True)
time.sleep(60)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL")
def test_a_killed_parent_leaves_no_server() -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", PARENT]
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        assert psutil.pid_exists(pid)
        os.kill(parent.pid, signal.SIGKILL)
    deadline = time.monotonic() + 5
    while running(pid) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not running(pid)


def running(pid: int) -> bool:
    try:
        return bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def test_an_idle_server_ends_by_itself(tmp_path: Path) -> None:
    from collectors.providers.local.weights import smollm2_gguf

    module = "collectors.providers.local.llama_server"
    command = [sys.executable, "-m", module, "--model", str(smollm2_gguf()), "--alias", "idle"]
    with subprocess.Popen(
        [*command, "--idle-limit-s", "0.2"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        cwd=tmp_path,
    ) as server:
        assert server.wait(15) == 0


def test_a_server_that_cannot_start_says_why_in_one_line(tmp_path: Path) -> None:
    broken = tmp_path / "broken.gguf"
    broken.write_bytes(b"not a model")
    server = Replica(broken, "broken")
    with pytest.raises(ProviderError, match=r"'broken' did not start from .*: \w+") as raised:
        server.start()
    assert "\n" not in str(raised.value)
    assert not server.alive


@pytest.mark.parametrize(
    ("text", "style", "truncated", "working"),
    [
        ("3 + 4 = 7.\nAnswer: 7", "steps", False, "3 + 4 = 7."),
        ("Answer: 3? No.\n**answer**: 7", "think", False, "Answer: 3? No.\n**"),
        ("Answer: 7", "steps", False, ""),
        ("3 + 4 =", "steps", True, "3 + 4 ="),
        ("It is 7.", "short", False, ""),
        ("Well. Answer: 7", "terse", False, ""),
    ],
)
def test_working_is_what_comes_before_the_last_marker(
    text: str, style: str, truncated: bool, working: str
) -> None:
    assert split_working(text, style, truncated) == working


def test_cpu_clocks_count_work_and_not_sleep() -> None:
    before, own = process_cpu_s(os.getpid()), thread_cpu_s()
    sum(range(2_000_000))
    worked = process_cpu_s(os.getpid()) - before
    assert worked > 0.001
    assert thread_cpu_s() - own > 0.001
    before = thread_cpu_s()
    time.sleep(0.05)
    assert thread_cpu_s() - before < 0.02
