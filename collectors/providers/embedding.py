"""Embedding contestants: which they are, the texts that are sent, and the vectors that come back.

Vectors travel as text, because they may come from a worker process; they are never stored.
"""

from __future__ import annotations

import base64
import math
from array import array
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from collectors.providers.litellm_cause import EmptyResponseError, InvalidResponseError
from data.records import Contestant, Message

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

HEAD = "head"
"""The setting that makes a contestant one: what is fitted on the vectors."""


def embeds(contestant: Contestant) -> bool:
    """Whether a contestant is an embedding model with a head of ours."""
    return contestant.kind == "reader" and HEAD in contestant.settings


def texts_of(messages: Sequence[Message]) -> list[str]:
    """The texts to embed: the system message is the task's name, which nobody reads."""
    return [m["content"] for m in messages if m["role"] == "user"]


def packed(entries: Any, count: int) -> str:
    """The vectors of an answer's `data` as text, in the order of the texts.

    Raises EmptyResponseError when there are not `count` of them, InvalidResponseError for what are
    no vectors.
    """
    if not isinstance(entries, list) or len(entries) != count:
        raise EmptyResponseError(f"{_length(entries)} vectors for {count} texts")
    rows = [_vector(entry) for entry in _in_order(entries)]
    width = len(rows[0])
    flat = array("f")
    for row in rows:
        if not row or len(row) != width:
            raise EmptyResponseError("a vector is empty, or of another length than the others")
        try:
            flat.extend(array("f", row))
        except (TypeError, OverflowError) as error:
            raise InvalidResponseError("a vector holds what is no number") from error
    if not math.isfinite(sum(flat)):
        raise InvalidResponseError("a vector holds what is no number")
    return f"{width}:{base64.b64encode(flat.tobytes()).decode()}"


def unpacked(text: str) -> NDArray[np.float32]:
    """The vectors that `packed` wrote, one row each."""
    import numpy as np

    width, _, coded = text.partition(":")
    return np.frombuffer(base64.b64decode(coded), dtype=np.float32).reshape(-1, int(width))


def _length(entries: Any) -> int:
    return len(entries) if isinstance(entries, list) else 0


def _in_order(entries: list[Any]) -> list[Any]:
    """By their `index`, where each has one of its own."""
    places = [_field(entry, "index") for entry in entries]
    if all(type(place) is int for place in places) and len(set(places)) == len(places):
        return [entry for _, entry in sorted(zip(places, entries, strict=True), key=lambda p: p[0])]
    return entries


def _vector(entry: Any) -> Sequence[float]:
    found = _field(entry, "embedding")
    if not isinstance(found, list):
        raise EmptyResponseError("an entry without a vector")
    return found


def _field(entry: Any, name: str) -> Any:
    return entry.get(name) if isinstance(entry, Mapping) else getattr(entry, name, None)
