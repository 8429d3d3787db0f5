"""Hardware: whether a model's dimensions suit the tiles that a GPU multiplies."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import polars as pl

from data.analysis.roofline import A100, Accelerator, kv_bytes, roof
from data.analysis.tiles import Product, utilisation
from data.wording import percent

BLOCK = 64
"""Numbers that a dimension should be a multiple of (Anthony et al. 2024)."""
FITS = 0.05
"""How far a sum of weights may lie from the stated number of parameters."""
GATED = {"olmo-1b": True, "phi-2": False}
"""Models whose gate the facts can't tell: OLMo 1B has a gate, but the sizes and the rounded number
of parameters of Pythia 1B, which has none; no source of Phi-2's (METHOD 8) states a number."""
NAMES = {
    "hidden": "hidden size", "ffn": "feed-forward size", "head_dim": "head size",
    "vocab": "vocabulary", "kv_width": "key-value width",
}  # fmt: skip
"""The dimensions that are checked, and how sentences name them."""
NEEDED = (
    "hidden", "ffn", "layers", "heads", "kv_heads", "head_dim", "vocab", "experts",
    "experts_active", "expert_ffn", "params_total", "params_active", "architecture", "mixture",
)  # fmt: skip
SCHEMA: dict[str, Any] = {
    "model_id": pl.String, "model_name": pl.String,
    "alignment": pl.Float64, "worst_dimension": pl.String, "worst_power": pl.Int64,
    "flagged": pl.List(pl.String), "gated": pl.Boolean,
    "tile": pl.Float64, "tile_wave": pl.Float64, "kv_bytes_per_token": pl.Float64,
    "roof_tokens_per_s_alone": pl.Float64, "roof_tokens_per_s_batch": pl.Float64,
}  # fmt: skip

Row = Mapping[str, Any]


def hardware(
    facts: pl.DataFrame,
    accelerator: Accelerator = A100,
    tokens: int = 4096,
    *,
    batch: int = 32,
    context: int = 4096,
    gated: Mapping[str, bool] | None = None,
) -> pl.DataFrame:
    """One row per model with a known dimension, sorted by model_id (METHOD 8).

    `facts`: model_id, model_name and NEEDED, the catalogue's facts; any may be null or left out.
    `gated`: models (by id) whose feed-forward layers are known to be gated or not; the others are
    inferred, see `is_gated`.

    Columns: alignment (see `powers`; null unless every dimension is known), worst_dimension and
    worst_power (the dimension with the smallest power of two below 64, null if none), flagged (all
    of those, of the dimensions that are known), gated, tile and tile_wave (see tiles.utilisation)
    at `tokens` rows, kv_bytes_per_token (16 bit; decoders only), and the roofline in tokens per
    second at 16 bit: alone (one answer, empty context: only the active parameters are needed) and
    batch (`batch` answers of `context` tokens, all together: null where the cache is not known, as
    with latent attention). Nothing tells a decoder that only embeds: it gets a roof like others.

    A mixture's feed-forward size is that of one expert, and a token passes its active experts, each
    taken as a product of all the rows: how the router spreads them is not a dimension. Shared
    experts and first dense layers are not known here. Vocabulary counts as stored: where its source
    has not the padded size of the embedding, it flags what a runtime may pad. An encoder has no
    output layer, so that its vocabulary is neither checked nor a product.
    """
    absent = [name for name in NEEDED if name not in facts.columns]
    facts = facts.with_columns(pl.lit(None).alias(name) for name in absent)
    rows = []
    for row in facts.sort("model_id").iter_rows(named=True):
        powered = powers(row)
        if not any(powered.values()):
            continue
        gate = (gated or {}).get(row["model_id"])
        gate = is_gated(row) if gate is None else gate
        flagged = [name for name, power in powered.items() if power and power < BLOCK]
        worst = min(flagged, key=lambda name: powered[name] or 0, default=None)
        tile, wave = utilisation(list(products(row, gate)), accelerator, tokens)
        rows.append(
            (
                row["model_id"], row["model_name"], alignment(powered),
                worst, powered[worst] if worst else None, flagged, gate, tile, wave,
                *_decoding(row, accelerator, batch, context),
            )
        )  # fmt: skip
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


def powers(row: Row) -> dict[str, int | None]:
    """The largest power of two that divides each dimension; None where it is not known."""
    sizes = {
        "hidden": row["hidden"],
        "ffn": _ffn(row),
        "head_dim": row["head_dim"],
        "vocab": row["vocab"],
        "kv_width": _times(row["kv_heads"], row["head_dim"]),
    }
    if row["architecture"] == "encoder":
        del sizes["vocab"]
    return {name: size & -size if size else None for name, size in sizes.items()}


def alignment(powered: Mapping[str, int | None]) -> float | None:
    """Mean of min(1, 2^v2 / 64) over the dimensions, in (0, 1] (METHOD 8; arXiv 2401.14489).

    1: all are multiples of 64. It asks for divisibility, not for powers of two: 7168 is fine.
    """
    known = [power for power in powered.values() if power]
    if len(known) < len(powered):
        return None
    return sum(min(1.0, power / BLOCK) for power in known) / len(known)


