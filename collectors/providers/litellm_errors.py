"""What a failed call means: a stable name, and whether to try again, to stop, or to fear a bill."""

from __future__ import annotations

from dataclasses import replace

from collectors.providers.litellm_cause import UNREADABLE, Cause, cause_of
from collectors.providers.litellm_redact import error_line
from collectors.providers.litellm_usage import NOTHING
from collectors.providers.litellm_wait import wait_s
from data.records import Completion, Failure, Status, Usage

NAMES = {
    400: "BadRequestError",
    401: "AuthenticationError",
    402: "PaymentRequiredError",
    403: "PermissionDeniedError",
    404: "NotFoundError",
    408: "Timeout",
    409: "ConflictError",
    413: "RequestTooLargeError",
    422: "UnprocessableEntityError",
    425: "TooEarlyError",
    429: "RateLimitError",
    500: "InternalServerError",
    502: "BadGatewayError",
    503: "ServiceUnavailableError",
    504: "Timeout",
    529: "OverloadedError",
}
"""HTTP status -> the name that an error begins with; reports count errors by it."""
RETRYABLE = {408, 409, 425, 429}
STOPS = {401, 402, 403, 404}
UNSENT = {
    "ConnectionRefusedError", "gaierror", "ClientConnectorError", "ConnectTimeout", "PoolTimeout",
    "ConnectionTimeoutError", "ClientConnectorDNSError", "ClientConnectorCertificateError",
}  # fmt: skip
IMPOSSIBLE = {"UnsupportedProtocol", "InvalidURL", "LocalProtocolError", "InvalidUrlClientError"}
LOST = {
    "ReadError", "WriteError", "NetworkError", "RemoteProtocolError", "ConnectError", "CloseError",
    "ServerDisconnectedError", "ClientPayloadError", "TransferEncodingError", "ClientOSError",
    "ConnectionResetError", "BrokenPipeError", "IncompleteRead", "DecodingError",
}  # fmt: skip
SLOW = {"TimeoutError", "ReadTimeout", "WriteTimeout", "APITimeoutError"}
ASKED_WRONG = {"ContextWindowExceededError", "UnsupportedParamsError"}
"""LiteLLM's names of bad requests that a report should tell apart."""
NO_MONEY = (
    "insufficient_quota", "billing_hard_limit_reached", "billing_not_active",
    "credit balance is too low", "insufficient credits", "insufficient balance",
)  # fmt: skip
BAD_KEY = ("api_key_invalid", "api key not valid", "invalid_api_key")
POLICY = ("content_policy_violation", "responsibleaipolicyviolation")
REFUSED = ("moderation", "content policy", "content_policy", "content_filter")
"""What relays say with a 403, which else stops."""
NO_JSON = "empty or invalid response"
"""LiteLLM's words for a page instead of an answer, by way of the vendor's SDK."""


def failed(
    error: Exception,
    duration_s: float,
    hide: set[str],
    *,
    sent: bool = True,
    answered: bool = False,
    usage: Usage = NOTHING,
) -> Completion:
    """A call that raised, as a completion.

    `sent`: whether the request had been handed to the connection; `answered`: whether a whole
    answer had come back, so that what failed is the reading of it.
    """
    cause = cause_of(error)
    if answered and cause.http_status is None and cause.named is None:
        cause = replace(cause, http_status=200)
    kind, failure = judged(cause, sent)
    text = cause.text
    if type(error) is TimeoutError:
        text = f"no whole answer within {duration_s:.1f} s"
    status: Status = "infra_error"
    if kind == "ContentPolicyViolationError":
        status = "refused"
    elif kind == "Timeout":
        status = "timeout"
    line = error_line(kind, text, hide)
    return Completion("", usage, status, line, duration_s=duration_s, failure=failure)


def judged(cause: Cause, sent: bool) -> tuple[str, Failure]:
    """(the error's name, what may be done about it)."""
    refusal = cause.http_status if (cause.http_status or 0) >= 300 else None
    wait = wait_s(cause.headers, cause.words)
    if refusal is None and (kind := _connection(cause, sent)):
        impossible = kind == "InvalidURL"
        billed = sent and not impossible and kind != "APIConnectionError"
        return kind, Failure(not impossible, impossible, billed, wait)
    status = refusal or cause.named or cause.mapped or 500
    # What LiteLLM itself refuses was never sent; of anything else that is not known.
    unsent = not sent and refusal is None and status < 500
    billed = refusal is None and not unsent
    kind = _name(status, cause)
    if kind in ("QuotaExceededError", "AuthenticationError"):
        return kind, Failure(stops=True, maybe_billed=billed)
    if kind == "ContentPolicyViolationError" or kind in ASKED_WRONG:
        return kind, Failure(maybe_billed=billed)
    retryable = status in RETRYABLE or status >= 500
    return kind, Failure(retryable, status in STOPS, billed, wait if retryable else None)


def _connection(cause: Cause, sent: bool) -> str | None:
    """The name of a failure that is no answer of the server's, or an unreadable one."""
    names = cause.names
    if cause.own:
        return cause.own
    if names & IMPOSSIBLE:
        return "InvalidURL"
    if names & UNSENT:
        return "APIConnectionError"
    if names & SLOW:
        return "Timeout"
    if names & LOST:
        return "ConnectionLostError"
    if cause.http_status is not None or NO_JSON in cause.words:
        return "InvalidResponseError"
    return "InvalidResponseError" if sent and names & UNREADABLE else None


def _name(status: int, cause: Cause) -> str:
    """The stable name of an error that the server sent."""
    words = cause.words
    if status in (400, 402, 403, 429) and any(word in words for word in NO_MONEY):
        return "QuotaExceededError"
    if status < 500:
        if "ContentPolicyViolationError" in cause.names or any(word in words for word in POLICY):
            return "ContentPolicyViolationError"
        if status == 403 and any(word in words for word in REFUSED):
            return "ContentPolicyViolationError"
        if status != 429 and (
            "AuthenticationError" in cause.names or any(word in words for word in BAD_KEY)
        ):
            return "AuthenticationError"
        for name in sorted(cause.names & ASKED_WRONG):
            return name
    return NAMES.get(status) or ("InternalServerError" if status >= 500 else "BadRequestError")
