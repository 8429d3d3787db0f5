"""What runs inside the sandbox before untrusted code does: limits, then one call after another.

It is given to the interpreter as text. What it writes is no verdict: it only tells what the code
returned, and whoever started it compares that with answers that were never in the room.
"""

from __future__ import annotations

import io
import json
import os
import resource
import sys
from typing import Any

LONGEST = 20_000
"""Characters of a returned value."""


class Sink(io.TextIOBase):
    """Where the code's own printing goes."""

    def write(self, text: str) -> int:
        return len(text)


def limit(limits: dict[str, list[int]]) -> None:
    """Set for good: without privileges a hard limit can't be raised again."""
    for name, (soft, hard) in limits.items():
        resource.setrlimit(getattr(resource, name), (soft, hard))


def main() -> None:
    job = json.loads(sys.stdin.buffer.read())
    nonce, name, calls = job["nonce"], job["name"], job["calls"]
    limit(job["limits"])
    told, write, dumps = os.dup(1), os.write, json.dumps

    def tell(what: str) -> None:
        # On a line of its own, whatever the code has written past us.
        write(told, f"\n{nonce} {what}\n".encode("utf-8", "replace"))

    sys.stdin, sys.stdout, sys.stderr = io.StringIO(), Sink(), Sink()
    tell("ready")
    space: dict[str, Any] = {"__name__": "answer"}
    try:
        exec(compile(job["source"], "answer", "exec"), space)  # noqa: S102
        function = space[name]
    except BaseException as error:
        tell(f"broken {type(error).__name__}")
        os._exit(0)
    for index, call in enumerate(calls):
        try:
            value = dumps(function(*json.loads(call)), separators=(",", ":"), sort_keys=True)
            kind = "value" if len(value) <= LONGEST else "error"
            tell(f"{kind} {index} {value if kind == 'value' else 'TooLong'}")
        except BaseException as error:
            tell(f"error {index} {type(error).__name__}")
    tell("end")
    os._exit(0)


if __name__ == "__main__":
    main()
