"""Hardware: whether a model's dimensions fit the accelerator, and the speed its memory allows."""

from __future__ import annotations

import polars as pl

from data.analysis import roofline
from data.analysis.hardware import hardware, sentence
from data.catalog import facts
from data.errors import ExportError, did_you_mean
from data.lenses import Seen
from data.study import Study

ROWS, BATCH, CONTEXT = 4096, 32, 4096
ACCELERATORS = {a.name: a for a in (roofline.A100, roofline.H100)}


def look(study: Study) -> Seen:
    """models of the catalogue with known dimensions; measured, those of the view with their speed;
    agreement of dimensions and roofline with measured speed."""
    name = study.options.get("accelerator", roofline.H100.name)
    if name not in ACCELERATORS:
        raise ExportError(f"Unknown accelerator '{name}'.{did_you_mean(name, ACCELERATORS)}")
    found = hardware(facts.frame(), ACCELERATORS[name], ROWS, batch=BATCH, context=CONTEXT)
    held = roofline.measured(study.summary, found)
    tables = {
        "models": found.filter(pl.col("alignment").is_not_null()),
        "measured": held,
        "agreement": roofline.agreement(held),
    }
    held_by = ACCELERATORS[name]
    note = (
        f"{held_by.name}: {(held_by.bandwidth or 0) / 1e12:.3g} TB/s ({held_by.bandwidth_source}); "
        f"tile x wave at {ROWS:,} rows, batch {BATCH} at {CONTEXT:,} tokens of context, 16 bit. "
        "Dimensions are the catalogue's, each with its source (`isocost models show NAME`). Roofs "
        "are theory: no accelerator was timed. Only the measured table is of the campaign below."
    )
    return Seen(tables, sentence(found, held["model_id"].n_unique()), note=note)
