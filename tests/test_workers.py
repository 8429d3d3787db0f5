"""Worker processes that are killed, stopped, left alone and lied to: real ones, with real calls."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from collectors.faultserver import FaultServer
from collectors.providers.router import Endpoint
from collectors.providers.worker_frames import Frames, encode, packed, unpacked
from collectors.providers.worker_link import environment, last_line
from collectors.providers.workers import MOST_DEATHS, Patience, Workers
from data.errors import ProviderError
from data.records import Completion, Contestant, Failure, Usage
from tests.openai_server import OpenAIServer

ROOT = Path(__file__).parents[1]
KEY = "sk-planted-0123456789"
LIMIT_S = 120.0

Run = Callable[[Coroutine[Any, Any, Any]], Any]


def echo(messages: list[dict[str, str]]) -> str:
    return messages[-1]["content"]


async def ask(workers: Workers, base: str, text: str, timeout_s: float = 60.0) -> Completion:
    return await workers.complete(
        Contestant("hosted_vllm/some", "Some", deployment=base),
        [{"role": "user", "content": text}],
        endpoint=Endpoint(base, KEY),
        max_tokens=None,
        response_format=None,
        timeout_s=timeout_s,
        stream=False,
    )


async def until(condition: Callable[[], bool]) -> None:
    """Wait for something that another process does."""
    async with asyncio.timeout(LIMIT_S):
        while not condition():
            await asyncio.sleep(0.02)


def runs(pid: int) -> bool:
    """Whether a process that isn't our child is there and not a zombie."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


@pytest.fixture(scope="module")
def run() -> Iterator[Run]:
    """Runs coroutines on one event loop, on which the shared workers live."""
    with asyncio.Runner() as runner:
        yield runner.run


@pytest.fixture(scope="module")
def workers(run: Run) -> Iterator[Workers]:
    """Two workers that every test may harm: they are replaced."""
    pool = Workers(2, Patience(ping_s=0.5, silent_pings=8))
    try:
        run(pool.ready())
        yield pool
    finally:
        run(pool.stop())


@asynccontextmanager
async def staller() -> AsyncIterator[tuple[str, asyncio.Queue[str]]]:
    """A server that never answers; the queue says what its clients do."""
    seen: asyncio.Queue[str] = asyncio.Queue()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        seen.put_nowait("asked")
        while await reader.read(65536):
            pass
        seen.put_nowait("closed")
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1", seen


def test_texts_are_never_mixed_up_with_128_in_flight(run: Run, workers: Workers) -> None:
    async def all_of_them(base: str) -> list[tuple[str, Completion]]:
        texts = iter([f"text {i} " + "öß漢" * (i % 50) for i in range(600)])
        got: list[tuple[str, Completion]] = []

        async def some() -> None:
            for text in texts:
                got.append((text, await ask(workers, base, f"Repeat exactly: {text}")))

        await asyncio.gather(*(some() for _ in range(128)))
        return got

    with FaultServer(latency_ms=50, jitter_ms=200) as server:
        got = run(all_of_them(server.base))
    assert len({text for text, _ in got}) == 600
    assert [(text, c) for text, c in got if c.text != text] == []
    assert all((c.duration_s or 0) >= 0.05 for _, c in got)


def test_a_killed_worker_loses_its_own_calls_and_is_replaced(run: Run, workers: Workers) -> None:
    killed = threading.Event()

    def answer(messages: list[dict[str, str]]) -> str:
        killed.wait(LIMIT_S)
        return echo(messages)

    async def kill_one(server: OpenAIServer) -> list[Completion]:
        before = workers.usable_pids
        calls = [asyncio.create_task(ask(workers, server.base, str(i))) for i in range(20)]
        await until(lambda: len(server.requests) == 20)
        os.kill(before[0], signal.SIGKILL)
        await until(lambda: workers.usable_pids == before[1:])
        killed.set()
        ended = await asyncio.gather(*calls)
        ended.append(await ask(workers, server.base, "while one is missing"))
        await until(lambda: len(workers.usable_pids) == 2)
        assert before[0] not in workers.pids
        assert before[1] in workers.pids
        return ended

    with OpenAIServer(answer) as server:
        *ended, after = run(kill_one(server))
    lost = [c for c in ended if c.status != "ok"]
    # Each worker had half of them.
    assert len(lost) == 10
    assert all(c.error.startswith("WorkerDied: ") and "SIGKILL" in c.error for c in lost)
    assert {c.failure for c in lost} == {Failure(retryable=True, maybe_billed=True)}
    assert after.text == "while one is missing"


