"""What can be given away: a folder of pages that opens from disk, or a database without texts."""

from __future__ import annotations

import os
import shutil
import tempfile
from dataclasses import replace
from pathlib import Path

import duckdb

from dashboard.printed.content import Content
from dashboard.printed.image import Press
from dashboard.printed.page import Link, page
from data.errors import ExportError
from data.store.merge import CONFIG

FIRST = "index.html"
TEXTS = {
    "responses": None,
    "attempts": ("answer", "error", "served_by", "fingerprint"),
    "samples": ("input", "target"),
    "runs": ("experiment", "machine", "git_commit"),
    "imports": ("files",),
}
"""What a stripped database lacks: a table as a whole (None), or columns."""


def folder(report: Content, press: Press, target: Path) -> list[str]:
    """A page per lens, the first with the Pareto table; ExportError when there is something.

    Returns the names of the files. Nothing is fetched, and nothing runs in them.
    """
    names = [FIRST, *[f"{s.lens}.html" for s in report.sections[1:]]]
    titles = [s.lens.capitalize() for s in report.sections]
    pages = {}
    for number, section in enumerate(report.sections):
        links = [
            Link(title, name, name == names[number])
            for title, name in zip(titles, names, strict=True)
        ]
        one = replace(report, title=f"{report.campaign}: {section.lens}", sections=(section,))
        pages[names[number]] = page(one, press, links=links)
    _write(target, pages)
    return names


def _write(target: Path, pages: dict[str, bytes]) -> None:
    """All pages, or none: they are written beside the target and take its place."""
    if target.exists() and any(target.iterdir() if target.is_dir() else [target]):
        raise ExportError(f"{target} is there already. Choose another folder, or remove it.")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".isocost-share-", dir=target.parent) as made:
            inner = Path(made, "pages")
            inner.mkdir()
            for name, body in pages.items():
                (inner / name).write_bytes(body)
            if target.exists():
                target.rmdir()
            os.replace(inner, target)
    except OSError as error:
        raise ExportError(f"Can't write {target}: {error.strerror or error}.") from error


def stripped(db: Path, target: Path) -> None:
    """A copy of the database without prompts, answers and what tells of machines and people.

    Scores, tokens, times and costs stay, so that every page but the attempts' texts is the same.
    """
    if target.exists():
        raise ExportError(f"{target} is there already. Choose another file, or remove it.")
    if not db.exists():
        raise ExportError(f"{db}: there is no such database. Name one with --db PATH.")
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    copy = part.with_name(part.name + ".copy")
    try:
        shutil.copyfile(db, copy)
        _strip(copy)
        # A new file: DuckDB keeps the blocks of what was deleted in the old one.
        with duckdb.connect(":memory:", config=CONFIG) as con:
            con.execute(f"ATTACH '{_quoted(copy)}' AS old (READ_ONLY)")
            con.execute(f"ATTACH '{_quoted(part)}' AS new")
            con.execute("COPY FROM DATABASE old TO new")
            con.execute("CHECKPOINT new")
            con.execute("DETACH new")
        os.replace(part, target)
    except (OSError, duckdb.Error) as error:
        said = getattr(error, "strerror", None) or str(error).splitlines()[0]
        raise ExportError(f"Can't write {target}: {said}.") from error
    finally:
        for left in (part, copy, Path(f"{copy}.wal"), Path(f"{part}.wal")):
            left.unlink(missing_ok=True)


def _strip(db: Path) -> None:
    with duckdb.connect(str(db), config=CONFIG) as con:
        for table, columns in TEXTS.items():
            if columns is None:
                con.execute(f"DELETE FROM {table}")
                continue
            held = {row[0] for row in con.execute(f"DESCRIBE {table}").fetchall()}
            for name in columns:
                if name in held:
                    empty = "'[]'" if (table, name) == ("imports", "files") else "NULL"
                    con.execute(f"UPDATE {table} SET {name} = {empty}")
        con.execute("CHECKPOINT")


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")
