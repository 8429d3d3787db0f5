"""The parser every command uses, and the options that several share."""

from __future__ import annotations

import argparse
from typing import NoReturn, TypeAlias

from data.location import DEFAULT, VARIABLE
from data.price import MODES

DEFAULT_PORT = 8501


class Parser(argparse.ArgumentParser):
    """Says what is wrong on one line, like every other error."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"isocost: {message}. See `{self.prog} --help`.\n")


Commands: TypeAlias = "argparse._SubParsersAction[Parser]"
"""Where a command adds its parser."""


def db(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--db", metavar="PATH", help=f"database (default: ${VARIABLE} or {DEFAULT})"
    )


def shard(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--shard",
        type=_shard,
        default=(1, 1),
        metavar="I/N",
        help="only the I-th of N parts; run the others elsewhere, at the same time or later",
    )


def workers(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--workers",
        type=_workers,
        default=0,
        metavar="N",
        help="processes that make the calls, for hundreds of calls a second (default: this one)",
    )
    parser.add_argument(
        "--log", metavar="FILE", help="append what happens as JSON lines; - for standard output"
    )


def _shard(text: str) -> tuple[int, int]:
    part, _, parts = text.partition("/")
    if not (part.isdecimal() and parts.isdecimal() and 1 <= int(part) <= int(parts) <= 10_000):
        raise argparse.ArgumentTypeError(f"'{text}': write I/N, such as 1/4, with I from 1 to N")
    return int(part), int(parts)


def _workers(text: str) -> int:
    if not (text.isdecimal() and int(text) <= 64):
        raise argparse.ArgumentTypeError(f"'{text}': write a number of processes from 0 to 64")
    return int(text)


def port(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--port", type=int, default=DEFAULT_PORT, metavar="N", help=f"default: {DEFAULT_PORT}"
    )


def basis(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--prices",
        default="billed",
        metavar="billed|today|DATE",
        help="whose prices: of when each attempt was made (default), today's, or a day's",
    )
    parser.add_argument(
        "--mode",
        default="standard",
        choices=["standard", *MODES],
        help="service mode of list prices (default: standard)",
    )
    parser.add_argument(
        "--cache",
        default="neutral",
        metavar="neutral|reported|SHARE",
        help="cached input at the input price (default), as the provider charged it, or as if "
        "this share of the input, 0 to 1, were cached",
    )
    parser.add_argument(
        "--discount",
        action="append",
        default=[],
        metavar="[PROVIDER=]SHARE",
        help="your share off list prices, such as 0.15 or openai=0.2 (may be repeated)",
    )
    parser.add_argument(
        "--shape",
        metavar="IN/CACHED/OUT",
        help="tokens of one of your own calls, such as 3000/1000/500; accuracy stays as measured",
    )