def test_a_worker_that_hangs_is_killed_and_replaced(run: Run, workers: Workers) -> None:
    async def stop_one(server: OpenAIServer) -> list[Completion]:
        await until(lambda: len(workers.usable_pids) == 2)
        stopped = workers.usable_pids[0]
        os.kill(stopped, signal.SIGSTOP)
        calls = await asyncio.gather(*(ask(workers, server.base, str(i)) for i in range(6)))
        assert stopped not in workers.pids
        await until(lambda: len(workers.usable_pids) == 2)
        return calls

    with OpenAIServer(echo) as server:
        calls = run(stop_one(server))
    lost = [c.error or "" for c in calls if c.status != "ok"]
    assert len(lost) == 3
    assert all(line.startswith("WorkerDied: ") and "without an answer" in line for line in lost)


def test_cancelling_a_call_closes_its_connection(run: Run, workers: Workers) -> None:
    async def cancel_one() -> None:
        async with staller() as (base, seen):
            call = asyncio.create_task(ask(workers, base, "never"))
            async with asyncio.timeout(LIMIT_S):
                assert await seen.get() == "asked"
                call.cancel()
                with pytest.raises(asyncio.CancelledError):
                    await call
                assert await seen.get() == "closed"

    run(cancel_one())


def test_the_time_limit_of_a_call_is_the_workers(run: Run, workers: Workers) -> None:
    async def wait() -> Completion:
        async with staller() as (base, _):
            return await ask(workers, base, "never", timeout_s=0.5)

    completion = run(wait())
    assert completion.status == "timeout"
    assert (completion.duration_s or 0) >= 0.5


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_stop_meant_for_the_collector_does_not_end_workers(
    run: Run, workers: Workers, number: signal.Signals
) -> None:
    async def interrupt(server: OpenAIServer) -> Completion:
        before = workers.pids
        call = asyncio.create_task(ask(workers, server.base, "go on"))
        await until(lambda: len(server.requests) == 1)
        for pid in before:
            os.kill(pid, number)
        completion = await call
        assert workers.pids == before
        return completion

    with OpenAIServer(echo, delay_s=0.5) as server:
        assert run(interrupt(server)).text == "go on"


def test_an_error_that_repeats_the_key_is_cleaned(run: Run, workers: Workers) -> None:
    with OpenAIServer(echo, status=401) as server:
        server.body = lambda request: {"error": {"message": f"bad key {KEY}"}}  # type: ignore[method-assign]
        completion = run(ask(workers, server.base, "x"))
    assert completion.error.startswith("AuthenticationError")
    assert KEY not in completion.error


def test_a_call_that_trips_over_a_mistake_of_ours_ends_too(run: Run, workers: Workers) -> None:
    completion = run(
        workers.complete(
            Contestant("hosted_vllm/some", "Some", settings=[]),  # type: ignore[arg-type]
            [],
            endpoint=Endpoint("http://127.0.0.1:9/v1", KEY),
            max_tokens=None,
            response_format=None,
            timeout_s=60.0,
            stream=False,
        )
    )
    assert completion.status == "infra_error"
    assert (completion.error or "").endswith(": 'list' object has no attribute 'get'")


def test_a_long_text_arrives_whole(run: Run, workers: Workers) -> None:
    text = "0123456789 " * 300_000
    with OpenAIServer(echo) as server:
        assert run(ask(workers, server.base, text)).text == text


def test_workers_lost_again_and_again_end_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    async def lose_all() -> None:
        pool = Workers(1, Patience(ping_s=0.2, silent_pings=10_000, overdue_s=-60.0))
        await pool.ready()
        try:
            async with staller() as (base, _), asyncio.timeout(LIMIT_S):
                # Overdue at once, though its worker lives and would go on waiting.
                completion = await ask(pool, base, "never", timeout_s=50.0)
                assert completion.status == "timeout"
                assert completion.failure == Failure(retryable=True, maybe_billed=True)
                # From here on no Python can start.
                monkeypatch.setenv("PYTHONHOME", "/nowhere")
                os.kill(pool.pids[0], signal.SIGKILL)
                await until(lambda: not pool.pids)
                with pytest.raises(ProviderError, match=f"{MOST_DEATHS} worker processes"):
                    await ask(pool, base, "never")
        finally:
            await pool.stop()

    asyncio.run(lose_all())


