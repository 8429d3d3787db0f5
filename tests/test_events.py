"""Events of a run: JSON lines that never stop it, and spans that a real OTLP receiver decodes."""

import json
import os
import re
import subprocess
import sys
import threading
import timeit
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from collectors import telemetry
from collectors.events import Events, open_events
from collectors.json_lines import MOST_WAITING, JsonLines
from data.errors import StoreError
from tests import rows

SDK = "the OpenTelemetry SDK is optional and not installed"


@pytest.fixture(autouse=True)
def _no_collector(monkeypatch):
    for name in [n for n in os.environ if n.startswith("OTEL_")]:
        monkeypatch.delenv(name)


def a_row(**fields):
    who = rows.contestant("A", max_tokens=64, settings={"temperature": 0.5})
    return rows.attempt(who, rows.sample(), **fields), who


def lines(path):
    return [json.loads(line) for line in path.read_bytes().split(b"\n")[:-1]]


def test_every_event_is_one_line_with_its_time_run_and_campaign(tmp_path):
    log = tmp_path / "log.jsonl"
    with open_events(str(log), run_id="r1", campaign="night-1") as events:
        events.emit("run_started", planned=3)
        attempt, who = a_row(run_id="r1", retries=2)
        events.attempt(attempt, who)
        events.retry(who, error="RateLimitError", wait_s=1.5, duration_s=0.2)
        events.emit("stopped", contestant="A", reason="AuthenticationError: no")
    told = lines(log)
    assert [one["event"] for one in told] == ["run_started", "attempt", "retry", "stopped"]
    for one in told:
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", one["time"])
        assert (one["run_id"], one["campaign"]) == ("r1", "night-1")
    assert told[0]["planned"] == 3
    got = told[1]
    assert (got["contestant"], got["status"], got["score"], got["cost_usd"]) == ("A", "ok", 1, 1e-3)
    assert (got["retries"], got["input_tokens"], got["reasoning_tokens"]) == (2, 20, None)
    assert (told[2]["contestant"], told[2]["wait_s"]) == ("A", 1.5)


def test_two_collectors_share_a_log_and_an_old_one_is_kept(tmp_path):
    log = tmp_path / "log.jsonl"
    log.write_text('{"event": "old"}\n')
    with (
        open_events(str(log), run_id="r1", campaign="c") as one,
        open_events(str(log), run_id="r2", campaign="c") as two,
    ):
        for number in range(500):
            one.emit("attempt", number=number)
            two.emit("attempt", number=number)
    told = lines(log)
    assert told[0] == {"event": "old"}
    for run in ("r1", "r2"):
        assert [x["number"] for x in told if x.get("run_id") == run] == list(range(500))


def test_hostile_text_stays_on_its_line_and_is_bounded(tmp_path):
    log = tmp_path / "log.jsonl"
    with open_events(str(log), run_id="r", campaign="c") as events:
        events.emit("warning", text='a\nb\u2028c\x85"\ud800\x1b[31m', long="x" * 10**6)
        events.emit("warning", nan=float("nan"), much={"deep": [1, {2}, object()]}, none=None)
        events.emit("warning", loop=(loop := {}), name="a field may have any name")
        loop["loop"] = loop
    text = log.read_text("ascii")
    assert len(text.splitlines()) == 3
    assert len(text) < 4_000
    first, second, third = lines(log)
    assert first["text"].startswith("a\nb\u2028c")
    assert (second["nan"], second["none"]) == (None, None)
    assert third["event"] in ("warning", "unreadable")


def test_a_key_never_reaches_the_log(tmp_path, monkeypatch):
    monkeypatch.setenv("SOME_API_KEY", "sk-planted-123456")
    log = tmp_path / "log.jsonl"
    with open_events(str(log), run_id="r", campaign="c") as events:
        events.emit("warning", text="bad key sk-planted-123456", more=["sk-planted-123456"])
        attempt, who = a_row(status="infra_error", score=None, error="X: sk-planted-123456")
        events.attempt(attempt, who)
    assert "planted" not in log.read_text()
    assert log.read_text().count("[key]") == 3


