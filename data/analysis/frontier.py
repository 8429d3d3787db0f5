"""Frontier: what nobody beats on capability at its cost or less, and how sure that is."""

from __future__ import annotations

import numpy as np
import polars as pl

from data.analysis.summary import FULL_COVERAGE
from data.analysis.weights import level_weights
from data.pricing.cost import REASONS
from data.wording import times_less

PICK_SHARE = 0.93
"""The headline pick is the cheapest contestant with this share of the best accuracy."""
AXES = {"cost_per_1k_usd": "cost_usd", "output_tokens": "output_tokens", "duration_s": "duration_s"}
"""What can be traded for capability: summary column to the sample column behind it."""
SPENT = {"cost_per_1k_usd": "cost", "output_tokens": "tokens", "duration_s": "time"}
LESS = {"cost_per_1k_usd": "cheaper", "output_tokens": "terser", "duration_s": "faster"}
"""How sentences name an axis, and having less of it."""


def pareto(cost: np.ndarray, quality: np.ndarray) -> np.ndarray:
    """Mask of the points that no other beats: cost as low, quality as high, one of them better.

    Exact duplicates of a kept point are kept; NaN rows never. Kung, Luccio and Preparata 1975:
    sort by cost, keep strict running maxima, O(n log n).
    """
    keep = np.zeros(len(cost), dtype=bool)
    known = np.flatnonzero(np.isfinite(cost) & np.isfinite(quality))
    best, best_cost = -np.inf, np.nan
    cost, quality = _tidy(cost), _tidy(quality)
    for i in known[np.lexsort((-quality[known], cost[known]))]:
        if quality[i] > best:
            best, best_cost, keep[i] = quality[i], cost[i], True
        elif quality[i] == best and cost[i] == best_cost:
            keep[i] = True
    return keep


def _tidy(values: np.ndarray) -> np.ndarray:
    """Values to twelve significant digits: equal means must not differ by a rounding error."""
    with np.errstate(all="ignore"):
        digits = 11 - np.floor(np.log10(np.abs(values)))
        scale = 10.0 ** np.where(np.isfinite(digits), digits, 0.0)
        rounded = np.round(values * scale) / scale
    return np.asarray(np.where(np.isfinite(rounded), rounded, values))


def place(
    summary: pl.DataFrame, x: str = "cost_per_1k_usd", samples: pl.DataFrame | None = None
) -> pl.DataFrame:
    """Summary rows with their place on the frontier of accuracy against column `x`.

    Adds place ('frontier', 'beaten', 'apart'), apart_code and apart_reason (why a contestant is
    not compared), beaten_by (contestant_id), beaten_by_name, beaten_ratio (its x over the x of
    the one that beats it), is_pick, and p_frontier: the share of paired bootstrap resamples
    (clusters within levels, both axes computed again) in which it is on the frontier; null
    without `samples` (the store's sample_scores). Rows come sorted by x, then contestant_id, those
    apart last.
    """
    if "cost_reason" not in summary.columns:
        summary = summary.with_columns(cost_reason=pl.lit(None, pl.String))
    frame = summary.with_columns(_apart(x)).sort(x, "contestant_id", nulls_last=True)
    frame = frame.with_columns(apart_reason=_reason(x))
    compared = frame["apart_code"].is_null().to_numpy()
    cost = np.where(compared, frame[x].cast(pl.Float64).fill_null(np.nan).to_numpy(), np.nan)
    quality = frame["accuracy"].cast(pl.Float64).fill_null(np.nan).to_numpy()
    on = pareto(cost, quality)
    frame = frame.with_columns(
        place=pl.Series(
            np.where(on, "frontier", np.where(compared, "beaten", "apart")), dtype=pl.String
        ),
        p_frontier=_chances(frame, x, samples),
        is_pick=pl.Series(_pick(on, cost, quality), dtype=pl.Boolean),
    )
    frame = frame.with_columns(_beaters(frame, _tidy(cost), _tidy(quality), on))
    return frame.sort(pl.col("place") == "apart", maintain_order=True)


def headline(placed: pl.DataFrame, x: str = "cost_per_1k_usd") -> str:
    """One Markdown sentence that says what the placed frame says."""
    compared = placed.filter(pl.col("place") != "apart")
    if compared.is_empty():
        return "No contestant can be compared here: " + _why_none(placed)
    if compared.height == 1:
        only = compared.row(0, named=True)
        return (
            f"Only **{only['name']}** can be compared here: it solves "
            f"{only['accuracy']:.0%}. A frontier needs at least two."
        )
    sure = compared.filter(
        (pl.col("place") == "frontier") & (pl.col("p_frontier").fill_null(1.0) >= 0.5)
    )
    parts = [_count(sure.height, compared.height, x), _pick_sentence(compared, x), _part(placed)]
    return " ".join(p for p in parts if p)


