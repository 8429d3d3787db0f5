"""Tiles: how much of a GPU a model's products fill, and how much of them is padding."""

from __future__ import annotations

import math
from dataclasses import dataclass

from data.analysis.roofline import Accelerator


@dataclass(frozen=True)
class Product:
    """A weight matrix that rows of activations are multiplied with."""

    columns: int
    inner: int
    times: int = 1
    """How often it (or one of its shape) is used for a token."""


def tiles(rows: int, columns: int, accelerator: Accelerator) -> int:
    """Tiles that cover a product of rows x columns."""
    high, wide = accelerator.tile
    return math.ceil(rows / high) * math.ceil(columns / wide)


def waves(rows: int, columns: int, accelerator: Accelerator) -> int:
    """Rounds in which the multiprocessors work the tiles off; the last may leave some idle."""
    return math.ceil(tiles(rows, columns, accelerator) / accelerator.sms)


def utilisation(
    used: list[Product], accelerator: Accelerator, tokens: int
) -> tuple[float | None, float | None]:
    """(tile, tile x wave): share of the work that is not padding; and of the machine, too.

    METHOD 8 (NVIDIA DU-09799-001). A product's tile = M N / (tiles · their area), its depth
    K / (64 ceil(K / 64)) and its wave = tiles / (S · waves); both scores are means over the
    products, weighted by their multiplications. Both lie in (0, 1]; 1 tile of few rows is far below
    1, so that they hold at the stated number of rows only. No product: None.
    """
    if not used or tokens < 1:
        return None, None
    high, wide = accelerator.tile
    work = tile_work = wave_work = 0.0
    for product in used:
        n = tiles(tokens, product.columns, accelerator)
        tile = tokens * product.columns / (n * high * wide)
        step = accelerator.k_step
        depth = product.inner / (step * math.ceil(product.inner / step))
        wave = n / (accelerator.sms * waves(tokens, product.columns, accelerator))
        weight = product.columns * product.inner * product.times
        work += weight
        tile_work += weight * tile * depth
        wave_work += weight * tile * depth * wave
    return tile_work / work, wave_work / work
