"""Size read backwards: what open model a closed one's score is worth, and where that ends.

Classical calibration on the rows of one benchmark (see size_line.py for their columns). The size
found is N_eff: that of an open model with this score, not a closed model's parameter count.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
from scipy import stats

from data.analysis import regress
from data.analysis.calibration import g, invert
from data.analysis.size import FEWEST
from data.analysis.size_line import Fit, Link, Range, Size, fit
from data.analysis.size_rows import DECADES, clusters, design, power, usable
from data.wording import percent
from data.wording import size as said

DISAGREE = 3.0
"""The linear and the logit estimate differ when one is more than this many times the other."""
INSIDE, ABOVE, BELOW, OPEN = "inside", "at least", "at most", "no finite interval"
REAL = ("params_estimate", "params_low", "params_high")
SCHEMA: dict[str, Any] = {
    "name": pl.String, "score": pl.Float64, **dict.fromkeys(REAL, pl.Float64), "kind": pl.String,
    "logit_estimate": pl.Float64, "links_disagree": pl.Boolean, "note": pl.String,
}  # fmt: skip
LINKS: tuple[Link, ...] = ("linear", "logit")


def estimate(
    closed: pl.DataFrame, rows: pl.DataFrame, level: float = 0.90, top: float = 100.0
) -> pl.DataFrame:
    """One row per closed configuration: the open model that its score is worth (METHOD 6).

    `closed`: name, score, thinking, and if there, abstained: the share of refusals, in the score's
    unit. `rows`: what is calibrated on; `top`: the best possible score. Adds params_estimate,
    params_low and params_high (the median and the `level` interval, parameters), kind,
    logit_estimate (parameters), links_disagree (they differ more than DISAGREE times) and note
    (null where there is nothing to add). Only `kind` 'inside' has an estimate:

    - 'at least': above the highest score calibrated for its thinking value. params_low is the
      largest size calibrated for it, or what the line itself gives where that is less.
    - 'at most': below the lowest, and params_high likewise.
    - 'no finite interval': no line, a slope that may be 0 (g >= 1), no score, or thinking that is
      not told or that no calibrated model has.

    Refusals leave the score between what is right and that plus the refusals: params_low is then of
    the first and params_high of the second. Rows come by score, highest first, then by name.
    """
    linear, logit = (fit(rows, link=link, top=top) for link in LINKS)
    return read(closed, linear, logit, level)


def read(
    closed: pl.DataFrame, linear: Fit | None, logit: Fit | None, level: float = 0.90
) -> pl.DataFrame:
    """`estimate` from fits that are there already; None: no line could be drawn."""
    absent = [c for c in ("thinking", "abstained") if c not in closed.columns]
    wanted = closed.with_columns(*(pl.lit(None).alias(c) for c in absent))
    wanted = wanted.with_columns(pl.col("score", "abstained").cast(pl.Float64).fill_nan(None))
    found = [
        {"name": row["name"], "score": row["score"], **_placed(row, linear, logit, level)}
        for row in wanted.iter_rows(named=True)
    ]
    frame = pl.DataFrame(found, schema=SCHEMA, orient="row")
    order = ["score", "name", *REAL, "note"]
    return frame.sort(order, descending=[True, *[False] * 5], nulls_last=True)


def _placed(
    row: dict[str, Any], line: Fit | None, logit: Fit | None, level: float
) -> dict[str, Any]:
    """kind, sizes and note of one closed configuration."""
    score, thinks = row["score"], row["thinking"]
    seen = line.range_of(thinks) if line else None
    if line is None or seen is None or score is None or line.slope <= 0 or g(line, level) >= 1:
        return _row(OPEN, note=_why_open(row, line, seen))
    refused = max(0.0, row["abstained"] or 0.0)
    most = min(line.top, score + refused) if refused else score
    low, high = _side(score, seen), _side(most, seen)
    note = None
    if most > score:
        share = percent((most - score) / line.top)
        note = f"refused {share}, which the upper end takes as answered right"
    if (low, high) == (BELOW, ABOVE):
        return _row(OPEN, note="its refusals leave any size open")
    group = _group(seen)
    if low == ABOVE:
        bound = _bound(line, score, thinks, seen.size_high, min)
        return _row(ABOVE, low=bound, note=f"outside calibration: above every {group}")
    if high == BELOW:
        bound = _bound(line, most, thinks, seen.size_low, max)
        return _row(BELOW, high=bound, note=f"outside calibration: below every {group}")
    first, last = invert(line, score, thinks, level), invert(line, most, thinks, level)
    ends = (power(first.low if first else None), power(last.high if last else None))
    if first is None or None in ends:
        return _row(OPEN, note="the interval has no end")
    if high == ABOVE:
        return _row(ABOVE, low=ends[0], note="with its refusals outside calibration")
    if low == BELOW:
        return _row(BELOW, high=ends[1], note="without its refusals outside calibration")
    bent = invert(logit, score, thinks, level) if logit else None
    other = power(bent.middle if bent else None)
    differ = None if bent is None else abs(bent.middle - first.middle) > np.log10(DISAGREE)
    if differ and other is not None:
        note = "; ".join([*([note] if note else []), f"the logit line gives {said(round(other))}"])
    return _row(INSIDE, power(first.middle), *ends, note, other, differ)


def _row(
    kind: str,
    middle: float | None = None,
    low: float | None = None,
    high: float | None = None,
    note: str | None = None,
    logit: float | None = None,
    differ: bool | None = None,
) -> dict[str, Any]:
    ends = {"params_estimate": middle, "params_low": low, "params_high": high}
    differ = None if differ is None else bool(differ)
    return {**ends, "kind": kind, "logit_estimate": logit, "links_disagree": differ, "note": note}


def _why_open(row: dict[str, Any], line: Fit | None, seen: Range | None) -> str:
    if row["score"] is None:
        return "no score"
    if line is None:
        return "too few models of known size, or all of one size or score"
    if seen is None and row["thinking"] is None:
        return "not told whether it thinks"
    if seen is None:
        return f"no calibrated model {'thinks' if row['thinking'] else 'answers without thinking'}"
    return "size does not clearly raise the score"


def _side(score: float, seen: Range) -> str:
    if score > seen.score_high:
        return ABOVE
    return BELOW if score < seen.score_low else INSIDE


def _group(seen: Range) -> str:
    thinks = {True: " that thinks", False: " that does not think", None: ""}[seen.thinking]
    return f"calibrated model{thinks}"


def _bound(line: Fit, score: float, thinks: bool | None, edge: float, pick: Any) -> float:
    """The calibrated size at the edge, unless the line itself claims less than that bound."""
    reading = invert(line, score, thinks)
    own = power(reading.middle) if reading else None
    return float(edge if own is None else pick(edge, own))


def left_out(rows: pl.DataFrame, size: Size = "params_total", top: float = 100.0) -> pl.DataFrame:
    """Every result read back by a line through the other labs' results alone (METHOD 6).

    model, lab, thinking, score, link ('linear', 'logit'), params (stated), estimate (parameters),
    factor (the larger over the smaller, at least 1). Estimate and factor are null where the other
    labs give no rising line or none of its thinking value. Results beyond the others' range count.
    """
    known = usable(rows, size)
    lab = clusters(known)
    kept = known.select("model", "lab", "thinking", "score", params=size)
    found = []
    for link in LINKS:
        decades = np.full(known.height, np.nan)
        for one in np.unique(lab):
            line = fit(known.filter(pl.Series(lab != one)), size, link, top)
            for i in np.flatnonzero(lab == one) if line else ():
                thinks, score = kept["thinking"][int(i)], float(kept["score"][int(i)])
                reading = invert(line, score, thinks) if line and line.range_of(thinks) else None
                if reading and abs(reading.middle) < DECADES:
                    decades[i] = reading.middle
        off = np.abs(decades - np.log10(known[size].to_numpy()))
        found.append(
            kept.with_columns(
                link=pl.lit(link),
                estimate=pl.Series(10.0**decades).fill_nan(None),
                factor=pl.Series(10.0 ** np.minimum(off, DECADES)).fill_nan(None),
            )
        )
    return pl.concat(found).select(
        "model", "lab", "thinking", "score", "link", "params", "estimate", "factor"
    )


def errors(left: pl.DataFrame) -> pl.DataFrame:
    """How far off `left_out` is, one row a link: n, estimated, median_factor, within_2x, within_3x
    (shares 0..1 of those estimated) and p90_factor; null where none is.
    """
    factor = pl.col("factor")
    return left.group_by("link", maintain_order=True).agg(
        n=pl.len().cast(pl.Int64),
        estimated=factor.count().cast(pl.Int64),
        median_factor=factor.median(),
        within_2x=(factor <= 2).mean(),
        within_3x=(factor <= 3).mean(),
        p90_factor=factor.quantile(0.9, "linear"),
    )


def strays(rows: pl.DataFrame, size: Size = "params_total", level: float = 0.05) -> pl.DataFrame:
    """Results too far off the line to be of its kind: contaminated, or with search (METHOD 6).

    model, lab, score, expected (by the line, it included) and p: of its externally studentised
    residual, times the number of rows (Bonferroni; Cook and Weisberg 1982, section 2.2). Those with
    p < level, the likeliest stray first. Empty where no line can be drawn or all lie on it. One
    call finds what stands out; leave it out and call again, since two strays can hide each other.
    """
    known, line = usable(rows, size), fit(rows, size)
    schema = {"model": pl.String, "lab": pl.String, "score": pl.Float64}
    if line is None or line.df < 2 or 1 - line.r2 <= regress.EXACT:
        return pl.DataFrame(schema=schema | {"expected": pl.Float64, "p": pl.Float64})
    matrix, y = design(known, size), known["score"].to_numpy()
    hat = matrix @ np.linalg.pinv(matrix)
    own = 1 - np.diag(hat)
    with np.errstate(all="ignore"):
        squared = ((y - hat @ y) / line.residual_sd) ** 2 / own
        t = np.sqrt(squared * (line.df - 1) / np.maximum(line.df - squared, 0.0))
    # A row that alone decides a coefficient lies on the line whatever it is.
    p = np.where(own > 1e-9, np.minimum(1.0, line.n * 2 * stats.t.sf(t, line.df - 1)), 1.0)
    found = known.select("model", "lab", "score").with_columns(
        expected=pl.Series(hat @ y), p=pl.Series(p)
    )
    return found.filter(pl.col("p") < level).sort("p", "score", "model", maintain_order=True)


def sentence(found: pl.DataFrame) -> str:
    """One Markdown sentence on what `estimate` found."""
    inside = found.filter(pl.col("kind") == INSIDE)
    above = found.filter(pl.col("kind") == ABOVE).height
    if inside.is_empty():
        if above:
            return (
                f"**{above} of {found.height}** closed configurations score above every open model "
                "calibrated on, and none inside: add larger open models before reading sizes."
            )
        return (
            "**No** closed configuration's score can be read as a size here: add scored open "
            f"models of known size until there are {FEWEST} or more."
        )
    row = inside.row(0, named=True)
    middle, low, high = (said(round(row[c])) for c in REAL)
    rest = f", and {above} score above every open model calibrated on" if above else ""
    return (
        f"**{row['name']}** scores like an open model of **{middle}** parameters ({low} to "
        f"{high}, 90% interval); {inside.height} of {found.height} closed configurations lie "
        f"inside the calibrated range{rest}."
    )