@pytest.mark.parametrize("where", ["no/such/folder/log", ".", "pipe"])
def test_a_log_that_cannot_be_opened_is_refused_at_the_start(tmp_path, monkeypatch, where):
    monkeypatch.chdir(tmp_path)
    os.mkfifo("pipe")
    with pytest.raises(StoreError, match=re.escape(f"Can't write the log {where}: ")):
        open_events(where, run_id="r", campaign="c")


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="this system has no /dev/full")
def test_a_full_disk_is_said_once_and_the_run_goes_on():
    said = []
    with open_events("/dev/full", run_id="r", campaign="c", say=said.append) as events:
        for _ in range(1_000):
            events.emit("attempt")
    assert said == ["No more lines go to the log /dev/full: No space left on device. "
                    "The run goes on."]  # fmt: skip


def test_a_reader_that_leaves_is_said_once_and_the_run_goes_on():
    code = """
import time
from collectors.events import open_events
with open_events("-", run_id="r", campaign="c") as events:
    for number in range(200):
        events.emit("attempt", number=number)
        time.sleep(0.002)
print("the run ended", file=__import__("sys").stderr)
"""
    run = subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert json.loads(run.stdout.readline())["number"] == 0
    run.stdout.close()
    said = run.stderr.read()
    run.stderr.close()
    assert run.wait(60) == 0
    assert said.count("No more lines go to the log standard output: Broken pipe") == 1
    assert said.rstrip().endswith("the run ended")


def test_a_reader_that_stops_reading_does_not_hold_up_the_run(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    said = []
    try:
        events = open_events(str(pipe), run_id="r", campaign="c", say=said.append)
        # Far more than a pipe and the queue hold: a call that waited would wait for ever.
        for _ in range(MOST_WAITING + 5_000):
            events.emit("attempt", text="x" * 200)
        closer = threading.Thread(target=events.__exit__, args=(None, None, None))
        closer.start()
        closer.join(60)
        assert not closer.is_alive()
        assert said == [f"The log {pipe} takes no more lines; the last ones are missing."]
    finally:
        os.close(reader)


def test_a_sink_that_raises_is_dropped_and_the_others_go_on(tmp_path):
    class Broken:
        def event(self, *args):
            raise RuntimeError("broken")

        attempt = retry = close = event

    said = []
    log = tmp_path / "log.jsonl"
    with Events(Broken(), JsonLines(str(log), said.append), say=said.append) as events:
        events.emit("one")
        events.emit("two")
    assert [one["event"] for one in lines(log)] == ["one", "two"]
    assert said == ["Events no longer go to Broken: broken. The run goes on."]


def test_without_a_sink_an_event_costs_less_than_a_hash():
    """The cost is compared with work of the same run, for machines differ."""
    attempt, who = a_row()
    with Events() as events:
        told = min(timeit.repeat(lambda: events.attempt(attempt, who), number=2_000, repeat=5))
        told += min(timeit.repeat(lambda: events.emit("x", a=1), number=2_000, repeat=5))
    assert told < 2 * min(timeit.repeat(lambda: who.contestant_id, number=2_000, repeat=5))


class Receiver:
    """An OTLP/HTTP collector: decodes what arrives, or answers `status`."""

    def __init__(self, status=200):
        from opentelemetry.proto.collector.trace.v1 import trace_service_pb2 as service

        self.spans, self.bodies, self.resources, self.requests = [], [], [], 0
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                outer.requests += 1
                if status == 200:
                    outer.bodies.append(body)
                    sent = service.ExportTraceServiceRequest.FromString(body)
                    for resource in sent.resource_spans:
                        outer.resources.append(plain(resource.resource.attributes))
                        for scope in resource.scope_spans:
                            outer.spans.extend(scope.spans)
                self.send_response(status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *args):
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.base = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self):
        self._server.shutdown()
        self._server.server_close()


