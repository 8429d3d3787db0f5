"""Published results: what others measured, placed within one collection and never beside our own.

A collection is drawn against what its source states: cost, tokens or time of a question, with a
staircase of its own, or the size of the models, with a fitted line.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from data.analysis import frontier
from data.analysis.regress import partial_r2
from data.analysis.size_line import Size
from data.analysis.size_line import fit as least_squares
from data.wording import portion as portion
from data.wording import times_less

SPENT = {"Cost": "cost_per_1k_usd", "Tokens": "output_tokens", "Time": "duration_s"}
"""What a score can be bought with: the axis to its column, per question."""
WORDS = {"cost_per_1k_usd": "cost", "output_tokens": "tokens", "duration_s": "time"}
SIZE = "Size"
FEWEST = 10
"""Models that a line takes."""
LONGEST = 64
"""Characters of a name; the label of a user's own entry can be of any length."""
MISSING = {
    "cost_per_1k_usd": "the source gives no cost",
    "output_tokens": "the source gives no tokens",
    "duration_s": "the source gives no time",
}


def prepared(results: pl.DataFrame, facts: pl.DataFrame) -> pl.DataFrame:
    """Rows of one collection (data.catalog.results.frame) with facts and amounts per question.

    Adds contestant_id (unique in the collection), name, model, accuracy (0-1), cost_per_question
    and cost_per_1k_usd, duration_s, reasoning_share, lab, weights, mixture ('moe' also where less
    is active than there is), sized_beside (its size stands beside the score; otherwise it is the
    catalogue's); output_tokens become those of one question.
    """
    known = facts.select(
        "model_id",
        "weights",
        "architecture",
        pl.col("lab_name").alias("lab"),
        pl.col("mixture").alias("stated_mixture"),
        pl.col("params_total").alias("fact_total"),
        pl.col("params_active").alias("fact_active"),
    )
    rows = results.join(known, on="model_id", how="left", maintain_order="left")
    rows = rows.with_row_index("row").with_columns(
        contestant_id=pl.format("{}-{}", "collection", "row"),
        name=_names(results),
        accuracy=pl.col("score") / 100,
        model=pl.coalesce("model_id", "label"),
        cost_per_question=pl.col("cost_usd") / pl.col("n"),
        cost_per_1k_usd=1000 * pl.col("cost_usd") / pl.col("n"),
        reasoning_share=pl.col("reasoning_tokens") / pl.col("output_tokens"),
        output_tokens=pl.col("output_tokens") / pl.col("n"),
        duration_s=pl.col("seconds"),
    )
    # A stated total goes with what is stated to be active in it, never with another's count.
    stated = pl.col("params_total").is_not_null()
    rows = rows.with_columns(
        sized_beside=stated,
        params_total=pl.coalesce("params_total", "fact_total"),
        params_active=pl.when(stated).then("params_active").otherwise("fact_active"),
    )
    sparse = pl.col("params_active") < pl.col("params_total")
    mixture = pl.when(sparse).then(pl.lit("moe")).otherwise("stated_mixture")
    return rows.with_columns(mixture=mixture).drop(
        "row", "stated_mixture", "fact_total", "fact_active"
    )


def axes(rows: pl.DataFrame) -> tuple[str, ...]:
    """What these prepared rows can be drawn against; knowledge against size before all else.

    Size only where sizes stand beside the scores: otherwise those known are but the open models
    among them, and a line through those would say little.
    """
    known = [axis for axis, column in SPENT.items() if rows[column].count()]
    size = [SIZE] if rows["sized_beside"].any() else []
    knowledge = (rows["measure"] == "knowledge").any()
    return tuple([*size, *known] if knowledge else [*known, *size])


