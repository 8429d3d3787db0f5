"""The catalogue's TOML files: the shipped ones, then those of the user's own folder.

A part is a file `<part>.toml`, a folder `<part>/*.toml`, or both. The user's folder is the one that
ISOCOST_CATALOG names, or `isocost-catalog` beside the work when there is one; it has the same
layout, and what it says is added to the shipped facts or stands in their place.
"""

from __future__ import annotations

import hashlib
import os
import tomllib
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, TypeVar

from data.errors import CatalogError, did_you_mean

VARIABLE = "ISOCOST_CATALOG"
USUAL = "isocost-catalog"

Table = dict[str, Any]
T = TypeVar("T")


_kept: list[Callable[[], None]] = []


def kept(read: Callable[[], T]) -> Callable[[], T]:
    """Read a part once, until `forget`."""
    cached = cache(read)
    _kept.append(cached.cache_clear)
    return cached


def forget() -> None:
    """Forget what was read, after a file has changed."""
    for clear in _kept:
        clear()


def user_folder() -> Path | None:
    """The user's own catalogue; None when there is none. CatalogError when the named one isn't."""
    named = os.environ.get(VARIABLE)
    folder = Path(named or USUAL)
    if folder.is_dir():
        return folder.absolute()
    if named:
        raise CatalogError(
            f"{VARIABLE} = '{named}' is no folder. Make it, or unset the variable; a catalogue is "
            "a folder with files such as models/mine.toml."
        )
    return None


def read(part: str) -> list[tuple[str, Table]]:
    """(where, content) of every file of a part, shipped first, each layer in name order."""
    return [(where, parse(file, where)) for _, where, file in _found(part)]


def read_one(part: str, name: str) -> list[tuple[str, Table]]:
    """(where, content) of `<part>/<name>.toml` in each layer that has it, shipped first."""
    return [(w, parse(f, w)) for _, w, f in _found(part) if f.name == f"{name}.toml"]


def names(part: str) -> tuple[str, ...]:
    """Names of a part's files without their ending, over both layers, sorted."""
    return tuple(sorted({file.name.removesuffix(".toml") for _, *_, file in _found(part)}))


def entries(part: str, key: str) -> Iterator[tuple[str, Table]]:
    """(where, table) of every [[key]] of a part, each with an id that is unique in its layer.

    The same id in the user's layer comes later and is meant to override. CatalogError for anything
    else in the files.
    """
    seen: set[tuple[int, str]] = set()
    for layer, where, file in _found(part):
        content = parse(file, where)
        known(content, (key,), where)
        tables = content.get(key, [])
        if not isinstance(tables, list) or not all(isinstance(t, dict) for t in tables):
            raise CatalogError(f"{where}: write [[{key}]] tables.")
        for table in tables:
            at = f"{where}, '{required(table, 'id', where)}'"
            if (layer, table["id"]) in seen:
                raise CatalogError(f"{at} stands twice. Remove one.")
            seen.add((layer, table["id"]))
            yield at, table


def catalog_hash() -> str:
    """sha256 over every file of both layers, stored with every run."""
    found = hashlib.sha256()
    for part in ("sources", "labs", "models", "results", "prices", "free", "local_prices"):
        for _, where, file in _found(part):
            found.update(where.encode())
            found.update(file.read_bytes().replace(b"\r\n", b"\n"))
    return found.hexdigest()


def known(table: Mapping[str, Any], keys: tuple[str, ...], where: str) -> None:
    """CatalogError for the first key that isn't one of `keys`."""
    for key in table:
        if key not in keys:
            raise CatalogError(f"{where}: unknown key '{key}'.{did_you_mean(key, keys)}")


def value(table: Mapping[str, Any], key: str, kind: type, where: str) -> Any:
    """table[key] of the kind asked for; None when it is left out."""
    found = table.get(key)
    if found is None:
        return None
    fits = isinstance(found, kind)
    if kind is float:
        fits = isinstance(found, int | float) and not isinstance(found, bool)
    elif kind is int:
        fits = isinstance(found, int) and not isinstance(found, bool)
    elif kind is date:
        fits = isinstance(found, date) and not isinstance(found, datetime)
    if not fits:
        raise CatalogError(f"{where}: {key} = {found!r}: write {_KINDS[kind]}.")
    return found


def required(table: Mapping[str, Any], key: str, where: str) -> str:
    """table[key] as text that isn't empty."""
    found = value(table, key, str, where)
    if not found:
        raise CatalogError(f"{where}: '{key}' is missing. Add {key} = \"...\".")
    return str(found)


_KINDS: dict[type, str] = {
    str: 'text in quotes, such as "open"',
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    date: "a date without quotes, such as 2026-11-23",
    list: 'a list, such as ["a", "b"]',
    dict: "a table",
}


def _found(part: str) -> list[tuple[int, str, Traversable]]:
    """(layer, where, file): layer 0 is shipped, 1 the user's."""
    layers: list[tuple[str, Traversable]] = [("", files("data.catalog"))]
    own = user_folder()
    if own is not None:
        layers.append((f"{own.name}/", own))
    found: list[tuple[int, str, Traversable]] = []
    for number, (prefix, layer) in enumerate(layers):
        single = layer / f"{part}.toml"
        if single.is_file():
            found.append((number, f"{prefix}{part}.toml", single))
        folder = layer / part
        if folder.is_dir():
            inside = sorted((f for f in folder.iterdir()), key=lambda f: f.name)
            kept = [f for f in inside if f.name.endswith(".toml") and f.is_file()]
            found += [(number, f"{prefix}{part}/{file.name}", file) for file in kept]
    return found


def parse(file: Traversable, where: str) -> Table:
    """A file's content; CatalogError when it can't be read or isn't TOML."""
    try:
        return tomllib.loads(file.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise CatalogError(f"{where} is not valid TOML: {error}.") from error
    except (OSError, ValueError) as error:
        # Besides unreadable bytes: a whole number of thousands of digits.
        raise CatalogError(f"{where} can't be read: {str(error).splitlines()[0]}.") from error
