"""The command line: parse, call one function, print its result. Heavy imports wait their turn.

Results go to stdout, progress and warnings to stderr. Exit codes: 0 done, 1 done with failed
attempts, 2 the user can fix it (one line says how), 130 stopped by Ctrl-C.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from dashboard.arguments import (
    catalogue,
    collecting,
    importing,
    init,
    nightly,
    planning,
    reporting,
    scheduling,
    showing,
    tasks,
)
from dashboard.arguments.common import Parser
from data.errors import IsocostError


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code."""
    # A shell can start us with these closed (`>&-`): print and read must find something there.
    sys.stdin = sys.stdin or open(os.devnull)  # noqa: SIM115
    sys.stdout = sys.stdout or open(os.devnull, "w")  # noqa: SIM115
    sys.stderr = sys.stderr or open(os.devnull, "w")  # noqa: SIM115
    args = parser().parse_args(argv)
    try:
        code = int(args.run(args))
        sys.stdout.flush()
        return code
    except IsocostError as error:
        print(f"isocost: {' '.join(str(error).split())}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("isocost: stopped; everything finished before is kept.", file=sys.stderr)
        return 130
    except BrokenPipeError:
        # `isocost export ... | head` closes our stdout: that is no error of anyone's.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        # A full disk under standard output, an unreadable standard input.
        named = f": {error.filename}" if error.filename else ""
        print(f"isocost: {error.strerror or error}{named}.", file=sys.stderr)
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return 2


def parser() -> Parser:
    """Every command with its options."""
    top = Parser(
        prog="isocost",
        description="What LLM capability costs: collect graded prompts, plot the frontier.",
        epilog="Exit codes: 0 done, 1 done with failed attempts, 2 something you can fix, "
        "3 drift alarm (nightly), 130 stopped by Ctrl-C.",
    )
    top.add_argument("--version", action="version", version=f"isocost {_version()}")
    commands = top.add_subparsers(required=True, metavar="COMMAND", title="commands")
    init.add(commands)
    planning.add(commands)
    collecting.add(commands)
    nightly.add(commands)
    scheduling.add(commands)
    showing.add(commands)
    reporting.add(commands)
    importing.add(commands)
    tasks.add(commands)
    catalogue.add(commands)
    return top


def _version() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("isocost")
    except PackageNotFoundError:
        return "(not installed)"


if __name__ == "__main__":
    sys.exit(main())
