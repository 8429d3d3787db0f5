"""What a price map says against what the catalogue has, and the lines that are to be added.

Lines are only added: a price that was in force stays in its file, and a deployment that vanished
from the map keeps its history.
"""

from __future__ import annotations

import difflib
import os
import re
import tomllib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date
from importlib.resources import files as resources
from pathlib import Path

from data.catalog import files, prices
from data.catalog.deployments import Deployment
from data.catalog.litellm_map import Listing, MapFile
from data.catalog.price_lines import line_of, moment, quoted
from data.catalog.sources import sources
from data.errors import CatalogError
from data.price import Price

JUMP = 10
"""A price that changes by more than this factor, or to or from 0, is marked for a check."""

MAP_URL = "https://github.com/BerriAI/litellm/blob/main/model_prices_and_context_window.json"


@dataclass(frozen=True)
class Comparison:
    """How a map differs from the prices in force on a day."""

    new: dict[Deployment, Price] = field(default_factory=dict)
    changed: dict[Deployment, tuple[Price | None, Price]] = field(default_factory=dict)
    """Before (None: withdrawn) and now."""
    unchanged: int = 0
    vanished: tuple[Deployment, ...] = ()
    """In the catalogue from such a map and no longer in it. Reported, never removed."""

    def checks(self) -> Iterator[str]:
        """What a person should look at twice, one line each."""
        for at, (before, now) in self.changed.items():
            for name in ("input", "output"):
                was, is_ = (getattr(p.rates, name) if p else None for p in (before, now))
                if was is None or is_ is None or was == is_:
                    continue
                if not was or not is_ or max(was, is_) / min(was, is_) > JUMP:
                    yield f"{at}: {name} {was:,.6g} -> {is_:,.6g}"


def compare(listing: Listing, on: str) -> Comparison:
    """The map against the stored prices in force on an ISO date.

    CatalogError when a change would take effect at or before a period that is stored already.
    """
    new: dict[Deployment, Price] = {}
    changed: dict[Deployment, tuple[Price | None, Price]] = {}
    late: list[tuple[Deployment, str]] = []
    for at, price in listing.prices.items():
        # Not prices.periods: an entry of the allow-list is no line of a file.
        known = prices.provider_prices(at.provider).get(at.name, ())
        before = prices.in_force(known, moment(on))
        if not known:
            new[at] = price
        elif before is None or terms(before) != terms(price):
            changed[at] = before, price
            last = known[-1]
            if moment(last.valid_from) >= moment(on):
                late.append((at, last.valid_from))
            elif last.valid_until and moment(last.valid_until) > moment(on):
                late.append((at, last.valid_until))
    if late:
        (at, stored), more = late[0], len(late) - 1
        raise CatalogError(
            f"{at} has a stored price that begins or ends on {stored}, so that no other can take "
            f"effect on {on}{f' (and {more} more like it)' if more else ''}. Name a later day with "
            "--on."
        )
    return Comparison(
        new, changed, len(listing.prices) - len(new) - len(changed), _vanished(listing)
    )


def terms(price: Price) -> Price:
    """The price without where and when it was read, to compare what is charged."""
    return replace(price, source="", valid_from="", valid_until="", free=False)


def target(into: Path | None) -> Path:
    """The folder of price files to write to; CatalogError when there is no such place."""
    if into is not None:
        return into.absolute()
    own = files.user_folder()
    if own is not None:
        return own / prices.PART
    shipped = Path(str(resources("data.catalog") / prices.PART))
    root = shipped.parents[2]
    checkout = any((root / mark).exists() for mark in (".git", "pyproject.toml"))
    if checkout and os.access(shipped, os.W_OK):
        return shipped
    raise CatalogError(
        f"No catalogue of your own to write prices to. Make the folder ./{files.USUAL}, or name "
        "one with --into."
    )


def planned(
    found: Comparison, file: MapFile, folder: Path, on: date
) -> dict[Path, tuple[str, str]]:
    """(text before, text after) of every file that is to change."""
    lines: dict[str, dict[str, str]] = {}
    now = {**found.new, **{at: price for at, (_, price) in found.changed.items()}}
    for at, price in sorted(now.items()):
        lines.setdefault(at.provider, {})[at.name] = line_of(price)
    texts = {}
    for provider, added in lines.items():
        path = folder / f"{provider}.toml"
        before = _text(path)
        texts[path] = before, _with_lines(before or _head(provider), added, str(path))
    if lines and file.source not in sources():
        path = folder.parent / "sources.toml"
        before = _text(path)
        texts[path] = before, f"{before}{chr(10) if before else ''}{source_table(file, on)}"
    return texts


