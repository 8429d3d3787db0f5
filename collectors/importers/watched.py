"""Files that tell how far they were read."""

from __future__ import annotations

from typing import IO

from collectors.importers.job import Job


class Watched:
    """A binary file that tells how far it was read."""

    def __init__(self, file: IO[bytes], job: Job) -> None:
        self.file, self.job, self.done = file, job, 0

    def read(self, size: int = -1) -> bytes:
        data = self.file.read(size)
        self.done += len(data)
        self.job.advance(len(data))
        return data


class Readable(Watched):
    """As much of a raw file as TextIOWrapper asks for."""

    closed = False

    def readable(self) -> bool:
        return True

    def writable(self) -> bool:
        return False

    def seekable(self) -> bool:
        return False

    def flush(self) -> None:
        """Nothing is written."""

    def close(self) -> None:
        """Whoever opened the file closes it."""

    def read1(self, size: int = -1) -> bytes:
        return self.read(size)
