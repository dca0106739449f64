"""Sentence vectors: the weights are read, and the forward pass is that of the published model."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from pipeline.evaluate.sentence_vectors import SentenceVectors, weights_folder

PIECES = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "valve", "##s", "open", "the", "a", "."]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A model of the right make with random weights."""
    random = np.random.default_rng(7)
    width, inner = 24, 48
    shapes: dict[str, tuple[int, ...]] = {
        "embeddings.word_embeddings.weight": (len(PIECES), width),
        "embeddings.position_embeddings.weight": (512, width),
        "embeddings.token_type_embeddings.weight": (2, width),
        "embeddings.LayerNorm.weight": (width,), "embeddings.LayerNorm.bias": (width,),
    }
    for layer in range(6):
        at = f"encoder.layer.{layer}"
        for name in ("attention.self.query", "attention.self.key", "attention.self.value", "attention.output.dense"):
            shapes |= {f"{at}.{name}.weight": (width, width), f"{at}.{name}.bias": (width,)}
        shapes |= {f"{at}.intermediate.dense.weight": (inner, width), f"{at}.intermediate.dense.bias": (inner,)}
        shapes |= {f"{at}.output.dense.weight": (width, inner), f"{at}.output.dense.bias": (width,)}
        for name in ("attention.output.LayerNorm", "output.LayerNorm"):
            shapes |= {f"{at}.{name}.weight": (width,), f"{at}.{name}.bias": (width,)}
    header, numbers = {}, b""
    for name, shape in shapes.items():
        drawn = np.ones(shape) if name.endswith("LayerNorm.weight") else random.normal(scale=0.2, size=shape)
        raw = drawn.astype("<f4").tobytes()
        header[name] = {"dtype": "F32", "shape": shape, "data_offsets": [len(numbers), len(numbers) + len(raw)]}
        numbers += raw
    told = json.dumps(header).encode()
    (tmp_path / "model.safetensors").write_bytes(len(told).to_bytes(8, "little") + told + numbers)
    (tmp_path / "vocab.txt").write_text("\n".join(PIECES), encoding="utf-8")
    return tmp_path


def test_vectors_have_length_one_and_the_same_sentence_has_the_same_vector(folder: Path) -> None:
    one, other, again = SentenceVectors(folder).vectors(["open the valve", "a valve.", "Open the VALVE"])
    assert np.linalg.norm(one) == pytest.approx(1, abs=1e-5)
    assert one == pytest.approx(again, abs=1e-6)
    assert float(np.abs(one - other).max()) > 1e-3


def test_words_are_pieced_together_from_the_left_and_unknown_ones_are_one_sign(folder: Path) -> None:
    vectors = SentenceVectors(folder)
    valves, unknown, other = vectors.vectors(["valves", "zzz", "qqq"])
    assert unknown == pytest.approx(other, abs=1e-6)
    assert float(np.abs(valves - unknown).max()) > 1e-3


@pytest.mark.skipif(weights_folder() is None, reason="the package with the weights is not installed")
def test_sentences_of_one_meaning_are_near() -> None:
    folder = weights_folder()
    assert folder is not None
    one, near, far = SentenceVectors(folder).vectors(
        ["Explain the benefits of branding.", "Describe why branding pays.", "Close the valve before you open the pump."]
    )
    assert float(one @ near) > 0.6 > 0.3 > float(one @ far)
