"""Nights against a real server: watch and alarm, canaries, prices, locks, kills, webhooks."""

import json
import os
import subprocess
import sys
import threading
import time
from datetime import date, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from collectors.experiment import Notify, parse
from collectors.nightly import canaries, webhook
from collectors.nightly.lock import lock_path, nightly
from collectors.nightly.report import folder_of
from collectors.tasks import canary
from dashboard.cli import main
from data.errors import StoreBusyError
from data.store import Reader
from tests.openai_server import OpenAIServer, adds

FIRST = date(2026, 11, 1)
RUNNER = """
import contextlib, io, json, os, sys
from dashboard.cli import main
for line in sys.stdin:
    args, env = json.loads(line)
    os.environ.update(env)
    with contextlib.redirect_stdout(io.StringIO()) as out:
        with contextlib.redirect_stderr(io.StringIO()) as err:
            code = main(args)
    print(json.dumps([code, out.getvalue(), err.getvalue()]), flush=True)
"""
ISOCOST = [sys.executable, "-m", "dashboard.cli"]
PRICE = "price = { input_usd_per_mtok = 1.0, output_usd_per_mtok = 10.0 }"
WORK = '[[task]]\nname = "sums"\nlevels = [1, 2]\nsamples = 12\n'


class Model(OpenAIServer):
    """Repeats and adds, unless told to be `wrong`, `deaf` to canaries, or `wordy`."""

    def __init__(self, **given):
        super().__init__(self.reply_to, **given)
        self.wrong = self.deaf = False
        self.tokens = 10

    def reply_to(self, messages):
        text = messages[-1]["content"]
        if text.startswith(canary.ASK):
            return "I would rather not." if self.deaf else text.split("\n")[-1]
        return "Answer: 0" if self.wrong else adds(messages)

    def body(self, request):
        found = super().body(request)
        if "usage" in found:
            echo = request["messages"][-1]["content"].startswith(canary.ASK)
            found["usage"]["completion_tokens"] = 10 if echo else self.tokens
        return found