def _part(placed: pl.DataFrame) -> str:
    """Who is missing from the comparison for having answered only some of the view's tasks."""
    n = placed.filter(pl.col("apart_code") == "coverage").height
    return f"{'One' if n == 1 else n} more answered only part of this." if n else ""


def _count(sure: int, compared: int, x: str) -> str:
    if sure == 0:
        return f"All {compared} compared contestants are too close to call."
    verb = "is" if sure == 1 else "are"
    rest = compared - sure
    if rest == 0:
        return (
            f"**All {compared}** compared contestants are worth it: "
            f"each step up in {SPENT[x]} buys more."
        )
    others = "the other" if rest == 1 else "each of the others"
    return (
        f"**{sure} of {compared}** compared contestants {verb} worth it; for {others}, something "
        f"{LESS[x]} is at least as capable or too close to call."
    )


def _pick_sentence(compared: pl.DataFrame, x: str) -> str:
    """'X reaches 94 % of the best capability for 1/9 of its cost', when that is worth saying."""
    picks = compared.filter(pl.col("is_pick"))
    if picks.is_empty():
        return ""
    pick = picks.row(0, named=True)
    frontier = compared.filter(pl.col("place") == "frontier")
    best = frontier.sort("accuracy", x, descending=[True, False]).row(0, named=True)
    if best["contestant_id"] == pick["contestant_id"]:
        return f"**{pick['name']}** is the most capable, solving {pick['accuracy']:.0%}."
    share = pick["accuracy"] / best["accuracy"]
    spend = SPENT[x]
    if not pick[x]:
        return f"**{pick['name']}** reaches {share:.0%} of the best capability for no {spend}."
    return (
        f"**{pick['name']}** reaches {share:.0%} of the best capability for "
        f"{times_less(best[x] / pick[x])} its {spend}."
    )


def _why_none(placed: pl.DataFrame) -> str:
    if placed.is_empty():
        return "nothing was collected for this selection."
    reasons = placed["apart_reason"].drop_nulls().value_counts(sort=True)
    return f"{reasons['apart_reason'][0]} ({reasons['count'][0]} of {placed.height})."


def _apart(x: str) -> pl.Expr:
    missing = pl.lit("unpriced") if x == "cost_per_1k_usd" else pl.lit("unknown")
    return (
        pl.when(pl.col("accuracy").is_null()).then(pl.lit("unscored"))
        .when(pl.col("coverage") < FULL_COVERAGE).then(pl.lit("coverage"))
        .when(pl.col(x).is_null()).then(missing)
        .when(pl.col("accuracy_low") <= pl.col("baseline").fill_null(0.0)).then(pl.lit("guessing"))
        .otherwise(None)
        .alias("apart_code")
    )  # fmt: skip


def _reason(x: str) -> pl.Expr:
    code = pl.col("apart_code")
    percent = (pl.col("coverage") * 100).round().cast(pl.Int64)
    no_price = pl.when(pl.col("price_basis") == "none").then(pl.lit("no price known"))
    no_cost = pl.coalesce(
        pl.col("cost_reason").replace_strict(REASONS, default=None),
        no_price.otherwise(pl.lit(REASONS["usage_missing"])),
    )
    return (
        pl.when(code == "unscored").then(pl.lit("no attempt was scored"))
        .when(code == "coverage").then(pl.format("answered {}% of these samples", percent))
        .when(code == "unpriced").then(no_cost)
        .when(code == "unknown").then(pl.lit(f"{SPENT[x]} not reported"))
        .when(code == "guessing").then(pl.lit("not measurably better than guessing"))
        .otherwise(None)
    )  # fmt: skip


def _pick(on: np.ndarray, cost: np.ndarray, quality: np.ndarray) -> np.ndarray:
    pick = np.zeros(len(on), dtype=bool)
    good = on & (quality >= PICK_SHARE * np.max(quality[on], initial=0.0))
    if good.any():
        candidates = np.flatnonzero(good)
        pick[candidates[np.argmin(cost[candidates])]] = True
    return pick


