"""Zip archives read in place: nothing is unpacked to disk, and no member may unfold without end."""

from __future__ import annotations

import sys
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, cast

from collectors.importers.files import decoded, parsed
from collectors.importers.job import (
    MOST_FILES,
    MOST_MEMBER,
    MOST_RATIO,
    SMALL,
    Job,
    refuse,
    shown,
)
from collectors.importers.json_stream import streamed

if sys.version_info >= (3, 14):
    import zipfile
else:
    # Newer logs are packed with zstd (method 93), which Python reads from 3.14 on.
    from backports.zstd import zipfile

_AGAIN = "Get the file again from the tool that wrote it."
_BROKEN = (zipfile.BadZipFile, EOFError, OSError, zlib.error, NotImplementedError, RuntimeError)


class Archive:
    """The members of an opened zip file, by name."""

    def __init__(self, path: Path, opened: zipfile.ZipFile, job: Job) -> None:
        self.path, self.opened, self.job = path, opened, job
        self.unfolded = 0
        infos = opened.infolist()
        if len(infos) > MOST_FILES:
            raise refuse(path, f"{len(infos):,} members", f"At most {MOST_FILES:,} are read.")
        self.members = {info.filename: info for info in infos}
        if len(self.members) != len(infos):
            raise refuse(path, "two members have the same name", _AGAIN)

    def names(self, prefix: str = "", suffix: str = "") -> list[str]:
        """Members whose name begins and ends so, sorted. Names are labels here, never paths."""
        return sorted(n for n in self.members if n.startswith(prefix) and n.endswith(suffix))

    def read(self, name: str) -> bytes:
        """A member's bytes; FormatError when it is damaged or unfolds to far more than its size."""
        with self._member(name) as (member, _):
            return member.read()

    def items(self, name: str, prefix: str) -> Iterator[Any]:
        """The items of an array in a member that is a JSON document, as a stream."""
        import ijson

        with self._member(name) as (member, at):
            file = cast(IO[bytes], member)
            yield from streamed(file, at, prefix, Job(), ijson.items)

    @contextmanager
    def _member(self, name: str) -> Iterator[tuple[_Unfolding, str]]:
        """A member opened for reading, and what messages call it."""
        info, at = self.members[name], f"{shown(self.path)}, member {shown(name)}"
        most = min(MOST_MEMBER, max(SMALL, info.compress_size * MOST_RATIO))
        if info.file_size > most:
            raise refuse(
                at, f"{info.compress_size:,} bytes that unfold to {info.file_size:,}", _AGAIN
            )
        try:
            with self.opened.open(info) as member:
                # What the heading says of its size may be a lie: never read beyond it.
                unfolding = _Unfolding(member, at, most)
                yield unfolding, at
        except _BROKEN as error:
            said = " ".join(str(error).split())[:120]
            raise refuse(
                at, f"can't be unpacked: {said or type(error).__name__}", _AGAIN
            ) from error
        except Exception as error:  # backports' zstd has an error class of its own
            if type(error).__name__ != "ZstdError":
                raise
            raise refuse(at, f"can't be unpacked: {error}", _AGAIN) from error
        self.unfolded += unfolding.done
        if self.unfolded > MOST_MEMBER * MOST_RATIO:
            raise refuse(self.path, f"unfolds to more than {self.unfolded >> 30} GB", _AGAIN)
        self.job.advance(info.compress_size)

    def json(self, name: str) -> Any:
        """A member that is a JSON document."""
        at = f"{shown(self.path)}, member {shown(name)}"
        return parsed(decoded(self.read(name), at), at)


class _Unfolding:
    """A member that is read no further than it may unfold."""

    def __init__(self, member: IO[bytes], at: str, most: int) -> None:
        self.member, self.at, self.most, self.done = member, at, most, 0

    def read(self, size: int = -1) -> bytes:
        left = self.most - self.done + 1
        data = self.member.read(left if size < 0 else min(size, left))
        self.done += len(data)
        if self.done > self.most:
            raise refuse(self.at, f"unfolds to more than {self.most:,} bytes", _AGAIN)
        return data


@contextmanager
def archive(path: Path, job: Job) -> Iterator[Archive]:
    """A zip file opened for reading; FormatError when it is none."""
    try:
        opened = zipfile.ZipFile(path)
    except (*_BROKEN, ValueError) as error:
        said = " ".join(str(error).split())[:120]
        raise refuse(path, f"no zip archive, or cut short: {said}", _AGAIN) from error
    with opened:
        yield Archive(path, opened, job)