def plain(attributes):
    out = {}
    for pair in attributes:
        kind = pair.value.WhichOneof("value")
        value = getattr(pair.value, kind)
        out[pair.key] = [v.string_value for v in value.values] if kind == "array_value" else value
    return out


@pytest.fixture
def receiver(monkeypatch):
    pytest.importorskip("opentelemetry.exporter.otlp.proto.http", reason=SDK)
    server = Receiver()
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", server.base)
    yield server
    server.close()


def test_a_call_is_one_span_with_the_conventions_attributes(receiver):
    attempt, who = a_row(
        finish_reason="stop", served_model="a-2026", reasoning_tokens=4, cache_read_tokens=8,
        cache_write_tokens=0, ttft_s=0.25, duration_s=1.5, campaign="night-1",
    )  # fmt: skip
    with open_events(None, run_id="run-1", campaign="night-1") as events:
        events.attempt(attempt, who)
    (span,) = receiver.spans
    assert (span.name, span.kind, span.status.code) == ("chat a", 3, 0)
    assert span.end_time_unix_nano - span.start_time_unix_nano == pytest.approx(1.5e9, abs=1_000)
    assert not span.parent_span_id
    told = plain(span.attributes)
    assert told.pop("isocost.attempt_id") == attempt.attempt_id
    assert told.pop("isocost.contestant_id") == who.contestant_id
    assert told == {
        "gen_ai.operation.name": "chat", "gen_ai.provider.name": "test",
        "gen_ai.request.model": "a", "gen_ai.request.max_tokens": 64,
        "gen_ai.request.temperature": 0.5, "gen_ai.response.model": "a-2026",
        "gen_ai.response.finish_reasons": ["stop"],
        "gen_ai.response.time_to_first_chunk": 0.25,
        "gen_ai.usage.input_tokens": 20, "gen_ai.usage.output_tokens": 10,
        "gen_ai.usage.cache_read.input_tokens": 8,
        "gen_ai.usage.cache_creation.input_tokens": 0,
        "gen_ai.usage.reasoning.output_tokens": 4,
        "isocost.contestant": "A", "isocost.prompt_style": "plain", "isocost.run_id": "run-1",
        "isocost.campaign": "night-1", "isocost.task": "sums", "isocost.level": 1,
        "isocost.sample_id": "sums.1/1/0", "isocost.status": "ok", "isocost.score": 1.0,
        "isocost.retries": 0, "isocost.cost_usd": 0.001,
    }  # fmt: skip
    assert receiver.resources[0]["service.name"] == "isocost"


def test_failed_calls_are_spans_with_the_kind_of_error_and_none_of_its_text(receiver, monkeypatch):
    monkeypatch.setenv("SOME_API_KEY", "sk-planted-123456")
    text = "RateLimitError: sk-planted-123456 the prompt said PLANTED"
    attempt, who = a_row(
        status="infra_error", score=None, error=text, answer="PLANTED", input_tokens=None
    )
    with open_events(None, run_id="run-1", campaign="c") as events:
        events.retry(who, error=text, wait_s=2.0, duration_s=0.5)
        events.attempt(attempt, who)
        events.emit("stopped", contestant="A", reason=text)
    first, second = receiver.spans
    for span in (first, second):
        assert plain(span.attributes)["error.type"] == "RateLimitError"
        assert span.status.code == 2
    assert plain(first.attributes)["isocost.wait_s"] == 2.0
    assert "gen_ai.usage.input_tokens" not in plain(second.attributes)
    sent = b"".join(receiver.bodies).lower()
    assert b"planted" not in sent


def test_a_long_run_reaches_the_collector_whole(receiver):
    attempt, who = a_row()
    with open_events(None, run_id="run-1", campaign="c") as events:
        for _ in range(3_000):
            events.attempt(attempt, who)
    assert len(receiver.spans) == 3_000


