import json
import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.errors import StoreError
from data.journal import Journal, journal_dir, journal_files, read_tail, tails
from tests import rows


def test_committed_lines_are_on_disk_before_the_file_is_closed(tmp_path):
    journal = Journal(tmp_path / "x.duckdb", "run-1")
    journal.add("run", {"run_id": "run-1"})
    assert journal.path.read_bytes() == b""
    assert journal.commit() == 1
    assert json.loads(journal.path.read_text())["run_id"] == "run-1"
    journal.close()


def test_a_line_cut_short_by_a_crash_is_not_read_and_the_rest_is(tmp_path):
    path = rows.write(tmp_path / "x.duckdb", rows.grid())
    whole = read_tail(path)
    path.write_bytes(path.read_bytes()[:-9])
    cut = read_tail(path)
    assert len(cut.rows["attempt"]) == len(whole.rows["attempt"]) - 1
    assert cut.skipped == 0
    assert cut.end < path.stat().st_size


def test_garbage_between_lines_is_skipped_and_counted(tmp_path):
    path = rows.write(tmp_path / "x.duckdb", rows.grid())
    lines = path.read_bytes().split(b"\n")
    path.write_bytes(
        b"\n".join([*lines[:3], b"\x00\xff\xfe garbage", b'{"row": "no"}', *lines[3:]])
    )
    tail = read_tail(path)
    assert len(tail.rows["attempt"]) == 12
    assert tail.skipped == 2


def test_a_long_journal_is_read_in_bounded_pieces(tmp_path):
    path = rows.write(tmp_path / "x.duckdb", rows.grid(seeds=40))
    end, found = 0, 0
    while (tail := read_tail(path, end, limit=500)).end > end:
        end, found = tail.end, found + len(tail.rows["attempt"])
    assert found == 80
    assert sum(len(t.rows["attempt"]) for t in tails(path)) == 80


@given(st.text())
def test_any_text_survives_the_journal(tmp_path_factory, text):
    db = tmp_path_factory.mktemp("j") / "x.duckdb"
    who, what = rows.contestant(), rows.sample()
    with Journal(db, "r") as journal:
        journal.attempt(rows.attempt(who, what), None, text)
    (row,) = read_tail(journal.path).rows["attempt"]
    assert row["text"].encode("utf-8", "replace") == text.encode("utf-8", "replace")


def test_an_unwritable_folder_is_one_clear_line(tmp_path):
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(StoreError, match="Can't write the journal .* Choose a writable place"):
        Journal(tmp_path / "file" / "x.duckdb", "run-1")


def test_two_runs_never_share_a_journal(tmp_path):
    Journal(tmp_path / "x.duckdb", "same").close()
    with pytest.raises(StoreError):
        Journal(tmp_path / "x.duckdb", "same")
    assert [p.name for p in journal_files(tmp_path / "x.duckdb")] == ["same.jsonl"]
    assert journal_dir(tmp_path / "x.duckdb").name == "x.duckdb.journal"


@pytest.mark.skipif(os.name != "posix", reason="/dev/full is a POSIX device")
def test_a_full_disk_says_what_is_safe(tmp_path):
    journal = Journal(tmp_path / "x.duckdb", "run-1")
    journal._file.close()
    journal._file = open("/dev/full", "wb")  # noqa: SIM115
    journal.add("run", {"run_id": "x"})
    with pytest.raises(StoreError, match="acknowledged before is safe"):
        journal.commit()
