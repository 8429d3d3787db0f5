"""The Size page: what parameters explain, how large closed models read, which tier is enough."""

from __future__ import annotations

from functools import cache

import polars as pl

from dashboard.figures import size as figure
from dashboard.figures import size_tiers
from dashboard.pages import lens_page
from dashboard.pages.lens_page import Chart, LensPage, Material
from data.catalog import results

METHOD = """
#### Closed models
Scores on a closed-book collection rise with the logarithm of total parameters. Read backwards, a
score is worth the size of an *open model with that score*, thinking or not alike, with a 90 %
interval (Fieller). It is not the closed model's parameter count: better data or search raise a
score too. The guard: a score above or below every open model calibrated on, or a size beyond them,
is *outside calibration*; then there is only a bound, drawn as an arrow. *No upper end*: none within
a decade of the calibrated sizes. The table *Errors* says how far off such readings are for open
models whose size is known; the Published page has the scores and the line.
#### Tiers
Of each task and tier (below 10B, 10 to 100B, above 100B total parameters) the contestant with the
highest accuracy, beside the best of all (★). Blue: the smallest tier that is *not detectably
worse*; outlined: no worse, but larger; grey: detectably worse. With few samples much goes
undetected: hovering a cell says how large a difference would have shown. Costs are US$ for 1,000
tasks.
#### Total and active
R² of published scores on the logarithm of total and of active parameters, thinking as a covariate,
one collection a point. Above the diagonal, total parameters explain more. Mixtures of experts are
the models in which the two differ.
"""


@cache
def titles() -> dict[str, str]:
    """Each collection of published results by its id."""
    return {name: about.title for name, about in results.collections().items()}


def _closed(material: Material) -> pl.DataFrame:
    return figure.fullest(material.tables.get("closed", pl.DataFrame()))


def _title(material: Material) -> str:
    rows = _closed(material)
    return "" if rows.is_empty() else titles().get(rows["collection"][0], rows["collection"][0])


PAGE = LensPage(
    lens="size",
    title="How much of it is size",
    charts=(
        Chart(
            "Total and active",
            "Up: <b>% of score differences that total parameters explain</b>, of results that "
            "others published. Orange squares: mixtures of experts alone.",
            lambda m, size: figure.explained(m.tables["explained"], titles(), size),
            lambda m: figure.describe_explained(m.tables["explained"], titles()),
            "No collection in the catalogue has ten models that state both sizes.",
        ),
        Chart(
            "Closed models",
            "<b>How large an open model with a closed one's score is</b>, 90 % intervals, of "
            "published scores. Grey arrows are outside calibration: a bound and nothing more.",
            lambda m, size: figure.closed(_closed(m), size),
            lambda m: figure.describe_closed(_closed(m), _title(m)),
            "No closed-book collection in the catalogue has ten open models of known size and a "
            "closed one.",
        ),
        Chart(
            "Tiers",
            "<b>The smallest tier that does as well</b>: accuracy and US$ for 1,000 tasks of each "
            "tier's best. Blue: the smallest not detectably worse than the best (★); grey: worse.",
            lambda m, size: size_tiers.build(m.tables["tiers"], size),
            lambda m: size_tiers.describe(m.tables["tiers"]),
            "No task was answered: collect one with a model below 10B and one above 100B "
            "parameters.",
        ),
    ),
    method=METHOD,
    headings={
        "explained": "Explained: by total and by active parameters, published scores",
        "tiers": "Tiers: each task's best of each size",
        "progress": "Progress: a year's gain in score and in size",
        "closed": "Closed models: sizes read from published scores",
        "errors": "Errors: how far off such readings are where the size is known",
    },
)


def page() -> None:
    """Draw the page."""
    lens_page.show(PAGE)
