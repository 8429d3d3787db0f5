"""Spectrum: what a reasoning / non-reasoning label still explains beside cost and the share."""

from __future__ import annotations

from data.analysis.spectrum import sentence, spectrum
from data.lenses import Seen
from data.study import Study

INTERVAL = "95 %: resamples of models, each with all its efforts"


def look(study: Study) -> Seen:
    """measures: one row per figure, with interval and number of contestants."""
    found = spectrum(study.placed)
    return Seen({"measures": found}, sentence(found), INTERVAL)