def _beaters(
    frame: pl.DataFrame, cost: np.ndarray, quality: np.ndarray, on: np.ndarray
) -> list[pl.Series]:
    """For each beaten contestant the cheapest one on the frontier that is at least as capable."""
    ids, names = frame["contestant_id"].to_list(), frame["name"].to_list()
    by: list[int | None] = []
    for i, where in enumerate(frame["place"].to_list()):
        better = [
            j for j in np.flatnonzero(on) if quality[j] >= quality[i] and cost[j] <= cost[i]
        ] if where == "beaten" else []  # fmt: skip
        by.append(int(min(better, key=lambda j: (cost[j], -quality[j]))) if better else None)
    ratios = [None if j is None or not cost[j] else cost[i] / cost[j] for i, j in enumerate(by)]
    return [
        pl.Series("beaten_by", [None if j is None else ids[j] for j in by], dtype=pl.String),
        pl.Series("beaten_by_name", [None if j is None else names[j] for j in by], dtype=pl.String),
        pl.Series("beaten_ratio", ratios, dtype=pl.Float64),
    ]


def _chances(frame: pl.DataFrame, x: str, samples: pl.DataFrame | None) -> pl.Series:
    none = pl.Series([None] * frame.height, dtype=pl.Float64)
    ids = frame.filter(pl.col("apart_code").is_null())["contestant_id"].to_list()
    if samples is None or samples.is_empty() or not ids:
        return none
    chances = dict(zip(ids, frontier_chances(samples, ids, AXES[x]), strict=True))
    return pl.Series([chances.get(c) for c in frame["contestant_id"]], dtype=pl.Float64)


def frontier_chances(
    samples: pl.DataFrame, ids: list[str], x: str, resamples: int = 400, seed: int = 1
) -> list[float]:
    """Share of resamples in which each of `ids` is on the frontier of score against column `x`.

    Clusters are drawn with replacement within each level, the same draw for every contestant
    (paired), and both axes are computed from the draw. Deterministic for the same samples.
    """
    rng = np.random.default_rng(seed)
    frame = samples.filter(pl.col("contestant_id").is_in(ids))
    if "category" not in frame.columns:
        frame = frame.with_columns(category=pl.lit(""))
    weights = level_weights(frame)
    quality = np.zeros((resamples, len(ids)))
    cost = np.zeros((resamples, len(ids)))
    for task, level, weight in weights.select("task", "level", "weight").iter_rows():
        part = frame.filter((pl.col("task") == task) & (pl.col("level") == level))
        scores, n = _by_cluster(part, ids, "score")
        spent, m = _by_cluster(part, ids, x)
        draws = rng.multinomial(len(scores), np.full(len(scores), 1 / len(scores)), size=resamples)
        quality += weight * _means(draws, scores, n)
        cost += weight * _means(draws, spent, m)
    cost, quality = _tidy(cost), _tidy(quality)
    cheaper = cost[:, :, None] <= cost[:, None, :]
    better = quality[:, :, None] >= quality[:, None, :]
    strict = (cost[:, :, None] < cost[:, None, :]) | (quality[:, :, None] > quality[:, None, :])
    beaten = (cheaper & better & strict).any(axis=1)
    return [float(v) for v in 1 - beaten.mean(axis=0)]


def _by_cluster(part: pl.DataFrame, ids: list[str], column: str) -> tuple[np.ndarray, np.ndarray]:
    """Sums and counts of a column, clusters x contestants."""
    grouped = part.group_by("cluster", "contestant_id").agg(
        total=pl.col(column).sum(), n=pl.col(column).count()
    )
    index = pl.DataFrame({"contestant_id": ids, "i": list(range(len(ids)))})
    grouped = grouped.join(index, on="contestant_id").sort("cluster", "i")
    row = grouped["cluster"].rank("dense").to_numpy().astype(int) - 1
    total = np.zeros((int(row.max()) + 1 if len(row) else 0, len(ids)))
    count = np.zeros_like(total)
    total[row, grouped["i"].to_numpy()] = grouped["total"].to_numpy()
    count[row, grouped["i"].to_numpy()] = grouped["n"].to_numpy()
    return total, count


def _means(draws: np.ndarray, total: np.ndarray, count: np.ndarray) -> np.ndarray:
    """Mean per resample and contestant; a draw that misses all of one's samples takes its mean."""
    n = draws @ count
    overall = total.sum(axis=0) / np.maximum(count.sum(axis=0), 1)
    return np.asarray(np.where(n > 0, (draws @ total) / np.maximum(n, 1), overall))
