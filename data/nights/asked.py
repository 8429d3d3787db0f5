"""What an experiment says of itself, as far as a night's summary needs it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

import polars as pl

from data.analysis.alerts import IN_USE
from data.nights.names import campaign_of


@dataclass(frozen=True)
class Asked:
    """One night of one experiment."""

    experiment: str
    night: date
    in_use: tuple[tuple[str, str], ...] = ()
    """(task, contestant_id) of what is used today."""
    monthly: Mapping[str, float] = field(default_factory=dict)
    """Calls a month by task, where the user told."""
    budget_usd: float | None = None
    """Ceiling of the night."""
    attempts: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    """Attempts asked for, and those of them that have a score, by contestant_id."""
    models: Mapping[str, str] = field(default_factory=dict)
    """LiteLLM model strings of contestants that a provider's list speaks of, by contestant_id."""
    names: Mapping[str, str] = field(default_factory=dict)
    """Names by contestant_id."""

    @property
    def campaign(self) -> str:
        return campaign_of(self.experiment, self.night)

    @property
    def used(self) -> pl.DataFrame:
        """`in_use` as a frame of task, contestant_id."""
        return pl.DataFrame(list(self.in_use), schema=IN_USE, orient="row")
