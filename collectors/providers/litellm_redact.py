"""One line of an error, for people and for the night's report, without any secret in it."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable
from urllib.parse import quote, quote_plus

ERROR_CHARS = 300
SECRET_NAMES = re.compile(r"(KEY|TOKEN|SECRET|PASSWORD)$")
SHORTEST_SECRET = 6
"""Shorter values ('none', 'test') are words that errors contain for other reasons."""
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
REPEATED = re.compile(r"^((litellm\.)?(\w+ ?Error|\w*Timeout|\w+Exception)( \w+Error)?(:| -) *)+")
"""LiteLLM repeats the names of the classes it wrapped, and gives advice at the end."""
ADVICE = re.compile(r"\.? *(Handle with `litellm|This looks like a bug in LiteLLM).*")


def secrets(api_key: str | None) -> set[str]:
    """Values that no error may show: the call's key and every key of the environment."""
    found = {value for name, value in os.environ.items() if SECRET_NAMES.search(name.upper())}
    plain = {value for value in {api_key or "", *found} if len(value) >= SHORTEST_SECRET}
    coded = {code(value, safe="") for value in plain for code in (quote, quote_plus)}
    return plain | coded | {quote(value) for value in plain}


def hidden(text: str, hide: Iterable[str]) -> str:
    """The text with each secret replaced; the longest first, as one may contain another."""
    for value in sorted(hide, key=len, reverse=True):
        text = text.replace(value, "[key]")
    return text


def clean(text: str, hide: Iterable[str]) -> str:
    """A provider's text as it can be stored: no secret, and no half of a character."""
    for value in hide:
        if len(value) >= SHORTEST_SECRET and value in text:
            text = text.replace(value, "[key]")
    if text.isascii():
        return text
    try:
        text.encode()
    except UnicodeEncodeError:
        # Two halves that came in two chunks make one character; a single one makes none.
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


def error_line(kind: str, text: str, hide: Iterable[str]) -> str:
    """'Kind: message' on one line of at most 300 characters, without secrets."""
    head, trace, tail = CONTROL.sub("", text).partition("Traceback (most recent call last)")
    if trace:
        # Not the trace, which names files of this machine, but what it ends with.
        head += ([line for line in tail.splitlines() if line.strip()] or [""])[-1]
    message = _said(ADVICE.sub("", REPEATED.sub("", " ".join(head.split()))))
    message = clean(hidden(message, hide), ())
    return f"{kind}: {message or 'no message'}"[:ERROR_CHARS]


def _said(message: str) -> str:
    """The message inside an error body."""
    try:
        body = json.loads(message)
        error = body.get("error", body)
        said = error if isinstance(error, str) else error["message"]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return message
    return " ".join(CONTROL.sub("", said).split()) if isinstance(said, str) else message