def placed(rows: pl.DataFrame, axis: str) -> pl.DataFrame:
    """Prepared rows with their place on the frontier of this collection alone (frontier.place)."""
    column = SPENT[axis]
    # Published scores come without intervals: a score is its own lower bound.
    ready = rows.with_columns(
        accuracy_low="accuracy",
        coverage=1.0,
        baseline=0.0,
        price_basis=pl.lit("published"),
        deployment=pl.lit("published"),
    )
    found = frontier.place(ready, column)
    words = dict.fromkeys(("unpriced", "unknown"), MISSING[column]) | {"guessing": "nothing right"}
    return found.with_columns(
        apart_reason=pl.col("apart_code").replace_strict(words, default=pl.col("apart_reason")),
        # Where the number of questions is known a score has its sampling interval.
        **{
            f"accuracy_{end}": pl.col(f"score_{end}") / 100
            if f"score_{end}" in rows.columns
            else pl.lit(None, pl.Float64)
            for end in ("low", "high")
        },
    )


def bought(placed: pl.DataFrame, axis: str) -> str:
    """One Markdown sentence on what a collection's best score and its pick cost."""
    x = SPENT[axis]
    compared = placed.filter(pl.col("place") != "apart")
    if compared.height < 2:
        return f"{_counted(compared.height)} with a known {WORDS[x]}: nothing to compare yet."
    best = compared.sort("accuracy", x, descending=[True, False], maintain_order=True)
    picks = compared.filter(pl.col("is_pick"))
    if picks.is_empty() or picks["contestant_id"][0] == best["contestant_id"][0]:
        return (
            f"**{best['name'][0]}** has the best score, {best['score'][0]:.1f}; nothing within "
            f"{1 - frontier.PICK_SHARE:.0%} of it takes less {WORDS[x]}."
        )
    pick = picks.row(0, named=True)
    share = pick["accuracy"] / best["accuracy"][0]
    return (
        f"**{pick['name']}** reaches {share:.0%} of the best score ({best['score'][0]:.1f}, "
        f"{best['name'][0]}) for {part_of(best[x][0] / pick[x])} its {WORDS[x]}."
    )


def part_of(ratio: float) -> str:
    """An n-fold saving in words: 'half of', otherwise as data.wording.times_less says it."""
    said = times_less(ratio)
    return "half of" if said == "1/2 of" else said


@dataclass(frozen=True)
class Line:
    """score = intercept + slope * log10(parameters) + thinking * (1 when it thinks)."""

    intercept: float
    slope: float
    """Points for ten times the parameters."""
    thinking: float | None
    """Points for thinking; None when the rows don't tell or don't differ."""
    r2: float
    """Share of the scores' variance that size and thinking account for together."""
    thinking_r2: float | None
    """Share that thinking alone accounts for over the same rows; None where it is no term."""
    deviation: float
    """Standard deviation of the residuals, in points."""

    @property
    def added(self) -> float:
        """Partial R2 of size: the share of what thinking leaves open that size accounts for."""
        return partial_r2(self.r2, self.thinking_r2)

    def at(self, params: float, thinks: bool | None = None) -> float:
        """The score that the line gives to a size."""
        more = (self.thinking or 0.0) if thinks else 0.0
        return self.intercept + self.slope * float(np.log10(params)) + more


@dataclass(frozen=True)
class SizeFit:
    """How far size explains the scores of one collection."""

    results: int
    models: int
    total: Line
    compared: int
    """Results whose active parameters are known too; both lines below are of these."""
    by_total: Line | None
    by_active: Line | None
    """None where the two can't be compared; neither or both."""


def sized(rows: pl.DataFrame, closed_book: bool) -> pl.DataFrame:
    """Prepared rows of known size, smallest first, with `fitted`: false for a doubted entry.

    In a closed-book collection an entry that isn't closed book is one its note doubts.
    """
    doubted = (pl.col("closed_book").not_() & closed_book).fill_null(False)
    return (
        rows.filter(pl.col("params_total").is_not_null())
        .with_columns(fitted=~doubted)
        .sort("params_total", "score", "contestant_id")
    )


