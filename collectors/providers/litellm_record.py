"""What is written down of one call on its way through LiteLLM, in place of LiteLLM's own log.

Every call of LiteLLM carries a logging object; `litellm_logging_obj` is the argument by which its
router and proxy hand one in. LiteLLM's own builds callbacks' payloads, redacts and copies them and
prices the answer, which is more than half of a call's CPU time, for callbacks that we don't have.
Ours keeps two things: that the request was sent, and the body that came back.
"""

from __future__ import annotations

from datetime import datetime
from functools import cache
from importlib import import_module
from typing import Any

from collectors.providers.litellm_answer import parsed
from data.records import Message


def call_record(
    model: str, messages: list[Message] | list[str], stream: bool, kind: str = "acompletion"
) -> Any:
    """A fresh record for one call: `sent`, `answered` and `body` say what became of it.

    `kind` is the name of LiteLLM's function; of an embedding's the messages are its texts, which
    LiteLLM counts where Cohere is asked.
    """
    return _class()(model, messages, stream, kind)


@cache
def _class() -> Any:
    """Made on first use: its base is a class of LiteLLM's, which takes seconds to import."""
    logging: Any = import_module("litellm.litellm_core_utils.litellm_logging").Logging

    class CallRecord(logging):  # type: ignore[misc]
        """LiteLLM's logging object, with everything but the two facts left out."""

        def __init__(
            self, model: str, messages: list[Message] | list[str], stream: bool, kind: str
        ) -> None:
            super().__init__(
                model=model,
                messages=messages,
                stream=stream,
                call_type=kind,
                start_time=datetime.now(),
                litellm_call_id="",
                function_id="",
                litellm_trace_id="-",
                supports_correlation_logging=False,
            )
            self.sent = False
            self.raw: str | dict[str, Any] | None = None

        @property
        def answered(self) -> bool:
            """Whether a whole answer came back, in any form."""
            return self.raw is not None

        @property
        def body(self) -> dict[str, Any] | None:
            """The JSON object that came back."""
            return parsed(self.raw)

        def pre_call(self, *_: Any, **__: Any) -> None:
            self.sent = True

        def post_call(self, original_response: Any, *_: Any, **__: Any) -> None:
            """Called with the body, and for some providers again with what went wrong later."""
            if self.raw is None and isinstance(original_response, (str, dict)):
                self.raw = original_response

        def response_cost_calculator(self, *_: Any, **__: Any) -> None:
            """Prices are applied to the stored usage; `litellm_cost` asks LiteLLM where wanted."""

        def claim_async_success_log(self) -> bool:
            return False

        def handle_sync_success_callbacks_for_async_calls(self, *_: Any, **__: Any) -> None:
            pass

        def success_handler(self, *_: Any, **__: Any) -> None:
            pass

        def failure_handler(self, *_: Any, **__: Any) -> None:
            pass

        async def async_success_handler(self, *_: Any, **__: Any) -> None:
            pass

        async def async_failure_handler(self, *_: Any, **__: Any) -> None:
            pass

        async def dispatch_success_handlers(self, *_: Any, **__: Any) -> None:
            pass

        async def dispatch_failure_handlers(self, *_: Any, **__: Any) -> None:
            pass

    return CallRecord
