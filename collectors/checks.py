"""Checks of an experiment's values: each returns the value or says on one line what is wrong."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from data.errors import ExperimentError, did_you_mean


def tables(raw: Mapping[str, Any], key: str, where: str) -> list[tuple[int, dict[str, Any]]]:
    tables = raw.get(key)
    if not isinstance(tables, list) or not tables or not all(isinstance(t, dict) for t in tables):
        raise ExperimentError(f"{where}: no [[{key}]] table. Add at least one.")
    return list(enumerate(tables, start=1))


def known(raw: Mapping[str, Any], keys: Sequence[str], where: str) -> None:
    for key in raw:
        if key not in keys:
            raise ExperimentError(f"{where}: unknown key '{key}'.{did_you_mean(key, keys)}")


def required(raw: Mapping[str, Any], key: str, where: str) -> str:
    value = raw.get(key)
    if value is None:
        raise ExperimentError(f'{where}: {key} is missing. Write {key} = "...".')
    if not isinstance(value, str) or not value.strip():
        raise ExperimentError(f"{where}: {key} = {shown(value)}: write a text.")
    return value


def shown(value: object) -> str:
    """A value as an error shows it, cut to a sane length."""
    written = repr(value)
    return written if len(written) <= 80 else written[:77] + "..."


def text(value: object, key: str, where: str) -> str | None:
    if value is not None and (not isinstance(value, str) or not value.strip()):
        raise ExperimentError(f"{where}: {key} = {value!r}: write a text.")
    return value


MOST_TOKENS = 1_000_000_000
"""No model writes a thousandth of it, and the database holds it."""
SECRET_WORDS = ("key", "token", "secret", "password", "sig")
"""What a part of an address that is a secret is called."""


def address(value: object, key: str, where: str) -> str | None:
    """An address as it may be stored: ExperimentError for one that holds a secret."""
    found = text(value, key, where)
    parts = urlsplit(found or "")
    names = [name.lower() for name, _ in parse_qsl(parts.query, keep_blank_values=True)]
    if "@" in parts.netloc or any(word in name for name in names for word in SECRET_WORDS):
        raise ExperimentError(
            f"{where}: {key} holds a password or key, and what stands here is stored with the "
            "results. Leave it out of the address, and name the variable that holds it: "
            'api_key_env = "MY_KEY".'
        )
    return found


def whole(value: object, key: str, where: str, least: int = 1) -> int:
    if type(value) is not int or value < least:
        raise ExperimentError(
            f"{where}: {key} = {shown(value)}: write a whole number from {least}."
        )
    return value


def money(value: object, key: str, where: str) -> float | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 1e12:
        raise ExperimentError(f"{where}: {key} = {shown(value)}: write a number from 0 to 1e12.")
    return float(value)


def above_zero(value: object, key: str, where: str) -> float | None:
    number = money(value, key, where)
    if number == 0:
        raise ExperimentError(f"{where}: {key} = 0: write a number above 0.")
    return number


def share(value: object, key: str, where: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
        raise ExperimentError(f"{where}: {key} = {shown(value)}: write a share from 0 to 1.")
    return float(value)


def variable(value: str | None, key: str, where: str) -> str:
    """The name of an environment variable; a value that looks like a key itself is not shown."""
    if value is None or not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]{0,99}", value):
        raise ExperimentError(
            f"{where}: {key} must be the NAME of an environment variable, such as MY_KEY; never "
            "write a key or an address that holds one into the file."
        )
    return value


def table(value: object, key: str, where: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ExperimentError(f"{where}: {key} = {shown(value)}: write a table, [{key}].")
    return value


def one_of(value: object, known: Sequence[str], key: str, where: str) -> str:
    if value not in known:
        raise ExperimentError(f"{where}: {key} = {value!r}.{did_you_mean(str(value), known)}")
    return str(value)


def dial(value: object, known: Sequence[str], key: str, where: str) -> list[Any]:
    if value is None:
        return [None]
    values = value if isinstance(value, list) else [value]
    if not values:
        raise ExperimentError(f"{where}: {key} = []: name at least one.")
    return [one_of(v, known, key, where) for v in values]


def limits(value: object, where: str) -> list[int | None]:
    found = dial_of_whole(value, "max_tokens", where)
    for number in found:
        if number is not None and number > MOST_TOKENS:
            raise ExperimentError(
                f"{where}: max_tokens = {shown(number)}: write at most {MOST_TOKENS:,}, or leave "
                "it out for the model's own limit."
            )
    return found


def dial_of_whole(value: object, key: str, where: str, least: int = 1) -> list[int | None]:
    if value is None:
        return [None]
    values = value if isinstance(value, list) else [value]
    if not values:
        raise ExperimentError(f"{where}: {key} = []: name at least one.")
    return [whole(v, key, where, least) for v in values]