def test_workers_that_cannot_start_say_why(monkeypatch: pytest.MonkeyPatch) -> None:
    async def start() -> None:
        pool = Workers(2)
        try:
            with pytest.raises(ProviderError, match=r"did not start: worker \d+ ended with code 1"):
                await pool.ready()
        finally:
            await pool.stop()

    monkeypatch.setenv("PYTHONHOME", "/nowhere")
    asyncio.run(start())
    with pytest.raises(ProviderError, match="did not start"):
        Workers(1).missing_keys(["openai/gpt-5-mini"])


COLLECTOR = """
import asyncio, os, sys
from collectors.providers.router import Endpoint, Providers
from data.records import Contestant

some, base = Contestant("openai/some", "Some"), sys.argv[1]
endpoints = {some.contestant_id: Endpoint(base, os.environ["PLANTED"][::-1])}
providers = Providers([some], endpoints=endpoints, workers=1)
providers.start()

async def main():
    async with providers:
        asking = providers.complete(
            some, [{"role": "user", "content": "2 and 3"}], max_tokens=5, response_format=None,
            timeout_s=60,
        )
        print((await asking).text, "litellm" in sys.modules, flush=True)
        await asyncio.to_thread(sys.stdin.read)

print(*providers.worker_pids, flush=True)
if len(sys.argv) > 2:
    sys.stdin.read()
asyncio.run(main())
"""


def start_collector(folder: Path, *args: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-P", "-c", COLLECTOR, *args],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        cwd=folder, env={**environment(), "OPENAI_API_KEY": KEY, "PLANTED": KEY[::-1]},
    )  # fmt: skip


def gone(pids: list[int]) -> bool:
    ends = time.monotonic() + LIMIT_S
    while any(map(runs, pids)) and time.monotonic() < ends:
        time.sleep(0.02)
    return not any(map(runs, pids))


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="needs /proc")
def test_a_killed_collector_leaves_no_worker_and_no_key(tmp_path: Path) -> None:
    # A folder named like a package of ours, where the user stands, is not ours.
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "__init__.py").write_text("raise SystemExit('the wrong one')")
    with OpenAIServer() as server:
        collector = start_collector(tmp_path, server.base)
        try:
            pids = [int(word) for word in collector.stdout.readline().split()]
            answer = collector.stdout.readline()
            commands = [Path(f"/proc/{pid}/cmdline").read_text() for pid in pids]
        finally:
            collector.kill()
    _, printed = collector.communicate()
    assert answer == "Answer: 5 False\n", printed
    assert len(pids) == 1
    assert gone(pids)
    assert all("worker_process" in text and KEY not in text for text in commands)
    assert printed == ""
    files = [p for p in tmp_path.rglob("*") if p.is_file()]
    assert [p.name for p in files] == ["__init__.py"]


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="needs /proc")
def test_workers_of_a_collector_killed_before_they_were_ready_end_too(tmp_path: Path) -> None:
    collector = start_collector(tmp_path, "http://127.0.0.1:9/v1", "wait")
    pids = [int(word) for word in collector.stdout.readline().split()]
    collector.kill()
    collector.communicate()
    assert len(pids) == 1
    assert gone(pids)


def test_frames_are_put_together_from_any_pieces() -> None:
    sent = [["ping"], ["done", 1, {"text": "ä\ud800\n" * 9}], [], ["x" * 70_000]]
    stream = b"".join(encode(*frame) for frame in sent)
    for size in (1, 3, 1000, len(stream)):
        frames = Frames()
        pieces = [stream[i : i + size] for i in range(0, len(stream), size)]
        assert [frame for piece in pieces for frame in frames.feed(piece)] == sent


@pytest.mark.parametrize(
    "completion",
    [
        Completion("", Usage(), "infra_error", "X: y", failure=Failure(True, False, True, 2.5)),
        Completion("é\0", Usage(1, 2, 0, None, None, 1, flags="f"), ttft_s=0.1, served_by="h"),
    ],
)
def test_a_completion_survives_the_way(completion: Completion) -> None:
    (frame,) = Frames().feed(encode("done", 7, packed(completion)))
    assert unpacked(frame[2]) == completion


def test_a_crash_is_one_short_clean_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOME_API_KEY", "secret-of-the-shell")
    text = f"noise\nError: {KEY} and secret-of-the-shell \x1b[31m{'x' * 999}\n\n"
    line = last_line(text.encode() + b"\xff\n", {KEY})
    assert line == "\ufffd"
    line = last_line(text.encode(), {KEY})
    assert line.startswith("Error: [key] and [key] [31mx"), line
    assert len(line) == 200
    assert last_line(b"", {KEY}) == ""
