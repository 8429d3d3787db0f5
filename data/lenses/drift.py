"""Drift: what changed since an earlier night, and whether it is more than chance."""

from __future__ import annotations

from datetime import datetime

from data.analysis.drift import drift, sentence
from data.errors import ExportError, did_you_mean
from data.lenses import Seen
from data.store import queries
from data.study import Study

INTERVAL = "95 %: paired bootstrap of clusters within levels"


def look(study: Study) -> Seen:
    """changes: one row per contestant and metric, against the campaign before or --before."""
    campaign = study.view.campaign
    known = queries.campaigns(study.reader)["campaign"].to_list()
    earlier = study.options.get("before") or _before(campaign, known)
    if earlier == campaign:
        raise ExportError(f"--before {earlier} is the campaign itself. Choose an earlier one.")
    if earlier not in known:
        raise ExportError(
            f"No campaign '{earlier}' in this database.{did_you_mean(earlier, known)}"
        )
    before = study.beside(earlier)
    # The night in between, when there is one, is what confirms a change.
    between = known[known.index(campaign) + 1 : known.index(earlier)]
    last = study.beside(between[0]) if between else None
    previous = drift(before.grid, last.grid, same_hour=_same_hour(before, last)) if last else None
    found = drift(before.grid, study.grid, same_hour=_same_hour(before, study), previous=previous)
    confirms = f"; '{between[0]}' confirms" if between else "; nothing in between can confirm"
    note = f"'{campaign}' compared with '{earlier}'{confirms}. No canaries are named here."
    return Seen({"changes": study.named(found)}, sentence(found, study.names), INTERVAL, note)


def _same_hour(one: Study, other: Study) -> bool:
    """Whether two campaigns began in the same hour of the day (UTC), so that seconds compare."""
    first, second = one.levels["first_at"].min(), other.levels["first_at"].min()
    both = isinstance(first, datetime) and isinstance(second, datetime)
    return bool(both and first.hour == second.hour)  # type: ignore[union-attr]


def _before(campaign: str, newest_first: list[str]) -> str:
    """The campaign before this one; ExportError where it is the first."""
    after = newest_first[newest_first.index(campaign) + 1 :]
    if not after:
        raise ExportError(
            f"Campaign '{campaign}' is the first of this database: drift needs an earlier one. "
            "Collect again under another name, or choose one with --before."
        )
    return after[0]
