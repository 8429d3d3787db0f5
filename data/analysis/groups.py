"""Groups: how far from the frontier the contestants of a lab, a country or a licence stand."""

from __future__ import annotations

from typing import Any

import polars as pl

from data.analysis.by_model import comparable, over_models
from data.analysis.price_kinds import LIST, OWN

GROUPS = ("lab", "country", "weights", "licence")
"""What contestants are grouped by; any column of facts will do."""
FEW = 3
"""A group of fewer models is marked."""
PLURALS = {"lab": "labs", "country": "countries", "weights": "kinds of weights",
           "licence": "licences"}  # fmt: skip
GROUPED = {
    "group": pl.String, "prices": pl.String, "overspend": pl.Float64, "overspend_low": pl.Float64,
    "overspend_high": pl.Float64, "models": pl.Int64, "contestants": pl.Int64, "left": pl.Int64,
    "on_frontier": pl.Float64, "few": pl.Boolean,
}  # fmt: skip


def by_group(placed: pl.DataFrame, by: str = "lab") -> pl.DataFrame:
    """How far from the frontier the contestants of each lab, country, ... stand.

    `placed`: frontier.place with `overspend` (how many times the cheapest contestant that is at
    least as capable a contestant costs, >= 1, METHOD section 3; null: free or apart). The residual
    is its log10; overspend here is the geometric mean of a group, 1 on the frontier. Columns: group
    (null: not known, last), prices ('list', 'self-hosted': never mixed in a mean), overspend with
    its 95 % interval (overspend_low, overspend_high; t over models on the log, cut at 1; null with
    one model or where all are alike), models, contestants (both of those with an overspend), left
    (free or apart), on_frontier (share of the contestants of the group that are compared, free ones
    included; null where none is), few (fewer than 3 models). Every model counts once, the mean over
    its efforts. Sorted by group, then prices.

    Overspend is against the frontier that it was placed on: to keep list prices and machines of
    one's own apart altogether, place them apart.
    """
    rows = _grouped(placed, by)
    found = []
    for (group, prices), of in rows.group_by("group", "prices", maintain_order=True):
        spent = of.filter(pl.col("residual").is_not_null())
        mean, models = over_models(spent["residual"].to_list(), spent["model"].to_list())
        among = of.filter(pl.col("place") != "apart")
        ends = (None if v is None else max(1.0, 10**v) for v in mean)
        on = among.filter(pl.col("place") == "frontier").height
        share = on / among.height if among.height else None
        n = spent.height
        found.append((group, prices, *ends, models, n, of.height - n, share, models < FEW))
    return pl.DataFrame(found, schema=GROUPED, orient="row")


def _grouped(placed: pl.DataFrame, by: str) -> pl.DataFrame:
    """Everyone, also who answered too little, with group, prices and residual; in stable order."""
    covered = placed.with_columns(coverage=pl.lit(1.0))
    spent = pl.col("overspend").cast(pl.Float64)
    residual = pl.when(spent.is_finite() & (spent > 0)).then(spent.log10())
    return (
        comparable(covered, {by: pl.String})
        .with_columns(group=pl.col(by).cast(pl.String), residual=residual)
        .sort("group", "prices", "contestant_id", nulls_last=True)
    )


def standing(groups: pl.DataFrame, by: str = "lab") -> str:
    """Who stands nearest to the frontier, and who is told apart from it: a sentence's end."""
    many = PLURALS.get(by, f"groups by {by}")
    full = groups.filter(~pl.col("few") & pl.col("group").is_not_null())
    # One kind of prices at a time; list prices where both have as many groups.
    kinds = [full.filter(pl.col("prices") == kind) for kind in (LIST, OWN)]
    rows = max(kinds, key=lambda kind: kind.height).sort("overspend", "group")
    if rows.height < 2:
        return f"no two {many} with {FEW} priced models each are here to compare"
    where = f"at {rows['prices'][0]} prices"
    first, last = rows.row(0, named=True), rows.row(-1, named=True)
    if last["overspend"] - first["overspend"] < 1e-9:
        return f"{where}, {rows.height} {many} stand equally near to the frontier, {_times(first)}"
    further = rows.filter(pl.Series([beyond(row, first) for row in rows.iter_rows(named=True)]))
    n, near = rows.height, rows.height - 1 - further.height
    if further.is_empty():
        lacking = rows["overspend_low"].null_count()
        why = "since intervals overlap" + (f" or lack ({lacking})" if lacking else "")
        return (
            f"{where}, **{n} {many}** with {FEW} models or more are not told apart in how far they "
            f"are from the frontier, {why}: from {first['group']}, "
            f"{_times(first)}, to {last['group']}, {_times(last)}"
        )
    said = (
        f"{where}, of {n} {many} with {FEW} models or more **{first['group']}** stands nearest to "
        f"the frontier, {_times(first)}"
    )
    if near:
        said += f", not told apart from {near} other{'' if near == 1 else 's'}"
    last = further.row(-1, named=True)
    if further.height == 1:
        return f"{said}, and {last['group']} further off, {_times(last)}"
    return f"{said}, and {further.height} further off, up to {last['group']}, {_times(last)}"


def beyond(row: dict[str, Any], nearest: dict[str, Any]) -> bool:
    """Whether a group is told apart from the nearest one: their intervals do not overlap.

    Different models are independent, so that two such intervals ask for more than 95 %: of groups
    alike it is rarely said of one. A group whose models are all alike has no interval, and three
    alike prove nothing.
    """
    low, high = row["overspend_low"], nearest["overspend_high"]
    return low is not None and high is not None and low > high


def _times(row: dict[str, Any]) -> str:
    low, high = row["overspend_low"], row["overspend_high"]
    ends = "" if low is None else f" [{_figure(low)}, {_figure(high)}]"
    return f"{_figure(row['overspend'])} times the cheapest price{ends}"


def _figure(times: float) -> str:
    """A ratio with a digit after the point, where that still says something."""
    return f"{times:.1f}" if times < 100 else f"{times:,.0f}"
