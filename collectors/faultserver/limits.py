"""Requests and tokens per sliding window, as providers limit them."""

from __future__ import annotations

from collections import deque


class Limit:
    """What one model accepted in the last `window_s` seconds."""

    def __init__(self) -> None:
        self._accepted: deque[tuple[float, int]] = deque()
        self._tokens = 0

    def wait_s(
        self, now: float, tokens: int, rpm: int | None, tpm: int | None, window_s: float
    ) -> float:
        """0 when the request is accepted (and counted), else how long until it may be."""
        accepted = self._accepted
        while accepted and accepted[0][0] <= now - window_s:
            self._tokens -= accepted.popleft()[1]
        full = rpm is not None and len(accepted) >= rpm
        # A request larger than the limit itself is accepted when it comes alone.
        full |= tpm is not None and bool(accepted) and self._tokens + tokens > tpm
        if full and accepted:
            return accepted[0][0] + window_s - now
        if full:
            return window_s  # rpm = 0 accepts nothing
        accepted.append((now, tokens))
        self._tokens += tokens
        return 0.0