def products(row: Row, gated: bool) -> Iterator[Product]:
    """The products of one token's way: qkv, o, up (with the gate, as one), down, output layer.

    None at all when a dimension is unknown: a mean over some of them would be of another model.
    """
    hidden, heads, kv, head = (row[c] for c in ("hidden", "heads", "kv_heads", "head_dim"))
    layers, vocab, ffn = row["layers"], row["vocab"], _ffn(row) or 0
    experts = row["experts_active"] if _is_mixture(row) else 1
    if not all((hidden, heads, kv, head, layers, vocab, ffn, experts)):
        return
    yield Product((heads + 2 * kv) * head, hidden, layers)
    yield Product(hidden, heads * head, layers)
    yield Product((2 if gated else 1) * ffn, hidden, layers * experts)
    yield Product(hidden, ffn, layers * experts)
    if row["architecture"] != "encoder":
        yield Product(vocab, hidden)


def is_gated(row: Row) -> bool:
    """Whether the feed-forward layers multiply with a gate beside the up projection (SwiGLU ...).

    No fact says so. Without a gate the feed-forward size is four times the hidden size; where it
    is, the number of parameters decides: not gated when the weights of two matrices a layer add up
    to it within 5 % (with one embedding or two) and those of three don't. Where that doesn't tell,
    an encoder counts as not gated and a decoder as gated, like nearly all since 2023; so does every
    mixture. GATED has the models that this would get wrong.
    """
    if row["model_id"] in GATED:
        return GATED[row["model_id"]]
    hidden, ffn = row["hidden"], row["ffn"]
    if _is_mixture(row) or not hidden or ffn != 4 * hidden:
        return True
    names = ("heads", "kv_heads", "head_dim", "layers", "vocab", "params_total")
    if row["architecture"] != "encoder-decoder" and all(row[name] for name in names):
        two, three = _fits(row, 2), _fits(row, 3)
        if two != three:
            return three
    return row["architecture"] not in ("encoder", "encoder-decoder")


def _fits(row: Row, matrices: int) -> bool:
    attention = row["hidden"] * 2 * (row["heads"] + row["kv_heads"]) * row["head_dim"]
    layer = attention + matrices * row["hidden"] * row["ffn"]
    embedding = row["vocab"] * row["hidden"]
    # An encoder has no output layer, which a decoder may share with its input or not.
    copies = (1,) if row["architecture"] == "encoder" else (1, 2)
    sums = (layer * row["layers"] + n * embedding for n in copies)
    return any(abs(total / row["params_total"] - 1) <= FITS for total in sums)


def _is_mixture(row: Row) -> bool:
    return row["mixture"] == "moe" or row["experts"] is not None


def _ffn(row: Row) -> int | None:
    found: int | None = row["expert_ffn"] if _is_mixture(row) else row["ffn"]
    return found


def _times(a: int | None, b: int | None) -> int | None:
    return a * b if a and b else None


def _decoding(
    row: Row, accelerator: Accelerator, batch: int, context: int
) -> tuple[float | None, float | None, float | None]:
    """KV bytes per token, and the roofline alone and in a batch."""
    if row["architecture"] in ("encoder", "encoder-decoder"):
        return None, None, None
    active = row["params_active"] or (None if _is_mixture(row) else row["params_total"])
    alone = roof(accelerator, active, 0) if active else None
    if not (row["layers"] and row["kv_heads"] and row["head_dim"]):
        return None, alone, None
    cache = kv_bytes(row["layers"], row["kv_heads"], row["head_dim"])
    return cache, alone, roof(accelerator, active, cache, batch, context) if active else None


def sentence(frame: pl.DataFrame, timed: int | None = None) -> str:
    """One Markdown sentence on a hardware frame of the catalogue's models.

    It names the share of work of use that the chart draws. `timed`: how many of the models the
    user's own attempts have a speed of; None says nothing of it.
    """
    known = frame.drop_nulls("alignment")
    if known.is_empty():
        return (
            "**No** model has all its dimensions in the catalogue: add hidden, ffn, head_dim, "
            "vocab and kv_heads to check one."
        )
    odd = known.filter(pl.col("alignment") < 1)
    passed = known.height - odd.height
    noun = "model" if known.height == 1 else "models"
    said = (
        f"**{passed} of {known.height}** {noun} of the catalogue pass{'es' * (passed == 1)} this "
        "red-flag check, which is no ranking: all dimensions are multiples of 64"
    )
    said += _flagged(odd) if odd.height else ""
    own = f"; own attempts timed {timed or 'none'} of the {known.height}"
    return f"{said}{'' if timed is None else own}."


def _flagged(odd: pl.DataFrame) -> str:
    """Which dimension fails most often, and who puts least of the accelerator's work to use."""
    said = ""
    if odd.height > 1:
        counts = odd.explode("flagged").group_by("flagged").len()
        often, count = counts.sort("len", "flagged", descending=[True, False]).row(0)
        said = f"; it flags the {NAMES[often]} most often ({count} of {odd.height})"
    used = odd.drop_nulls("tile_wave").sort("tile_wave", "model_id")
    row = (odd.sort("model_id") if used.is_empty() else used).row(0, named=True)
    worst = f"for its {NAMES[row['worst_dimension']]}"
    if odd.height == 1:
        said = f"; it flags {row['model_name']} {worst}"
    if used.is_empty():
        return said
    share = percent(row["tile_wave"])
    if odd.height == 1:
        return f"{said}, whose work is of use to {share}"
    return f"{said}, and of the flagged {row['model_name']} has the least work of use, {share}"
