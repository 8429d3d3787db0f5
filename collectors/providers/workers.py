"""Worker processes for LiteLLM's calls: who gets which, and what happens when one is lost.

A call costs LiteLLM 3 to 5 ms of CPU, so one process makes 200 to 300 a second. Everything else of
a collection (limits, budget, journal) stays in the one process that starts these.
"""

from __future__ import annotations

import asyncio
import os
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING, Any

from collectors.providers.litellm_redact import secrets
from collectors.providers.worker_frames import facts
from collectors.providers.worker_link import Call, Link
from data.errors import ProviderError
from data.records import Completion, Contestant, Message

if TYPE_CHECKING:
    from collectors.providers.router import Endpoint

MOST_DEATHS = 5
"""Workers lost in a row, with no call answered in between, before the run gives up."""


@dataclass(frozen=True)
class Patience:
    """How long to wait for what should never happen."""

    start_s: float = 180.0
    """For a worker to import LiteLLM, on a machine that does much else."""
    ping_s: float = 5.0
    silent_pings: int = 12
    """Pings without an answer before a worker is taken to hang. Counted, not timed: while the
    whole machine is suspended, nobody pings either."""
    overdue_s: float = 60.0
    """Beyond a call's own time limit, which the worker keeps."""


class Workers:
    """A fixed number of worker processes; each call goes to the one that has the fewest."""

    def __init__(self, number: int, patience: Patience | None = None) -> None:
        self._number = number
        self._patience = patience or Patience()
        self._links: list[Link] = []
        """Every process that was started and has not ended."""
        self._usable: list[Link] = []
        """Those that calls can be sent to."""
        self._changed = asyncio.Event()
        """Set while some worker is usable or none ever will be."""
        self._numbers = count()
        self._keys: set[str] = set()
        self._deaths = 0
        self._broken: ProviderError | None = None
        self._tasks: list[asyncio.Task[None]] = []

    @property
    def pids(self) -> list[int]:
        """Process ids of the workers that run."""
        return [link.pid for link in self._links]

    @property
    def usable_pids(self) -> list[int]:
        """Of those, the ones that take calls now; the others are starting."""
        return [link.pid for link in self._usable]

    def start(self) -> None:
        """Start the processes and return at once; it takes them seconds to be ready."""
        if os.name != "posix":
            raise ProviderError(
                f"workers = {self._number}: this system can't hand a socket to a process. "
                "Set workers = 0."
            )
        while len(self._links) < self._number:
            self._start_one()

    def missing_keys(self, models: list[str]) -> dict[str, list[str]]:
        """Environment variables that each model lacks. Blocks until a worker has started."""
        self.start()
        return self._links[0].ask_keys(models, self._patience.start_s)

    async def ready(self) -> None:
        """Wait until every worker can take calls; ProviderError if one can't."""
        self.start()
        await asyncio.gather(*(self._begin(link) for link in self._links))
        works = [self._watch(), *(self._tend(link) for link in self._links)]
        self._tasks = [asyncio.create_task(work) for work in works]

    def close(self) -> None:
        """End the processes. Blocks for a moment; harmless when they have ended."""
        links, self._links = self._links, []
        for link in links:
            link.close()
        for link in links:
            link.end()

    async def stop(self) -> None:
        """End the processes and what tends them; calls in flight are cancelled."""
        tasks, self._tasks = self._tasks, []
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._break(ProviderError("The workers have been stopped."))
        self.close()
        # Let the transports notice.
        await asyncio.sleep(0)

    async def complete(
        self,
        contestant: Contestant,
        messages: list[Message],
        *,
        endpoint: Endpoint,
        max_tokens: int | None,
        response_format: dict[str, Any] | None,
        timeout_s: float,
        stream: bool,
    ) -> Completion:
        """One call in some worker. ProviderError only when workers can't be kept alive."""
        link = await self._least_busy()
        name = contestant.contestant_id
        if name not in link.known:
            link.send("entrant", name, facts(contestant), facts(endpoint))
            link.known.add(name)
            self._keys |= secrets(endpoint.api_key)
        number = next(self._numbers)
        link.send("call", number, name, messages, max_tokens, response_format, timeout_s, stream)
        loop = asyncio.get_running_loop()
        overdue_at = loop.time() + timeout_s + self._patience.overdue_s
        link.calls[number] = call = Call(loop.create_future(), overdue_at)
        try:
            return await call.answer
        finally:
            # It is still there when nobody waits for it any longer.
            if link.calls.pop(number, None):
                link.send("cancel", number)

    async def _least_busy(self) -> Link:
        while self._broken is None and not self._usable:
            await self._changed.wait()
        if self._broken:
            raise self._broken
        return min(self._usable, key=lambda link: len(link.calls))

    def _start_one(self) -> Link:
        link = Link(self._count_answer)
        self._links.append(link)
        return link

    def _count_answer(self) -> None:
        self._deaths = 0

    async def _begin(self, link: Link) -> None:
        """Wait until a process is ready; ProviderError if it ended, or was too slow."""
        await link.attach()
        try:
            async with asyncio.timeout(self._patience.start_s):
                await link.ready.wait()
        except TimeoutError:
            link.kill(f"was not ready after {self._patience.start_s:g} s")
            await link.ended.wait()
        if link.ended.is_set():
            raise ProviderError(f"A worker process did not start: {await self._bury(link)}.")

    async def _tend(self, link: Link) -> None:
        """Let a worker take calls until it is lost, then put another in its place."""
        while True:
            self._usable.append(link)
            self._changed.set()
            await link.ended.wait()
            self._usable.remove(link)
            if not self._usable:
                self._changed.clear()
            reason = await self._bury(link)
            link.drop(reason)
            replacement = await self._replace(reason)
            if replacement is None:
                return
            link = replacement

    async def _bury(self, link: Link) -> str:
        """How a process ended."""
        reason = await asyncio.to_thread(link.how_it_ended, frozenset(self._keys))
        self._links.remove(link)
        return reason

    async def _replace(self, reason: str) -> Link | None:
        """A new worker for one that was lost, or none when they are lost again and again."""
        while True:
            self._deaths += 1
            if self._deaths >= MOST_DEATHS:
                self._break(
                    ProviderError(
                        f"{MOST_DEATHS} worker processes were lost in a row without one answer; "
                        f"the last: {reason}. Look at the machine's memory, or set workers = 0."
                    )
                )
                return None
            try:
                link = self._start_one()
                await self._begin(link)
            except ProviderError as error:
                reason = str(error)
            else:
                return link

    def _break(self, error: ProviderError) -> None:
        """No more calls: those in flight and those to come end with this error."""
        self._broken = error
        self._changed.set()
        for link in self._links:
            link.fail(error)

    async def _watch(self) -> None:
        """Kill workers that hang; end calls that a worker has lost."""
        patience = self._patience
        while True:
            await asyncio.sleep(patience.ping_s)
            now = asyncio.get_running_loop().time()
            for link in tuple(self._usable):
                if link.silent_pings >= patience.silent_pings:
                    link.kill(f"was killed after {link.silent_pings} pings without an answer")
                else:
                    link.ping()
                link.give_up(now)
