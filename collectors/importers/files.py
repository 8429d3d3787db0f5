"""Other tools' files, read as if they were hostile: sizes, encodings and depths are limited.

Every function raises FormatError, which names the file and the place, for what is damaged; a file
is read as a stream where it may be long.
"""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Iterator
from io import TextIOWrapper
from pathlib import Path
from typing import IO, Any, cast

from collectors.importers.job import MOST_FILES, MOST_LINE, MOST_WHOLE, Job, refuse
from collectors.importers.json_stream import MOST_DEPTH, json_items, json_pairs, json_value
from collectors.importers.watched import Readable

__all__ = [
    "csv_rows",
    "decoded",
    "digest",
    "json_file",
    "json_items",
    "json_lines",
    "json_pairs",
    "json_value",
    "parsed",
    "walk",
    "whole",
    "yaml_file",
]

_AGAIN = "Get the file again from the tool that wrote it."
_ENCODE = "Save it as UTF-8."


def walk(folder: Path, pattern: str) -> list[Path]:
    """Plain files below a folder that match, sorted; links that lead elsewhere are left out."""
    root = folder.resolve()
    found: list[Path] = []
    for path in folder.rglob(pattern):
        if path.is_file() and path.resolve().is_relative_to(root):
            found.append(path)
            if len(found) > MOST_FILES:
                raise refuse(folder, f"more than {MOST_FILES:,} files {pattern}", "Import a part.")
    return sorted(found)


def digest(path: Path) -> str:
    """SHA-256 of a file's bytes: names a run whose tool gave it no id."""
    found = hashlib.sha256()
    with path.open("rb") as file:
        while data := file.read(1 << 20):
            found.update(data)
    return found.hexdigest()


def whole(path: Path, job: Job, most: int = MOST_WHOLE) -> bytes:
    """The bytes of a file that must be held as a whole."""
    size = path.stat().st_size
    if size > most:
        raise refuse(path, f"{size >> 20:,} MB, and {most >> 20} MB can be read", "Split it.")
    data = path.read_bytes()
    job.advance(len(data))
    return data


def decoded(data: bytes, path: Path | str) -> str:
    """UTF-8 text, with or without its mark; UTF-16 by its mark."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        try:
            return data.decode("utf-16")
        except UnicodeDecodeError as error:
            raise refuse(path, f"no UTF-16 text at byte {error.start:,}", _ENCODE) from error
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise refuse(path, f"no UTF-8 text at byte {error.start:,}", _ENCODE) from error


def parsed(text: str, path: Path | str, line: int | None = None) -> Any:
    """JSON text as Python has it; `line` is where it stands, in a file of lines."""
    try:
        return json.loads(text)
    except RecursionError as error:
        at = f" in line {line:,}" if line else ""
        raise refuse(path, f"JSON nested too deep{at}", _AGAIN) from error
    except ValueError as error:
        if isinstance(error, json.JSONDecodeError):
            at = f"line {line or error.lineno:,}, column {error.colno:,}: {error.msg}"
        else:
            at = f"line {line or 1:,}: a number too long"
        raise refuse(path, f"no JSON at {at}", _AGAIN) from error


def json_file(path: Path, job: Job) -> Any:
    """A JSON document that is held as a whole."""
    return parsed(decoded(whole(path, job), path), path)


def json_lines(path: Path, job: Job) -> Iterator[tuple[int, Any]]:
    """(line number from 1, value) of a file with a JSON value a line, as a stream."""
    with path.open("rb") as file:
        number = 0
        while line := file.readline(MOST_LINE + 1):
            number += 1
            job.advance(len(line))
            if len(line) > MOST_LINE:
                raise refuse(path, f"line {number:,} is over {MOST_LINE >> 20} MB long", _AGAIN)
            if line.strip():
                yield number, _line(line, path, number)


def _line(line: bytes, path: Path, number: int) -> Any:
    try:
        return json.loads(line.decode())
    except (ValueError, RecursionError):
        # The slower way says what is wrong, and knows other encodings.
        return parsed(decoded(line, f"{path}, line {number:,}"), path, number)


def yaml_file(path: Path, job: Job) -> Any:
    """A YAML document of plain values; tags that make objects, and aliases, are refused."""
    import yaml

    text = decoded(whole(path, job), path)
    try:
        depth = 0
        for event in yaml.parse(text, Loader=yaml.CSafeLoader):
            depth += isinstance(event, yaml.CollectionStartEvent)
            depth -= isinstance(event, yaml.CollectionEndEvent)
            if depth > MOST_DEPTH:
                at = event.start_mark.line + 1
                raise refuse(path, f"YAML nested over {MOST_DEPTH} levels in line {at:,}", _AGAIN)
            if isinstance(event, yaml.AliasEvent):
                at = event.start_mark.line + 1
                raise refuse(path, f"a YAML alias in line {at:,}", "Write the values out.")
        return yaml.load(text, Loader=yaml.CSafeLoader)
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        at = f" in line {mark.line + 1:,}" if mark else ""
        said = " ".join(str(getattr(error, "problem", None) or error).split())[:120]
        raise refuse(path, f"no plain YAML{at}: {said}", _AGAIN) from error


def csv_rows(path: Path, job: Job, delimiter: str = ",") -> Iterator[tuple[int, dict[str, str]]]:
    """(line number, column to text) of a CSV file with a heading, as a stream.

    A row with more or fewer cells than the heading is damage.
    """
    with path.open("rb") as file:
        lines = TextIOWrapper(cast(IO[bytes], Readable(file, job)), "utf-8-sig", newline="")
        reader = csv.reader(lines, delimiter=delimiter, strict=True)
        try:
            heading = next(reader, [])
            if len(set(heading)) != len(heading):
                twice = next(name for name in heading if heading.count(name) > 1)
                raise refuse(path, f"two columns are called '{twice}'", "Rename one.")
            for cells in reader:
                if len(cells) != len(heading):
                    if not cells:
                        continue
                    raise refuse(
                        path,
                        f"line {reader.line_num:,} has {len(cells)} cells, its heading "
                        f"{len(heading)}",
                        _AGAIN,
                    )
                yield reader.line_num, dict(zip(heading, cells, strict=True))
        except UnicodeDecodeError as error:
            at = f"after line {reader.line_num:,}"
            raise refuse(path, f"no UTF-8 text {at}", _ENCODE) from error
        except csv.Error as error:
            raise refuse(path, f"no CSV at line {reader.line_num:,}: {error}", _AGAIN) from error
