"""Roofline: how many tokens a second memory bandwidth allows, and what was measured."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl
from scipy import stats

FEWEST = 5
"""Below this number of models no correlation is shown."""
PREDICTORS = ("alignment", "tile_wave", "kv_bytes_per_token", "roof_tokens_per_s_alone")


@dataclass(frozen=True)
class Accelerator:
    """What the formulas need to know of a chip."""

    name: str
    sms: int
    """Streaming multiprocessors: tiles that are worked on at once."""
    bandwidth: float | None
    """Memory bandwidth, bytes per second; None: no roofline."""
    bandwidth_source: str
    """Variant and where the bandwidth was read: it is printed beside the number."""
    tile: tuple[int, int] = (256, 128)
    """Rows and columns of a product that one multiprocessor works on."""
    k_step: int = 64
    """Depth of one step; the last step of an inner dimension is padded to it."""


A100 = Accelerator(
    "A100", 108, 1.555e12,
    "SXM 40 GB; NVIDIA's data sheet as quoted at glennklockwood.com/garden/processors/A100",
)  # fmt: skip
H100 = Accelerator(
    "H100", 132, 3.35e12,
    "SXM 80 GB; as listed at glennklockwood.com/garden/processors/h100; NVIDIA's own data sheet "
    "was not read",
)  # fmt: skip


def kv_bytes(layers: int, kv_heads: int, head_dim: int, bytes_per_number: float = 2) -> float:
    """Bytes that one token of context keeps in the KV cache: 2 · L · n_kv · hd · bytes (METHOD 8).

    As if every layer attended to the whole context: sliding windows and linear layers keep less.
    Latent attention keeps something else; its models have no kv_heads in the catalogue, so that no
    cache of theirs is computed.
    """
    return 2 * layers * kv_heads * head_dim * bytes_per_number


def roof(
    accelerator: Accelerator,
    params_active: float,
    kv_bytes_per_token: float,
    batch: int = 1,
    context: int = 0,
    bytes_per_number: float = 2,
) -> float | None:
    """The most tokens a second that decoding can reach, all of the batch together (METHOD 8).

    B · BW / (P_active · bytes + B · ctx · kv_bytes): each step reads the weights once and each
    answer's cache. Williams, Waterman and Patterson 2009 for the idea. Says nothing of whether the
    model fits the memory, and ignores that a batch reads more experts than one token does: both
    only lower what is reached. At an empty context only the weights are read, whatever the cache.
    None without a bandwidth.
    """
    if accelerator.bandwidth is None:
        return None
    read = params_active * bytes_per_number + batch * context * kv_bytes_per_token
    return batch * accelerator.bandwidth / read


def measured(summary: pl.DataFrame, hardware: pl.DataFrame) -> pl.DataFrame:
    """Contestants with a measured speed beside what their dimensions say; sorted by contestant_id.

    Columns: contestant_id, name, model, model_id, deployment, tokens_per_s (mean output tokens
    over mean duration_s: it counts reading the prompt, the network and the queue too, and comes
    from whatever machine the provider uses), then alignment, tile_wave, kv_bytes_per_token and
    roof_tokens_per_s_alone of its model. Contestants that write nothing or whose model has no
    dimensions are left out.
    """
    facts = hardware.select("model_id", *PREDICTORS).unique("model_id", keep="first")
    wanted = ("contestant_id", "name", "model", "model_id", "deployment")
    speed = pl.col("output_tokens") / pl.col("duration_s")
    return (
        summary.filter((pl.col("output_tokens") > 0) & (pl.col("duration_s") > 0))
        .with_columns(tokens_per_s=speed)
        .select(*(c for c in wanted if c in summary.columns), "tokens_per_s")
        .join(facts, on="model_id", how="inner")
        .sort("contestant_id")
    )


def agreement(measured: pl.DataFrame) -> pl.DataFrame:
    """Spearman's rank correlation of measured speed with each predictor, one row each.

    Columns: predictor, models (with both known), spearman (-1..1). The model is the unit, at the
    median speed of its contestants: efforts of one model are not independent. Null below 5
    models, and where all have the same value (most score 1 in alignment).
    """
    schema = {"predictor": pl.String, "models": pl.Int64, "spearman": pl.Float64}
    rows = []
    for name in PREDICTORS:
        known = measured.drop_nulls(["tokens_per_s", name]).group_by("model_id")
        models = known.agg(pl.col("tokens_per_s").median(), pl.col(name).first()).sort("model_id")
        found = None
        if models.height >= FEWEST and min(models["tokens_per_s"].n_unique(),
                                           models[name].n_unique()) > 1:  # fmt: skip
            found = float(stats.spearmanr(models["tokens_per_s"], models[name]).statistic)
        rows.append((name, models.height, found))
    return pl.DataFrame(rows, schema=schema, orient="row")