@pytest.fixture(scope="module")
def isocost():
    """Run commands one after the other in a process of their own: LiteLLM is imported once."""
    process = subprocess.Popen(
        [sys.executable, "-c", RUNNER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )

    def run(*args, **env):
        process.stdin.write(json.dumps([list(map(str, args)), env]) + "\n")
        process.stdin.flush()
        return json.loads(process.stdout.readline())

    yield run
    process.stdin.close()
    process.wait(30)


@pytest.fixture
def server():
    with Model() as running:
        yield running


def write(tmp_path, base, *, top="", contestant=PRICE, work=WORK):
    path = tmp_path / "x.toml"
    path.write_text(
        f'name = "x"\n{top}\n[[contestant]]\nmodel = "hosted_vllm/adder"\napi_base = "{base}"\n'
        f"{contestant}\n{work}"
    )
    return path


@pytest.fixture
def night(tmp_path, isocost):
    """Run a night by its number: its exit code, and the summary that was written."""

    def run(path, day, *more, **env):
        on = (FIRST + timedelta(days=day)).isoformat()
        code, run.out, run.err = isocost(
            "nightly", path, "--db", tmp_path / "x.duckdb", "--date", on, *more, **env
        )
        assert code in (0, 1, 3), run.err
        return code, json.loads((tmp_path / "nightly" / "x" / f"{on}.json").read_text("utf-8"))

    return run


def alarms(told, timed=False):
    """(metric, kind) of a night; how long answers take is this machine's business."""
    found = [(c["metric"], c["alarm"]) for c in told["changes"] if c["alarm"] != "none"]
    return [pair for pair in found if (pair[0] == "duration_s") == timed]


def calm(code, told):
    """Whether a night was fine, but for answers that took longer on a busy machine."""
    return code == (3 if ("duration_s", "alarm") in alarms(told, timed=True) else 0)


def test_a_fall_is_a_watch_at_first_and_an_alarm_when_it_holds(tmp_path, server, night):
    path = write(tmp_path, server.base)
    code, told = night(path, 0)
    assert (code, told["changes"], told["compared_with"]) == (0, [], None)
    assert "**First night**; 24 of 24 attempts answered" in night.out
    assert calm(*night(path, 1))
    server.wrong = True
    code, told = night(path, 2)
    assert alarms(told) == [("accuracy", "watch")]
    assert calm(code, told)
    code, told = night(path, 3)
    assert (code, alarms(told)) == (3, [("accuracy", "alarm")])
    assert (told["compared_with"], told["confirmed_by"]) == ("x 2026-11-02", "x 2026-11-03")
    assert told["headline"].startswith("**Drift alarm: adder: accuracy 100.0 to 0.0")
    again, told = night(path, 3)
    assert again == 3, "the same night tells the same"
    assert alarms(night(path, 4, "--json")[1]) == [], "the new level is known by now"
    assert json.loads(night.out)["night"] == "2026-11-05"


def test_tokens_that_grow_alarm_and_a_failed_canary_silences_everything(tmp_path, server, night):
    path = write(tmp_path, server.base)
    for day in (0, 1):
        assert calm(*night(path, day))
    server.tokens = 20
    assert alarms(night(path, 2)[1]) == [
        ("cost_usd", "watch"),
        ("output_tokens", "watch"),
    ]
    server.deaf = True
    code, told = night(path, 3)
    assert (code, told["silenced"], alarms(told)) == (1, True, [])
    assert told["headline"].startswith("**A canary failed")
    (broken,) = (c for c in told["canaries"] if c["passed"] is False)
    assert (broken["contestant"], broken["detail"]) == ("adder", "2 no longer answered right")
    server.deaf = False
    code, told = night(path, 4)
    assert (code, told["silenced"]) == (3, False), "the night that went astray costs one night"
    assert {kind for _, kind in alarms(told)} == {"alarm"}


def test_probes_are_stored_and_counted_nowhere(tmp_path, server, night):
    path = write(tmp_path, server.base, top='store_text = "hash"')
    _, told = night(path, 0)
    assert (told["coverage"]["asked"], told["coverage"]["scored"]) == (24, 24)
    assert [row["contestant"] for row in told["pareto"]] == ["adder"]
    stored = Reader(tmp_path / "x.duckdb").sql(
        "SELECT task, count(*) AS n, count(score) AS scored FROM attempts "
        "WHERE purpose = 'probe' GROUP BY task ORDER BY task"
    )
    assert stored.rows()[0] == ("canary-echo", 2, 2)
    assert ("invoices", 3, 3) in stored.rows()
    sent = len(server.requests)
    assert night(path, 0)[0] == 0
    assert len(server.requests) == sent, "a night that is done is not paid again"
    _, told = night(path, 1)
    assert all(c["passed"] for c in told["canaries"])


def test_a_changed_price_is_an_alert_in_dollars_a_month(tmp_path, server, night):
    use = 'in_use_for = ["sums"]'
    months = "[monthly]\nsums = 1000000\n"
    path = write(tmp_path, server.base, contestant=f"{PRICE}\n{use}", work=months + WORK)
    assert night(path, 0)[1]["alerts"] == []
    dearer = PRICE.replace("10.0", "12.0")
    write(tmp_path, server.base, contestant=f"{dearer}\n{use}", work=months + WORK)
    code, told = night(path, 1)
    (alert,) = told["alerts"]
    assert (alert["kind"], alert["new"]) == ("price", True)
    assert calm(code, told)
    assert alert["usd_per_month"] == pytest.approx(20.0)
    assert alarms(told) == []


def test_what_failed_is_made_once_more_at_the_end(tmp_path, night):
    with Model() as server:
        path = write(tmp_path, server.base, contestant=f"{PRICE}\nmax_concurrency = 1")
        answer, seen = server.answer, []

        def broken_once(messages):
            seen.append(messages)
            return answer(messages) if len(seen) > 5 else None

        server.answer = broken_once
        code, told = night(path, 0)
    assert code == 0
    assert told["coverage"]["scored"] == 24
    assert told["failures"] == []


def test_a_dead_server_leaves_its_contestant_out_and_the_others_go_on(tmp_path, server, night):
    dead = '[[contestant]]\nmodel = "hosted_vllm/dead"\napi_base = "http://127.0.0.1:9/v1"\n'
    path = write(tmp_path, server.base, work=f"{dead}\n{WORK}")
    code, told = night(path, 0)
    assert code == 1
    assert "nothing answers at api_base" in told["collected"]["left_out"]["dead"]
    assert (told["coverage"]["asked"], told["coverage"]["scored"]) == (48, 24)


def test_the_ceiling_is_the_nights_whatever_starts_it_again(tmp_path, server, night):
    top = "budget_usd = 0.003"
    limit = f"{PRICE}\nmax_tokens = 50\nmax_concurrency = 1"
    path = write(tmp_path, server.base, top=top, contestant=limit)
    code, told = night(path, 0)
    assert (code, told["spend"]["budget_usd"]) == (1, 0.003)
    for _ in range(2):
        night(path, 0)
    words = sum(len(m["content"].split()) for r in server.requests for m in r["messages"])
    assert words * 1e-6 + len(server.requests) * 10 * 10e-6 <= 0.003


def start(tmp_path, path, *more):
    return subprocess.Popen(
        [*ISOCOST, "nightly", str(path), "--db", str(tmp_path / "x.duckdb"), *more],
        cwd=tmp_path, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip


def wait_for(process, condition):
    while not condition():
        time.sleep(0.05)
        assert process.poll() is None, process.communicate()


def test_a_killed_night_goes_on_and_a_second_one_leaves_or_waits(tmp_path, isocost):
    db, on = tmp_path / "x.duckdb", ("--date", "2026-11-01")
    with Model(delay_s=0.2) as server:
        path = write(tmp_path, server.base, contestant=f"{PRICE}\nmax_concurrency = 2")
        first = start(tmp_path, path, *on)
        wait_for(first, lambda: len(server.requests) >= 12)
        assert main(["nightly", str(path), "--db", str(db)]) == 2
        first.kill()
        first.communicate()
        sent, gate, answer = len(server.requests), threading.Event(), server.answer
        server.answer = lambda messages: gate.wait(60) and answer(messages)
        ended = []
        again = threading.Thread(
            target=lambda: ended.append(isocost("nightly", path, "--db", db, *on))
        )
        again.start()
        while len(server.requests) == sent:
            time.sleep(0.05)
        with nightly(db, "x", 60.0, lambda text: gate.set() or ended.append(text)):
            again.join(10)
    said, (code, out, err) = ended
    assert "waiting 1 min" in said
    assert code == 0, err
    assert "24 of 24 attempts answered" in out
    counts = Reader(db).sql(
        "SELECT count(*) AS n, count(DISTINCT attempt_id) AS d FROM attempts "
        "WHERE campaign = 'x 2026-11-01' AND purpose = 'answer'"
    )
    assert counts.row(0) == (24, 24)


def test_a_second_one_says_who_is_at_work(tmp_path, capsys):
    db = tmp_path / "x.duckdb"
    code = "import time; from pathlib import Path; from collectors.nightly.lock import nightly\n"
    code += f"with nightly(Path({str(db)!r}), 'x'): print('held', flush=True); time.sleep(60)"
    holder = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    try:
        assert holder.stdout.readline() == "held\n"
        path = write(tmp_path, "http://127.0.0.1:9/v1")
        assert main(["nightly", str(path), "--db", str(db)]) == 2
        err = capsys.readouterr().err
        assert f"(process {holder.pid} on " in err
        assert err.count("\n") == 1
        with nightly(db, "y"):
            pass  # another experiment's night is none of its business
        with pytest.raises(StoreBusyError, match="after waiting"), nightly(db, "x", 0.3):
            pass
    finally:
        holder.kill()
        holder.communicate()
    with nightly(db, "x"):
        assert lock_path(db, "x").exists()


class Hook:
    """A webhook on loopback: answers `codes` in turn, then 200."""

    def __init__(self, *codes):
        self.codes, self.bodies = list(codes), []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                outer.bodies.append((self.path, json.loads(body)))
                self.send_response(outer.codes.pop(0) if outer.codes else 200)
                self.send_header("Location", "http://127.0.0.1:9/elsewhere")
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *args):
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.address = f"http://127.0.0.1:{self._server.server_port}/services/T0/SECRET"

    def __enter__(self):
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._server.server_close()


def test_a_webhook_is_told_and_its_address_is_not(tmp_path, server, night, isocost):
    notify = 'on = ["failure", "always"]'
    work = f'[notify]\nwebhook_env = "HOOK"\n{notify}\n{WORK}'
    path = write(tmp_path, server.base, work=work)
    with Hook(503) as hook:
        code, told = night(path, 0, HOOK=hook.address)
        assert code == 0
        shown = night.out + night.err
        assert [path for path, _ in hook.bodies] == ["/services/T0/SECRET"] * 2
        body = hook.bodies[-1][1]
        assert body["text"].startswith("Isocost x 2026-11-01: First night; 24 of 24")
        assert body["isocost"]["campaign"] == told["campaign"]
        path.write_text(path.read_text().replace(server.base, "http://127.0.0.1:9/v1"))
        code, out, err = isocost("nightly", path, "--db", tmp_path / "x.duckdb")
        assert (code, err.count("\n")) == (2, 1)
        assert "could not be collected" in hook.bodies[-1][1]["text"]
    code, out, err = isocost("nightly", path, "--db", tmp_path / "x.duckdb")
    assert "Nobody was notified: the address in HOOK could not be reached." in err
    assert "SECRET" not in shown + out + err
    for file in tmp_path.rglob("*"):
        assert not file.is_file() or b"SECRET" not in file.read_bytes()


@pytest.mark.parametrize(
    ("codes", "posts", "sent"),
    [((), 1, True), ((500, 502), 3, True), ((500, 500, 500), 3, False), ((404,), 1, False),
     ((302,), 1, False), ((429,), 2, True)],
)  # fmt: skip
def test_a_webhook_is_tried_again_only_where_it_helps(monkeypatch, codes, posts, sent):
    said = []
    with Hook(*codes) as hook:
        monkeypatch.setenv("HOOK", hook.address)
        found = webhook.notify(Notify("HOOK", ("always",)), {"always"}, {}, said.append, 0.01)
        assert (found, len(hook.bodies)) == (sent, posts)
    assert bool(said) != sent
    assert "SECRET" not in "".join(said)


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("", "is not in the environment"),
        ("http://hooks.example.com/SECRET", "must begin with https://"),
        ("http://127.0.0.1.example.com/SECRET", "must begin with https://"),
        ("ftp://127.0.0.1/SECRET", "must begin with https://"),
        ("http://[SECRET", "is no address"),
        ("http://127.0.0.1:9/SECRET", "could not be reached"),
        ("http://127.0.0.1:99999/SECRET", "is no address"),
        ("https:// SECRET", "is no address"),
    ],
)
def test_a_webhook_that_cant_be_posted_to_is_a_note(monkeypatch, address, says):
    said = []
    monkeypatch.setenv("HOOK", address)
    assert not webhook.notify(Notify("HOOK", ("always",)), {"always"}, {}, said.append, 0.01)
    assert says in said[0]
    assert "SECRET" not in said[0]
    assert not webhook.notify(Notify("HOOK", ("alarm",)), {"always"}, {}, said.append)
    assert not webhook.notify(None, {"always"}, {}, said.append)
    assert len(said) == 1


