"""`isocost plan` as real processes: what it prints, what it sends, and what it asks."""

import json
import os
import pty
import re
import select
import signal
import subprocess
import sys
import time

import pytest

from dashboard.commands.plan import Asked, run
from data.errors import ExperimentError
from data.store import Reader
from tests.openai_server import OpenAIServer

ISOCOST = [sys.executable, "-m", "dashboard.cli"]
PRICE = "price = { input_usd_per_mtok = 1.0, output_usd_per_mtok = 10.0 }\nmax_tokens = 100"


def write(tmp_path, server, *, samples=6, contestant=PRICE, top="", model="hosted_vllm/adder"):
    path = tmp_path / "x.toml"
    base = server.base if server else "http://127.0.0.1:9/v1"
    path.write_text(
        f'name = "night"\n{top}\n[[contestant]]\nmodel = "{model}"\napi_base = "{base}"\n'
        f'{contestant}\n[[task]]\nname = "sums"\nlevels = [1, 2]\nsamples = {samples}\n'
    )
    return path


def isocost(tmp_path, *args):
    return subprocess.run(
        [*ISOCOST, *map(str, args)],
        cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False,
        stdin=subprocess.DEVNULL,
    )  # fmt: skip


def on_a_terminal(tmp_path, answers, *args):
    """Exit code and everything shown, each question answered in turn (by text, or a signal)."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [*ISOCOST, *map(str, args)], cwd=tmp_path, stdin=theirs, stdout=theirs, stderr=theirs
    )
    os.close(theirs)
    shown, waiting, until = "", list(answers), time.monotonic() + 120
    while time.monotonic() < until:
        if not select.select([ours], [], [], 0.2)[0]:
            continue
        try:
            read = os.read(ours, 65536)
        except OSError:
            break  # the other end is closed: it has ended
        shown += read.decode("utf-8", "replace")
        if waiting and re.search(r"\[y/N\] $", shown):
            shown += "\n"
            answer = waiting.pop(0)
            if isinstance(answer, bytes):
                os.write(ours, answer)
            else:
                time.sleep(1)  # between a question and its reading a signal waits for the answer
                process.send_signal(answer)
    code = process.wait(timeout=30)
    os.close(ours)
    assert not waiting, shown
    return code, shown


def campaigns(db):
    reader = Reader(db)
    return reader.sql("SELECT campaign, count(*) AS n FROM attempts GROUP BY ALL").rows()


def planned(capsys, path, *, budget=None, shard=(1, 1), **options):
    """The command within this process: its exit code, what it prints and what it says."""
    code = run(Asked(path, path.parent / "x.duckdb", budget, False, shard), **options)
    shown = capsys.readouterr()
    return code, shown.out, shown.err


def test_a_look_sends_and_writes_nothing(tmp_path):
    with OpenAIServer() as server:
        done = isocost(tmp_path, "plan", write(tmp_path, server))
        assert server.requests == []
    assert done.returncode == 0, done.stderr
    assert "12 attempts would be sent, 0 are stored already" in done.stdout
    assert "by list price, at most $0.0" in done.stdout
    assert "Nothing was sent." in done.stdout
    assert "A pilot of 4 attempts, at most $0.0" in done.stderr
    assert [p.name for p in tmp_path.iterdir()] == ["x.toml"]


def test_a_pilot_counts_for_the_run_and_tells_what_the_rest_will_cost(tmp_path, capsys):
    with OpenAIServer() as server:
        path = write(tmp_path, server)
        db = ["--db", tmp_path / "x.duckdb"]
        tried = isocost(tmp_path, "plan", path, "--pilot", "--yes", "--json", *db)
        assert tried.returncode == 0, tried.stderr
        assert len(server.requests) == 4, "two samples of each of two levels"
        found = json.loads(tried.stdout)
        assert (found["attempts"], found["stored"]) == (8, 4)
        (line,) = found["contestants"]
        assert line["cost"]["source"] == "history"
        assert line["cost"]["low_usd"] < line["cost"]["usd"] < line["cost"]["high_usd"]
        assert line["cost"]["high_usd"] <= line["cost"]["at_most_usd"]
        assert found["hours"]["hours"] > 0
        code, _, said = planned(capsys, path, pilot=True, yes=True)
        assert (code, len(server.requests)) == (0, 4)
        assert "No pilot is needed" in said
        assert isocost(tmp_path, "collect", path, *db).returncode == 0
        assert len(server.requests) == 12, "the pilot's attempts are not sent again"
        words = sum(len(m["content"].split()) for r in server.requests[4:] for m in r["messages"])
    spent = words * 1e-6 + 8 * 10 * 10e-6
    assert line["cost"]["low_usd"] <= spent <= line["cost"]["high_usd"]
    assert campaigns(tmp_path / "x.duckdb") == [("night", 12)]
    _, shown, _ = planned(capsys, path)
    assert "0 attempts would be sent, 12 are stored already" in shown


def test_on_a_terminal_it_offers_a_pilot_and_then_the_run(tmp_path):
    with OpenAIServer() as server:
        path = write(tmp_path, server, top="budget_usd = 2.0")
        code, shown = on_a_terminal(tmp_path, [b"y\n", b"yes\n"], "plan", path)
        assert code == 0, shown
        assert len(server.requests) == 12
    assert "Run a pilot first: 2 samples a level, 4 attempts, at most $0.0" in shown
    assert "ceiling $0.040: 2% of budget_usd" in shown
    assert shown.index("12 attempts would be sent") < shown.index("8 attempts would be sent")
    assert "Go on with the whole run?" in shown
    assert campaigns(tmp_path / "data" / "isocost.duckdb") == [("night", 12)]


@pytest.mark.parametrize("answer", [b"what?\n", b"\x04"])
def test_anything_but_yes_sends_nothing(tmp_path, answer):
    with OpenAIServer() as server:
        code, shown = on_a_terminal(tmp_path, [answer], "plan", write(tmp_path, server))
        assert server.requests == []
    assert code == 0
    assert shown.rstrip().endswith("Nothing was sent.")
    assert [p.name for p in tmp_path.iterdir()] == ["x.toml"]


def test_after_the_pilot_no_is_no(tmp_path):
    with OpenAIServer() as server:
        path = write(tmp_path, server)
        code, shown = on_a_terminal(tmp_path, [b"n\n"], "plan", path, "--pilot", "--yes")
        assert len(server.requests) == 4
    assert code == 0
    assert "Go on with the whole run?" in shown


def test_ctrl_c_at_the_question_leaves_without_sending(tmp_path):
    with OpenAIServer() as server:
        code, shown = on_a_terminal(tmp_path, [signal.SIGINT], "plan", write(tmp_path, server))
        assert server.requests == []
    assert code == 130
    assert "Traceback" not in shown


def test_pilot_and_run_together_stay_under_the_budget_asked_for(tmp_path):
    with OpenAIServer() as server:
        path = write(tmp_path, server, samples=20)
        args = ["plan", path, "--budget", "0.004"]
        code, shown = on_a_terminal(tmp_path, [b"y\n", b"y\n"], *args)
        assert code == 1, shown
        words = sum(len(m["content"].split()) for r in server.requests for m in r["messages"])
        assert 0.001 < words * 1e-6 + len(server.requests) * 10 * 10e-6 <= 0.004
    assert "will reach its budget" in shown or "may (chance" in shown


def test_a_pilot_that_gets_no_answer_is_an_end_with_a_reason(tmp_path, capsys):
    with OpenAIServer(status=401) as server:
        code, shown, said = planned(capsys, write(tmp_path, server), pilot=True, yes=True)
    assert code == 1
    assert "The pilot got no answer from 'adder'" in said
    assert "12 attempts" in shown


def test_a_request_dearer_than_the_budget_is_told_with_what_helps(tmp_path, capsys):
    dear = PRICE.replace("100", "100000")
    code, shown, _ = planned(capsys, write(tmp_path, None, contestant=dear), budget=0.5)
    assert code == 0
    assert "nothing of it would be sent. A lower max_tokens helps." in shown


def test_parts_of_a_plan_add_up(tmp_path, capsys):
    path = write(tmp_path, None)
    shown = [planned(capsys, path, shard=(i, 3), as_json=True)[1] for i in (1, 2, 3)]
    counts = [json.loads(text)["attempts"] for text in shown]
    assert sum(counts) == 12
    assert max(counts) < 12


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"yes": True}, "write --pilot --yes"),
        ({"pilot": True}, "add --yes"),
        ({"budget": -1.0}, "write dollars above 0"),
        ({"budget": float("nan")}, "write dollars above 0"),
    ],
)
def test_what_the_user_can_fix_is_told(tmp_path, capsys, options, told):
    with pytest.raises(ExperimentError, match=told):
        planned(capsys, write(tmp_path, None), **options)


def test_strange_names_do_no_harm(tmp_path, capsys):
    path = write(tmp_path, None, contestant=f'name = "a\\u001b[2Jé{"x" * 300}"\n{PRICE}')
    code, shown, said = planned(capsys, path)
    assert code == 0
    assert "\x1b" not in shown + said


def test_an_unpriced_contestant_is_told_with_its_reason(tmp_path, capsys):
    code, shown, _ = planned(capsys, write(tmp_path, None, contestant=""))
    assert code == 0
    assert "no price known" in shown
    assert "1 contestant whose cost is not known beforehand" in shown
