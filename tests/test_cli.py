"""The command line as its users meet it: real processes, real files."""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request

import pytest

from data.store import merge
from tests import rows


def isocost(*args, cwd, timeout=120, **env):
    return subprocess.run(
        [sys.executable, "-m", "dashboard.cli", *map(str, args)],
        cwd=cwd, capture_output=True, text=True, timeout=timeout, check=False,
        env={**os.environ, **env},
    )  # fmt: skip


@pytest.fixture
def db(tmp_path):
    path = tmp_path / "data" / "isocost.duckdb"
    rows.write(path, rows.grid(seeds=12))
    merge(path)
    return path


def one_line(done, says):
    assert done.returncode == 2
    assert says in done.stderr
    assert done.stderr.count("\n") == 1, done.stderr
    assert done.stdout == ""


def test_the_pareto_table_is_the_same_bytes_twice(db, tmp_path):
    for fmt in ("csv", "md", "json"):
        out = [isocost("export", "pareto", "--format", fmt, cwd=tmp_path).stdout for _ in range(2)]
        assert out[0] == out[1] != ""


def test_json_has_meta_and_rows(db, tmp_path):
    done = isocost("export", "pareto", "--rows", "all", "--format", "json", cwd=tmp_path)
    body = json.loads(done.stdout)
    assert {r["contestant"] for r in body["rows"]} == {"A", "B"}
    assert body["meta"]["attempts"] == 24
    assert body["meta"]["runs"] == ["run-1"]
    assert "isocost export pareto" in body["meta"]["command"]
    assert str(tmp_path) not in done.stdout


def test_a_file_is_written_whole_and_only_frontier_rows_by_default(db, tmp_path):
    done = isocost("export", "pareto", "--format", "csv", "-o", "out.csv", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (0, "")
    lines = (tmp_path / "out.csv").read_text().splitlines()
    assert len(lines) == 2, "B has the same cost as A and is more capable"
    assert lines[1].startswith("B,frontier,100")


def test_isocost_db_and_db_choose_the_database(db, tmp_path):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    assert "| B |" in isocost("export", "pareto", cwd=elsewhere, ISOCOST_DB=str(db)).stdout
    assert "| B |" in isocost("export", "pareto", "--db", db, cwd=elsewhere).stdout
    one_line(isocost("export", "pareto", cwd=elsewhere), "There is no database at")


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (["--task", "summs"], "No task 'summs' in this database. Did you mean 'sums'?"),
        (["--category", "maths"], "Did you mean 'math'?"),
        (["--level", "7"], "No level '7'"),
        (["--campaign", "nigth-1"], "Did you mean 'night-1'?"),
        (["-o", "no/such/folder/x.md"], "Can't write no/such/folder/x.md"),
    ],
)
def test_what_is_not_there_is_one_line(db, tmp_path, args, says):
    one_line(isocost("export", "pareto", *args, cwd=tmp_path), says)


def test_a_port_in_use_is_one_line(db, tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        one_line(isocost("dashboard", "--port", port, cwd=tmp_path), f"port {port}")
        one_line(isocost("demo", "--port", port, cwd=tmp_path), "Choose another with --port")


def test_an_unwritable_place_is_one_line(tmp_path):
    (tmp_path / "file").write_text("")
    experiment = tmp_path / "x.toml"
    experiment.write_text(
        'name = "x"\n[[contestant]]\nmodel = "local/rules"\n[[task]]\nname = "invoices"\n'
    )
    done = isocost("collect", experiment, "--db", "file/x.duckdb", cwd=tmp_path)
    one_line(done, "Choose a writable place with --db")


def test_output_into_a_closed_pipe_is_no_error(db, tmp_path):
    done = subprocess.run(
        f"{sys.executable} -m dashboard.cli export pareto --rows all | true",
        shell=True, cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.stderr == ""


@pytest.mark.parametrize(
    ("command", "told"),
    [
        ("models resolve <&-", "0 of 0 names resolved."),
        ("doctor >&-", ""),
        ("prices show gpt-5-mini >/dev/full", "No space left on device"),
        ("export pareto --shape 40000000/0/0", "write 1 to 20,000,000 tokens"),
        ("export pareto --discount opnai=0.2", "Did you mean 'openai'"),
    ],
)
def test_odd_streams_and_values_end_in_one_line_at_most(db, tmp_path, command, told):
    done = subprocess.run(
        f"{sys.executable} -m dashboard.cli {command}",
        shell=True, cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert "Traceback" not in done.stderr
    assert told in done.stderr
    assert done.stderr.count("\n") <= 1


def test_the_dashboard_is_served_on_loopback_and_ends_with_its_parent(db, tmp_path):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", "dashboard.cli", "dashboard", "--port", str(port)],
        cwd=tmp_path, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert f"http://127.0.0.1:{port}" in process.stdout.readline()
    url = f"http://127.0.0.1:{port}/_stcore/health"
    assert urllib.request.urlopen(url, timeout=5).status == 200
    process.kill()
    process.wait()
    process.stdout.close()
    for _ in range(100):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)):
                return
            time.sleep(0.1)
    pytest.fail("the dashboard outlived the command that started it")


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (["merge", "--db", "."], "is a folder"),
        (["dashboard", "--db", "text.duckdb"], "can't be opened as a DuckDB database"),
        (["dashboard", "--port", "0"], "choose one from 1 to 65535"),
        (["dashboard", "--port", "70000"], "choose one from 1 to 65535"),
        (["export", "pareto", "--level", "abc"], "invalid int value: 'abc'"),
        (["export", "pareto", "--task", "sums", "--level", "2"], "No level '2'"),
        (["merge", "--db", "/proc/x.duckdb"], "Choose a writable place"),
    ],
)
def test_an_odd_argument_is_one_line(db, tmp_path, args, says):
    (tmp_path / "text.duckdb").write_text("not a database " * 100)
    one_line(isocost(*args, cwd=tmp_path), says)
