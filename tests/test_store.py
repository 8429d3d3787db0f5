import os
import signal
import subprocess
import sys
import threading
import time
from dataclasses import replace

import duckdb
import pytest

from data.errors import StoreBusyError, StoreError
from data.journal import journal_files
from data.records import attempt_id
from data.store import Reader, forget, merge, queries
from data.store.migrate import known
from data.store.rollup import rebuild
from tests import rows


@pytest.fixture
def db(tmp_path):
    return tmp_path / "store" / "x.duckdb"


def count(db, what="*"):
    return Reader(db).sql(f"SELECT count({what}) AS n FROM attempts")["n"][0]


def test_merging_twice_adds_nothing(db):
    rows.write(db, rows.grid())
    assert merge(db).attempts == 12
    again = merge(db)
    assert (again.attempts, again.published) == (0, False)
    assert count(db) == 12


def test_rows_written_again_by_another_run_are_not_doubled(db):
    rows.write(db, rows.grid(), "run-1")
    rows.write(db, rows.grid(), "run-2")
    assert merge(db).attempts == 12


def test_a_lost_database_is_rebuilt_from_its_journals(db):
    rows.write(db, rows.grid())
    merge(db)
    db.unlink()
    assert merge(db).attempts == 12


def test_two_nights_are_two_sets_of_rows(db):
    for night in ("night-1", "night-2"):
        rows.write(db, rows.grid(campaign=night, run_id=night), night)
    assert merge(db).attempts == 24
    assert queries.campaigns(Reader(db))["attempts"].to_list() == [12, 12]


def test_identity_contains_campaign_contestant_sample_prompt_template_and_epoch():
    parts = ["c", "who", "what", "hash", "t", 1]
    base = attempt_id(*parts)
    for i, other in enumerate(["d", "x", "y", "z", "u", 2]):
        assert attempt_id(*parts[:i], other, *parts[i + 1 :]) != base
    assert attempt_id(*parts) == base == attempt_id(*parts)
    assert len(base) == 32


def test_a_failed_attempt_redone_keeps_both_tries_and_the_latest_counts(db):
    who, what = rows.contestant(), rows.sample()
    failed = rows.attempt(who, what, score=None, status="timeout", cpu_s=1.0)
    redone = rows.attempt(who, what, try_=2, score=1.0, cpu_s=0.5)
    rows.write(db, [(who, what, failed)], "run-1")
    merge(db)
    first = queries.rollup(Reader(db), "night-1").row(0, named=True)
    assert (first["failed"], first["scored"], first["samples"]) == (1, 0, 0)
    rows.write(db, [(who, what, redone)], "run-2")
    merge(db)
    row = queries.rollup(Reader(db), "night-1").row(0, named=True)
    assert (row["attempts"], row["tries"], row["failed"], row["scored"]) == (1, 2, 0, 1)
    assert row["score_mean"] == 1.0
    assert row["cost_usd"] == pytest.approx(0.003), "every try's cost counts"
    assert queries.tries(Reader(db), "night-1").rows() == [(failed.attempt_id, 2, "ok")]


def test_a_missing_epoch_is_missing_not_zero(db):
    who, what = rows.contestant(), rows.sample()
    good = rows.attempt(who, what, epoch=1, score=1.0)
    lost = rows.attempt(who, what, epoch=2, score=None, status="infra_error")
    rows.write(db, [(who, what, good), (who, what, lost)])
    merge(db)
    assert queries.rollup(Reader(db), "night-1")["score_mean"][0] == 1.0


def test_the_rollup_equals_the_detail_after_any_order_of_merges(db):
    columns = "campaign, contestant_id, task, level, attempts, tries, scored, samples, clusters"
    sums = "round(score_mean, 9), round(cluster_ss, 9), output_tokens, round(cost_usd, 9), priced"
    for n, level in enumerate((1, 2, 1)):
        rows.write(db, rows.grid(seeds=4 + n, level=level, run_id=f"r{n}"), f"r{n}")
        merge(db)
    kept = Reader(db).sql(f"SELECT {columns}, {sums} FROM rollup ORDER BY ALL").rows()
    with duckdb.connect(str(db)) as con:
        rebuild(con)
        assert con.sql(f"SELECT {columns}, {sums} FROM rollup ORDER BY ALL").fetchall() == kept


