"""The shipped misbehaving server: every kind does on the wire what its line says."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import fields
from email.utils import parsedate_to_datetime
from http.client import HTTPConnection, HTTPException, IncompleteRead, RemoteDisconnected
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import pytest

from collectors.faultserver import DEFAULT, KINDS, FaultServer, body_key
from collectors.faultserver.kinds import FaultServerError
from collectors.faultserver.limits import Limit
from collectors.faultserver.models import Behaviour
from collectors.faultserver.settings import Settings
from collectors.tasks import sums

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "fault-server.md").read_text("utf-8")
CALM: dict[str, Any] = {
    "faults": 0, "kinds": [], "models": {}, "latency_ms": 0, "wrong": 0, "rpm": None, "tpm": None,
    "key": None, "known_only": False, "down": [], "give_up_after": None, "chunks": 3,
    "chunk_ms": 0, "stall_s": 30, "seed": 1, "price_in": 1, "price_out": 2, "window_s": 60,
    "slack_ms": 50, "retry_after_s": 1, "drip_ms": 0.2, "jitter_ms": 0, "huge_mb": 20,
}  # fmt: skip
STREAM = {"stream": True, "stream_options": {"include_usage": True}}
NEVER_BILLED = {
    "429", "429-date", "429-ms", "429-bare", "500", "502-html", "503", "529", "reset", "close",
    "html", "stall", "stream-error", "401", "403", "404-model", "400",
}  # fmt: skip
CUT_SHORT = {
    "reset-after", "short", "garbage", "empty-choices", "null-content", "stream-cut",
    "content-filter",
}  # fmt: skip
"""Billed, though the client is not sent the whole text."""
USAGE_KINDS = ("no-usage", "zero-usage", "odd-usage", "reasoning-over", "hidden-total")


@pytest.fixture(scope="module")
def running() -> Iterator[FaultServer]:
    with FaultServer(stop_after_s=200, huge_mb=20, drip_ms=0.2) as server:
        yield server


@pytest.fixture
def server(running: FaultServer) -> FaultServer:
    """The server without faults, its counts at zero."""
    running.admin(**CALM, reset=True)
    return running


class Reply(NamedTuple):
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def text(self) -> Any:
        return self.json["choices"][0]["message"]["content"]

    @property
    def events(self) -> list[Any]:
        """The JSON of every event but [DONE]."""
        lines = self.body.decode().split("\n\n")
        said = [line.removeprefix("data: ") for line in lines if line]
        return [json.loads(line) for line in said if line != "[DONE]"]


def asked(text: str = "2 + 3", model: str = "adder", **more: Any) -> dict[str, Any]:
    return {"model": model, "messages": [{"role": "user", "content": text}], **more}


def call(
    server: FaultServer, path: str, body: Any = None, timeout_s: float = 30, **headers: str
) -> Reply:
    """One request on a connection of its own; POST when there is a body."""
    connection = HTTPConnection(urlsplit(server.base).netloc, timeout=timeout_s)
    try:
        data = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
        connection.request("GET" if data is None else "POST", path, data, headers)
        got = connection.getresponse()
        return Reply(got.status, {k.lower(): v for k, v in got.getheaders()}, got.read())
    finally:
        connection.close()


def chat(server: FaultServer, body: Any, timeout_s: float = 30, **headers: str) -> Reply:
    return call(server, "/v1/chat/completions", body, timeout_s, **headers)


def with_fault(server: FaultServer, kind: str, stream: bool = False, **more: Any) -> Reply:
    server.admin(faults=1, kinds=[kind])
    return chat(server, asked(**(STREAM if stream else {}), **more))


# --- answers without faults


@pytest.mark.parametrize("level", [1, 8])
def test_it_solves_the_sums_task(server: FaultServer, level: int) -> None:
    sample = sums.TASK.sample(level, 3)
    for style in ("plain", "terse", "steps"):
        body = {"model": "adder", "messages": sums.TASK.prompt(sample, style)}
        assert sums.TASK.score(sample, chat(server, body).text).value == 1


def test_a_share_in_the_models_name_is_right(server: FaultServer) -> None:
    texts = [chat(server, asked(f"{n} + 1", "model-75%")).text for n in range(200)]
    right = sum(text == f"Answer: {n + 1}" for n, text in enumerate(texts))
    assert 130 < right < 170
    assert chat(server, asked("1 + 1", "model-100%")).text == "Answer: 2"
    assert chat(server, asked("1 + 1", "model-0%")).text == "Answer: 3"


def test_wrong_answers_never_come_from_adder(server: FaultServer) -> None:
    server.admin(wrong=1)
    assert chat(server, asked(model="other")).text != "Answer: 5"
    assert chat(server, asked()).text == "Answer: 5"


@pytest.mark.parametrize("text", ["héllo\n  wörld 12 ", "x", "…" * 3000])
def test_it_repeats_what_it_is_told_to(server: FaultServer, text: str) -> None:
    assert chat(server, asked(f"Repeat exactly: {text}")).text == text


def test_it_reads_content_given_in_parts(server: FaultServer) -> None:
    parts = [{"type": "text", "text": "4 + "}, {"type": "image"}, {"type": "text", "text": "5"}]
    body = {"model": "adder", "messages": [{"role": "user", "content": parts}]}
    assert chat(server, body).text == "Answer: 9"


def test_an_answer_in_json_where_a_format_is_asked_for(server: FaultServer) -> None:
    reply = chat(server, asked(response_format={"type": "json_object"}))
    assert json.loads(reply.text) == {"answer": "5"}


def test_usage_adds_up_and_reasoning_grows_with_effort(server: FaultServer) -> None:
    spent = []
    for effort in ("none", "minimal", "low", "medium", "high"):
        usage = chat(server, asked(reasoning_effort=effort)).json["usage"]
        assert usage["total_tokens"] == usage["prompt_tokens"] + usage["completion_tokens"]
        spent.append(usage["completion_tokens_details"]["reasoning_tokens"])
    assert spent == sorted(set(spent))
    assert spent[0] == 0


def test_an_unknown_effort_is_refused_by_name(server: FaultServer) -> None:
    server.admin(models={"two": {"efforts": ["low", "high"]}, "deaf": {"efforts": []}})
    assert chat(server, asked(model="two", reasoning_effort="low")).status == 200
    for model in ("two", "deaf"):
        reply = chat(server, asked(model=model, reasoning_effort="medium"))
        assert reply.status == 400
        assert reply.json["error"]["param"] == "reasoning_effort"
    assert chat(server, asked(model="deaf")).status == 200


@pytest.mark.parametrize("name", ["max_tokens", "max_completion_tokens"])
def test_the_output_limit_cuts_the_answer(server: FaultServer, name: str) -> None:
    for most in (1, 2, 40):
        reply = chat(server, asked(**{name: most}, reasoning_effort="low")).json
        usage = reply["usage"]
        cut = most < 35
        assert usage["completion_tokens"] == min(most, 35)
        assert reply["choices"][0]["finish_reason"] == ("length" if cut else "stop")
    server.admin(models={"short": {"max_output": 2}})
    assert chat(server, asked(model="short")).text == "Answer: "


def test_a_model_has_a_served_name_a_fingerprint_and_padding(server: FaultServer) -> None:
    ways = {"served_model": "adder-2026-11-01", "fingerprint": "fp_2", "padding": 10}
    server.admin(models={"adder": ways})
    reply = chat(server, asked()).json
    assert (reply["model"], reply["system_fingerprint"]) == ("adder-2026-11-01", "fp_2")
    assert reply["usage"]["completion_tokens"] == 13


@pytest.mark.parametrize("chunks", [1, 3, 50])
def test_a_stream_says_the_same_in_pieces(server: FaultServer, chunks: int) -> None:
    server.admin(chunks=chunks)
    plain, streamed = chat(server, asked()).json, chat(server, asked(**STREAM))
    parts = [c["delta"].get("content", "") for e in streamed.events for c in e["choices"]]
    assert "".join(parts) == plain["choices"][0]["message"]["content"]
    assert sum(map(bool, parts)) == min(chunks, len("Answer: 5"))
    assert streamed.events[-1]["usage"] == plain["usage"]
    assert streamed.body.endswith(b"data: [DONE]\n\n")
    assert b"usage" not in chat(server, asked(stream=True)).body


def test_time_passes_before_an_answer_and_between_its_pieces(server: FaultServer) -> None:
    server.admin(latency_ms=50, chunk_ms=50, jitter_ms=1)
    for body, least_s in ((asked(), 0.05), (asked(**STREAM), 0.2)):
        began = time.monotonic()
        assert chat(server, body).status == 200
        assert time.monotonic() - began >= least_s


def test_a_relay_serves_from_the_host_it_is_pinned_to(server: FaultServer) -> None:
    pinned = {"provider": {"only": ["beta"], "allow_fallbacks": False}}
    assert {chat(server, asked(**pinned)).json["provider"] for _ in range(4)} == {"beta"}
    loose = [chat(server, asked(provider={})).json["provider"] for _ in range(4)]
    assert loose[:2] == loose[2:]
    assert set(loose) == {"alpha", "beta"}
    assert "provider" not in chat(server, asked()).json


def test_a_relay_chooses_hosts_by_quantisation(server: FaultServer) -> None:
    server.admin(models={"lab/m": {"hosts": ["alpha/fp8", "beta/bf16"]}})
    wish = {"quantizations": ["bf16"]}
    assert chat(server, asked(model="lab/m", provider=wish)).json["provider"] == "beta"
    for wish in ({"quantizations": ["int4"]}, {"only": ["gamma"]}):
        assert chat(server, asked(model="lab/m", provider=wish)).status == 400


def test_a_relay_says_what_it_charged(server: FaultServer) -> None:
    usage = chat(server, asked(usage={"include": True})).json["usage"]
    cost = (usage["prompt_tokens"] * 1 + usage["completion_tokens"] * 2) / 1e6
    assert usage["cost"] == pytest.approx(cost)
    assert server.ledger().billed_usd == pytest.approx(cost)


def test_models_are_listed_with_a_key_alone(server: FaultServer) -> None:
    server.admin(key="sk-right", models={"one": {}, "two": {"price_in": 3}}, known_only=True)
    assert call(server, "/v1/models").status == 401
    assert chat(server, asked(model="one")).status == 401
    right = {"Authorization": "Bearer sk-right"}
    entries = call(server, "/v1/models", **right).json["data"]
    assert [entry["id"] for entry in entries] == ["one", "two"]
    assert float(entries[1]["pricing"]["prompt"]) == 3e-6
    assert chat(server, asked(model="one"), **right).status == 200
    assert chat(server, asked(model="three"), **right).status == 404
    assert server.ledger().after_401 == {"one": 1}


def test_equal_texts_have_equal_vectors(server: FaultServer) -> None:
    body = {"model": "e", "input": ["a", "b", "a"]}
    first, second, third = (e["embedding"] for e in embedded(server, body))
    assert first == third != second
    assert len(first) == 128
    (packed,) = embedded(server, {"model": "e", "input": "a", "encoding_format": "base64"})
    assert isinstance(packed["embedding"], str)
    ledger = server.ledger()
    assert (ledger.embeddings, ledger.requests, ledger.billed) == (2, 2, 2)
    assert (ledger.tokens_in, ledger.tokens_out) == (4, 0)
    assert ledger.billed_usd == pytest.approx(4e-6)
    assert call(server, "/v1/embeddings", {"model": "e", "input": 7}).status == 400


def test_texts_that_share_words_are_near(server: FaultServer) -> None:
    texts = ["my card was charged twice", "The CARD was charged again", "the lift is stuck"]
    one, other, third = (e["embedding"] for e in embedded(server, {"model": "e", "input": texts}))
    assert near(one, one) == pytest.approx(1)
    assert near(one, other) > 0.4 > near(one, third)
    (blank,) = embedded(server, {"model": "e", "input": ""})
    assert set(blank["embedding"]) == {0.0}


def near(one: list[float], other: list[float]) -> float:
    return sum(a * b for a, b in zip(one, other, strict=True))


@pytest.mark.parametrize("kind", [k.name for k in KINDS.values() if k.embeds and not k.lasting])
def test_faults_of_embeddings_are_counted_and_billed_as_their_kind_says(
    server: FaultServer, kind: str
) -> None:
    server.admin(faults=1, kinds=[kind], stall_s=0.1, huge_mb=0.1, retry_after_s=0.1, drip_ms=0)
    body = {"model": "e", "input": ["two words", "and four more here"]}
    with suppress(OSError, ValueError, KeyError, HTTPException):
        data = embedded(server, body)
        if KINDS[kind].whole:
            assert [len(entry["embedding"]) for entry in data] == [128, 128]
    ledger = server.ledger()
    assert (ledger.kinds, ledger.requests) == ({kind: 1}, 1)
    assert (ledger.billed, ledger.answered) == (KINDS[kind].billed, KINDS[kind].whole)


def test_faults_of_chat_alone_leave_embeddings_alone(server: FaultServer) -> None:
    only = [k.name for k in KINDS.values() if not k.embeds]
    server.admin(faults=1, kinds=only)
    assert embedded(server, {"model": "e", "input": "a"})
    assert server.ledger().kinds == {"ok": 1}


def embedded(server: FaultServer, body: Any) -> list[Any]:
    data: list[Any] = call(server, "/v1/embeddings", body).json["data"]
    return data


# --- what is hostile


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{", b"[]", b"null", b"\xff\xfe", b"[" * 100_000, b"1" * 5000, {}, {"model": "m"},
        {"model": "m", "messages": []}, {"model": 3, "messages": [{"content": "x"}]},
        {"model": "m", "messages": ["x"]}, {"model": "m", "messages": [{"role": "user"}]},
        asked(max_tokens=0), asked(max_tokens="9"), asked(max_tokens=True),
        asked(reasoning_effort=7), asked(reasoning_effort="ultra"),
    ],
)  # fmt: skip
def test_a_request_that_makes_no_sense_gets_an_error_of_its_own(
    server: FaultServer, body: Any
) -> None:
    reply = chat(server, body)
    assert reply.status == 400
    assert set(reply.json["error"]) == {"message", "type", "param", "code"}
    ledger = server.ledger()
    assert (ledger.requests, ledger.refused, ledger.billed) == (1, 1, 0)


def test_odd_but_lawful_requests_are_answered(server: FaultServer) -> None:
    lone = b'{"model": "m\\ud800", "messages": [{"content": "Repeat exactly: \\udfff 2"}]}'
    assert chat(server, lone).text == "\udfff 2"
    assert chat(server, asked("9" * 1000)).status == 200
    assert chat(server, asked("")).text == "Answer: 0"
    assert chat(server, asked("x" * 3_000_000)).status == 200
    wishes = {"provider": {"only": "beta", "order": [1]}, "usage": 7, "stream_options": []}
    assert chat(server, asked(**wishes)).status == 200
    assert "m\ud800" in server.ledger().by_model


def test_unknown_addresses_and_methods_are_refused(server: FaultServer) -> None:
    assert call(server, "/v2/nothing").status == 404
    assert call(server, "/v1/chat/completions").status == 405


def test_a_client_that_leaves_early_harms_nothing(server: FaultServer) -> None:
    host, port = urlsplit(server.base).netloc.split(":")
    head = b"POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nContent-Length: 500\r\n\r\n{"
    for sent in (b"", b"nonsense\r\n\r\n", head):
        with socket.create_connection((host, int(port))) as connection:
            connection.sendall(sent)
    server.admin(latency_ms=300)
    with pytest.raises(TimeoutError):
        chat(server, asked(), timeout_s=0.05)
    wait_until(lambda: server.ledger().billed == 1)
    wait_until(lambda: server.ledger().in_flight == 0)
    ledger = server.ledger()
    assert (ledger.requests, ledger.answered) == (1, 0)


def wait_until(true: Any, limit_s: float = 30) -> None:
    end = time.monotonic() + limit_s
    while not true():
        assert time.monotonic() < end
        time.sleep(0.02)


# --- faults on the wire


@pytest.mark.parametrize("kind", [k for k in KINDS if k[0].isdigit()])
def test_a_kind_that_is_a_status_has_it(server: FaultServer, kind: str) -> None:
    for stream in (False, True):
        reply = with_fault(server, kind, stream)
        assert reply.status == int(kind[:3])
        if kind == "502-html":
            assert reply.headers["content-type"].startswith("text/html")
            assert b"<html>" in reply.body
        else:
            assert reply.json["error"]["message"]


def test_when_to_come_back_is_said_in_three_ways(server: FaultServer) -> None:
    for kind in ("429", "503"):
        assert 0.2 <= float(with_fault(server, kind).headers["retry-after"]) <= 1
    reply = with_fault(server, "429-ms")
    assert 200 <= int(reply.headers["retry-after-ms"]) <= 1000
    assert "retry-after" not in reply.headers
    then = parsedate_to_datetime(with_fault(server, "429-date").headers["retry-after"])
    assert -1 <= then.timestamp() - time.time() <= 2.01
    assert not [h for h in with_fault(server, "429-bare").headers if h.startswith("retry")]


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("reset", ConnectionResetError),
        ("reset-after", ConnectionResetError),
        ("close", RemoteDisconnected),
        ("short", IncompleteRead),
    ],
)
def test_a_connection_ends_as_its_kind_says(
    server: FaultServer, kind: str, expected: type[Exception], stream: bool
) -> None:
    # RemoteDisconnected is a ConnectionResetError too: the exact class tells FIN from RST.
    with pytest.raises(expected) as caught:
        with_fault(server, kind, stream)
    assert type(caught.value) is expected


@pytest.mark.parametrize("kind", ["short", "reset-after"])
def test_half_of_the_announced_bytes_arrive(server: FaultServer, kind: str) -> None:
    server.admin(faults=1, kinds=[kind])
    host, port = urlsplit(server.base).netloc.split(":")
    body = json.dumps(asked()).encode()
    with socket.create_connection((host, int(port)), timeout=30) as connection:
        head = f"POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}"
        connection.sendall(head.encode() + b"\r\n\r\n" + body)
        got = b""
        try:
            while part := connection.recv(65536):
                got += part
        except ConnectionResetError:
            assert kind == "reset-after"
    announced = int(re.findall(rb"Content-Length: (\d+)", got)[0])
    assert len(got.partition(b"\r\n\r\n")[2]) == announced // 2


def test_html_and_garbage_come_with_status_200(server: FaultServer) -> None:
    for stream in (False, True):
        assert b"<html>" in with_fault(server, "html", stream).body
        reply = with_fault(server, "garbage", stream)
        assert reply.status == 200
        with pytest.raises(json.JSONDecodeError):
            assert reply.events if stream else reply.json


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("kind", USAGE_KINDS)
def test_a_kind_of_usage_spoils_the_usage_alone(
    server: FaultServer, kind: str, stream: bool
) -> None:
    good = chat(server, asked()).json
    reply = with_fault(server, kind, stream)
    texts = [c["delta"].get("content", "") for e in reply.events for c in e["choices"]] \
        if stream else [reply.text]  # fmt: skip
    assert "".join(texts) == good["choices"][0]["message"]["content"]
    shown = (reply.events[-1] if stream else reply.json).get("usage")
    honest = good["usage"]
    if kind == "no-usage":
        assert shown is None
    elif kind == "zero-usage":
        assert {shown[n] for n in ("prompt_tokens", "completion_tokens", "total_tokens")} == {0}
    elif kind == "reasoning-over":
        assert shown["completion_tokens_details"]["reasoning_tokens"] > shown["completion_tokens"]
    elif kind == "hidden-total":
        assert shown["total_tokens"] > shown["prompt_tokens"] + shown["completion_tokens"]
    else:
        assert shown != honest


def test_usage_is_odd_in_many_ways(server: FaultServer) -> None:
    server.admin(faults=1, kinds=["odd-usage"])
    shown = [chat(server, asked(f"{n} + 1")).json["usage"] for n in range(60)]
    assert {type(s) for s in shown} == {dict, list, str}
    counts = [s["completion_tokens"] for s in shown if isinstance(s, dict)]
    assert {type(c) for c in counts} == {str, int, float, bool}
    assert min(c for c in counts if type(c) is int) < 0


@pytest.mark.parametrize("most", [None, 1, 2, 3, 10, 1000])
def test_hidden_tokens_are_billed_and_stay_within_the_limit(
    server: FaultServer, most: int | None
) -> None:
    limit = {} if most is None else {"max_tokens": most}
    usage = with_fault(server, "hidden-total", **limit).json["usage"]
    ledger = server.ledger()
    assert usage["total_tokens"] == ledger.tokens_in + ledger.tokens_out
    assert usage["total_tokens"] > usage["prompt_tokens"] + usage["completion_tokens"]
    assert ledger.tokens_out <= (most or 67)


@pytest.mark.parametrize("stream", [False, True])
def test_nothing_is_in_an_answer_without_content(server: FaultServer, stream: bool) -> None:
    reply = with_fault(server, "empty-choices", stream)
    last = reply.events[-1] if stream else reply.json
    assert last["choices"] == []
    assert last["usage"]["completion_tokens"] > 0
    reply = with_fault(server, "null-content", stream)
    if stream:
        assert reply.events[0]["choices"][0]["delta"]["content"] is None
    else:
        assert reply.text is None
    reply = with_fault(server, "content-filter", stream)
    ends = [c["finish_reason"] for e in (reply.events if stream else [reply.json])
            for c in e["choices"]]  # fmt: skip
    assert ends[-1] == "content_filter"


def test_a_stall_says_nothing_until_its_end(server: FaultServer) -> None:
    server.admin(faults=1, kinds=["stall"])
    with pytest.raises(TimeoutError):
        chat(server, asked(), timeout_s=0.3)
    wait_until(lambda: server.ledger().in_flight == 0)  # it saw the client leave
    server.admin(stall_s=0.3)
    began = time.monotonic()
    with pytest.raises(RemoteDisconnected):
        chat(server, asked())
    assert time.monotonic() - began >= 0.3


@pytest.mark.parametrize("stream", [False, True])
def test_a_slow_drip_is_whole_and_slow(server: FaultServer, stream: bool) -> None:
    server.admin(drip_ms=1)
    good = chat(server, asked(**(STREAM if stream else {})))
    began = time.monotonic()
    assert with_fault(server, "slow-drip", stream).body == good.body
    assert time.monotonic() - began >= len(good.body) / 1000


def test_a_stream_breaks_off_or_ends_in_an_error(server: FaultServer) -> None:
    cut = with_fault(server, "stream-cut", stream=True)
    assert not any(c["finish_reason"] for e in cut.events for c in e["choices"])
    assert b"usage" not in cut.body
    assert b"[DONE]" not in cut.body
    broken = with_fault(server, "stream-error", stream=True)
    assert broken.status == 200
    assert broken.events[0]["choices"]
    assert broken.events[-1]["error"]["message"]


def test_a_request_without_a_stream_meets_no_fault_of_streams(server: FaultServer) -> None:
    server.admin(faults=1, kinds=["stream-cut", "500"])
    assert {chat(server, asked(str(n))).status for n in range(20)} == {500}
    assert with_fault(server, "stream-cut").text == "Answer: 5"


@pytest.mark.parametrize("stream", [False, True])
def test_a_huge_answer_is_whole(server: FaultServer, stream: bool) -> None:
    reply = with_fault(server, "huge", stream)
    assert 20_000_000 < len(reply.body) < 20_002_000
    assert int(reply.headers["content-length"]) == len(reply.body)
    assert server.ledger().answered == 1
    if not stream:
        assert reply.text.strip() == "Answer: 5"
        assert reply.json["usage"]["completion_tokens"] == 3


# --- which fault, and how it is counted


def outcome(server: FaultServer, body: Any) -> str:
    try:
        reply = chat(server, body)
        return f"{reply.status} {len(reply.body)}"
    except OSError as error:
        return type(error).__name__
    except IncompleteRead:
        return "IncompleteRead"


QUICK = [k for k in DEFAULT if k not in ("stall", "slow-drip", "huge", "429-date")]
BODIES = [asked(f"{n} + 1") for n in range(40)]


def outcomes(server: FaultServer, order: list[int]) -> dict[int, list[str]]:
    """What happened to each body in turn, five times each."""
    met: dict[int, list[str]] = {n: [] for n in order}
    for _ in range(5):
        for n in order:
            met[n].append(outcome(server, BODIES[n]))
    return met


def test_faults_depend_on_the_body_and_never_on_the_order(server: FaultServer) -> None:
    numbers = list(range(len(BODIES)))
    server.admin(faults=0.5, kinds=QUICK)
    forward = outcomes(server, numbers)
    server.reset()
    assert outcomes(server, numbers[::-1]) == forward
    server.admin(seed=2, reset=True)
    assert outcomes(server, numbers) != forward
    assert len({o for met in forward.values() for o in met}) > 8


def test_the_share_of_faults_is_what_was_asked_for(server: FaultServer) -> None:
    for kinds in (["500", "503"], ["500", "401"], ["403", "400"]):
        server.admin(faults=0.3, kinds=kinds, reset=True)
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(lambda n: chat(server, asked(f"{n}")), range(500)))
        ledger = server.ledger()
        assert 110 <= ledger.faults <= 190, kinds
        assert all(ledger.kinds[kind] > 40 for kind in kinds)


def test_a_lasting_kind_strikes_a_body_always_or_never(server: FaultServer) -> None:
    server.admin(faults=0.5, kinds=["401"])
    for n in range(20):
        assert len({chat(server, asked(f"{n}")).status for _ in range(3)}) == 1
    assert server.ledger().after_401["adder"] > 0


def test_a_body_is_answered_after_so_many_faults(server: FaultServer) -> None:
    server.admin(faults=1, kinds=["500", "503"], give_up_after=2)
    statuses = [chat(server, asked()).status for _ in range(4)]
    assert statuses[0] >= 500
    assert statuses[1] >= 500
    assert statuses[2:] == [200, 200]


def test_models_have_faults_of_their_own(server: FaultServer) -> None:
    server.admin(models={"bad": {"faults": 1, "kinds": ["403"]}, "slow": {"latency_ms": 200}})
    assert chat(server, asked(model="bad")).status == 403
    assert chat(server, asked(model="good")).status == 200
    began = time.monotonic()
    assert chat(server, asked(model="slow")).status == 200
    assert time.monotonic() - began >= 0.2
    server.admin(down=["good"])
    assert chat(server, asked(model="good")).status == 503
    assert server.ledger().refused == 1


def test_what_is_billed_stands_fast() -> None:
    assert {k.name for k in KINDS.values() if not k.billed} == NEVER_BILLED
    assert {k.name for k in KINDS.values() if k.billed and not k.whole} == CUT_SHORT


@pytest.mark.parametrize("kind", [k for k in KINDS if k not in ("stall", "slow-drip", "huge")])
def test_the_ledger_bills_what_was_produced(server: FaultServer, kind: str) -> None:
    server.admin(faults=1, kinds=[kind])
    body = asked(**(STREAM if KINDS[kind].streams else {}))
    outcome(server, body)
    ledger = server.ledger()
    assert ledger.kinds == {kind: 1}
    assert ledger.billed == KINDS[kind].billed
    assert ledger.answered == KINDS[kind].whole
    counts = ledger.bodies[body_key(body)]
    assert (counts.seen, counts.billed, counts.answered) == (1, ledger.billed, ledger.answered)
    dollars = (ledger.tokens_in * 1 + ledger.tokens_out * 2) / 1e6
    assert ledger.billed_usd == pytest.approx(dollars)
    assert (dollars > 0) == KINDS[kind].billed


def test_the_ledger_adds_up(server: FaultServer) -> None:
    server.admin(faults=0.4, kinds=QUICK, latency_ms=60)
    bodies = [asked(f"{n % 60}", f"model-{n % 2}") for n in range(300)] + [{}]
    with ThreadPoolExecutor(16) as pool:
        list(pool.map(lambda body: outcome(server, body), bodies))
    ledger = server.ledger()
    assert ledger.requests == 301 == ledger.refused + sum(ledger.kinds.values())
    assert ledger.billed == sum(body.billed for body in ledger.bodies.values())
    assert ledger.billed == sum(n for k, n in ledger.kinds.items() if k == "ok" or KINDS[k].billed)
    assert ledger.answered == sum(body.answered for body in ledger.bodies.values())
    assert sum(body.seen for body in ledger.bodies.values()) == 300
    assert ledger.billed_again == ledger.billed - sum(b.billed > 0 for b in ledger.bodies.values())
    by_model = ledger.by_model.values()
    assert sum(m["billed_usd"] for m in by_model) == pytest.approx(ledger.billed_usd)
    assert 4 < ledger.max_in_flight <= 16
    assert max(m["max_in_flight"] for m in by_model) <= ledger.max_in_flight
    assert ledger.in_flight == 0


def test_a_price_change_counts_from_its_request_on(server: FaultServer) -> None:
    chat(server, asked())
    before = server.ledger().billed_usd
    server.admin(price_in=10, price_out=20)
    chat(server, asked())
    assert server.ledger().billed_usd == pytest.approx(11 * before)


def test_a_limit_answers_429_to_what_is_above_it(server: FaultServer) -> None:
    server.admin(rpm=3)
    statuses = [chat(server, asked(f"{n}")).status for n in range(4)]
    assert statuses == [200, 200, 200, 429]
    assert 50 < float(chat(server, asked("5")).headers["retry-after"]) <= 60
    assert chat(server, asked(model="another")).status == 200
    ledger = server.ledger()
    assert (ledger.limit_violations, ledger.refused, ledger.billed) == (2, 2, 4)


def test_a_limit_opens_again_when_its_window_has_passed(server: FaultServer) -> None:
    server.admin(rpm=1, window_s=0.3, slack_ms=0)
    assert chat(server, asked()).status == 200
    time.sleep(0.3)
    assert chat(server, asked()).status == 200


def test_the_window_slides() -> None:
    limit = Limit()
    for now, wait_s in ((0.0, 0.0), (4.0, 0.0), (5.0, 5.0), (9.5, 0.5), (10.0, 0.0), (11.0, 3.0)):
        assert limit.wait_s(now, 7, 2, None, 10.0) == wait_s
    assert Limit().wait_s(0.0, 7, 0, None, 10.0) == 10.0


def test_a_limit_of_tokens_counts_what_was_read_and_written(server: FaultServer) -> None:
    used = chat(server, asked("11 + 12")).json["usage"]["total_tokens"]
    server.admin(models={"m": {"tpm": 2 * used}})
    statuses = [chat(server, asked("11 + 12", "m")).status for _ in range(3)]
    assert statuses == [200, 200, 429]
    server.admin(models={"n": {"tpm": 1}})
    assert [chat(server, asked(model="n")).status for _ in range(2)] == [200, 429]


def test_coming_back_too_early_is_noticed(server: FaultServer) -> None:
    server.admin(retry_after_s=100)
    with_fault(server, "429")
    server.admin(faults=0)
    chat(server, asked())
    assert server.ledger().early_returns == 1
    server.admin(retry_after_s=0.5, reset=True)
    reply = with_fault(server, "429")
    time.sleep(float(reply.headers["retry-after"]))
    chat(server, asked())
    assert server.ledger().early_returns == 0


def test_bodies_are_the_same_however_their_fields_stand() -> None:
    body = asked(max_tokens=5)
    assert body_key(dict(reversed(body.items()))) == body_key(body)
    assert body_key({**body, **STREAM}) == body_key(body)
    assert body_key({**body, "max_tokens": 6}) != body_key(body)


def test_memory_stays_flat_without_bodies() -> None:
    with FaultServer(bodies=False, faults=0.5, kinds="500", give_up_after=1) as server:
        first = [chat(server, asked(f"{n}")).status for n in range(50)]
        assert {200, 500} == set(first)
        again = [chat(server, asked(f"{n}")).status for _ in range(3) for n in range(50)]
        ledger = server.ledger()
        assert ledger.bodies == {}
        assert ledger.requests == 200
        assert first + again != first * 4  # how often a body was seen still counts
        assert ledger.kinds["500"] <= 50


# --- the process


def test_settings_that_make_no_sense_are_refused(server: FaultServer) -> None:
    for changes in (
        {"fault": 1}, {"faults": 2}, {"faults": "1"}, {"kinds": ["600"]}, {"port": 1},
        {"models": {"m": {"wrongs": 1}}}, {"models": {"m": 1}}, {"models": {"m": {"rpm": "x"}}},
        {"latency_ms": -1}, {"chunks": 0}, {"models": {"m": {"wrong": 2}}}, {"rpm": True},
        {"models": {"m": {"kinds": ["600"]}}}, {"latency_ms": float("nan")},
    ):  # fmt: skip
        with pytest.raises(FaultServerError):
            server.admin(**changes)
    assert call(server, "/admin", b"[]").status == 400
    assert chat(server, asked()).status == 200
    with pytest.raises(FaultServerError):
        FaultServer(no_such_option=1)
    assert "sk-" not in json.dumps(server.admin(key="sk-hidden"))


def start(*options: str, **more: Any) -> tuple[subprocess.Popen[str], str]:
    process = subprocess.Popen(
        [sys.executable, "-m", "collectors.faultserver", *options],
        stdout=subprocess.PIPE, text=True, cwd=ROOT, **more,
    )  # fmt: skip
    assert process.stdout is not None
    said = json.loads(process.stdout.readline())
    assert said["pid"] == process.pid
    return process, said["base"]


def ended(process: subprocess.Popen[str]) -> int:
    try:
        return process.wait(30)
    finally:
        process.kill()
        assert process.stdout is not None
        process.stdout.close()


def test_it_ends_by_itself() -> None:
    process, _ = start("--stop-after-s=0.3")
    assert ended(process) == 0


@pytest.mark.skipif(os.name == "nt", reason="no SIGTERM")
def test_it_ends_when_told_even_in_a_stall() -> None:
    process, base = start("--faults=1", "--kinds=stall", "--stop-after-s=60")
    host, port = urlsplit(base).netloc.split(":")
    body = json.dumps(asked()).encode()
    with socket.create_connection((host, int(port))) as connection:
        head = f"POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}"
        connection.sendall(head.encode() + b"\r\n\r\n" + body)
        time.sleep(0.2)
        process.send_signal(signal.SIGTERM)
        assert ended(process) == 0
        assert connection.recv(10) == b""


def test_it_ends_when_its_stdin_closes() -> None:
    process, _ = start("--with-parent", stdin=subprocess.PIPE)
    assert process.stdin is not None
    process.stdin.close()
    assert ended(process) == 0


@pytest.mark.skipif(os.name == "nt", reason="no SIGKILL")
def test_it_ends_with_a_parent_that_was_killed() -> None:
    code = (
        "import time; from collectors.faultserver import FaultServer\n"
        "server = FaultServer().start()\nprint(server.pid, flush=True)\ntime.sleep(60)"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, cwd=ROOT
    )
    assert parent.stdout is not None
    pid = int(parent.stdout.readline())
    parent.kill()
    parent.wait()
    parent.stdout.close()
    wait_until(lambda: gone(pid))


def gone(pid: int) -> bool:
    """Whether the process is over; one that nobody has waited for yet is."""
    try:
        return ") Z " in Path(f"/proc/{pid}/stat").read_text()
    except FileNotFoundError:
        return True


def test_the_block_ends_the_server() -> None:
    with FaultServer() as server:
        assert server.alive
        assert call(server, "/health").json["pid"] == server.pid
    assert not server.alive
    server.stop()


@pytest.mark.parametrize(
    "options", [["--kinds=429,no"], ["--faults=1.5"], ["--models={"], ["--models=@no-such-file"],
                ['--models={"m": {"x": 1}}'], ["--port=70000"], ["--nothing"]]
)  # fmt: skip
def test_options_that_make_no_sense_end_with_2(options: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "collectors.faultserver", *options],
        capture_output=True, text=True, cwd=ROOT, timeout=60,
    )  # fmt: skip
    assert done.returncode == 2
    assert done.stdout == ""
    assert "Traceback" not in done.stderr


def test_a_port_in_use_is_one_line(server: FaultServer) -> None:
    port = urlsplit(server.base).port
    done = subprocess.run(
        [sys.executable, "-m", "collectors.faultserver", f"--port={port}"],
        capture_output=True, text=True, cwd=ROOT, timeout=60,
    )  # fmt: skip
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1
    assert str(port) in done.stderr


@pytest.mark.skipif(os.name == "nt", reason="a shell of POSIX")
def test_a_closed_stdout_is_one_line() -> None:
    command = f'"{sys.executable}" -m collectors.faultserver --stop-after-s=5 >&-'
    done = subprocess.run(
        ["sh", "-c", command], stderr=subprocess.PIPE, text=True, cwd=ROOT, timeout=60
    )
    assert done.returncode == 2
    assert done.stderr == "faultserver: stdout is closed, so the address can't be told.\n"


def test_it_loads_nothing_heavy() -> None:
    code = "import collectors.faultserver.app, sys; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert not {"litellm", "duckdb", "polars", "numpy", "streamlit"} & set(done.stdout.split())


# --- the page


def test_the_page_lists_every_kind_as_the_registry_does() -> None:
    rows = re.findall(r"^\| `([^`]+)` \| (.+?) \| (yes|) \| (yes|) \| (yes|) \|$", PAGE, re.M)
    listed = [
        (kind.name, kind.line, *("yes" if flag else "" for flag in (kind.billed, kind.whole,
         kind.default))) for kind in KINDS.values()
    ]  # fmt: skip
    assert rows == listed


def test_the_page_lists_every_option_and_every_key_of_a_model() -> None:
    for f in fields(Settings):
        flag = "--no-bodies" if f.name == "bodies" else "--" + f.name.replace("_", "-")
        assert f"| `{flag}` |" in PAGE
    for f in fields(Behaviour):
        assert f"`{f.name}`" in PAGE
