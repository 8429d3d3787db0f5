"""Long JSON documents as a stream of items, with the depth and size of what is held limited.

A parser that streams still keeps the path to where it is, and the value it is in: a document of a
hundred kilobytes of brackets would take all memory. So its bytes are looked at before they are
parsed: texts are passed over, and what is left are brackets.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any

from collectors.importers.job import MOST_LINE, MOST_WHOLE, Job, refuse

MOST_DEPTH = 200
_AGAIN = "Get the file again from the tool that wrote it."
_PAIR = bytes.maketrans(b"{}", b"[]")
_OTHER = bytes(set(range(256)) - set(b"{}[]"))
_BODY = rb'[^"\\]*+(?:\\.[^"\\]*+)*+'
_ENDS = re.compile(_BODY + b'"', re.S)
_WORDS = re.compile(rb'("' + _BODY + rb'(?:"|\\?\Z))|-?NaN|-?Infinity', re.S)
_LETTERS = b"-" + bytes(range(65, 91)) + bytes(range(97, 123))
_MARK = b"\xef\xbb\xbf"


def json_items(path: Path, prefix: str, job: Job) -> Iterator[Any]:
    """The items of one array of a JSON document (ijson's prefix: 'results.item'), as a stream."""
    import ijson

    return _streamed(path, prefix, job, ijson.items)


def json_pairs(path: Path, prefix: str, job: Job) -> Iterator[tuple[str, Any]]:
    """(key, value) of one object of a JSON document ('raw_results'), as a stream."""
    import ijson

    return _streamed(path, prefix, job, ijson.kvitems)


def json_value(path: Path, key: str) -> Any:
    """The value of one key at the top of a long JSON document; None where there is none."""
    return next(json_items(path, key, Job()), None)


def _streamed(
    path: Path, prefix: str, job: Job, read: Callable[..., Iterator[Any]]
) -> Iterator[Any]:
    with path.open("rb") as file:
        yield from streamed(file, path, prefix, job, read)


def streamed(
    file: IO[bytes], at: Path | str, prefix: str, job: Job, read: Callable[..., Iterator[Any]]
) -> Iterator[Any]:
    """What ijson's `items` or `kvitems` read of an open file; `at` is what messages call it."""
    import ijson

    number = 0
    try:
        for item in read(Guarded(file, at, job, prefix), prefix, use_float=True):
            number += 1
            yield item
    except (ijson.JSONError, UnicodeDecodeError, ValueError, RecursionError) as error:
        said = " ".join(str(error).split())[:120]
        what = f"no JSON after {number:,} items of {prefix}: {said}"
        raise refuse(at, what, _AGAIN) from error


class Guarded:
    """A binary file that tells how far it was read, and stops at what is too deep or too long."""

    def __init__(self, file: IO[bytes], at: Path | str, job: Job, prefix: str) -> None:
        self.file, self.path, self.job = file, at, job
        parts = prefix.split(".")
        # Between two items of what is asked for, the document is this deep.
        self.base = 1 if parts[0] == "item" else max(2, len(parts))
        self.depth = self.held = self.text = self.done = 0
        self.inside = self.escaped = False
        self.rest = b""

    def read(self, size: int = -1) -> bytes:
        data = self._next(size)
        if not self.done and data.startswith(_MARK):
            data = data[len(_MARK) :] or self._next(size)
        self.done += len(data)
        if b"NaN" in data or b"Infinity" in data:
            data = self._plain(data)
        self._look(data)
        return data

    def _next(self, size: int) -> bytes:
        """The next bytes, never cut within a word: it may be one of Python's that JSON lacks."""
        while data := self.file.read(size):
            self.job.advance(len(data))
            data = self.rest + data
            end = data[-9:]
            self.rest = end[len(end.rstrip(_LETTERS)) :] if size > 0 else b""
            if whole := data[: len(data) - len(self.rest)]:
                return whole
        data, self.rest = self.rest, b""
        return data

    def _plain(self, data: bytes) -> bytes:
        """NaN and Infinity, which Python writes, are null; in a text they stay what they are."""
        at = 0
        if self.inside:
            ends = _ENDS.match(data, 1 if self.escaped else 0)
            at = ends.end() if ends else len(data)
        return data[:at] + _WORDS.sub(lambda m: m[1] or b"null", data[at:])

    def _look(self, data: bytes) -> None:
        # Backslashes stand only in texts: without the escaped ones, every quote begins or ends one.
        bare = (b"\\" + data if self.escaped else data).replace(b"\\\\", b"").replace(b'\\"', b"")
        self.escaped = bare.endswith(b"\\")
        parts = bare.split(b'"')
        outside = parts[1::2] if self.inside else parts[::2]
        self.text = self.text + len(data) if len(parts) == 1 else len(parts[-1])
        self.inside ^= len(parts) % 2 == 0
        if self.inside and self.text > MOST_LINE:
            raise refuse(self.path, f"a text of over {MOST_LINE >> 20} MB in the JSON", _AGAIN)
        self._deeper(b"".join(outside).translate(_PAIR, _OTHER), len(data))

    def _deeper(self, brackets: bytes, size: int) -> None:
        """Take pairs away until only brackets are left that lead further out, and further in."""
        for _ in range(MOST_DEPTH):
            shorter = brackets.replace(b"[]", b"")
            if len(shorter) == len(brackets):
                break
            brackets = shorter
        else:
            raise refuse(self.path, f"JSON nested over {MOST_DEPTH} levels deep", _AGAIN)
        closed = brackets.count(b"]")
        least = self.depth - closed
        self.depth = least + len(brackets) - closed
        if self.depth > MOST_DEPTH:
            raise refuse(self.path, f"JSON nested over {MOST_DEPTH} levels deep", _AGAIN)
        self.held = self.held + size if least > self.base else 0
        if self.held > MOST_WHOLE:
            raise refuse(self.path, f"one value of over {MOST_WHOLE >> 20} MB in it", "Split it.")