def test_clusters_are_summed_within_a_level(db):
    who = rows.contestant()
    plan = [(1.0, "a"), (1.0, "a"), (0.0, "b"), (0.0, "b"), (1.0, "c"), (0.0, "c")]
    made = []
    for seed, (score, cluster) in enumerate(plan):
        what = rows.sample(seed, cluster=cluster)
        made.append((who, what, rows.attempt(who, what, score=score)))
    rows.write(db, made)
    merge(db)
    row = queries.rollup(Reader(db), "night-1").row(0, named=True)
    assert (row["clusters"], row["score_mean"], row["cluster_ss"]) == (3, 0.5, 2.0)


@pytest.mark.parametrize(
    "change",
    [
        {"score": 1.5}, {"score": float("nan")}, {"status": "fine"}, {"level": "one"},
        {"output_tokens": 1 << 70}, {"started_at": "yesterday"}, {"campaign": None},
    ],
)  # fmt: skip
def test_an_impossible_row_is_skipped_and_counted(db, change):
    who, what = rows.contestant(), rows.sample()
    bad = replace(rows.attempt(who, rows.sample(1)), **change)
    rows.write(db, [(who, what, rows.attempt(who, what)), (who, rows.sample(1), bad)])
    report = merge(db)
    assert (report.attempts, report.skipped) == (1, 1)


def test_a_database_from_a_newer_version_is_refused_and_untouched(db):
    rows.write(db, rows.grid())
    merge(db)
    with duckdb.connect(str(db)) as con:
        con.execute("INSERT INTO schema_version VALUES (99, '0099_future.sql', 'x')")
    before = db.read_bytes()
    rows.write(db, rows.grid(seeds=9), "run-2")
    with pytest.raises(StoreError, match="schema version 99 .* newer .* Upgrade Isocost"):
        merge(db)
    with pytest.raises(StoreError, match="newer"):
        queries.campaigns(Reader(db))
    assert db.read_bytes() == before
    assert list(db.parent.glob("*.merge-*")) == []


def test_an_edited_migration_is_refused(db):
    merge(db)
    with duckdb.connect(str(db)) as con:
        con.execute("UPDATE schema_version SET sha = 'other'")
    with pytest.raises(StoreError, match="another text of migration 1"):
        merge(db)


@pytest.mark.parametrize("content", [b"not a database at all" * 50, b""])
def test_a_file_that_is_no_database_is_refused_and_kept(db, content):
    db.parent.mkdir()
    db.write_bytes(content)
    with pytest.raises(StoreError, match="Choose another file"):
        queries.campaigns(Reader(db))
    if content:
        with pytest.raises(StoreError, match="Choose another file"):
            merge(db)
        assert db.read_bytes() == content


def test_someone_elses_duckdb_is_refused_and_kept(db):
    db.parent.mkdir()
    with duckdb.connect(str(db)) as con:
        con.execute("CREATE TABLE precious AS SELECT 1 AS x")
    before = db.read_bytes()
    with pytest.raises(StoreError, match="not an Isocost database"):
        merge(db)
    assert db.read_bytes() == before


def test_only_one_merge_at_a_time(db):
    rows.write(db, rows.grid())
    merge(db)
    code = (
        "import filelock, sys, time; lock = filelock.FileLock(sys.argv[1]); lock.acquire();"
        "print('held', flush=True); time.sleep(60)"
    )
    holder = subprocess.Popen(
        [sys.executable, "-c", code, f"{db}.lock"], stdout=subprocess.PIPE, text=True
    )
    assert holder.stdout.readline() == "held\n"
    with pytest.raises(StoreBusyError, match="Another process has been publishing"):
        merge(db, wait_s=0.2)
    holder.kill()
    holder.wait()
    holder.stdout.close()
    assert merge(db, wait_s=5).attempts == 0, "a killed process leaves no lock behind"