def diff(texts: dict[Path, tuple[str, str]], folder: Path) -> str:
    """A unified diff, with names from the catalogue's folder on."""
    found: list[str] = []
    for path, (before, after) in sorted(texts.items()):
        name = path.relative_to(folder.parent).as_posix()
        old = f"a/{name}" if before else "/dev/null"
        found += difflib.unified_diff(
            before.splitlines(keepends=True), after.splitlines(keepends=True), old, f"b/{name}"
        )
    return "".join(found)


def write(texts: dict[Path, tuple[str, str]]) -> None:
    """Each file whole or not at all; CatalogError when one can't be written."""
    for path, (_, after) in sorted(texts.items()):
        part = path.with_name(f".{path.name}.{os.getpid()}.part")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with part.open("w", encoding="utf-8", newline="") as stream:
                stream.write(after)
                stream.flush()
                os.fsync(stream.fileno())
            os.replace(part, path)
        except OSError as error:
            with suppress(OSError):
                part.unlink()
            raise CatalogError(
                f"Can't write {path}: {error.strerror or error}. Choose another folder with --into."
            ) from error
    files.forget()


def source_table(file: MapFile, on: date) -> str:
    """The [[source]] table of a map."""
    name = f"BerriAI/litellm, model_prices_and_context_window.json ({file.version})"
    if not file.version:
        name = f"LiteLLM price map {file.where.rsplit('/', 1)[-1]}"
    url = MAP_URL if file.version else file.where if file.where.startswith("https://") else ""
    rows = [
        "[[source]]",
        f"id = {quoted(file.source)}",
        f"title = {quoted(f'{name}, sha256 {file.sha256}')}",
        *([f"url = {quoted(url)}"] if url else []),
        *(['licence = "MIT"'] if file.version else []),
        f"checked = {on.isoformat()}",
    ]
    return "\n".join(rows) + "\n"


def _vanished(listing: Listing) -> tuple[Deployment, ...]:
    stored = (
        (Deployment(provider, name), known[-1])
        for provider in files.names(prices.PART)
        for name, known in prices.provider_prices(provider).items()
    )
    return tuple(
        at
        for at, last in stored
        if last.source.startswith("litellm") and not last.valid_until and at not in listing.prices
    )


def _head(provider: str) -> str:
    return (
        "# US dollars per million tokens. A line holds from its first moment (UTC) until the next "
        f"line's.\nprovider = {quoted(provider)}\n\n[deployments]\n"
    )


def _text(path: Path) -> str:
    try:
        with path.open(encoding="utf-8", newline="") as stream:
            return stream.read()
    except FileNotFoundError:
        return ""
    except (OSError, UnicodeDecodeError) as error:
        raise CatalogError(f"{path} can't be read: {error}.") from error


def _with_lines(text: str, added: dict[str, str], where: str) -> str:
    """The file with one more line for each name; every line that was there stays as it is."""
    end = "\r\n" if "\r\n" in text else "\n"
    rows = text.splitlines(keepends=True)
    if rows and not rows[-1].endswith("\n"):
        rows[-1] += end
    opens = {m[1]: i for i, row in enumerate(rows) if (m := _OPEN.match(row))}
    inserts: dict[int, list[str]] = {}
    starts = sorted((name, i) for name, i in opens.items())
    for name, line in added.items():
        key = quoted(name)
        if key in opens:
            closing = (i for i in range(opens[key], len(rows)) if rows[i].startswith("]"))
            inserts.setdefault(next(closing, len(rows)), []).append(f"  {line},{end}")
        else:
            place = min((i for other, i in starts if other > key), default=len(rows))
            while place < len(rows) and place and rows[place - 1].startswith("#"):
                place -= 1
            inserts.setdefault(place, []).append(f"{key} = [{end}  {line},{end}]{end}")
    out: list[str] = []
    for i in range(len(rows) + 1):
        out += inserts.get(i, [])
        out += rows[i : i + 1]
    after = "".join(out)
    _check(text, after, added, where)
    return after


_OPEN = re.compile(r'("(?:[^"\\]|\\.)*") = \[[ \t]*(?:#.*)?\r?$', re.MULTILINE)


def _check(before: str, after: str, added: dict[str, str], where: str) -> None:
    """CatalogError unless the new text says what the old one said, and the new lines."""
    try:
        old, new = (prices.read_periods(tomllib.loads(t), where) for t in (before, after))
        whole = {name: known for name, known in new.items() if name not in added}
        kept = all(new[name][:-1] == old.get(name, ()) for name in added)
        if kept and whole == {n: k for n, k in old.items() if n not in added}:
            return
        reason = "the new lines would change what stands there"
    except (tomllib.TOMLDecodeError, CatalogError) as error:
        reason = str(error).rstrip(".")
    raise CatalogError(
        f"Can't add lines to {where}: {reason}. Write it as the shipped files are, one period a "
        "line within [ and ]."
    )
