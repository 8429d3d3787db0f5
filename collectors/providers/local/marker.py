"""The local server's reasoning parser: what a writer wrote before its last 'Answer:' is working.

Servers of larger models do the same with their own markers; llama.cpp has none for this model.
"""

from __future__ import annotations

import json
import urllib.request
from dataclasses import replace

from collectors.tasks.answers import MARKER
from data.records import Completion

WORKING_STYLES = ("short", "steps", "think")
"""Prompt styles that ask for working before the answer."""
FLAG = "reasoning_by_marker"
TIMEOUT_S = 5.0


def split_working(text: str, style: str, truncated: bool) -> str:
    """The working: text before the last marker; all of it when the limit cut it off before."""
    if style not in WORKING_STYLES:
        return ""
    markers = list(MARKER.finditer(text))
    if markers:
        return text[: markers[-1].start()].strip()
    return text.strip() if truncated else ""


def count_tokens(url: str, text: str) -> int | None:
    """Tokens of a text by the server's own tokenizer; null when it can't say."""
    if not text:
        return 0
    request = urllib.request.Request(
        f"{url}/tokenize",
        data=json.dumps({"content": text}).encode(),
        headers={"Content-Type": "application/json"},
    )
    # Loopback: whatever proxy the environment names is not asked.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(request, timeout=TIMEOUT_S) as response:
            return len(json.load(response)["tokens"])
    except (OSError, ValueError, KeyError):
        return None


def with_reasoning(completion: Completion, url: str, style: str) -> Completion:
    """The completion with `reasoning_tokens` counted by the marker. Its text stays whole."""
    usage = completion.usage
    if completion.status not in ("ok", "truncated") or usage.output_tokens is None:
        return completion
    working = split_working(completion.text, style, completion.status == "truncated")
    counted = count_tokens(url, working)
    if counted is None:
        return completion
    flags = ",".join(filter(None, [usage.flags, FLAG]))
    reasoning = min(counted, usage.output_tokens)
    return replace(completion, usage=replace(usage, reasoning_tokens=reasoning, flags=flags))
