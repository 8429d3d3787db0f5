"""init: the first experiment file."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from dashboard.arguments.common import Commands

MOST = 8
MOST_USD_PER_MTOK = 40.0


class _Base(argparse.Action):
    """--api-base adds a server; --api-key-env names the key of the one before it."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: str | Sequence[Any] | None,
        option_string: str | None = None,
    ) -> None:
        servers = list(namespace.servers)
        if option_string == "--api-key-env":
            if not servers or servers[-1][1] is not None:
                parser.error("--api-key-env names the key of the --api-base before it")
            servers[-1] = (servers[-1][0], str(values))
        else:
            servers.append((str(values), None))
        namespace.servers = servers


def add(commands: Commands) -> None:
    """The command that writes an experiment from what the environment reaches."""
    init = commands.add_parser(
        "init",
        help="write an experiment from the keys and servers found",
        description="Find keys in the environment and model servers on this machine, list their "
        "models, propose contestants across the price range, call each once, and write an "
        "experiment file. Without keys it proposes the bundled models.",
    )
    init.add_argument(
        "-o",
        "--output",
        type=Path,
        default=Path("experiment.toml"),
        metavar="FILE",
        help="default: experiment.toml",
    )
    init.set_defaults(servers=[])
    init.add_argument(
        "--api-base",
        action=_Base,
        dest="servers",
        default=argparse.SUPPRESS,
        metavar="URL",
        help="also ask this OpenAI-compatible server (may be repeated)",
    )
    init.add_argument(
        "--api-key-env",
        action=_Base,
        dest="servers",
        default=argparse.SUPPRESS,
        metavar="NAME",
        help="the variable that holds the key of the --api-base before it",
    )
    init.add_argument(
        "--usd-per-hour",
        action="append",
        default=[],
        metavar="[SERVER=]USD",
        help="what the machine of your own server costs an hour (may be repeated)",
    )
    init.add_argument(
        "--most",
        type=int,
        default=MOST,
        metavar="N",
        help=f"contestants to propose at most (default: {MOST})",
    )
    init.add_argument(
        "--most-usd-per-mtok",
        type=float,
        default=MOST_USD_PER_MTOK,
        metavar="USD",
        help="leave out models that charge more for a million output tokens "
        f"(default: {MOST_USD_PER_MTOK:g})",
    )
    init.add_argument(
        "--budget",
        type=float,
        metavar="USD",
        help="the file's budget_usd; probes keep to it as well (default: from the estimate)",
    )
    init.add_argument("--no-probe", action="store_true", help="call no model")
    init.add_argument(
        "--no-local", action="store_true", help="don't look for servers on this machine"
    )
    init.add_argument("--yes", action="store_true", help="ask nothing, take the proposal as it is")
    init.add_argument("--force", action="store_true", help="replace the file if it exists")
    init.add_argument("--json", action="store_true", help="for scripts; asks nothing")
    init.set_defaults(run=_init)


def _init(args: argparse.Namespace) -> int:
    from dashboard.commands.init import init

    return init(args)
