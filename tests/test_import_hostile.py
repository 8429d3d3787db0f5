"""Files that someone made to do harm, or that are merely broken: one clear line, nothing stored."""

import hashlib
import io
import json
import os
import pickle
import signal
import subprocess
import sys
import threading
import zipfile
from pathlib import Path

import pytest

from collectors.importers import archive, files, json_stream, load
from collectors.importers.job import Job
from dashboard.cli import main
from data.errors import FormatError, StoreError
from tests.import_samples import (
    MAPPING,
    TABLE,
    comma,
    inspect_eval,
    inspect_json,
    inspect_log,
    table,
)
from tests.importing import left, rows, take

if sys.version_info >= (3, 14):
    import zipfile as zstd_zip

    ZSTD = zipfile.ZIP_ZSTANDARD
else:
    from backports.zstd import zipfile as zstd_zip

    ZSTD = zstd_zip.ZIP_ZSTANDARD


@pytest.fixture(scope="module")
def full(tmp_path_factory):
    """The bytes of a database that holds something."""
    folder = tmp_path_factory.mktemp("full")
    take(folder, "table", table(folder), mapping=MAPPING)
    return (folder / "isocost.duckdb").read_bytes()


@pytest.fixture
def folder(tmp_path, full):
    """A folder with that database, and one for files beside it."""
    (tmp_path / "store").mkdir()
    (tmp_path / "store" / "isocost.duckdb").write_bytes(full)
    return tmp_path


def state_of(folder):
    """Every file below, with its bytes; locks aside."""
    return {
        str(p.relative_to(folder)): hashlib.sha256(p.read_bytes()).hexdigest()
        for p in sorted(folder.rglob("*"))
        if p.is_file() and p.suffix != ".lock"
    }


def refused(folder, name, path, match, **more):
    """One clear line, and everything as it was."""
    before = state_of(folder)
    with pytest.raises(FormatError, match=match) as error:
        take(folder / "store", name, path, mapping=MAPPING if name == "table" else {}, **more)
    said = str(error.value)
    assert said.isprintable(), "one line, and no codes"
    assert "Nothing was stored" in said or "Check" in said
    assert state_of(folder) == before
    assert left(folder / "store") == []


def packed(path, members, method=zipfile.ZIP_DEFLATED):
    """A zip of (name, bytes), names as they stand, doubles allowed."""
    with zipfile.ZipFile(path, "w", method) as log:
        for name, data in members:
            log.writestr(zipfile.ZipInfo(name), data, compress_type=method)
    return path


HEADER = json.dumps(inspect_log()[0])
SAMPLE = json.dumps(inspect_log()[1][0])


def test_a_bomb_is_not_unfolded(folder):
    bomb = [("header.json", HEADER), ("summaries.json", b"[" + b" " * (64 << 20) + b"]")]
    refused(folder, "inspect", packed(folder / "b.eval", bomb), r"summaries.json: .* unfold to")


def test_a_member_that_unfolds_to_more_than_its_heading_says(folder):
    path = packed(
        folder / "l.eval", [("header.json", HEADER), ("summaries.json", b"[" * 5_000_000)]
    )
    data = path.read_bytes().replace((5_000_000).to_bytes(4, "little"), (50).to_bytes(4, "little"))
    path.write_bytes(data)
    refused(folder, "inspect", path, r"summaries.json: (can't be unpacked|no JSON|JSON nested)")


def test_a_zip_in_a_zip_is_no_log(folder):
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as zipped:
        zipped.writestr("header.json", HEADER)
    path = packed(
        folder / "n.eval", [("header.json", HEADER), ("samples/a.json", inner.getvalue())]
    )
    refused(folder, "inspect", path, r"member samples/a.json: no (JSON|UTF-8 text)")


def test_too_many_members_and_two_of_one_name(folder, monkeypatch):
    monkeypatch.setattr(archive, "MOST_FILES", 50)
    many = [("header.json", HEADER), *((f"samples/{i}.json", SAMPLE) for i in range(60))]
    refused(folder, "inspect", packed(folder / "m.eval", many), r"61 members")
    with pytest.warns(UserWarning, match="Duplicate"):
        twice = packed(folder / "t.eval", [("header.json", HEADER), ("header.json", "{}")])
    refused(folder, "inspect", twice, r"two members have the same name")


