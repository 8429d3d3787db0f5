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
from data.analysis.calibration import (
    ABOVE,
    BELOW,
    INSIDE,
    begins,
    edge,
    g,
    invert,
    side,
    within,
)
from data.analysis.size import FEWEST
from data.analysis.size_line import Fit, Link, Range, Size, fit
from data.analysis.size_rows import DECADES, clusters, design, power, usable
from data.wording import percent
from data.wording import size as said

DISAGREE = 3.0
"""The linear and the logit estimate differ when one is more than this many times the other."""
OPEN = "no finite interval"
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

    - 'at least': above the highest score calibrated for its thinking value, or read as larger than
      the largest model calibrated for it. METHOD guards the score alone, but one stray high score
      would then open the line to any size. params_low is that largest size, or what the line itself
      gives where that is less: a bound of the median, so where the score is inside, the note says
      where the interval begins.
    - 'at most': below the lowest score or the smallest size, and params_high likewise.
    - 'no finite interval': no line, a slope that may be 0 (g >= 1), no score, or thinking that is
      not told or that no calibrated model has.

    The upper end of an interval is null, and the note says so, where it lies more than a decade
    above the largest calibrated size: it is the line's claim about models that nobody has seen.

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
    first, last = invert(line, score, thinks, level), invert(line, most, thinks, level)
    low, high = side(score, first, seen), side(most, last, seen)
    note = None
    if most > score:
        share = percent((most - score) / line.top)
        note = f"refused {share}, which the upper end takes as answered right"
    if (low, high) == (BELOW, ABOVE):
        return _row(OPEN, note="its refusals leave any size open")
    group = _group(seen)
    if low == ABOVE:
        why = f"above every {group}"
        if score <= seen.score_high:
            why = f"read as larger than every {group}{begins(first, seen)}"
        return _row(ABOVE, low=edge(first, seen.size_high, min), note=f"outside calibration: {why}")
    if high == BELOW:
        why = f"below every {group}"
        if most >= seen.score_low:
            why = f"read as smaller than every {group}"
        return _row(BELOW, high=edge(last, seen.size_low, max), note=f"outside calibration: {why}")
    ends = (power(first.low if first else None), within(last.high if last else None, seen))
    unbounded = None if ends[1] else "no upper bound within the calibrated sizes"
    if first is None or ends[0] is None or (low == BELOW and unbounded):
        return _row(OPEN, note=unbounded or "the interval has no end")
    if high == ABOVE:
        return _row(ABOVE, low=ends[0], note="with its refusals outside calibration")
    if low == BELOW:
        return _row(BELOW, high=ends[1], note="without its refusals outside calibration")
    note = "; ".join(n for n in (note, unbounded) if n) or None
    bent = invert(logit, score, thinks, level) if logit else None
    other = within(bent.middle if bent else None, seen)
    differ = None if bent is None else abs(bent.middle - first.middle) > np.log10(DISAGREE)
    if differ:
        gives = "a size far beyond the calibrated ones" if other is None else said(round(other))
        note = "; ".join(n for n in (note, f"the logit line gives {gives}") if n)
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


def _group(seen: Range) -> str:
    thinks = {True: " that thinks", False: " that does not think", None: ""}[seen.thinking]
    return f"calibrated model{thinks}"


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
    above, below = (found.filter(pl.col("kind") == kind).height for kind in (ABOVE, BELOW))
    of = f"{found.height} closed configuration{'' if found.height == 1 else 's'}"
    if inside.is_empty():
        if above:
            return (
                f"**{above} of {of}** {'reads' if above == 1 else 'read'} as larger than every "
                "open model calibrated on, and none inside: add larger open models before reading "
                "sizes."
            )
        return (
            "**No** closed configuration's score can be read as a size here: add scored open "
            f"models of known size until there are {FEWEST} or more."
        )
    row, n = inside.row(0, named=True), inside.height
    outside = [
        f", and {count} read{'s' if count == 1 else ''} as {word} than every open model calibrated "
        "on"
        for count, word in ((above, "larger"), (below, "smaller"))
        if count
    ]
    return (
        f"**{row['name']}** scores like an open model of **{said(round(row['params_estimate']))}** "
        f"parameters ({_interval(row['params_low'], row['params_high'])}90% interval); {n} of {of} "
        f"{'lies' if n == 1 else 'lie'} inside the calibrated range"
        f"{''.join(outside)}."
    )


def _interval(low: float, high: float | None) -> str:
    return f"{said(round(low))} {'or more' if high is None else f'to {said(round(high))}'}, "
