"""A page of the dashboard through AppTest: visit it by its address, without a browser."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest


def visit(monkeypatch: pytest.MonkeyPatch, code: str, db: Path, **query: str) -> AppTest:
    """The page that `code` runs on a database, with the address's parameters; no exception."""
    monkeypatch.setenv("ISOCOST_DB", str(db))
    app = AppTest.from_string(code, default_timeout=60)
    for key, value in query.items():
        app.query_params[key] = value
    app.run()
    assert not app.exception, app.exception[0].message
    return app


def spec(app: AppTest) -> dict[str, Any]:
    """The figure that the page draws."""
    return dict(json.loads(app.get("plotly_chart")[0].proto.spec))
