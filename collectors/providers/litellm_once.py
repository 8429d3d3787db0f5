"""Every call is sent once: whether it is sent again is decided, counted and paid for by the engine.

LiteLLM's HTTP client sends a request a second time, without a word, when the connection broke. The
first may have been answered and charged; so the method that it does this with raises instead.
"""

from __future__ import annotations

import sys
from importlib import import_module
from typing import Any, NoReturn

METHOD = "single_connection_post_request"


def send_once() -> None:
    """Take the second sending out of LiteLLM's clients, where this version has it."""
    handlers = import_module("litellm.llms.custom_httpx.http_handler")
    client = getattr(handlers, "AsyncHTTPHandler", None)
    if client is not None and hasattr(client, METHOD):
        setattr(client, METHOD, _raise_again)


async def _raise_again(*_: Any, **__: Any) -> NoReturn:
    """What broke the connection: the caller is in the middle of handling it."""
    raise sys.exception() or ConnectionError("the connection broke")
