"""Size: what total and active parameters explain, how large the closed models read, and tiers.

The fits are of published scores, one collection each; the tiers are of the view's own answers.
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from data.analysis import progress, size, size_inverse, tiers
from data.analysis.published import prepared, short
from data.catalog import facts, files, results
from data.lenses import Seen
from data.study import Study

STANDS = "all of it published scores, none of your own samples"
INTERVAL = (
    "tiers: 95 %, t of paired differences; closed: 90 % (Fieller); progress: 95 %, labs resampled, "
    "or Fieller where the column says rows"
)
NOTE = (
    "The tiers are of the campaign below; everything else is of published scores in the catalogue, "
    "whose sources `isocost models show` and the Published page name."
)


def look(study: Study) -> Seen:
    """explained (by collection), tiers, closed (sizes read from closed-book scores), errors of such
    readings by collection, progress a year."""
    published, said = _published()
    found = study.named(tiers.matrix(study.grid, study.summary))
    tables = {"explained": published["explained"], "tiers": found, **published}
    return Seen(tables, said or tiers.sentence(found), INTERVAL, NOTE)


@files.kept
def _published() -> tuple[dict[str, pl.DataFrame], str | None]:
    """Everything of published scores, which is the same for every view."""
    known = {about.id: rows for about, rows in _collections()}
    enough = pl.col("models") >= size.FEWEST
    compared = {name: size.compare(rows).filter(enough) for name, rows in known.items()}
    fitted = [name for name, found in compared.items() if found.height]
    if not fitted:
        return {"explained": pl.DataFrame()}, None
    explained = pl.concat([_labelled(name, compared[name]) for name in fitted])
    dated = [known[name].with_columns(benchmark=pl.lit(name)) for name in fitted]
    tables = {"explained": explained, "progress": progress.progress(pl.concat(dated))}
    closed_book = [name for name in fitted if results.collections()[name].closed_book]
    if not closed_book:
        return tables, None
    closed = [_labelled(c, found) for c in closed_book if (found := _closed(known[c])).height]
    errors = [_labelled(c, _errors(known[c])) for c in closed_book]
    tables |= {"closed": pl.concat(closed)} if closed else {}
    tables |= {"errors": pl.concat(errors)}
    # The collection of the most models is the one that sizes are best read from.
    best = max(closed_book, key=lambda name: known[name]["model"].n_unique())
    said = size.sentence(known[best], short(results.collections()[best].title))
    return tables, f"{said.removesuffix('.')}; {STANDS}."


def _collections() -> Iterator[tuple[results.Collection, pl.DataFrame]]:
    """Each collection's rows that count, with sizes, labs and release dates."""
    released = facts.frame().select("model_id", "released")
    for name, about in results.collections().items():
        rows = prepared(results.frame(name), facts.frame())
        rows = rows.join(released, on="model_id", how="left", maintain_order="left")
        doubted = (pl.col("closed_book").not_() & about.closed_book).fill_null(False)
        yield about, rows.filter(~doubted)


def _closed(rows: pl.DataFrame) -> pl.DataFrame:
    """Readings of those whose size nobody states, from those whose size is known."""
    unknown = rows.filter(pl.col("params_total").is_null() & (pl.col("weights") == "closed"))
    known = rows.filter(pl.col("params_total").is_not_null())
    if unknown.is_empty() or known["model"].n_unique() < size.FEWEST:
        return pl.DataFrame()
    found = size_inverse.estimate(unknown.select("name", "score", "thinking"), known)
    # METHOD 6 asks for one evaluator a fit; published scores are too few for that, so it is said.
    mixed = known["evaluator"].drop_nulls().n_unique() or None
    return found.with_columns(evaluators=pl.lit(mixed, pl.Int64))


def _errors(rows: pl.DataFrame) -> pl.DataFrame:
    return size_inverse.errors(size_inverse.left_out(rows))


def _labelled(collection: str, frame: pl.DataFrame) -> pl.DataFrame:
    return frame.select(pl.lit(collection).alias("collection"), pl.all())
