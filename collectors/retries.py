"""Whether a failed call is sent again, and after how long."""

from __future__ import annotations

import random
from dataclasses import dataclass

from data.records import Completion

FIRST_WAIT_S = 0.5
LONGEST_WAIT_S = 60.0
LONGEST_PAUSE_S = 900.0
"""A provider that asks for more than this is done for the night: its contestant stops."""
MOST_TIMEOUTS = 2
"""Calls of one attempt that may run into their timeout: each takes its whole length."""
JITTER = random.SystemRandom()


@dataclass
class Tries:
    """The calls of one attempt so far."""

    most: int
    """Calls after the first."""
    made: int = 0
    timeouts: int = 0
    waited_s: float = 0.0

    def wait_s(self, completion: Completion) -> float | None:
        """Seconds until the next call; None when this completion is the attempt's last.

        Exponential with full jitter, so that a crowd of workers does not come back at once; what
        the provider asked for is the least.
        """
        failure = completion.failure
        if failure is None or not failure.retryable or failure.stops or self.made >= self.most:
            return None
        self.timeouts += completion.status == "timeout"
        if self.timeouts >= MOST_TIMEOUTS:
            return None
        asked = failure.retry_after_s or 0.0
        if asked > LONGEST_PAUSE_S:
            return None
        grown = min(LONGEST_WAIT_S, FIRST_WAIT_S * 2.0 ** min(self.made, 20))
        self.made += 1
        return asked + JITTER.uniform(0.0, grown if not asked else min(grown, 1.0 + asked / 10))


def stop_reason(completion: Completion) -> str | None:
    """Why no further request of this contestant makes sense; None when one does."""
    failure = completion.failure
    if failure is None:
        return None
    if failure.stops:
        return completion.error or "refused"
    if (failure.retry_after_s or 0.0) > LONGEST_PAUSE_S:
        return f"asked to wait {failure.retry_after_s:.0f} s: {completion.error}"
    return None
