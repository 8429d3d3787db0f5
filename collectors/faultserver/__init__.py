"""A misbehaving OpenAI-compatible server on loopback; docs/fault-server.md is its page.

It is what the collector is proved against: it answers right, wrong, late, in pieces or not at all,
always the same way for the same request, and keeps its own count of what it would bill.
"""

from __future__ import annotations

from collectors.faultserver.kinds import DEFAULT, KINDS
from collectors.faultserver.ledger import Ledger
from collectors.faultserver.process import FaultServer
from collectors.faultserver.question import body_key

__all__ = ["DEFAULT", "KINDS", "FaultServer", "Ledger", "body_key"]