def test_ten_thousand_members_are_read(tmp_path):
    sample = json.loads(SAMPLE)
    members = [("header.json", HEADER)]
    members += [(f"samples/{i}.json", json.dumps({**sample, "id": i})) for i in range(10_000)]
    got = take(tmp_path, "inspect", packed(tmp_path / "m.eval", members), dry_run=True)
    assert got.tally.kept == 10_000


@pytest.mark.parametrize(
    "name", ["../../x", "/tmp/x", "samples/../../../x", "C:\\x", "samples/a\x1b[2J"]
)
def test_names_of_members_are_no_paths(folder, name):
    before = state_of(folder)
    names = [f"samples/{name}.json", f"{name}.json", name]
    path = packed(folder / "p.eval", [("header.json", HEADER), *((n, SAMPLE) for n in names)])
    take(folder / "store", "inspect", path, dry_run=True)
    path.unlink()
    assert state_of(folder) == before
    assert not (folder.parent / "x").exists()


@pytest.mark.parametrize("method", ["deflate", "zstd"])
def test_an_archive_cut_short_anywhere(folder, method):
    path = inspect_eval(
        folder,
        method=zipfile.ZIP_DEFLATED if method == "deflate" else ZSTD,
        module=zipfile if method == "deflate" else zstd_zip,
    )
    sound = path.read_bytes()
    assert take(folder / "store", "inspect", path, dry_run=True).tally.kept == 2
    for cut in range(0, len(sound), max(1, len(sound) // 40)):
        path.write_bytes(sound[:cut])
        refused(folder, "inspect", path, r"log\.eval: no zip archive")


@pytest.mark.parametrize("method", ["deflate", "zstd"])
def test_a_member_whose_bytes_are_damaged(folder, method):
    path = inspect_eval(
        folder,
        method=zipfile.ZIP_DEFLATED if method == "deflate" else ZSTD,
        module=zipfile if method == "deflate" else zstd_zip,
    )
    data = bytearray(path.read_bytes())
    at = data.index(b"summaries.json") + 40
    data[at : at + 30] = b"\x00" * 30
    path.write_bytes(bytes(data))
    refused(folder, "inspect", path, r"member summaries\.json: ")


DEEP = 100_000


@pytest.mark.parametrize(
    ("name", "file", "data", "match"),
    [
        ("inspect", "d.json", b'{"eval":' + b"[" * DEEP, "nested"),
        ("inspect", "o.json", b'{"eval":' + b'{"a":' * DEEP, "nested"),
        ("hal", "d.json", b'{"config":' + b"[" * DEEP, "nested"),
        ("ockbench", "d.json", b'{"config":{},"results":' + b"[" * DEEP, "nested"),
        ("table", "d.jsonl", b"{}\n" + b"[" * DEEP, "line 2"),
        ("aider", "d.yml", b"- " * DEEP, "nested|YAML"),
        ("aider", "t.yml", b"- !!python/object/apply:os.system ['touch ran']", "no plain YAML"),
        ("aider", "a.yml", b"- &a {x: 1}\n- *a", "a YAML alias in line 2"),
        ("aider", "l.yml", b"a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]", "alias in line 2"),
        ("aider", "n.yml", b"- {a: 1}\n\x00", "YAML"),
        ("table", "u.csv", "model,task\n".encode("utf-16"), "no UTF-8 text"),
        ("table", "l.csv", "model,task\né,b\n".encode("latin-1"), "no UTF-8 text"),
        ("inspect", "l.json", '{"eval":{"a":"é"}}'.encode("latin-1"), "UTF-8|no JSON"),
        ("table", "l.jsonl", '{"model":"é"}'.encode("latin-1"), "line 1: no UTF-8 text at byte 10"),
        ("table", "q.csv", b'model,task\n"a', "no CSV at line 2"),
        ("table", "c.csv", b"model,task\na,b,c\n", "row 1 has 3 cells"),
        ("table", "h.csv", b"model,model\na,b\n", "two columns are called 'model'"),
        ("table", "h2.csv", b"\x1b[31m,\x1b[31m\na,b\n", r"two columns are called '\?\[31m'"),
        ("table", "e.csv", b"", "no column|no Parquet|no table|empty"),
        ("table", "e.parquet", b"", "no Parquet after 0 rows"),
        ("table", "e.txt", b"x", "'.txt' is no table"),
        ("inspect", "e.json", b"", "no JSON"),
        ("inspect", "e.eval", b"", "no zip archive"),
        ("hal", "e.json", b"", "no JSON"),
        ("table", "p.parquet", pickle.dumps([1]), "no Parquet"),
        ("inspect", "p.eval", pickle.dumps([1]), "no zip archive"),
        ("inspect", "big.json", b'{"eval":' + b"9" * 5000 + b"}", "number|no JSON"),
    ],
)  # fmt: skip
def test_a_file_that_can_not_be_read(folder, name, file, data, match):
    (folder / file).write_bytes(data)
    if name not in load.FORMATS:
        pytest.skip("no such format")
    refused(folder, name, folder / file, match)


@pytest.mark.parametrize("suffix", ["csv", "jsonl", "parquet"])
def test_a_table_cut_short(folder, suffix):
    path = table(folder, suffix)
    sound = path.read_bytes()
    refusals = 0
    for cut in range(1, len(sound), max(1, len(sound) // 25)):
        path.write_bytes(sound[:cut])
        before = state_of(folder)
        try:
            take(folder / "store", "table", path, mapping=MAPPING, dry_run=True)
        except FormatError as error:
            refusals += 1
            said = str(error)
            assert said.isprintable()
        assert state_of(folder) == before
    assert refusals > 15


def test_a_text_without_end_and_a_value_without_end(folder, monkeypatch):
    monkeypatch.setattr(json_stream, "MOST_LINE", 300_000)
    monkeypatch.setattr(json_stream, "MOST_WHOLE", 300_000)
    monkeypatch.setattr(files, "MOST_LINE", 1000)
    path = folder / "long.json"
    path.write_text('{"config": "' + "x" * 1_000_000 + '"}', "utf-8")
    refused(folder, "hal", path, "a text of over")
    path.write_text('{"a": [{"b": [' + "[1]," * 300_000 + "1]}]}", "utf-8")
    refused(folder, "hal", path, "one value of over")
    (folder / "long.jsonl").write_text('{"model": "' + "x" * 2_000 + '"}', "utf-8")
    refused(folder, "table", folder / "long.jsonl", "line 1 is over")


def test_brackets_in_texts_are_no_depth(tmp_path):
    texts = ["[" * 500, '"' + "{" * 500, "\\", '\\"[[', "\\\\"]
    path = tmp_path / "t.json"
    for pad in range(0, 70_000, 9_999):
        path.write_text(json.dumps([*texts, "x" * pad, *texts]), "utf-8")
        assert list(files.json_items(path, "item", Job())) == [*texts, "x" * pad, *texts]


def test_other_spellings_of_text_are_read(tmp_path):
    sound = json.loads(inspect_json(tmp_path).read_text("utf-8"))
    sound["samples"][0]["input"] = "naïve \x00 \ud800 \u202e"
    sound["samples"][0]["id"] = "q\ud800\x00\n0"
    for index, encoding in enumerate(["utf-8-sig", "utf-8"]):
        path = tmp_path / f"{index}.json"
        path.write_text(json.dumps(sound), encoding)
        got = take(tmp_path, "inspect", path, encoding)
        assert got.stored.attempts == 2
    found = rows(tmp_path, "SELECT sample_id, input FROM samples ORDER BY sample_id")
    assert all(r["sample_id"].isprintable() for r in found)


def test_a_folder_for_a_file_and_a_file_for_a_folder(folder):
    (folder / "d.parquet").mkdir()
    (folder / "d.eval").mkdir()
    for name in ("table", "routerbench", "routerarena"):
        refused(folder, name, folder / "d.parquet", r"d\.parquet: ")
    refused(folder, "helm", table(folder), r"a run of HELM is a folder")
    refused(folder, "inspect", folder / "none.eval", r"no such file or folder")
    os.mkfifo(folder / "pipe.csv")
    with pytest.raises(FormatError, match="neither a plain file nor a folder"):
        take(folder / "store", "table", folder / "pipe.csv", mapping=MAPPING)


def test_a_link_out_of_a_folder_is_not_followed(tmp_path):
    (tmp_path / "logs").mkdir()
    (tmp_path / "elsewhere").mkdir()
    inspect_eval(tmp_path / "logs")
    inspect_eval(tmp_path / "elsewhere", "secret.eval", eval=inspect_log()[0]["eval"])
    (tmp_path / "logs" / "link.eval").symlink_to(tmp_path / "elsewhere" / "secret.eval")
    (tmp_path / "logs" / "round").symlink_to(tmp_path / "logs", target_is_directory=True)
    got = take(tmp_path, "inspect", tmp_path / "logs")
    assert got.tally.read == 2


def report(folder, capsys, *args):
    code = main(["import", *args, "--db", str(folder / "store" / "isocost.duckdb")])
    said = capsys.readouterr()
    return code, said.out + said.err


NASTY = ("\x1b[31mred", "line\nbreak", "\u202eturned", "=cmd|'/c calc'!A1", "<script>x</script>")


def test_names_stay_inert_in_the_report_and_in_the_store(folder, capsys, tmp_path):
    told = [{**TABLE[0], "model": name, "sample": f"{name}{i}"} for name in NASTY for i in (1, 2)]
    path = folder / "na\x1b[2Jme.csv"
    path.write_text(comma([*told, {**told[0], "score": 7}]), "utf-8")
    mapping = folder / "m.toml"
    lines = "\n".join(f'{ours} = "{theirs}"' for ours, theirs in MAPPING["columns"].items())
    mapping.write_text(f"[columns]\n{lines}\n", "utf-8")
    for more in (["--dry-run"], ["--json"], []):
        code, said = report(folder, capsys, "table", str(path), "--map", str(mapping), *more)
        assert code == 0
        assert all(c == "\n" or c.isprintable() for c in said), more
    models = {r["model"] for r in rows(folder / "store", "SELECT model FROM contestants")}
    assert {"=cmd|'/c calc'!A1", "<script>x</script>"} <= models, "text stays text"
    assert all(model.isprintable() or "\ufffd" in model for model in models)
    assert not any("\x1b" in model or "\n" in model for model in models)
    code, said = report(folder, capsys, "--detect", str(path))
    assert "\x1b" not in said


def test_formulas_and_markup_are_text_in_exports(folder, capsys):
    told = [{**TABLE[i], "model": name} for name in NASTY[3:] for i in range(4)]
    path = folder / "t.csv"
    path.write_text(comma(told), "utf-8")
    take(folder / "store", "table", path, "nasty", mapping=MAPPING)
    db = str(folder / "store" / "isocost.duckdb")
    for name, marks in {
        "csv": ["\n=cmd", ",=cmd"],
        "html": ["<script>x"],
        "md": ["<script>x"],
    }.items():
        out = folder / f"p.{name}"
        args = ["export", "pareto", "--db", db, "--campaign", "nasty", "--rows", "all"]
        assert main([*args, "--format", name, "-o", str(out)]) == 0, capsys.readouterr()
        text = out.read_text("utf-8")
        assert "calc" in text
        assert not any(mark in text for mark in marks)


ODD = [
    ("in", "-5", "input_tokens"), ("in", "NaN", "input_tokens"), ("in", "inf", "input_tokens"),
    ("in", "1e400", "input_tokens"), ("in", "1e30", "input_tokens"), ("in", "true", "input_tokens"),
    ("ms", "-1", "duration_s"), ("ms", "NaN", "duration_s"), ("ms", "1e400", "duration_s"),
    ("when", "9999-12-31", "started_at"), ("when", "0000-01-01", "started_at"),
    ("when", "0001-01-01T00:00:00-12:00", "started_at"), ("when", "1e300", "started_at"),
    ("score", "NaN", "score"), ("score", "x", "score"),
]  # fmt: skip


@pytest.mark.parametrize(("column", "value", "ours"), ODD)
@pytest.mark.parametrize("suffix", ["csv", "jsonl"])
def test_an_odd_number_or_day_is_left_unknown_and_counted(tmp_path, column, value, ours, suffix):
    known = {"NaN": float("nan"), "inf": float("inf"), "1e400": float("inf"), "true": True}
    told = known.get(value, value) if suffix == "jsonl" else value
    told = [{**TABLE[0], column: told}, TABLE[1]]
    got = take(tmp_path, "table", table(tmp_path, suffix, told), mapping=MAPPING, dry_run=True)
    assert got.tally.kept == 2
    assert [what for what in got.tally.changed if what.startswith(ours)], got.tally.changed


@pytest.mark.parametrize("value", ["1.01", "-0.5", "1e300"])
def test_a_score_outside_its_range_is_a_counted_skip(tmp_path, value):
    told = [{**TABLE[0], "score": value}, TABLE[1]]
    got = take(tmp_path, "table", table(tmp_path, "csv", told), mapping=MAPPING, dry_run=True)
    assert got.tally.skipped == {"score outside 0 to 1": 1}
    assert got.tally.first["score outside 0 to 1"] == "row 1"


SLOW = """
import sys, time
from collectors.importers import table
from tests.import_samples import MAPPING, table as sample
from tests.importing import take
from pathlib import Path
folder, real = Path(sys.argv[1]), table.read
def read(path, job):
    yield from real(path, job)
    print("half", flush=True)
    time.sleep(60)
table.read = read
take(folder, "table", Path(sys.argv[2]), "killed", mapping=MAPPING)
"""


def started(folder):
    command = [sys.executable, "-c", SLOW, str(folder / "store"), str(table(folder))]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=Path(__file__).parents[1]
    )
    assert process.stdout.readline() == b"half\n"
    return process


def test_killed_in_the_middle_changes_nothing_and_the_next_import_tidies_up(folder, full):
    process = started(folder)
    assert len(left(folder / "store")) == 1
    process.kill()
    process.communicate()
    assert (folder / "store" / "isocost.duckdb").read_bytes() == full
    take(folder / "store", "table", folder / "t.csv", "next", mapping=MAPPING)
    assert left(folder / "store") == []


def test_an_import_that_runs_keeps_its_folder_and_ctrl_c_leaves_none(folder, full):
    process = started(folder)
    take(folder / "store", "table", folder / "t.csv", mapping=MAPPING, dry_run=True)
    assert len(left(folder / "store")) == 1, "its folder is in use"
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=30)
    assert left(folder / "store") == []
    assert (folder / "store" / "isocost.duckdb").read_bytes() == full


def test_two_imports_at_once_both_arrive(tmp_path):
    path, failed = table(tmp_path), []

    def work(name):
        try:
            take(tmp_path, "table", path, name, mapping=MAPPING)
        except Exception as error:
            failed.append(error)

    threads = [threading.Thread(target=work, args=(name,)) for name in ("one", "two")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    counted = rows(tmp_path, "SELECT campaign, count(*) AS n FROM attempts GROUP BY 1 ORDER BY 1")
    assert counted == [{"campaign": "one", "n": 8}, {"campaign": "two", "n": 8}]
    assert left(tmp_path) == []


FULL_DISK = """
import resource, sys
from pathlib import Path
import collectors.importers.table, data.store.imports, polars
from tests.import_samples import MAPPING
from tests.importing import take
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[3]), int(sys.argv[3])))
try:
    take(Path(sys.argv[1]), "table", Path(sys.argv[2]), "full", mapping=MAPPING)
except Exception as error:
    print(type(error).__name__, str(error))
"""


@pytest.mark.parametrize("most", [2_000, 300_000])
def test_no_space_for_the_parts_or_for_the_store(folder, full, most):
    told = [{**TABLE[0], "sample": f"s{i}", "answer": hashlib.sha256(str(i).encode()).hexdigest()}
            for i in range(3_000)]  # fmt: skip
    path = table(folder, "csv", told)
    done = subprocess.run(
        [sys.executable, "-c", FULL_DISK, str(folder / "store"), str(path), str(most)],
        capture_output=True, text=True, check=False, cwd=Path(__file__).parents[1],
    )  # fmt: skip
    assert done.stdout.startswith("StoreError"), done.stdout + done.stderr
    assert len(done.stdout.splitlines()) == 1
    assert (folder / "store" / "isocost.duckdb").read_bytes() == full
    assert left(folder / "store") == []


def test_a_place_where_nothing_can_be_written(tmp_path):
    (tmp_path / "file").write_text("x", "utf-8")
    with pytest.raises(StoreError, match="Can't write beside"):
        take(tmp_path / "file" / "below", "table", table(tmp_path), mapping=MAPPING)