def test_a_message_can_call_no_channel():
    told = {"experiment": "x", "night": "n", "headline": "**a** \\<!channel\\> \\[b\\]\n&amp;"}
    assert webhook.slack(told) == "Isocost x n: a &lt;!channel&gt; [b] &amp;"
    long = {**told, "pareto": ["x" * 300_000], "exit_code": 0}
    body = webhook.message(long)
    assert body["isocost"]["shortened"]
    assert len(json.dumps(body)) < webhook.MOST_BYTES


@pytest.mark.parametrize(
    ("more", "says"),
    [
        (["--date", "2999-01-01"], "has not begun"),
        (["--date", "20261101"], "write a day as YYYY-MM-DD"),
        (["--wait", "-1"], "--wait -1"),
        (["--wait", "nan"], "--wait nan"),
    ],
)
def test_what_the_user_can_fix_is_one_line_and_exit_2(tmp_path, capsys, more, says):
    path = write(tmp_path, "http://127.0.0.1:9/v1")
    assert main(["nightly", str(path), "--db", str(tmp_path / "x.duckdb"), *more]) == 2
    err = capsys.readouterr().err
    assert says in err
    assert err.count("\n") == 1
    assert [p.name for p in tmp_path.iterdir()] == ["x.toml"]


def test_a_summary_that_cant_be_written_is_one_line(tmp_path, server, isocost):
    path = write(tmp_path, server.base)
    (tmp_path / "taken").write_text("a file")
    code, out, err = isocost(
        "nightly", path, "--db", tmp_path / "x.duckdb", "--summary", tmp_path / "taken"
    )
    assert code == 2
    assert "Can't write the summary" in err
    assert "First night" in out, "what was found is printed all the same"


