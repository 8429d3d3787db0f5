"""The kinds of fault, one line each. The page and the tests are checked against this registry."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from data.errors import IsocostError, did_you_mean

OK = "ok"
"""What the ledger calls a call without a fault."""


class FaultServerError(IsocostError):
    """The fault server was asked for something that it doesn't have."""


@dataclass(frozen=True)
class Kind:
    """One way to misbehave."""

    name: str
    line: str
    """What the client sees."""
    billed: bool = False
    """The answer had been produced, so it is charged, whatever the client got of it."""
    whole: bool = False
    """The client was sent the whole text of the answer."""
    default: bool = True
    """Part of the mix when no kinds are named."""
    streams: bool = False
    """Only for requests with `stream: true`."""
    embeds: bool = True
    """Also for requests for vectors."""
    lasting: bool = False
    """Once it strikes a request body it strikes it every time: trying again is no use."""


_ALL = (
    Kind("429", "status 429 with Retry-After in seconds (0.2 to 1 times --retry-after-s)"),
    Kind("429-date", "status 429 with Retry-After as an HTTP date, a second or two ahead"),
    Kind("429-ms", "status 429 with retry-after-ms, in milliseconds, and no Retry-After"),
    Kind("429-bare", "status 429 without saying when to come back"),
    Kind("500", "status 500 with an error in JSON"),
    Kind("502-html", "status 502 with an HTML page, as a gateway sends"),
    Kind("503", "status 503 with Retry-After in seconds"),
    Kind("529", "status 529, overloaded"),
    Kind("reset", "the connection is reset (TCP RST) once the request is read"),
    Kind("reset-after", "reset after half of the answer was sent", billed=True),
    Kind("close", "the connection is closed without an answer"),
    Kind("short", "closed before as many bytes as Content-Length announced", billed=True),
    Kind("html", "status 200 with an HTML page"),
    Kind("garbage", "status 200 with JSON that breaks off", billed=True),
    Kind("no-usage", "a good answer without usage", billed=True, whole=True),
    Kind("zero-usage", "a good answer whose usage is all zeros", billed=True, whole=True),
    Kind("odd-usage", "a good answer whose usage has the wrong types", billed=True, whole=True),
    Kind("reasoning-over", "reasoning_tokens above completion_tokens", billed=True, whole=True,
         embeds=False),
    Kind("hidden-total", "total_tokens above prompt and completion; the hidden ones are billed",
         billed=True, whole=True, embeds=False),
    Kind("empty-choices", "status 200 with usage and no choices", billed=True),
    Kind("null-content", "a choice whose content is null", billed=True),
    Kind("stall", "nothing is answered for --stall-s seconds, then the connection is closed"),
    Kind("slow-drip", "a good answer, one byte every --drip-ms", billed=True, whole=True),
    Kind("stream-cut", "a stream that ends before its last chunks", billed=True, streams=True,
         embeds=False),
    Kind("stream-error", "a stream that ends with an error object", streams=True, embeds=False),
    Kind("huge", "an answer padded to --huge-mb megabytes", billed=True, whole=True),
    Kind("401", "status 401, the key is refused", default=False, lasting=True),
    Kind("403", "status 403, not allowed", default=False, lasting=True),
    Kind("404-model", "status 404, no such model", default=False, lasting=True),
    Kind("400", "status 400, the request is refused", default=False, lasting=True),
    Kind("content-filter", "a choice ended by finish_reason content_filter", billed=True,
         default=False, lasting=True, embeds=False),
)  # fmt: skip

KINDS = {kind.name: kind for kind in _ALL}
DEFAULT = tuple(kind.name for kind in _ALL if kind.default)
"""The names in the default mix."""


def checked(names: Iterable[str]) -> tuple[str, ...]:
    """The names, all of them known and none twice; 'default' stands for the default mix."""
    wanted: list[str] = []
    for name in names:
        wanted += DEFAULT if name == "default" else [name]
    for name in wanted:
        if name not in KINDS:
            raise FaultServerError(f"Unknown kind of fault '{name}'.{did_you_mean(name, KINDS)}")
    return tuple(dict.fromkeys(wanted))
