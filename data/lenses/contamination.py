"""Contamination: whether frozen samples are solved that new ones of their kind are not."""

from __future__ import annotations

from data.analysis.contamination import contamination, sentence
from data.lenses import Seen
from data.nights.names import nights_until
from data.store import queries
from data.study import Study

INTERVAL = "95 %: normal, clusters within levels as units, frozen and fresh apart"


def look(study: Study) -> Seen:
    """contestants: fresh minus frozen accuracy, over this campaign and the nights before it."""
    known = queries.campaigns(study.reader)["campaign"].to_list()
    campaigns = nights_until(study.view.campaign, known)
    ids = study.summary["contestant_id"]
    tasks = study.levels["task"].unique().to_list()
    samples = queries.frozen_and_fresh(study.reader, campaigns, tasks, study.view.levels or None)
    found = contamination(samples.filter(samples["contestant_id"].is_in(ids.to_list())), study.mix)
    several = f" and {len(campaigns) - 1} nights before it" if len(campaigns) > 1 else ""
    note = (
        f"Samples of '{study.view.campaign}'{several}. A fresh sample is asked in one night only."
    )
    said = sentence(found, study.names)
    return Seen({"contestants": study.named(found)}, said, INTERVAL, note)
