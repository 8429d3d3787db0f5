"""A page with a chart names the chart's files in its head."""

from __future__ import annotations

import re

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import HTMLResponse, PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from dashboard import early

PAGE = "<html><head><title>x</title></head><body>" + "y" * 2000 + "</body></html>"


@pytest.fixture
def client() -> TestClient:
    routes = [
        Route("/chart", lambda _: HTMLResponse(PAGE, headers={"ETag": '"1"'})),
        Route("/plain", lambda _: PlainTextResponse(PAGE)),
        Route("/other", lambda _: HTMLResponse(PAGE)),
    ]
    layers = [Middleware(early.EarlyChart, words=["chart", "plain"]), Middleware(GZipMiddleware)]
    return TestClient(Starlette(routes=routes, middleware=layers))


def test_the_files_it_names_exist_and_the_chart_is_among_them() -> None:
    names = re.findall(r"/js/([^\"]+)\"", early.added())
    assert names
    assert all((early.SCRIPTS / name).is_file() for name in names)
    assert sum(name.startswith("PlotlyChart.") for name in names) == 1
    assert len(names) == len(set(names))


@pytest.mark.parametrize("coding", ["gzip", "identity"])
def test_only_the_head_of_a_page_with_a_chart_grows(client: TestClient, coding: str) -> None:
    found = client.get("/chart", headers={"Accept-Encoding": coding})
    assert found.text == PAGE.replace("</head>", early.added() + "</head>")
    assert found.headers.get("content-encoding", "identity") == coding
    assert "etag" not in found.headers, "it is another text than the one that tag was made for"


@pytest.mark.parametrize("path", ["/plain", "/other"])
def test_other_answers_stay_as_they_are(client: TestClient, path: str) -> None:
    assert client.get(path).text == PAGE