def fit_size(sized: pl.DataFrame) -> SizeFit | None:
    """Least squares over the fitted rows; None with fewer than FEWEST models or a single size.

    Total and active parameters are compared on the rows that state both.
    """
    rows = sized.filter("fitted")
    models = rows["model"].n_unique()
    if models < FEWEST:
        return None
    line = _line(rows, "params_total")
    if line is None:
        return None
    both = rows.filter(pl.col("params_active").is_not_null())
    pair = (_line(both, "params_total"), _line(both, "params_active"))
    # Where everything is always active the two are one figure, and there is nothing to compare.
    told = both["model"].n_unique() >= FEWEST and (both["mixture"] == "moe").any()
    if not told or None in pair:
        pair = (None, None)
    return SizeFit(rows.height, models, line, both.height, *pair)


def explained(sized: pl.DataFrame, fit: SizeFit | None, title: str) -> str:
    """One Markdown sentence on how much size adds to explaining a collection's scores."""
    models = sized.filter("fitted")["model"].n_unique()
    if fit is None:
        sure = sized.filter("fitted")
        best = sure.sort("score", "contestant_id", descending=[True, False]).head(1)
        few = f"{_counted(models, 'model')} of known size"
        verb = "is" if models == 1 else "are"
        why = "all of one size or one score"
        if models < FEWEST:
            why = f"too few to fit a line, which takes {FEWEST}"
        top = (
            f" **{best['name'][0]}** scores highest, {best['score'][0]:.1f}." if best.height else ""
        )
        if not models:
            return f"No model of known size here: a line takes {FEWEST}.{top}"
        return f"{few} {verb} {why}.{top}"
    over = f"{fit.models} models of known size"
    if fit.results > fit.models:
        over = f"{fit.results} results of {fit.models} models"
    if fit.by_total is None or fit.by_active is None:
        return _said(fit.total, title, "", over)
    # The two shares are of the same rows, or they could not be compared.
    if fit.compared < fit.results:
        noun = "results" if fit.results > fit.models else "models"
        over = f"the {fit.compared} of {fit.results} {noun} that state both"
    active = f", active parameters {portion(fit.by_active.added)}"
    return _said(fit.by_total, title, active, over)


def _said(line: Line, title: str, active: str, over: str) -> str:
    """The sentence of one or two shares; thinking's own share is never credited to size."""
    explain = f"otal parameters explain {portion(line.added)}**"
    if line.thinking_r2 is None:
        comma = "," if active else ""
        return f"**T{explain} of the differences in score on {title}{active}{comma} over {over}."
    return (
        f"Of the differences in score on {title} that thinking does not account for, "
        f"**t{explain}{active}, over {over}."
    )


def residuals(sized: pl.DataFrame, fit: SizeFit) -> pl.DataFrame:
    """The rows with `residual`: points above the line."""
    found = [
        score - fit.total.at(total, thinks)
        for score, total, thinks in sized.select("score", "params_total", "thinking").iter_rows()
    ]
    return sized.with_columns(residual=pl.Series(found, dtype=pl.Float64))


def short(title: str) -> str:
    """A collection's name in a sentence: its title without what explains it."""
    flat = " ".join(title.split())
    for end in (" (", ", ", ": "):
        flat = flat.split(end)[0]
    return _cut(flat)


def _names(results: pl.DataFrame) -> pl.Series:
    """Labels on one line and of bounded length, with the effort that a label leaves out."""
    names = []
    for label, effort in results.select("label", "effort").iter_rows():
        name = " ".join(str(label).split())
        named = not effort or effort.lower() in name.lower()
        names.append(_cut(name if named else f"{name} · {effort}"))
    return pl.Series(names, dtype=pl.String)


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST - 1].rstrip() + "…"


def _counted(n: int, noun: str = "configuration") -> str:
    return f"{ {0: 'No', 1: 'One'}.get(n, n) } {noun}{'' if n == 1 else 's'}"


def _line(rows: pl.DataFrame, column: Size) -> Line | None:
    """The least-squares line on log10 of a column of parameters; None when it can't be drawn."""
    line = least_squares(rows, column)
    if line is None:
        return None
    return Line(
        line.intercept, line.slope, line.thinking, line.r2, line.thinking_r2, line.residual_sd
    )  # fmt: skip
