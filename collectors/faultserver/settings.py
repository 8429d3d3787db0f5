"""What the server is told: once on its command line, and later through POST /admin."""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any

from collectors.faultserver.kinds import FaultServerError, checked
from data.errors import did_you_mean


def option(default: Any, help_: str) -> Any:
    """A field that is an option of the command line and of /admin."""
    if isinstance(default, dict):
        return field(default_factory=dict, metadata={"help": help_})
    return field(default=default, metadata={"help": help_})


@dataclass(frozen=True)
class Settings:
    """Every option has a default that changes nothing: a server that answers at once and right."""

    port: int = option(0, "port on 127.0.0.1; 0 is any free one")
    latency_ms: float = option(0.0, "time before an answer")
    jitter_ms: float = option(0.0, "up to this much more, by the request")
    chunks: int = option(3, "pieces of text in a stream")
    chunk_ms: float = option(0.0, "time between them")
    faults: float = option(0.0, "share of calls that misbehave, 0 to 1")
    kinds: tuple[str, ...] = option((), "kinds of fault, by comma; default: the default mix")
    seed: int = option(1, "another seed, other faults")
    give_up_after: int | None = option(None, "faults of one body after which it is answered")
    retry_after_s: float = option(1.0, "longest wait asked for by 429 and 503")
    stall_s: float = option(600.0, "how long a stall lasts")
    drip_ms: float = option(2.0, "time between the bytes of a slow drip")
    huge_mb: float = option(20.0, "size of a huge answer")
    wrong: float = option(0.0, "share of wrong answers, 0 to 1")
    price_in: float = option(0.0, "dollars per million tokens read")
    price_out: float = option(0.0, "dollars per million tokens written")
    rpm: int | None = option(None, "requests per window that a model accepts")
    tpm: int | None = option(None, "tokens per window that a model accepts")
    window_s: float = option(60.0, "the window of rpm and tpm")
    slack_ms: float = option(50.0, "how much earlier than the window's end is forgiven")
    key: str | None = option(None, "the bearer key that is asked for")
    models: Mapping[str, Any] = option({}, "behaviour by model: a JSON object, or @FILE")
    known_only: bool = option(False, "answer 404 for models that are not in --models")
    down: tuple[str, ...] = option((), "models that answer 503 to everything; * is all of them")
    bodies: bool = option(True, "count by request body, which takes memory for each")
    stop_after_s: float = option(600.0, "the server ends by itself after this long")
    with_parent: bool = option(False, "the server ends when its stdin closes")


FIXED = ("port", "bodies", "stop_after_s", "with_parent")
"""Options that /admin can't change."""
SHARES = ("faults", "wrong")
LISTS = ("kinds", "down")
FLAGS = ("bodies", "known_only", "with_parent")
WHOLE = ("port", "chunks", "seed", "give_up_after", "rpm", "tpm")


def check(settings: Settings) -> Settings:
    """The settings with kinds spelled out; raises FaultServerError on what makes no sense."""
    for name, value in vars(settings).items():
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            continue
        if not 0 <= value < 1e12 or (name in SHARES and value > 1):
            most = "1" if name in SHARES else "1e12"
            raise FaultServerError(f"{name} = {value} is not between 0 and {most}.")
    if settings.chunks < 1 or settings.port > 65535:
        raise FaultServerError(f"chunks = {settings.chunks} or port = {settings.port} can't be.")
    return replace(settings, kinds=checked(settings.kinds))


def changed(settings: Settings, changes: Mapping[str, Any]) -> Settings:
    """The settings after the changes that /admin was sent."""
    known = {f.name for f in fields(Settings)} - set(FIXED)
    new: dict[str, Any] = {}
    for name, value in changes.items():
        if name not in known:
            raise FaultServerError(f"Unknown setting '{name}'.{did_you_mean(name, known)}")
        new[name] = _typed(name, value)
    return check(replace(settings, **new))


def _typed(name: str, value: Any) -> Any:
    """A JSON value as the type of its setting."""
    if name in LISTS and isinstance(value, (list, tuple)):
        return tuple(map(str, value))
    if name == "models" and isinstance(value, dict):
        return value
    if name == "key" and (value is None or isinstance(value, str)):
        return value
    if name in FLAGS and isinstance(value, bool):
        return value
    if name in ("give_up_after", "rpm", "tpm") and value is None:
        return None
    plain = isinstance(value, (int, float)) and not isinstance(value, bool)
    if plain and name not in (*LISTS, *FLAGS, "models", "key"):
        return int(value) if name in WHOLE else float(value)
    raise FaultServerError(f"{name} = {value!r} is not what this setting takes.")


def names(text: str) -> tuple[str, ...]:
    """'a, b' as ('a', 'b')."""
    return tuple(filter(None, (part.strip() for part in text.split(","))))


def models(text: str) -> dict[str, Any]:
    """The JSON object itself, or that of the file after '@'."""
    try:
        if text.startswith("@"):
            with open(text[1:], encoding="utf-8") as file:
                text = file.read()
        table = json.loads(text)
    except (OSError, ValueError, RecursionError) as error:
        raise argparse.ArgumentTypeError(f"no JSON object: {error}") from None
    if not isinstance(table, dict):
        raise argparse.ArgumentTypeError("no JSON object")
    return table


def parser() -> argparse.ArgumentParser:
    """One option for each setting."""
    made = argparse.ArgumentParser(
        prog="python -m collectors.faultserver",
        description="A misbehaving OpenAI-compatible server on loopback.",
    )
    for f in fields(Settings):
        flag, help_ = "--" + f.name.replace("_", "-"), f.metadata["help"]
        if f.name == "bodies":
            made.add_argument("--no-bodies", dest="bodies", action="store_false", help="don't "
                              + help_)  # fmt: skip
        elif f.name in FLAGS:
            made.add_argument(flag, action="store_true", help=help_)
        else:
            default = {} if f.name == "models" else f.default
            made.add_argument(flag, type=_reader(f.name), default=default, help=help_)
    return made


def _reader(name: str) -> Any:
    if name in LISTS:
        return names
    if name == "models":
        return models
    if name == "key":
        return str
    return int if name in WHOLE else float


def arguments(options: Mapping[str, Any]) -> list[str]:
    """Keyword options as the command line that sets them."""
    known = {f.name for f in fields(Settings)}
    line: list[str] = []
    for name, value in options.items():
        if name not in known:
            raise FaultServerError(f"Unknown setting '{name}'.{did_you_mean(name, known)}")
        flag = "--" + name.replace("_", "-")
        if name == "bodies":
            line += [] if value else ["--no-bodies"]
        elif name in FLAGS:
            line += [flag] if value else []
        elif value is not None:
            line.append(f"{flag}={_text(name, value)}")
    return line


def _text(name: str, value: Any) -> str:
    if name in LISTS:
        return ",".join([value] if isinstance(value, str) else value)
    return json.dumps(value) if name == "models" else str(value)


def parsed(argv: Sequence[str] | None) -> Settings:
    """The settings of a command line."""
    return check(Settings(**vars(parser().parse_args(argv))))
