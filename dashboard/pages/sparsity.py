"""The Sparsity page: total against active parameters in capability, price and measured speed."""

from __future__ import annotations

from dashboard.figures import sparsity as figure
from dashboard.pages import lens_page
from dashboard.pages.lens_page import Chart, LensPage

METHOD = """
#### Total and active
A mixture of experts keeps all its parameters and uses few of them for a token; a dense model uses
all. One point per contestant; a contestant that answered only part of the samples takes no part.
#### Explained
R² of the outcome on log₁₀ of total, and of active, parameters, one point per model (the mean over
its contestants). Price: log₁₀ dollars for 1,000 tasks; speed: log₁₀ output tokens per second.
Prices of a list and of machines of one's own are never mixed. Intervals, 95 %: resamples of models.
It takes 10 models that state both counts, 5 of them mixtures.
#### Beside dense
Each mixture less the dense contestants nearest in total, and in active, size, within a factor of 2.
In the means every model counts once; intervals, 95 %, are t over models. Hollow: not told from 0.
#### Speed
Mean output tokens over mean seconds of a task, waiting for the first one included, from whatever
machine the provider uses.
"""
UNSIZED = (
    "No contestant here states its parameters: collect open models of the catalogue "
    "(`isocost models show NAME` tells what it knows)."
)
MARKS = "Orange: mixtures of experts, a line from active (ring) to total. Squares: own machines."


def _sizes(name: str, column: str, note: str, empty: str) -> Chart:
    return Chart(
        name,
        f"{note} {MARKS}",
        lambda m, size: figure.sizes(m.tables["contestants"], column, size),
        lambda m: figure.describe_sizes(m.tables["contestants"], column),
        empty,
    )


PAGE = LensPage(
    lens="sparsity",
    title="Whether total or active parameters tell",
    charts=(
        _sizes(
            "Capability", "accuracy", "<b>Capability</b>, 0 to 100, by parameters.", UNSIZED
        ),
        _sizes(
            "Price", "cost_per_1k_usd",
            "<b>US$ per 1,000 tasks</b> (log scale) by parameters.",
            f"Nobody here has both a price above 0 and a known size. {UNSIZED}",
        ),
        _sizes(
            "Speed", "tokens_per_s",
            "<b>Measured output tokens per second</b> (log scale) by parameters.",
            f"Nobody here that writes has both a measured time and a known size. {UNSIZED}",
        ),
        Chart(
            "What explains it",
            "<b>Share of the differences explained</b>, with 95 % intervals. Blue: by total "
            "parameters; orange: by active ones.",
            lambda m, size: figure.explained(m.tables["explained"], size),
            lambda m: figure.describe_explained(m.tables["explained"]),
            "It takes 10 models that state both counts, 5 of them mixtures of experts: collect "
            "more open models.",
        ),
        Chart(
            "Beside dense",
            "<b>A mixture of experts less the dense nearest in size</b>, points. Coloured: the "
            "means, with 95 % intervals; orange of active, blue of total size.",
            lambda m, size: figure.beside(
                m.tables["moe_against_dense"],
                m.tables["matches"],
                dict(m.tables["contestants"].select("contestant_id", "name").iter_rows()),
                size,
            ),
            lambda m: figure.describe_beside(m.tables["moe_against_dense"]),
            "No mixture of experts here has a dense contestant within twice its size: collect "
            "both kinds.",
        ),
    ),
    method=METHOD,
    headings={
        "explained": "Explained: by total and by active parameters",
        "moe_against_dense": "Mixtures of experts against dense, on average",
        "matches": "Matches: each mixture of experts and its nearest dense",
    },
)  # fmt: skip


def page() -> None:
    """Draw the page."""
    lens_page.show(PAGE)
