"""Every way a call can fail, over real connections: its name, and what may be done about it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from urllib.parse import quote

import pytest

from collectors.faultserver import FaultServer
from collectors.providers import litellm_door
from collectors.providers.litellm_redact import clean, error_line
from collectors.providers.litellm_wait import LONGEST_WAIT_S, wait_s
from data.records import Completion, Contestant
from tests.raw_server import RawServer, Reply, answer, as_json, error, free_port

KEY = "sk-verysecret-123"
MESSAGES = [{"role": "user", "content": "2 + 2?"}]
MODELS = [
    "hosted_vllm/some",
    "openai/some",
    "custom_openai/some",
    "openrouter/some",
    "anthropic/claude-haiku-4-5",
    "gemini/gemini-2.5-flash",
]
NOW = datetime(2026, 11, 24, tzinfo=UTC)


@pytest.fixture
def server() -> Iterator[RawServer]:
    with RawServer() as running:
        yield running


def ask(
    server: RawServer | str,
    model: str = "hosted_vllm/some",
    timeout_s: float = 20.0,
    key: str = KEY,
    stream: bool = False,
) -> Completion:
    vendor = model.startswith(("anthropic/", "gemini/"))
    base = server if isinstance(server, str) else server.root if vendor else server.base

    async def call() -> Completion:
        try:
            return await litellm_door.complete(
                Contestant(model, "Some"),
                MESSAGES,
                api_base=base,
                api_key=key,
                max_tokens=7,
                timeout_s=timeout_s,
                response_format=None,
                extra={},
                stream=stream,
            )
        finally:
            await litellm_door.close()

    return asyncio.run(call())


def verdict(completion: Completion) -> tuple[str, str, bool, bool, bool]:
    """(name, status, retryable, stops, maybe_billed)"""
    assert completion.error is not None
    failure = completion.failure
    assert failure is not None
    name = completion.error.split(":")[0]
    return name, completion.status, failure.retryable, failure.stops, failure.maybe_billed


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (400, ("BadRequestError", "infra_error", False, False, False)),
        (401, ("AuthenticationError", "infra_error", False, True, False)),
        (402, ("PaymentRequiredError", "infra_error", False, True, False)),
        (403, ("PermissionDeniedError", "infra_error", False, True, False)),
        (404, ("NotFoundError", "infra_error", False, True, False)),
        (408, ("Timeout", "timeout", True, False, False)),
        (409, ("ConflictError", "infra_error", True, False, False)),
        (422, ("UnprocessableEntityError", "infra_error", False, False, False)),
        (425, ("TooEarlyError", "infra_error", True, False, False)),
        (429, ("RateLimitError", "infra_error", True, False, False)),
        (500, ("InternalServerError", "infra_error", True, False, False)),
        (502, ("BadGatewayError", "infra_error", True, False, False)),
        (503, ("ServiceUnavailableError", "infra_error", True, False, False)),
        (529, ("OverloadedError", "infra_error", True, False, False)),
    ],
)
def test_a_status_has_one_name_and_one_meaning_whoever_is_asked(
    server: RawServer, model: str, stream: bool, code: int, expected: tuple[str, str, bool, bool]
) -> None:
    server.reply = error(code, retry_after="7.5")
    completion = ask(server, model, stream=stream)
    assert verdict(completion) == expected
    assert completion.failure is not None
    assert completion.failure.retry_after_s == (7.5 if expected[2] else None)
    assert completion.usage.source is None
    assert len(server.requests) == 1, "the door retried"


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize(
    ("reply", "name"),
    [
        (Reply(b"<html>gateway</html>", headers={"content-type": "text/html"}), "InvalidResponse"),
        (Reply(b"\x00\xff{{{", headers={"content-type": "application/json"}), "InvalidResponse"),
        (Reply(b"", headers={"content-type": "application/json"}), "InvalidResponse"),
        (Reply(b'{"id": "x", "cho', ending="short"), "ConnectionLost"),
        (Reply(ending="reset"), "ConnectionLost"),
    ],
)
def test_a_lost_answer_may_have_been_billed(
    server: RawServer, model: str, reply: Reply, name: str
) -> None:
    server.reply = reply
    expected = (f"{name}Error", "infra_error", True, False, True)
    assert verdict(ask(server, model)) == expected


@pytest.mark.parametrize("model", MODELS)
def test_a_stall_ends_after_the_limit_and_may_have_been_billed(
    server: RawServer, model: str
) -> None:
    server.reply = as_json(answer())
    server.reply = Reply(server.reply.body, ending="stall")
    completion = ask(server, model, timeout_s=0.5)
    assert verdict(completion) == ("Timeout", "timeout", True, False, True)
    assert completion.error == "Timeout: no whole answer within 0.5 s"


@pytest.mark.parametrize("model", MODELS)
def test_a_refused_connection_was_never_billed(model: str) -> None:
    completion = ask(f"http://127.0.0.1:{free_port()}/v1", model)
    assert verdict(completion) == ("APIConnectionError", "infra_error", True, False, False)


@pytest.mark.parametrize("model", MODELS)
def test_an_address_that_is_none_stops(model: str) -> None:
    assert verdict(ask("nonsense", model)) == ("InvalidURL", "infra_error", False, True, False)


def test_a_model_that_litellm_does_not_know_was_never_sent(server: RawServer) -> None:
    completion = ask(server, "no_such_provider_at_all/some")
    assert verdict(completion)[2:] == (False, False, False)
    assert server.requests == []


@pytest.mark.parametrize("model", ["hosted_vllm/some", "openai/some", "openrouter/some"])
@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (answer(choices=[]), ("EmptyResponseError", "infra_error", True, False, True)),
        (
            {"error": {"message": "upstream fell over", "code": 502}},
            ("BadGatewayError", "infra_error", True, False, True),
        ),
        (
            {"error": {"message": "who are you?", "code": 401}},
            ("AuthenticationError", "infra_error", False, True, True),
        ),
        (
            answer(finish_reason="error"),
            ("StreamError", "infra_error", True, False, True),
        ),
    ],
)
def test_a_failure_inside_an_answer_is_one(
    server: RawServer, model: str, body: dict[str, object], expected: tuple[str, str, bool, bool]
) -> None:
    server.reply = as_json(body)
    assert verdict(ask(server, model)) == expected


@pytest.mark.parametrize(
    ("model", "reply", "expected"),
    [
        (
            "openai/some",
            error(429, "You exceeded your current quota", "insufficient_quota", retry_after="5"),
            ("QuotaExceededError", "infra_error", False, True, False),
        ),
        (
            "anthropic/claude-haiku-4-5",
            error(400, "Your credit balance is too low to access the Anthropic API."),
            ("QuotaExceededError", "infra_error", False, True, False),
        ),
        (
            "gemini/gemini-2.5-flash",
            error(429, "You exceeded your current quota, please check your plan and billing"),
            ("RateLimitError", "infra_error", True, False, False),
        ),
        (
            "gemini/gemini-2.5-flash",
            error(400, "API key not valid. Please pass a valid API key.", "API_KEY_INVALID"),
            ("AuthenticationError", "infra_error", False, True, False),
        ),
        (
            "openai/some",
            error(400, "This model's maximum context length is 10 tokens."),
            ("ContextWindowExceededError", "infra_error", False, False, False),
        ),
        (
            "openai/some",
            error(400, "flagged by content_policy_violation invalid_request_error"),
            ("ContentPolicyViolationError", "refused", False, False, False),
        ),
        (
            "openrouter/some",
            error(403, "Your chosen model requires moderation and your input was flagged"),
            ("ContentPolicyViolationError", "refused", False, False, False),
        ),
        (
            "hosted_vllm/some",
            error(500, "rate limit of the upstream: 429"),
            ("InternalServerError", "infra_error", True, False, False),
        ),
    ],
)
def test_words_tell_apart_what_a_status_does_not(
    server: RawServer, model: str, reply: Reply, expected: tuple[str, str, bool, bool]
) -> None:
    server.reply = reply
    assert verdict(ask(server, model)) == expected


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ({}, None),
        ({"retry-after": "12"}, 12.0),
        ({"retry-after": "0.25"}, 0.25),
        ({"retry-after": "-3"}, 0.0),
        ({"retry-after": "nan"}, None),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "99999999"}, LONGEST_WAIT_S),
        ({"retry-after-ms": "1500", "retry-after": "2"}, 1.5),
        ({"retry-after": format_datetime(NOW + timedelta(seconds=40), usegmt=True)}, 40.0),
        ({"retry-after": format_datetime(NOW - timedelta(hours=1), usegmt=True)}, 0.0),
        ({"retry-after": "Tue, 99 Nov 2026 99:00:00 GMT"}, None),
        # By the server's own clock, where it tells it.
        (
            {
                "date": format_datetime(NOW + timedelta(hours=5), usegmt=True),
                "retry-after": format_datetime(NOW + timedelta(hours=5, seconds=9), usegmt=True),
            },
            9.0,
        ),
        ({"x-ratelimit-remaining-requests": "0", "x-ratelimit-reset-requests": "1m30s"}, 90.0),
        ({"x-ratelimit-remaining-tokens": "0", "x-ratelimit-reset-tokens": "20ms"}, 0.02),
        ({"x-ratelimit-remaining-tokens": "7", "x-ratelimit-reset-tokens": "20s"}, None),
        ({"x-ratelimit-reset-tokens": "20s"}, None),
        (
            {
                "x-ratelimit-remaining": "0",
                "x-ratelimit-reset": str(int((NOW.timestamp() + 30) * 1000)),
            },
            30.0,
        ),
        (
            {
                "anthropic-ratelimit-requests-remaining": "0",
                "anthropic-ratelimit-requests-reset": "2026-11-24T00:00:11Z",
            },
            11.0,
        ),
        ({"x-ratelimit-remaining": "0", "x-ratelimit-reset": "1e308"}, LONGEST_WAIT_S),
        ({"x-ratelimit-remaining": "0", "x-ratelimit-reset": "9" * 5000 + "s"}, None),
    ],
)
def test_a_wait_is_understood_in_every_form(headers: dict[str, str], wait: float | None) -> None:
    assert wait_s(headers, now=NOW) == (None if wait is None else pytest.approx(wait))


def test_gemini_says_in_the_body_how_long_to_wait(server: RawServer) -> None:
    details = [{"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "31s"}]
    body = {"error": {"code": 429, "message": "slow down", "details": details}}
    server.reply = as_json(body, 429)
    failure = ask(server, "gemini/gemini-2.5-flash").failure
    assert failure is not None
    assert failure.retry_after_s == 31.0


ODD_KEY = "sk-odd/+ =%41&verysecret"
"""A key that looks different in an address."""


@pytest.mark.parametrize(
    ("model", "key"), [*((model, KEY) for model in MODELS), ("hosted_vllm/some", ODD_KEY)]
)
@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("how", ["401", "500", "html", "error200", "text", "served"])
def test_a_key_that_comes_back_is_never_shown(
    server: RawServer, model: str, stream: bool, how: str, key: str
) -> None:
    echo = f"{key} {quote(key)} {quote(key, safe='')} Bearer {key}"
    server.reply = {
        "401": error(401, f"bad key {echo}", x_echo=quote(key)),
        "500": Reply(f"oh {echo}".encode() * 40, 500),
        "html": Reply(f"<html>{echo}</html>".encode()),
        "error200": as_json({"error": {"message": echo, "code": 500}}),
        "text": as_json(answer(echo, message={"reasoning_content": echo})),
        "served": as_json(answer(model=echo, provider=echo, system_fingerprint=echo)),
    }[how]
    shown = repr(ask(server, model, key=key, stream=stream))
    assert server.requests
    assert key not in shown
    assert quote(key, safe="") not in shown or how in ("text", "served")


def test_a_key_in_an_address_is_never_shown() -> None:
    shown = repr(ask(f"http://127.0.0.1:{free_port()}/{KEY}/v1?key={KEY}"))
    assert KEY not in shown
    assert KEY not in repr(ask(f"http://{KEY}:{KEY}@127.0.0.1:{free_port()}/v1"))


def test_keys_of_the_environment_are_hidden_too(
    server: RawServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOME_OTHER_API_KEY", "another-secret-9")
    server.reply = error(500, "who sent another-secret-9 here?")
    assert ask(server).error == "InternalServerError: who sent [key] here?"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", "Kind: no message"),
        ("a\nb\tc\x1b[31m", "Kind: a b c[31m"),
        ("litellm.Timeout: Timeout Error: Hosted_vllmException - slow", "Kind: slow"),
        ('{"error": {"message": "say\\nwhat"}}', "Kind: say what"),
        ('{"error": "plain"}', "Kind: plain"),
        ("[1, 2]", "Kind: [1, 2]"),
        ("half \ud800", "Kind: half \ufffd"),
        ("\u202eevil", "Kind: evil"),
    ],
)
def test_an_error_is_one_plain_line(text: str, line: str) -> None:
    assert error_line("Kind", text, set()) == line
    assert len(error_line("Kind", text * 1000, set())) <= 300


def test_halves_of_a_character_are_joined_or_replaced() -> None:
    assert clean("\ud83d\ude00", ()) == "\U0001f600"
    assert clean("a\ud83d", ()) == "a\ufffd"
    assert clean("héé", ()) == "héé"


def test_sixty_four_mixed_answers_at_once_are_never_mixed_up(server: RawServer) -> None:
    def reply(body: dict[str, object], _: object) -> Reply:
        number = int(json.dumps(body["messages"]).split("#")[1])
        kinds = {0: error(429, f"no {number}"), 1: Reply(b"<html>"), 2: Reply(ending="reset")}
        return kinds.get(number % 8, as_json(answer(f"answer {number}")))

    server.reply = reply

    async def run() -> list[Completion]:
        async def one(number: int) -> Completion:
            return await litellm_door.complete(
                Contestant("hosted_vllm/some", "Some"),
                [{"role": "user", "content": f"#{number}#"}],
                api_base=server.base,
                api_key=KEY,
                max_tokens=None,
                timeout_s=60,
                response_format=None,
                extra={},
            )

        try:
            return await asyncio.gather(*(one(number) for number in range(64)))
        finally:
            await litellm_door.close()

    names = {0: "RateLimitError", 1: "InvalidResponseError", 2: "ConnectionLostError"}
    for number, completion in enumerate(asyncio.run(run())):
        if number % 8 in names:
            assert verdict(completion)[0] == names[number % 8]
            assert number % 8 or f"no {number}" in (completion.error or "")
        else:
            assert (completion.text, completion.failure) == (f"answer {number}", None)


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("prefix", ["hosted_vllm", "openai"])
@pytest.mark.parametrize("kind", ["reset", "reset-after", "close", "short", "500", "garbage"])
def test_a_call_is_sent_once_whatever_becomes_of_it(
    faulty: FaultServer, kind: str, prefix: str, stream: bool
) -> None:
    faulty.admin(kinds=[kind], reset=True)
    asked = Contestant(model=f"{prefix}/adder", name="adder")

    async def call() -> Completion:
        return await litellm_door.complete(
            asked, [{"role": "user", "content": f"{kind} {prefix} {stream}"}],
            api_base=faulty.base, api_key="none", max_tokens=50, timeout_s=20,
            response_format=None, extra={}, stream=stream,
        )  # fmt: skip

    completion = asyncio.run(call())
    assert completion.status == "infra_error"
    assert completion.failure is not None
    assert completion.failure.retryable
    assert faulty.ledger().requests == 1


@pytest.fixture(scope="module")
def faulty() -> Iterator[FaultServer]:
    with FaultServer(faults=1.0) as server:
        yield server
