"""Static word-piece embeddings (WordLlama, 32,000 x 256), averaged over a text.

The table and its tokenizer are read directly: the package's own loader goes to the network when it
doesn't find them where it expects.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file
from tokenizers import Tokenizer

from collectors.providers.local.weights import static_files

Floats = NDArray[np.float32]


class StaticEmbeddings:
    """The table in memory. Vectors are means over tokens, of length 1; an empty text is zeros."""

    def __init__(self) -> None:
        weights, tokenizer = static_files()
        self._table: Floats = load_file(weights)["embedding.weight"].astype(np.float32)
        self._tokenizer = Tokenizer.from_file(str(tokenizer))
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()

    def count(self, text: str) -> int:
        """Tokens of a text."""
        return len(self._tokenizer.encode(text, add_special_tokens=False).ids)

    def embed(self, texts: Sequence[str]) -> Floats:
        """One row per text."""
        encoded = self._tokenizer.encode_batch(list(texts), add_special_tokens=False)
        return np.stack([self._pool(e.ids) for e in encoded])

    def _pool(self, ids: list[int]) -> Floats:
        if not ids:
            return np.zeros(self._table.shape[1], dtype=np.float32)
        mean = self._table[ids].mean(axis=0)
        unit: Floats = mean / np.linalg.norm(mean)
        return unit
