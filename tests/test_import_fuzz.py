"""Whatever stands in a file, an import ends with a report or with one clear line."""

import copy
import json

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from collectors.importers import FORMATS
from data.errors import IsocostError
from tests.import_samples import MAPPING, SAMPLES, inspect_eval, table
from tests.importing import left, take

VALUES = [
    *(None, True, False, 0, -1, 1.5, 1e308, -1e308, 10**30, 2**63, float("nan"), float("inf")),
    *("", " ", "x" * 400, "NaN", "1e400", "-", "\x1b[31m", "a\x00b", "\ud800", "=1+1", "<b>"),
    *("9999-12-31T23:59:59-12:00", "0000-00-00", "2026-11-30", "1764496800000", "99999999999999"),
    *([], {}, [[]], [None], {"a": 1}, [{"value": [1]}], {"0": {}}, [1, "a", None]),
]
few = settings(max_examples=30)


def ends(folder, name, path):
    """The import ends as it may, and leaves nothing behind."""
    mapping = MAPPING if name == "table" else {}
    said = "a report"
    try:
        take(folder, name, path, mapping=mapping, dry_run=True)
    except IsocostError as error:
        said = str(error)
    assert len(said.splitlines()) == 1
    assert left(folder) == []


def files(path):
    return sorted(p for p in path.rglob("*") if p.is_file()) if path.is_dir() else [path]


def test_every_format_has_a_sample_that_it_reads(tmp_path):
    lacking = set(FORMATS) - set(SAMPLES)
    assert not lacking, f"tests/import_samples.py has none of {lacking}"
    for name in FORMATS:
        folder = tmp_path / name
        folder.mkdir()
        mapping = MAPPING if name == "table" else {}
        got = take(folder, name, SAMPLES[name](folder), mapping=mapping, dry_run=True)
        assert got.tally.kept, name


def mutated(data, cuts):
    for where, what, extra in cuts:
        at = int(where * len(data))
        if what == "cut":
            data = data[:at]
        elif what == "drop":
            data = data[:at] + data[at + len(extra) + 1 :]
        elif what == "flip":
            data = data[:at] + bytes(b ^ 0x55 for b in data[at : at + 1]) + data[at + 1 :]
        else:
            data = data[:at] + extra + data[at:]
    return data


BYTES = [b"", b'"', b"[", b"}", b"\xff", b"\x00", b",", b"\n", b"9" * 40, b"{" * 300]
CUTS = st.lists(
    st.tuples(
        st.floats(0, 1, exclude_max=True),
        st.sampled_from(["cut", "drop", "flip", "put"]),
        st.sampled_from(
            [b"", b'"', b"[", b"}", b"\xff", b"\x00", b",", b"\n", b"9" * 40, b"{" * 9]
        ),
    ),
    min_size=1,
    max_size=3,
)


@pytest.mark.scale
@pytest.mark.parametrize("name", FORMATS)
def test_bytes_that_changed(tmp_path, name):
    path = SAMPLES[name](tmp_path)
    sound = [(file, file.read_bytes()) for file in files(path)]

    @few
    @given(CUTS, st.integers(0, 3))
    def check(cuts, index):
        file, data = sound[index % len(sound)]
        file.write_bytes(mutated(data, cuts))
        ends(tmp_path, name, path)
        file.write_bytes(data)

    check()


def places(value, at=()):
    yield at
    if isinstance(value, dict | list):
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from places(inner, (*at, key))


def put(value, at, new):
    if not at:
        return new
    held = value
    for key in at[:-1]:
        held = held[key]
    held[at[-1]] = new
    return value


def lines_of(data):
    try:
        return [json.loads(data)], False
    except ValueError:
        return [json.loads(line) for line in data.splitlines()], True


@pytest.mark.parametrize("name", FORMATS)
def test_any_value_in_any_place(tmp_path, name):
    path = table(tmp_path, "jsonl") if name == "table" else SAMPLES[name](tmp_path)
    json_files = [f for f in files(path) if f.suffix in (".json", ".jsonl")]
    if not json_files:
        return  # its values are changed as bytes
    sound = [(f, *lines_of(f.read_text("utf-8"))) for f in json_files]

    @settings(max_examples=70)
    @given(st.integers(0, 10**6), st.sampled_from(VALUES), st.integers(0, 3))
    @example(0, {}, 0)
    @example(0, [], 0)
    def check(where, value, index):
        file, documents, by_line = sound[index % len(sound)]
        changed = copy.deepcopy(documents)
        which = where % len(changed)
        found = list(places(changed[which]))
        changed[which] = put(changed[which], found[where // 7 % len(found)], value)
        file.write_text("\n".join(map(json.dumps, changed)) if by_line else
                        json.dumps(changed[0]), "utf-8")  # fmt: skip
        ends(tmp_path, name, path)
        file.write_text("\n".join(map(json.dumps, documents)), "utf-8")

    check()


@pytest.mark.scale
def test_an_archive_that_changed(tmp_path):
    path = inspect_eval(tmp_path)
    sound = path.read_bytes()

    @settings(max_examples=60)
    @given(CUTS)
    def check(cuts):
        path.write_bytes(mutated(sound, cuts))
        ends(tmp_path, "inspect", path)

    check()


@pytest.mark.scale
@pytest.mark.parametrize("suffix", ["parquet", "jsonl"])
def test_a_table_that_changed(tmp_path, suffix):
    path = table(tmp_path, suffix)
    sound = path.read_bytes()

    @few
    @given(CUTS)
    def check(cuts):
        path.write_bytes(mutated(sound, cuts))
        ends(tmp_path, "table", path)

    check()
