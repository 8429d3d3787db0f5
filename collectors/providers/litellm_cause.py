"""What is known of a failed call, from the chain of its exceptions.

LiteLLM's classes follow words in the message and lose the headers on some ways, so this reads the
chain of causes: the HTTP status, the headers and the connection's own error are always in it.
Verified with litellm 1.106.2 over HTTP for hosted_vllm, openai, custom_openai, openrouter,
anthropic and gemini.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

UNREADABLE = {
    "JSONDecodeError", "ValidationError", "KeyError", "IndexError", "TypeError", "ValueError",
    "AttributeError",
}  # fmt: skip
WORDS = 2000
"""Characters of each message that are searched."""


class StreamError(Exception):
    """An error that the provider sent inside a stream, with its code if it gave one."""

    def __init__(self, message: str, status_code: int | None = None) -> None:
        super().__init__(message)
        self.status_code = status_code


class StreamCutError(Exception):
    """A stream that ended without a finish reason: nobody knows what is missing."""


class InvalidResponseError(Exception):
    """An answer that can't be read: a page, garbage, or far too much of it."""


class EmptyResponseError(Exception):
    """An answer without a choice."""


OWN = (StreamCutError, InvalidResponseError, EmptyResponseError)


@dataclass(frozen=True)
class Cause:
    """What a chain of exceptions says about a call."""

    names: frozenset[str]
    http_status: int | None
    """The status line that the server answered with."""
    named: int | None
    """A code that a body named."""
    mapped: int | None
    """LiteLLM's own idea of one."""
    headers: Mapping[str, str]
    text: str
    words: str
    """Everything that was said, in lower case, to look for words in."""
    own: str | None
    """The name of an exception of this module, if it began with one."""


def cause_of(error: BaseException) -> Cause:
    links = list(_chain(error))
    names = frozenset(name for link in links for name in _names(link))
    http: int | None = None
    named: int | None = None
    headers: dict[str, str] = {}
    for link in links:
        if type(link).__module__ == "litellm.exceptions":
            headers = headers or _headers(link)
            continue
        # LiteLLM's errors hold an answer that nobody sent; only these two hold a real one.
        if {"HTTPStatusError", "APIStatusError"} & set(_names(link)):
            response = getattr(link, "response", None)
            http = http or _code(response)
            headers = headers or _headers(response)
        headers = headers or _headers(link)
        if not getattr(link, "status_code_is_synthesized", False):
            named = named or _code(link)
    if headers and http is None and not names & UNREADABLE:
        # A provider's error with the headers of an answer has its status too.
        http = named
    bodies = [str(getattr(link, "body", "")) for link in links]
    words = " ".join([*(str(link)[:WORDS] for link in links), *(b[:WORDS] for b in bodies)])
    return Cause(
        names=names,
        http_status=http,
        named=named,
        mapped=_code(error),
        headers=headers,
        text=str(error),
        words=words.lower(),
        own=next((type(link).__name__ for link in links if _is_own(link)), None),
    )


def _is_own(link: BaseException) -> bool:
    return isinstance(link, OWN) or (isinstance(link, StreamError) and link.status_code is None)


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while error is not None and id(error) not in seen and len(seen) < 20:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__


def _names(link: BaseException) -> Iterator[str]:
    """Its class, and those it is derived from, up to the general ones."""
    for kind in type(link).__mro__:
        if kind in (Exception, OSError, LookupError, object):
            return
        yield kind.__name__


def _code(holder: Any) -> int | None:
    code = getattr(holder, "status_code", None)
    return code if isinstance(code, int) and 100 <= code <= 599 else None


def _headers(holder: Any) -> dict[str, str]:
    for name in ("headers", "litellm_response_headers"):
        if isinstance(found := getattr(holder, name, None), Mapping):
            return {str(key).lower(): str(value) for key, value in found.items()}
    return {}
