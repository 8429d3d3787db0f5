"""Static files are compressed once, for whoever takes it, and are the same bytes unpacked."""

from __future__ import annotations

import asyncio
import gzip

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient

from dashboard.compressed import CompressedStatic

SCRIPT = "let a = 1;\n" * 500
made: list[str] = []


def script(request):
    made.append(request.url.path)
    return Response(SCRIPT, media_type="text/javascript", headers={"X-Kept": "yes"})


def other(request):
    kinds = {"font": "font/woff2", "small": "text/css", "gone": "text/plain"}
    name = request.path_params["name"]
    text = "x" if name == "small" else SCRIPT
    return Response(text, media_type=kinds[name], status_code=404 if name == "gone" else 200)


@pytest.fixture
def client():
    made.clear()
    routes = [
        Route("/static/js/a.js", script),
        Route("/static/{name}", other),
        Route("/page", lambda _: PlainTextResponse(SCRIPT)),
    ]
    return TestClient(Starlette(routes=routes, middleware=[Middleware(CompressedStatic)]))


def test_a_script_is_packed_once_and_is_the_same(client):
    for _ in range(3):
        answer = client.get("/static/js/a.js")
        assert answer.text == SCRIPT
        assert answer.headers["content-encoding"] == "gzip"
        assert int(answer.headers["content-length"]) < 500
        assert answer.headers["x-kept"] == "yes"
        assert "Accept-Encoding" in answer.headers["vary"]
    assert made == ["/static/js/a.js"]


def test_who_does_not_take_it_gets_it_as_it_is(client):
    answer = client.get("/static/js/a.js", headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in answer.headers
    assert answer.text == SCRIPT


@pytest.mark.parametrize("path", ["/static/font", "/static/small", "/static/gone", "/page"])
def test_what_does_not_shrink_passes(client, path):
    answer = client.get(path)
    assert "content-encoding" not in answer.headers
    assert len(answer.text) > 0


def test_a_part_of_a_file_is_not_packed(client):
    answer = client.get("/static/js/a.js", headers={"Range": "bytes=0-10"})
    assert "content-encoding" not in answer.headers


def test_the_error_keeps_its_status(client):
    assert client.get("/static/gone").status_code == 404


@pytest.mark.parametrize("how", ["unfinished", "short"])
def test_half_a_file_is_never_kept(how):
    """Who asked first was gone in the middle; the next one gets it whole."""
    broken = [True]

    async def app(scope, receive, send):
        body = SCRIPT.encode()
        headers = [(b"content-type", b"text/javascript"), (b"content-length", b"%d" % len(body))]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        if broken.pop() if broken else False:
            half = {"type": "http.response.body", "body": body[:1500]}
            await send({**half, "more_body": how == "unfinished"})
            return
        await send({"type": "http.response.body", "body": body})

    sent: list[dict[str, object]] = []

    async def keep(message):
        sent.append(message)

    scope = {"type": "http", "method": "GET", "path": "/static/a.js",
             "headers": [(b"accept-encoding", b"gzip")]}  # fmt: skip
    served = CompressedStatic(app)
    asyncio.run(served(scope, None, keep))
    assert sent == []
    asyncio.run(served(scope, None, keep))
    assert gzip.decompress(sent[1]["body"]).decode() == SCRIPT
