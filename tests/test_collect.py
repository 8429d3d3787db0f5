"""Collections against a real HTTP server, as real processes."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest

from data.store import Reader, merge, queries
from data.view import View, charges_of
from tests.openai_server import OpenAIServer, adds

ISOCOST = [sys.executable, "-m", "dashboard.cli"]


def write(tmp_path, server, *, samples=20, contestant="", top=""):
    path = tmp_path / "x.toml"
    path.write_text(
        f'name = "night"\n{top}\n[[contestant]]\nmodel = "hosted_vllm/adder"\n'
        f'api_base = "{server.base if server else "http://127.0.0.1:9/v1"}"\n{contestant}\n'
        f'[[task]]\nname = "sums"\nlevels = [1, 2]\nsamples = {samples}\n'
    )
    return path


def isocost(tmp_path, *args, **env):
    return subprocess.run(
        [*ISOCOST, *map(str, args)],
        cwd=tmp_path, capture_output=True, text=True, timeout=120,
        env={**os.environ, **env}, check=False,
    )  # fmt: skip


def rollup(tmp_path, campaign="night"):
    return queries.rollup(Reader(tmp_path / "data" / "isocost.duckdb"), campaign)


PRICE = "price = { input_usd_per_mtok = 1.0, output_usd_per_mtok = 10.0 }"


def test_a_collection_is_scored_priced_and_published_and_a_rerun_sends_nothing(tmp_path):
    with OpenAIServer() as server:
        path = write(tmp_path, server, contestant=PRICE)
        done = isocost(tmp_path, "collect", path)
        assert done.returncode == 0, done.stderr
        assert len(server.requests) == 40
        assert "adder" in done.stdout
        again = isocost(tmp_path, "collect", path)
        assert again.returncode == 0
        assert "Nothing to do" in again.stderr
        assert len(server.requests) == 40
        more = isocost(tmp_path, "collect", write(tmp_path, server, samples=22, contestant=PRICE))
        assert more.returncode == 0
        assert len(server.requests) == 44, "only what is new is sent"
    frame = rollup(tmp_path)
    assert frame["score_mean"].to_list() == [1.0, 1.0]
    assert frame["samples"].to_list() == [22, 22]
    reader = Reader(tmp_path / "data" / "isocost.duckdb")
    held = charges_of(reader, View("night"))
    detail = queries.attempts(reader, "night", frame["contestant_id"][0], held).row(0, named=True)
    assert detail["cost_usd"] == pytest.approx((detail["input_tokens"] + 100) / 1e6)


def test_failures_are_rows_and_are_redone_only_when_asked(tmp_path):
    with OpenAIServer(status=500) as server:
        path = write(tmp_path, server, samples=2, contestant="retries = 1")
        failed = isocost(tmp_path, "collect", path)
        assert failed.returncode == 1
        assert "4 attempts failed" in failed.stderr
        server.status = 200
        sent = len(server.requests)
        assert isocost(tmp_path, "collect", path).returncode == 1
        assert len(server.requests) == sent
        assert isocost(tmp_path, "collect", path, "--redo", "failed").returncode == 0
    frame = rollup(tmp_path)
    assert (frame["attempts"].sum(), frame["tries"].sum(), frame["failed"].sum()) == (4, 8, 0)


def test_a_refused_key_stops_that_contestant_at_once(tmp_path):
    with OpenAIServer(status=401) as server:
        path = write(tmp_path, server, contestant="max_concurrency = 1")
        done = isocost(tmp_path, "collect", path)
        assert done.returncode == 1
        assert "'adder' was stopped: AuthenticationError" in done.stderr
        assert len(server.requests) == 1


def test_ctrl_c_keeps_what_is_finished_and_a_rerun_continues(tmp_path):
    with OpenAIServer(delay_s=0.15) as server:
        path = write(tmp_path, server, samples=150, contestant="max_concurrency = 4")
        process = subprocess.Popen(
            [*ISOCOST, "collect", str(path)], cwd=tmp_path, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip
        while len(server.requests) < 40:
            time.sleep(0.05)
            assert process.poll() is None, process.communicate()
        process.send_signal(signal.SIGINT)
        asked = time.monotonic()
        _, stderr = process.communicate(timeout=30)
        took = time.monotonic() - asked
        assert process.returncode == 130
        assert "Traceback" not in stderr
        assert "Run it again to continue" in stderr
        assert took < 10, "2 s is the promise; a busy machine is given more before it is a failure"
        kept = rollup(tmp_path)["attempts"].sum()
        assert kept >= 36, "at most what was in flight is lost"
        server.delay_s = 0
        sent = len(server.requests)
        assert isocost(tmp_path, "collect", path).returncode == 0
        assert len(server.requests) - sent == 300 - kept
    assert rollup(tmp_path)["attempts"].sum() == 300


@pytest.mark.scale
def test_a_killed_collector_loses_nothing_it_acknowledged(tmp_path):
    with OpenAIServer(delay_s=0.05) as server:
        path = write(tmp_path, server, samples=100, contestant="max_concurrency = 4")
        for round_ in range(3):
            process = subprocess.Popen(
                [*ISOCOST, "collect", str(path)], cwd=tmp_path, text=True,
                stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            )  # fmt: skip
            goal = len(server.requests) + 30
            while len(server.requests) < goal:
                time.sleep(0.02)
            process.kill()
            process.communicate()
            del round_
        merge(tmp_path / "data" / "isocost.duckdb")
        kept = rollup(tmp_path)["attempts"].sum()
        # Acknowledged every quarter of a second: what is missing was in flight or about to be.
        assert kept >= len(server.requests) - 3 * 40
        server.delay_s = 0
        assert isocost(tmp_path, "collect", path).returncode == 0
    reader = Reader(tmp_path / "data" / "isocost.duckdb")
    counts = reader.sql("SELECT count(*) AS n, count(DISTINCT attempt_id) AS d FROM attempts")
    assert counts.row(0) == (200, 200)


def test_a_budget_is_a_ceiling_by_the_servers_own_count(tmp_path):
    with OpenAIServer(delay_s=0.02) as server:
        path = write(
            tmp_path, server, samples=200,
            contestant=f"{PRICE}\nmax_tokens = 50\nmax_concurrency = 16",
        )  # fmt: skip
        done = isocost(tmp_path, "collect", path, "--budget", "0.01")
        assert done.returncode == 1, done.stderr
        assert "Budget reached" in done.stderr
        words = sum(len(m["content"].split()) for r in server.requests for m in r["messages"])
        spent = words * 1e-6 + len(server.requests) * 10 * 10e-6
        assert 0.005 < spent <= 0.01


def test_a_dry_run_sends_and_writes_nothing(tmp_path):
    with OpenAIServer() as server:
        done = isocost(tmp_path, "collect", write(tmp_path, server, contestant=PRICE), "--dry-run")
        assert server.requests == []
    assert done.returncode == 0
    assert "40 attempts would be sent" in done.stdout
    assert "Nothing was sent" in done.stdout
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize(("keep", "prompts", "answers"), [("hash", 4, 0), ("drop", 0, 0)])
def test_prompts_and_answers_are_hashed_or_dropped(tmp_path, keep, prompts, answers):
    with OpenAIServer(lambda messages: adds(messages) + " of a secret") as server:
        path = write(tmp_path, server, samples=2, top=f'store_text = "{keep}"')
        assert isocost(tmp_path, "collect", path).returncode == 0
        question = server.requests[0]["messages"][-1]["content"]
    reader = Reader(tmp_path / "data" / "isocost.duckdb")
    assert reader.sql("SELECT count(prompt) AS n FROM responses")["n"][0] == prompts
    assert reader.sql("SELECT count(answer) AS n FROM attempts")["n"][0] == answers
    stored = b"".join(p.read_bytes() for p in (tmp_path / "data").rglob("*") if p.is_file())
    assert b"of a secret" not in stored
    assert json.dumps(question).encode() not in stored


def test_a_key_never_reaches_a_byte_that_is_written(tmp_path):
    secret = "sk-planted-0123456789abcdef"
    with OpenAIServer(status=401) as server:
        path = write(tmp_path, server, samples=2, contestant='api_key_env = "PLANTED"')
        done = isocost(tmp_path, "collect", path, PLANTED=secret)
    assert secret not in done.stdout + done.stderr
    for file in tmp_path.rglob("*"):
        assert not file.is_file() or secret.encode() not in file.read_bytes()


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({}, "nothing answers at api_base"),
        ({"contestant": 'api_key_env = "NOT_THERE"'}, "needs the key NOT_THERE"),
        ({"samples": 10**9}, "holds"),
    ],
)
def test_what_the_user_can_fix_is_one_line_and_exit_2(tmp_path, change, says):
    done = isocost(tmp_path, "collect", write(tmp_path, None, **change))
    assert done.returncode == 2
    assert says in done.stderr
    assert done.stderr.count("\n") == 1, done.stderr
    assert not (tmp_path / "data").exists()


def test_a_providers_missing_key_is_refused_before_anything_is_sent(tmp_path):
    path = tmp_path / "x.toml"
    path.write_text(
        'name = "x"\n[[contestant]]\nmodel = "openai/gpt-5-mini"\n'
        '[[task]]\nname = "sums"\nlevels = [1]\nsamples = 1\n'
    )
    done = isocost(tmp_path, "collect", path, OPENAI_API_KEY="")
    assert done.returncode == 2
    assert "OPENAI_API_KEY" in done.stderr
    assert done.stderr.count("\n") == 1, done.stderr


def test_shards_are_disjoint_and_whole_and_go_side_by_side(tmp_path):
    with OpenAIServer(delay_s=0.02) as server:
        path = write(tmp_path, server, samples=60)
        running = [
            subprocess.Popen(
                [*ISOCOST, "collect", str(path), "--shard", f"{i}/3"], cwd=tmp_path,
                stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
            )
            for i in (1, 2, 3)
        ]  # fmt: skip
        for process in running:
            _, stderr = process.communicate(timeout=120)
            assert process.returncode == 0, stderr
        assert len(server.requests) == 120, "nothing was asked twice"
        whole = isocost(tmp_path, "collect", path)
        assert "Nothing to do: all 120" in whole.stderr
    assert rollup(tmp_path)["attempts"].sum() == 120


@pytest.mark.parametrize("value", ["0/2", "3/2", "1", "a/b", "1/0", "-1/2"])
def test_a_shard_that_is_none_is_one_line(tmp_path, value):
    done = isocost(tmp_path, "collect", "x.toml", f"--shard={value}")
    assert done.returncode == 2
    assert "write I/N" in done.stderr


def test_a_changed_setting_prompt_or_name_is_asked_anew(tmp_path):
    with OpenAIServer() as server:
        for contestant in ("", "temperature = 0.5", "max_tokens = 77"):
            assert isocost(
                tmp_path, "collect", write(tmp_path, server, samples=3, contestant=contestant)
            ).returncode == 0  # fmt: skip
        assert len(server.requests) == 18
        # How it is sent is no setting of the contestant.
        path = write(tmp_path, server, samples=3, contestant="rpm = 6000\nretries = 3")
        assert isocost(tmp_path, "collect", path).returncode == 0
        assert len(server.requests) == 18


class Parrot(OpenAIServer):
    """Sends back the key it was shown: in its answers, and in every third one's error."""

    def body(self, request):
        shown = super().body(request)
        self.key = "sk-planted-0123456789abcdef"
        shown["choices"][0]["message"]["content"] += f" (key {self.key})"
        shown["model"] = f"m {self.key}"
        if len(self.requests) % 3 == 0:
            shown = {"error": {"message": f"bad key {self.key}", "code": self.key}}
        return shown


@pytest.mark.parametrize("workers", [0, 1])
def test_a_key_that_a_server_sends_back_reaches_no_file_and_no_screen(tmp_path, workers):
    secret = "sk-planted-0123456789abcdef"
    with Parrot() as server:
        path = write(
            tmp_path, server, samples=6,
            contestant='api_key_env = "PLANTED"\nretries = 0\nttft_share = 0.3',
        )  # fmt: skip
        done = isocost(
            tmp_path, "collect", path, "--log", "log.jsonl", "--workers", workers, PLANTED=secret
        )
        told = isocost(tmp_path, "status", "--json")
    assert done.returncode in (0, 1), done.stderr
    assert rollup(tmp_path)["attempts"].sum() == 12
    assert secret not in done.stdout + done.stderr + told.stdout
    for file in tmp_path.rglob("*"):
        assert not file.is_file() or secret.encode() not in file.read_bytes(), file
