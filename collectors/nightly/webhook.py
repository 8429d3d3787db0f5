"""The webhook: a JSON POST that Slack and its like understand, and whose address nobody is told."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Mapping
from http.client import HTTPException
from ipaddress import ip_address
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, ProxyHandler, Request, build_opener

from collectors.experiment import Notify
from data.nights.summary import ALARM
from data.nights.words import plain

TIMEOUT_S = 10.0
TRIES = 3
PAUSE_S = 1.0
MOST_BYTES = 200_000
"""Of a message; a larger one leaves out the tables."""
LONG = ("pareto", "coverage", "spend")


def reasons(told: Mapping[str, Any]) -> set[str]:
    """Why somebody may want to be told: 'alarm', 'failure', and 'always'."""
    found = {"always"}
    if told["exit_code"] == ALARM or any(a["new"] for a in told["alerts"]):
        found.add("alarm")
    if told["failed"]:
        found.add("failure")
    return found


def message(told: Mapping[str, Any]) -> dict[str, Any]:
    """{"text": Slack-compatible text, "isocost": the summary}."""
    body = {"text": slack(told), "isocost": dict(told)}
    if len(json.dumps(body)) > MOST_BYTES:
        short = {k: v for k, v in told.items() if k not in LONG}
        body = {"text": body["text"], "isocost": {**short, "shortened": True}}
    return body


def slack(told: Mapping[str, Any]) -> str:
    """The headline with its dollars; nothing in it can call a channel or become a link."""
    flat = plain(unescaped(f"Isocost {told['experiment']} {told['night']}: {told['headline']}"))
    return flat.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def unescaped(markdown: str) -> str:
    """A sentence of ours without its Markdown."""
    text = markdown.replace("**", "").replace("&amp;", "&")
    out, i = "", 0
    while i < len(text):
        i += text[i] == "\\" and i + 1 < len(text)
        out += text[i]
        i += 1
    return out


def notify(
    notify: Notify | None,
    wanted: set[str],
    body: Mapping[str, Any],
    say: Callable[[str], None],
    pause_s: float = PAUSE_S,
) -> bool:
    """POST the message if it is asked for; what goes wrong is a note, never an error.

    The address is a secret: whoever knows it can post. So no note holds any part of it.
    """
    if notify is None or not wanted & set(notify.on):
        return False
    name = notify.webhook_env
    address = os.environ.get(name, "").strip()
    if why := _refused(address):
        say(f"Nobody was notified: the address in {name} {why}.")
        return False
    data = json.dumps(body, ensure_ascii=True, allow_nan=False).encode()
    for left in reversed(range(TRIES)):
        failure, final = _post(address, data)
        if failure is None:
            return True
        if final or not left:
            break
        time.sleep(pause_s)
    say(f"Nobody was notified: the address in {name} {failure}.")
    return False


def _refused(address: str) -> str | None:
    """Why an address is not one to post to."""
    if not address:
        return "is not in the environment"
    try:
        parts = urlsplit(address)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return "is no address"
    if not host or not address.isprintable() or " " in address:
        return "is no address"
    if parts.scheme == "https" or (parts.scheme == "http" and _is_loopback(host)):
        return None
    return "must begin with https:// (http:// is for loopback alone)"


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


class _NoRedirect(HTTPRedirectHandler):
    """A redirect would post the summary to whoever the first server names."""

    def redirect_request(self, *_: Any) -> None:
        return None


def _post(address: str, data: bytes) -> tuple[str | None, bool]:
    """(what went wrong or None, whether trying again is of no use)."""
    request = Request(  # noqa: S310  # _refused has looked at it
        address, data, {"Content-Type": "application/json", "User-Agent": "isocost"}
    )
    handlers: list[Any] = [_NoRedirect()]
    if _is_loopback(urlsplit(address).hostname or ""):
        handlers.append(ProxyHandler({}))
    try:
        with build_opener(*handlers).open(request, timeout=TIMEOUT_S) as answer:
            answer.read(1000)
        return None, True
    except HTTPError as error:
        error.close()
        final = error.code < 500 and error.code not in (408, 429)
        return f"answered {error.code}", final
    except (OSError, HTTPException, ValueError):
        return "could not be reached", False
