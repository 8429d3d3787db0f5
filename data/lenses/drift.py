"""Drift: what changed since an earlier night, and whether it is more than chance."""

from __future__ import annotations

from data.analysis.drift import drift, sentence
from data.errors import ExportError, did_you_mean
from data.lenses import Seen
from data.store import queries
from data.study import Study


def look(study: Study) -> Seen:
    """changes: one row per contestant and metric, against the campaign before or --before."""
    known = queries.campaigns(study.reader)["campaign"].to_list()
    earlier = study.options.get("before") or _before(study.view.campaign, known)
    if earlier not in known or earlier == study.view.campaign:
        raise ExportError(
            f"No other campaign '{earlier}' in this database.{did_you_mean(earlier, known)}"
        )
    found = drift(study.beside(earlier).grid, study.grid)
    names = dict(study.summary.select("contestant_id", "name").iter_rows())
    return Seen({"changes": study.named(found)}, sentence(found, names))


def _before(campaign: str, newest_first: list[str]) -> str:
    """The campaign before this one; ExportError where it is the first."""
    after = newest_first[newest_first.index(campaign) + 1 :]
    if not after:
        raise ExportError(
            f"Campaign '{campaign}' is the first of this database: drift needs an earlier one. "
            "Collect again under another name, or choose one with --before."
        )
    return after[0]
