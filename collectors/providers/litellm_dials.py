"""A contestant's dials as LiteLLM's arguments, worked out once and handed out fresh."""

from __future__ import annotations

import copy
from collections import OrderedDict
from typing import Any

from collectors.providers.abilities import request_settings
from data.records import Contestant

MOST_KEPT = 1_000
_kept: OrderedDict[tuple[int, str | None], tuple[Contestant, dict[str, Any]]] = OrderedDict()


def dials_of(contestant: Contestant, api_base: str | None) -> dict[str, Any]:
    """`abilities.request_settings`, which looks models up, for the price of a copy."""
    key = (id(contestant), api_base)
    found = _kept.get(key)
    # An id may be another object's by now.
    if found is None or found[0] is not contestant:
        found = (contestant, request_settings(contestant, api_base))
        _kept[key] = found
        if len(_kept) > MOST_KEPT:
            _kept.popitem(last=False)
    return copy.deepcopy(found[1]) if found[1] else {}
