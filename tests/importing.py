"""Importing a file in a test, and what stands in the store afterwards."""

import json

import duckdb

from collectors.importers.found import Options
from collectors.importers.load import Wanted, load


def take(folder, name, path, campaign="c", **more):
    """Import a path into the test's own database."""
    options = Options(more.pop("mapping", {}), more.pop("measured", None))
    paths = path if isinstance(path, list) else [path]
    return load(folder / "isocost.duckdb", Wanted(name, paths, campaign, options, **more))


def rows(folder, query="SELECT * FROM attempts ORDER BY attempt_id"):
    """Rows of a query as mappings."""
    with duckdb.connect(str(folder / "isocost.duckdb"), read_only=True) as con:
        found = con.execute(query)
        names = [column[0] for column in found.description]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def one(folder, columns, where="true", table="attempts"):
    """The only row's columns."""
    found = rows(folder, f"SELECT {columns} FROM {table} WHERE {where}")
    assert len(found) == 1, found
    return found[0]


def write(path, value):
    """A JSON file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value), "utf-8")
    return path


def left(folder):
    """What an import may not leave behind."""
    return sorted(p.name for p in folder.iterdir() if ".import-" in p.name or ".merge-" in p.name)