@pytest.mark.parametrize("status", [None, 503, 404])
def test_a_collector_that_is_down_neither_stops_nor_holds_up_a_run(monkeypatch, status):
    pytest.importorskip("opentelemetry.exporter.otlp.proto.http", reason=SDK)
    server = Receiver(status or 200)
    if status is None:
        server.close()
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", f"{server.base}/v1?key=planted-in-url")
    monkeypatch.setattr(telemetry, "CLOSE_S", 1.0)
    attempt, who = a_row()
    said = []
    with open_events(None, run_id="r", campaign="c", say=said.append) as events:
        for _ in range(2_000):
            events.attempt(attempt, who)
    port = server.base.rpartition(":")[2]
    assert said == [f"The OpenTelemetry collector at 127.0.0.1:{port} does not take all spans; "
                    "the run goes on without them."]  # fmt: skip
    if status:
        assert server.requests >= 1
        server.close()


def test_attribute_names_are_those_of_the_conventions():
    """opentelemetry-semantic-conventions is installed with the SDK."""
    names = pytest.importorskip(
        "opentelemetry.semconv._incubating.attributes.gen_ai_attributes", reason=SDK
    )
    from opentelemetry.semconv.attributes import error_attributes, server_attributes

    known = {v for k, v in vars(names).items() if k.startswith("GEN_AI_") and isinstance(v, str)}
    known |= {error_attributes.ERROR_TYPE, server_attributes.SERVER_ADDRESS}
    known.add(server_attributes.SERVER_PORT)
    attempt, who = a_row(error="X: y", finish_reason="stop")
    used = {**telemetry.request_attributes(who), **telemetry.response_attributes(attempt)}
    assert {name for name in used if not name.startswith("isocost.")} <= known
    providers = {value.value for value in names.GenAiProviderNameValues}
    assert set(telemetry.PROVIDER_NAMES.values()) <= providers


@pytest.mark.parametrize(
    ("deployment", "expected"),
    [
        ("http://127.0.0.1:8000/v1", ("127.0.0.1", 8000)),
        ("https://user:secret@[::1]/v1?key=x", ("::1", 443)),
        ("openai", (None, None)),
        ("", (None, None)),
        ("http://[bad", (None, None)),
        ("http://host:99999999/", (None, None)),
    ],
)
def test_a_deployment_that_is_an_address_gives_its_host_and_port_alone(deployment, expected):
    assert telemetry.server(deployment) == expected


@pytest.mark.parametrize(
    ("environment", "says"),
    [
        ({}, []),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:1", "OTEL_SDK_DISABLED": "true"}, []),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:1", "OTEL_TRACES_EXPORTER": "none"}, []),
        ({"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://127.0.0.1:1",
          "OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"}, ["'grpc'; Isocost speaks http/protobuf"]),
    ],
)  # fmt: skip
def test_no_spans_where_none_are_asked_for_or_possible(monkeypatch, environment, says):
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    said = []
    assert telemetry.spans(said.append) is None
    assert len(said) == len(says)
    assert all(part in text for part, text in zip(says, said, strict=True))


def test_an_endpoint_without_the_sdk_is_one_note():
    """A process in which the packages can't be found, as where they are not installed."""
    code = """
import sys
sys.modules["opentelemetry.sdk"] = None
from collectors.events import open_events
with open_events(None, run_id="r", campaign="c") as events:
    events.emit("run_started")
print("opentelemetry.trace" in sys.modules)
"""
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True,
        env={**os.environ, "OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:1"},
    )  # fmt: skip
    assert done.stderr.count("\n") == 1
    assert "pip install 'isocost[otel]'" in done.stderr


def test_nothing_of_opentelemetry_is_loaded_where_no_endpoint_is_set():
    code = "import sys; from collectors.events import open_events; open_events(None, run_id='', "
    code += "campaign=''); print([m for m in sys.modules if m.startswith('opentelemetry')])"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout.strip() == "[]"