def test_frozen_models_are_asked_what_they_can_do():
    experiment = parse(
        'name = "x"\n[[contestant]]\nmodel = "local/smollm2-135m"\n[[contestant]]\n'
        'model = "openai/gpt-5-mini"\nmax_tokens = 100\n' + WORK
    )
    found = canaries.probes(experiment, "x 2026-11-01", {})
    asked = {(p.entrant.contestant.model, p.prompt.task.name) for p in found}
    assert {
        ("local/rules", "invoices"),
        ("local/smollm2-135m", "sums"),
        ("openai/gpt-5-mini", "canary-echo"),
    } <= asked
    assert all(p.purpose == "probe" for p in found)
    done = {p.attempt_id: (1, "ok") for p in found}
    lost = {**done, found[0].attempt_id: (1, "timeout")}
    assert canaries.probes(experiment, "x 2026-11-01", done) == ()
    assert [p.try_ for p in canaries.probes(experiment, "x 2026-11-01", lost)] == [2]
    held = canaries.with_canaries(experiment).entrants
    assert all(e.tasks == () for e in held if canaries.is_frozen(e))


def test_known_answers_are_graded_by_the_line_itself():
    asked = canary.sample(1, 0)
    for text, score in [
        (asked.target, 1.0), (f" “{asked.target}”\n", 1.0), (asked.target.replace(" ", "\n "), 1.0),
        ("", 0.0), (asked.target.lower(), 0.0), ("\x00" * 9999, 0.0),
    ]:  # fmt: skip
        assert canary.score(asked, text).value == score


def test_folders_of_experiments_stand_side_by_side(tmp_path):
    db = tmp_path / "x.duckdb"
    assert folder_of(db, "a b") == tmp_path / "nightly" / "a b"
    assert folder_of(db, "a..", tmp_path / "y") == tmp_path / "y" / "a"
    assert os.sep not in lock_path(db, "a b/../c").name
