"""Runs untrusted Python in a closed room, or not at all.

The room (collectors/sandbox_room.py) is bubblewrap's: new namespaces without network, a read-only
system that holds the interpreter alone, no capabilities, a filter on system calls
(collectors/sandbox_calls.py), hard limits on CPU time, memory and open files; here a limit on
wall-clock time and on output is added. The right answers never enter the room, so nothing that the
code does there can forge a verdict. docs/sandbox.md has it on a page.
"""

from __future__ import annotations

import json
import os
import platform
import re
import secrets
import selectors
import signal
import subprocess
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import IO, Any, Literal

from collectors import sandbox_calls, sandbox_room
from data.errors import IsocostError

Ending = Literal["done", "broken", "timeout", "output", "died"]
HARNESS = Path(__file__).parent / "sandbox_harness.py"
CHUNK = 1 << 16
TRIES = 3
"""Rooms tried before a machine that can't make one is blamed."""
TURNS = threading.BoundedSemaphore(os.cpu_count() or 1)
"""No more rooms at once than cores, or waiting for one would count as the code's time."""


class SandboxError(IsocostError):
    """The room could not be made: the code was not run, and nothing is known about it."""


@dataclass(frozen=True)
class Limits:
    """What one run may use."""

    cpu_s: int = 5
    wall_s: float = 20.0
    memory_bytes: int = 512 << 20
    """Address space, the interpreter's included."""
    files: int = 32
    """Open at the same time, pipes included."""
    output_bytes: int = 1 << 20

    @property
    def hard(self) -> dict[str, tuple[int, int]]:
        """(soft, hard) by the names of Python's `resource`."""
        most = {
            "RLIMIT_AS": self.memory_bytes,
            "RLIMIT_NOFILE": self.files,
            "RLIMIT_SIGPENDING": self.files,
        }
        none = ("CORE", "FSIZE", "MEMLOCK", "MSGQUEUE", "NPROC")
        return {
            # A second later it is killed even if it won't hear.
            "RLIMIT_CPU": (self.cpu_s, self.cpu_s + 1),
            **{name: (value, value) for name, value in most.items()},
            **{f"RLIMIT_{name}": (0, 0) for name in none},
        }


LIMITS = Limits()


@dataclass(frozen=True)
class Result:
    """What calling a function brought."""

    values: tuple[str | None, ...]
    """Of each call, what it returned as canonical JSON; null where it returned nothing such."""
    ending: Ending
    """'broken': the source can't be loaded; 'timeout': it used up its CPU time or the wall's;
    'output': it wrote too much; 'died': it ended early."""
    error: str | None = None
    """The name of the first exception."""


@cache
def missing() -> str | None:
    """Why code can't be run here, with what to do; None: it can. Tried once for each process."""
    reason = sandbox_room.unfit()
    if reason is None:
        try:
            if run("def same(x):\n    return x", "same", [[7]]).values != ("7",):
                reason = "bubblewrap starts here, but Python does not run inside it"
        except SandboxError as error:
            reason = str(error)
    return reason


def run(source: str, name: str, calls: Sequence[Sequence[Any]], limits: Limits = LIMITS) -> Result:
    """Load `source` in a room and call its function `name` with each list of arguments.

    Blocks for at most `limits.wall_s` and may be called from any thread. SandboxError when no room
    can be made.
    """
    if reason := sandbox_room.unfit():
        raise SandboxError(reason)
    said = b""
    for _ in range(TRIES):
        nonce = secrets.token_hex(16)
        job = {
            "nonce": nonce,
            "source": source,
            "name": name,
            "calls": [encoded(call) for call in calls],
            "limits": limits.hard,
        }
        with TURNS:
            output, said, ending = _ran(json.dumps(job).encode(), limits)
        lines = _told(output, nonce)
        if lines[:1] == ["ready"]:
            return _result(lines[1:], len(calls), ending)
    raise SandboxError(_blame(said))


def encoded(value: Any) -> str:
    """Canonical JSON, as the harness writes it."""
    return json.dumps(value, separators=(",", ":"), sort_keys=True)


