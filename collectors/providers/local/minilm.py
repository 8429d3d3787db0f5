"""MiniLM-L6-v2 sentence embeddings: BERT's forward pass in plain numpy, 22.7M parameters."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file
from scipy.special import erf
from tokenizers import Tokenizer

from collectors.providers.local.weights import minilm_files

Floats = NDArray[np.float32]

LAYERS = 6
HEADS = 12
MAX_TOKENS = 256
"""The length the model was trained at (its sentence_bert_config.json)."""
BATCH = 32


class MiniLM:
    """The model in memory. Vectors are means over tokens, of length 1."""

    def __init__(self) -> None:
        weights, tokenizer = minilm_files()
        self._w: dict[str, Floats] = load_file(weights)
        self._tokenizer = Tokenizer.from_file(str(tokenizer))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(MAX_TOKENS)

    def count(self, text: str) -> int:
        """Tokens the model reads of a text, its two markers included."""
        return len(self._tokenizer.encode(text).ids)

    def embed(self, texts: Sequence[str]) -> Floats:
        """One row per text. Texts of one length share a batch, so nothing is padded."""
        encoded = [np.array(e.ids) for e in self._tokenizer.encode_batch(list(texts))]
        vectors = np.zeros((len(texts), 384), dtype=np.float32)
        by_length: dict[int, list[int]] = {}
        for index, ids in enumerate(encoded):
            by_length.setdefault(len(ids), []).append(index)
        for rows in by_length.values():
            for start in range(0, len(rows), BATCH):
                part = rows[start : start + BATCH]
                vectors[part] = self._forward(np.stack([encoded[i] for i in part]))
        return vectors

    def _forward(self, ids: NDArray[np.int64]) -> Floats:
        w = self._w
        x = w["embeddings.word_embeddings.weight"][ids]
        x = x + w["embeddings.position_embeddings.weight"][: ids.shape[1]]
        x = x + w["embeddings.token_type_embeddings.weight"][0]
        x = self._norm(x, "embeddings.LayerNorm")
        for layer in range(LAYERS):
            name = f"encoder.layer.{layer}"
            x = self._norm(x + self._attend(x, name), f"{name}.attention.output.LayerNorm")
            x = self._norm(x + self._widen(x, name), f"{name}.output.LayerNorm")
        pooled: Floats = x.mean(axis=1)
        unit: Floats = pooled / np.linalg.norm(pooled, axis=1, keepdims=True)
        return unit

    def _attend(self, x: Floats, name: str) -> Floats:
        def heads(part: str) -> Floats:
            y = self._linear(x, f"{name}.attention.self.{part}")
            return y.reshape(*y.shape[:2], HEADS, -1).transpose(0, 2, 1, 3)

        query, key, value = heads("query"), heads("key"), heads("value")
        scores = query @ key.transpose(0, 1, 3, 2) / np.sqrt(np.float32(query.shape[-1]))
        shares = np.exp(scores - scores.max(axis=-1, keepdims=True))
        shares /= shares.sum(axis=-1, keepdims=True)
        mixed = (shares @ value).transpose(0, 2, 1, 3).reshape(x.shape)
        return self._linear(mixed, f"{name}.attention.output.dense")

    def _widen(self, x: Floats, name: str) -> Floats:
        y = self._linear(x, f"{name}.intermediate.dense")
        gelu = y * np.float32(0.5) * (1 + erf(y / np.sqrt(np.float32(2))))
        return self._linear(gelu, f"{name}.output.dense")

    def _linear(self, x: Floats, name: str) -> Floats:
        y: Floats = x @ self._w[f"{name}.weight"].T + self._w[f"{name}.bias"]
        return y

    def _norm(self, x: Floats, name: str) -> Floats:
        centred = x - x.mean(axis=-1, keepdims=True)
        spread = np.sqrt((centred**2).mean(axis=-1, keepdims=True) + np.float32(1e-12))
        y: Floats = centred / spread * self._w[f"{name}.weight"] + self._w[f"{name}.bias"]
        return y