def test_readers_see_whole_generations_while_merges_go_on(db):
    """Each merge adds the same number of rows to both levels: no reader may see them differ."""
    rows.write(db, rows.grid())
    merge(db)
    reader, errors, seen, done = Reader(db), [], set(), threading.Event()

    def read():
        while not done.is_set():
            try:
                frame = queries.rollup(reader, "night-1")
                total = frame["attempts"].sum()
                detail = reader.sql("SELECT count(*) AS n FROM attempts")["n"][0]
                seen.add(total)
                if total % 12 or detail < total:
                    errors.append((total, detail))
            except Exception as error:
                errors.append(error)

    readers = [threading.Thread(target=read) for _ in range(4)]
    for thread in readers:
        thread.start()
    for n in range(2, 10):
        rows.write(db, rows.grid(level=n, run_id=f"r{n}"), f"r{n}")
        merge(db)
    time.sleep(0.2)
    done.set()
    for thread in readers:
        thread.join()
    assert errors == []
    assert max(seen) == 12 * 9


def test_a_killed_merge_loses_nothing_and_leaves_no_litter(db):
    code = (
        "import sys; from pathlib import Path; from data.store import merge;"
        "merge(Path(sys.argv[1])); print('done', flush=True)"
    )
    rows.write(db, rows.grid(seeds=30))
    merge(db)
    written = 60
    for n in range(2, 10):
        rows.write(db, rows.grid(seeds=40, level=n, run_id=f"r{n}"), f"r{n}")
        written += 80
        process = subprocess.Popen([sys.executable, "-c", code, str(db)], stdout=subprocess.PIPE)
        time.sleep(0.25 + 0.04 * n)
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        process.stdout.close()
        assert count(db) % 20 == 0, "a reader sees whole merges only"
    merge(db)
    assert count(db) == count(db, "DISTINCT attempt_id") == written
    assert sorted(p.name for p in db.parent.iterdir()) == [
        "x.duckdb", "x.duckdb.journal", "x.duckdb.lock",
    ]  # fmt: skip


def test_forgetting_a_campaign_leaves_the_others_and_does_not_come_back(db):
    for night in ("night-1", "night-2"):
        rows.write(db, rows.grid(campaign=night, run_id=night), night)
    assert forget(db, "night-1") == 12
    assert queries.campaigns(Reader(db))["campaign"].to_list() == ["night-2"]
    assert [p.stem for p in journal_files(db)] == ["night-2"]
    merge(db)
    assert count(db) == 12


def test_a_copy_of_the_public_file_is_a_backup(db, tmp_path):
    rows.write(db, rows.grid())
    merge(db)
    copy = tmp_path / "copy.duckdb"
    copy.write_bytes(db.read_bytes())
    assert count(copy) == 12


def test_migrations_are_numbered_without_gaps():
    assert [m.version for m in known()] == list(range(1, len(known()) + 1))


def test_quotes_in_a_path_are_only_a_path(tmp_path):
    db = tmp_path / 'it\'s "odd"; DROP' / "x.duckdb"
    rows.write(db, rows.grid())
    merge(db)
    assert count(db) == 12


@pytest.mark.parametrize(
    "damaged",
    [{"input_tokens": 10**17}, {"cpu_s": -1.0}, {"duration_s": 1e8}, {"output_tokens": -5}],
)
def test_measures_that_cannot_be_are_skipped_and_stop_nothing(tmp_path, damaged):
    who = rows.contestant()
    made = [(who, w := rows.sample(n), rows.attempt(who, w)) for n in range(2)]
    bad = rows.sample(2)
    rows.write(tmp_path / "x.duckdb", [*made, (who, bad, rows.attempt(who, bad, **damaged))])
    report = merge(tmp_path / "x.duckdb")
    assert (report.attempts, report.skipped) == (2, 1)