def _blame(said: bytes) -> str:
    line = re.sub(r"[^ -~]", "?", said.decode("utf-8", "replace").strip().partition("\n")[0])[:200]
    return (
        f"bubblewrap can't make a sandbox here ({line or 'no reason given'}): version 0.8 or newer "
        "and unprivileged user namespaces are needed"
    )


def _ran(data: bytes, limits: Limits) -> tuple[bytes, bytes, Ending]:
    """(what it wrote, its complaints, how it ended)."""
    with _filter() as rules:
        command = (
            *sandbox_room.command(),
            *("--seccomp", str(rules.fileno()), "--"),
            *sandbox_room.python(HARNESS.read_text("utf-8")),
        )
        process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={},
            cwd="/",
            pass_fds=(rules.fileno(),),
        )
    try:
        output, said, ending = _talk(process, data, limits)
        if ending == "died" and _out_of_time(process):
            ending = "timeout"
        return output, said, ending
    finally:
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout, process.stderr):
            if pipe is not None:
                pipe.close()


def _out_of_time(process: subprocess.Popen[bytes]) -> bool:
    """Whether it was ended for its CPU time; bubblewrap tells signals as a shell does."""
    try:
        return process.wait(1) == 128 + signal.SIGXCPU
    except subprocess.TimeoutExpired:
        return False


def _filter() -> IO[bytes]:
    """A pipe that holds the filter on system calls."""
    reading, writing = os.pipe()
    with open(writing, "wb") as pipe:
        pipe.write(sandbox_calls.seccomp(platform.machine()))
    return open(reading, "rb")


def _talk(
    process: subprocess.Popen[bytes], data: bytes, limits: Limits
) -> tuple[bytes, bytes, Ending]:
    """Hand over the job and read what comes, within the limits on time and output."""
    deadline = time.monotonic() + limits.wall_s
    left = memoryview(data)
    output, complaints = bytearray(), bytearray()
    with selectors.DefaultSelector() as watch:
        for pipe, heard in (
            (process.stdout, output), (process.stderr, complaints), (process.stdin, None),
        ):  # fmt: skip
            if pipe is not None:
                os.set_blocking(pipe.fileno(), False)
                event = selectors.EVENT_WRITE if heard is None else selectors.EVENT_READ
                watch.register(pipe, event, heard)
        while watch.get_map():
            wait = deadline - time.monotonic()
            if wait <= 0:
                return bytes(output), bytes(complaints), "timeout"
            for key, _ in watch.select(wait):
                if key.data is None:
                    left = _written(key.fd, left)
                    more = len(left)
                else:
                    chunk = os.read(key.fd, CHUNK)
                    key.data.extend(chunk)
                    more = len(chunk)
                if not more:
                    watch.unregister(key.fileobj)
                    key.fileobj.close()  # type: ignore[union-attr]
            if len(output) + len(complaints) > limits.output_bytes:
                return bytes(output), bytes(complaints), "output"
    return bytes(output), bytes(complaints), "died"


def _written(fd: int, left: memoryview) -> memoryview:
    """What is still to be written; nothing, when nobody reads any more."""
    try:
        return left[os.write(fd, left[:CHUNK]) :]
    except BlockingIOError:
        return left
    except BrokenPipeError:
        return left[:0]


def _told(output: bytes, nonce: str) -> list[str]:
    """The harness's lines, without what the code wrote past it."""
    lines = output.decode("utf-8", "replace").split("\n")
    return [line[len(nonce) + 1 :] for line in lines if line.startswith(f"{nonce} ")]


def _result(lines: Sequence[str], count: int, ending: Ending) -> Result:
    values: list[str | None] = [None] * count
    errors = []
    for line in lines:
        kind, _, rest = line.partition(" ")
        place, _, text = rest.partition(" ")
        if kind in ("value", "error") and re.fullmatch(r"[0-9]{1,6}", place) and int(place) < count:
            values[int(place)] = text if kind == "value" else None
        if kind == "error":
            errors.append(text)
        elif kind == "broken":
            errors.append(rest)
            ending = "broken"
        elif kind == "end":
            ending = "done"
    return Result(tuple(values), ending, _named(errors[0]) if errors else None)


def _named(error: str) -> str:
    """The code chose the name of its exception: nothing but a name is let through."""
    return re.sub(r"[^A-Za-z0-9_.]", "?", error)[:80]
