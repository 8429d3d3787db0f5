"""Price files as text: lines added to them, the diff, and writing it.

Every line that is there stays as it is, byte for byte, with its remarks.
"""

from __future__ import annotations

import difflib
import os
import re
import time
import tomllib
from contextlib import suppress
from datetime import date
from importlib.resources import files as resources
from pathlib import Path

from data.catalog import files
from data.catalog.litellm_map import MapFile
from data.catalog.price_lines import line_of, quoted
from data.catalog.price_periods import read_periods
from data.catalog.refresh import Comparison
from data.errors import CatalogError

MAP_URL = "https://github.com/BerriAI/litellm/blob/main/model_prices_and_context_window.json"
SOURCES = "sources.toml"


def planned(
    found: Comparison, file: MapFile, folder: Path, today: date
) -> dict[Path, tuple[str, str]]:
    """(text before, text after) of every file that is to change; the map was read today."""
    lines: dict[str, dict[str, str]] = {}
    now = {**found.new, **{at: price for at, (_, price) in found.changed.items()}}
    for at, price in sorted(now.items()):
        lines.setdefault(at.provider, {})[at.name] = line_of(price)
    texts = {}
    for provider, added in lines.items():
        path = folder / f"{provider}.toml"
        before = _text(path)
        texts[path] = before, _with_lines(before or _head(provider), added, str(path))
    if _lacks_source(file.source, folder, bool(lines)):
        path = folder.parent / SOURCES
        before = _text(path)
        gap = "" if not before else "\n" if before.endswith("\n") else "\n\n"
        after = f"{before}{gap}{source_table(file, today)}"
        _check_sources(after, path)
        texts[path] = before, after
    return texts


def _check_sources(text: str, path: Path) -> None:
    try:
        tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise CatalogError(
            f"Can't add a source to {path}: {error}. Write its sources as [[source]] tables."
        ) from error


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


def write(texts: dict[Path, tuple[str, str]], folder: Path) -> None:
    """Each file whole or not at all; CatalogError when one can't be written.

    Sources come first: a run that dies in between leaves no line without its source.
    """
    for place in (folder.parent, folder):
        _sweep(place)
    for path, (_, after) in sorted(texts.items(), key=lambda t: (t[0].name != SOURCES, t[0])):
        path = path.resolve()  # a link goes on leading to its file
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


def source_table(file: MapFile, read: date) -> str:
    """The [[source]] table of a map that was read on this day."""
    name = f"BerriAI/litellm, model_prices_and_context_window.json ({file.version})"
    # Keys and passwords in an address stay out of the file.
    scheme, remote, rest = file.where.partition("://")
    if remote:
        rest = re.split(r"[?#]", rest, maxsplit=1)[0]
    if not file.version:
        last = (rest if remote else file.where).rpartition("/")[2].rpartition("@")[2]
        name = f"LiteLLM price map {last}"
    public = bool(remote) and scheme.lower() == "https" and "@" not in rest
    url = MAP_URL if file.version else f"https://{rest}" if public else ""
    rows = [
        "[[source]]",
        f"id = {quoted(file.source)}",
        f"title = {quoted(f'{name}, sha256 {file.sha256}')}",
        *([f"url = {quoted(url)}"] if url else []),
        *(['licence = "MIT"'] if file.version else []),
        f"checked = {read.isoformat()}",
    ]
    return "\n".join(rows) + "\n"


def _lacks_source(source: str, folder: Path, adding: bool) -> bool:
    """Whether lines that name the source stand or will stand in the folder, and it isn't listed.

    Listed is what is shipped or beside the folder: it must make sense without another catalogue.
    """
    beside = folder.parent / SOURCES
    own = beside.parent / "sources"
    listed = [Path(str(resources("data.catalog") / SOURCES)), beside, *sorted(own.glob("*.toml"))]
    if any(_has_source(path, source) for path in listed):
        return False
    named = f"source = {quoted(source)}"
    return adding or any(named in _text(path) for path in sorted(folder.glob("*.toml")))


def _has_source(path: Path, source: str) -> bool:
    if not path.is_file():
        return False
    tables = files.parse(path, str(path)).get("source", [])
    return any(isinstance(t, dict) and t.get("id") == source for t in tables)


def _sweep(folder: Path) -> None:
    """Remove what runs that were killed left half written."""
    for path in folder.glob(".*.toml.*.part"):
        pid = _PART.fullmatch(path.name)
        with suppress(OSError):
            if pid and (_is_dead(int(pid[1])) or time.time() - path.stat().st_mtime > 3600):
                path.unlink()


def _is_dead(pid: int) -> bool:
    if pid == os.getpid():
        return True  # of another process, which had our number before us
    if os.name != "posix":
        return False  # asking would end it
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, OverflowError):
        return True
    except OSError:
        return False
    return False


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


_PART = re.compile(r"\..+\.toml\.(\d+)\.part")
_OPEN = re.compile(r'("(?:[^"\\]|\\.)*") = \[[ \t]*(?:#.*)?\r?$', re.MULTILINE)


def _check(before: str, after: str, added: dict[str, str], where: str) -> None:
    """CatalogError unless the new text says what the old one said, and the new lines."""
    try:
        old, new = (read_periods(tomllib.loads(t), where) for t in (before, after))
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
