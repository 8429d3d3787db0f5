"""Collecting against the shipped server: `make bench-collect`.

One run, four ways to make the same calls, each in a process of its own, in turn, several rounds:
bare aiohttp, a bare `litellm.acompletion` loop, Isocost in one process, Isocost with two workers.
Isocost scores and journals every attempt meanwhile. Ratios hold for this machine and this run.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path
from typing import Any

import psutil

from collectors.faultserver import FaultServer

WAYS = ("aiohttp", "litellm", "litellm openai/", "isocost", "isocost --workers 2")
MOST_SAMPLES = 10_000
"""Of a level of `sums`."""
PROMPT = [{"role": "user", "content": "What is 17 + 25? End with: Answer: N"}]
EXPERIMENT = """\
name = "bench"
epochs = {epochs}
store_text = "keep"
[[contestant]]
model = "hosted_vllm/adder"
api_base = "{base}"
max_concurrency = {concurrency}
max_tokens = 100
ttft_share = {ttft}
price = {{ input_usd_per_mtok = 1.0, output_usd_per_mtok = 10.0 }}
[[task]]
name = "sums"
levels = [4, 5, 6, 7, 8]
samples = {samples}
"""


def cpu_s() -> float:
    """CPU seconds of this process and its living children."""
    me = psutil.Process()
    times = [p.cpu_times() for p in (me, *me.children(recursive=True))]
    return sum(t.user + t.system for t in times)


def rss_mb() -> tuple[float, float]:
    """Resident memory of this process, and of the merge it may have started."""
    me = psutil.Process()
    others = 0
    for child in me.children(recursive=True):
        with suppress(psutil.NoSuchProcess):
            others += child.memory_info().rss
    return me.memory_info().rss / 2**20, others / 2**20


async def timed(run: Callable[[], Awaitable[Any]], calls: int) -> dict[str, float]:
    """Requests a second and CPU milliseconds per call of a run."""
    cpu, started = cpu_s(), time.perf_counter()
    await run()
    seconds = time.perf_counter() - started
    return {"per_s": calls / seconds, "cpu_ms": (cpu_s() - cpu) / calls * 1000}


async def crowd(call: Callable[[], Awaitable[Any]], calls: int, concurrency: int) -> None:
    """So many calls, so many at once."""
    left = iter(range(calls))

    async def work() -> None:
        for _ in left:
            await call()

    await asyncio.gather(*(work() for _ in range(concurrency)))


async def bare_aiohttp(base: str, calls: int, concurrency: int) -> dict[str, float]:
    import aiohttp

    connector = aiohttp.TCPConnector(limit=concurrency)
    async with aiohttp.ClientSession(connector=connector) as session:
        body = {"model": "adder", "messages": PROMPT, "max_tokens": 100}

        async def call() -> None:
            async with session.post(f"{base}/chat/completions", json=body) as response:
                await response.json()

        await crowd(call, concurrency, concurrency)
        return await timed(lambda: crowd(call, calls, concurrency), calls)


async def bare_litellm(base: str, calls: int, concurrency: int, prefix: str) -> dict[str, float]:
    os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"
    import litellm

    litellm.suppress_debug_info = True

    async def call() -> None:
        await litellm.acompletion(
            f"{prefix}/adder", PROMPT, api_base=base, api_key="none", max_tokens=100
        )

    await crowd(call, concurrency, concurrency)
    return await timed(lambda: crowd(call, calls, concurrency), calls)


def isocost(
    base: str, calls: int, concurrency: int, workers: int, ttft: float, memory: bool
) -> dict[str, Any]:
    """A whole collection; what is timed is from the first call to the last commit."""
    from collectors import collect as module
    from collectors.engine import Engine
    from collectors.experiment import parse

    found: dict[str, Any] = {}
    marks: list[tuple[int, float, float]] = []

    class Timed(Engine):
        async def run(self, *args: Any, **kwargs: Any) -> str:
            sampler = asyncio.create_task(self.watch()) if memory else None
            reason = ""

            async def go() -> None:
                nonlocal reason
                reason = await super(Timed, self).run(*args, **kwargs)

            found.update(await timed(go, calls))
            if sampler:
                sampler.cancel()
            return reason

        async def watch(self) -> None:
            while True:
                marks.append((sum(x.done for x in self._lanes), *rss_mb()))
                await asyncio.sleep(1)

    module.Engine = Timed  # type: ignore[misc]
    epochs = -(-calls // (5 * MOST_SAMPLES))
    text = EXPERIMENT.format(
        base=base,
        concurrency=concurrency,
        samples=calls // (5 * epochs),
        epochs=epochs,
        ttft=ttft,
    )
    with tempfile.TemporaryDirectory() as folder:
        started = time.perf_counter()
        module.collect(parse(text), Path(folder) / "x.duckdb", workers=workers)
        found["whole_s"] = time.perf_counter() - started
    if memory:
        found["memory"] = marks
    return found


def one(way: str, base: str, calls: int, concurrency: int, ttft: float, memory: bool) -> None:
    """What a child process does: one way, printed as JSON."""
    if way == "aiohttp":
        found: dict[str, Any] = asyncio.run(bare_aiohttp(base, calls, concurrency))
    elif way.startswith("litellm"):
        prefix = "openai" if way.endswith("openai/") else "hosted_vllm"
        found = asyncio.run(bare_litellm(base, calls, concurrency, prefix))
    else:
        workers = int(way.rsplit(" ", 1)[1]) if "workers" in way else 0
        found = isocost(base, calls, concurrency, workers, ttft, memory)
    print("RESULT " + json.dumps(found))


def child(args: argparse.Namespace, way: str, base: str, calls: int, **more: Any) -> dict[str, Any]:
    line = [sys.executable, "-m", "benchmarks.collect", "--way", way, "--base", base]
    line += ["--calls", str(calls), "--concurrency", str(args.concurrency)]
    line += [f"--{name}={value}" for name, value in more.items()]
    done = subprocess.run(line, capture_output=True, text=True, check=False)
    told = [x for x in done.stdout.splitlines() if x.startswith("RESULT ")]
    if not told:
        raise SystemExit(done.stderr[-3000:])
    result: dict[str, Any] = json.loads(told[-1].removeprefix("RESULT "))
    return result


def compare(args: argparse.Namespace) -> None:
    """The table, medians over the rounds."""
    found: dict[str, list[dict[str, float]]] = {way: [] for way in WAYS}
    with FaultServer(latency_ms=args.latency_ms, bodies=False, stop_after_s=7200) as server:
        for _ in range(args.rounds):
            for way in WAYS:
                found[way].append(child(args, way, server.base, args.calls))
        streamed = child(args, "isocost", server.base, args.calls, ttft=1.0)
    middle = {
        way: {k: statistics.median(r[k] for r in runs) for k in ("per_s", "cpu_ms")}
        for way, runs in found.items()
    }
    bare = middle["litellm"]["per_s"]
    print(
        f"{args.calls:,} calls, {args.latency_ms:g} ms, {args.concurrency} in flight, "
        f"{args.rounds} rounds, {os.cpu_count()} cores, litellm {version('litellm')}\n"
    )
    print("| way | requests/s | of the bare LiteLLM loop | CPU ms / attempt |")
    print("|---|--:|--:|--:|")
    for way, m in middle.items():
        print(f"| {way} | {m['per_s']:.0f} | {m['per_s'] / bare:.2f} | {m['cpu_ms']:.2f} |")
    print(
        f"| isocost, every answer streamed | {streamed['per_s']:.0f} | "
        f"{streamed['per_s'] / bare:.2f} | {streamed['cpu_ms']:.2f} |"
    )


def memory(args: argparse.Namespace) -> None:
    """Resident memory along a long run, and of the merges beside it."""
    with FaultServer(latency_ms=20, bodies=False, stop_after_s=7200) as server:
        found = child(args, "isocost", server.base, args.memory, memory=1)
    marks = found["memory"]
    print(f"\nMemory of one process over {args.memory:,} attempts:")
    for share in (0.02, 0.1, 0.25, 0.5, 0.75, 1.0):
        done, mb, _ = min(marks, key=lambda mark: abs(mark[0] - share * args.memory))
        print(f"  {done:>9,} attempts  {mb:6.0f} MB")
    beside = max(mark[2] for mark in marks)
    print(f"  a merge beside it: at most {beside:.0f} MB, for its time only")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, default=3000)
    parser.add_argument("--concurrency", type=int, default=256)
    parser.add_argument("--latency-ms", type=float, default=200.0)
    parser.add_argument("--rounds", type=int, default=3, help="0: memory alone")
    parser.add_argument("--memory", type=int, default=100_000, help="attempts; 0: not measured")
    parser.add_argument("--way", choices=WAYS, help=argparse.SUPPRESS)
    parser.add_argument("--base", help=argparse.SUPPRESS)
    parser.add_argument("--ttft", type=float, default=0.0, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.way:
        one(args.way, args.base, args.calls, args.concurrency, args.ttft, bool(args.memory == 1))
        return
    if args.rounds:
        compare(args)
    if args.memory:
        memory(args)


if __name__ == "__main__":
    main()
