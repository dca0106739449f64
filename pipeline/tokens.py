"""Token counts without a network: o200k_base from ranks shipped as package data.

tiktoken fetches its ranks at first use, which fails or hangs offline (openai/tiktoken #317), so the ranks lie in
`pipeline/data` (MIT, OpenAI) and their hash is checked at load. For models of other vendors the count is an estimate.
"""

from __future__ import annotations

import binascii
import gzip
import hashlib
import threading
from collections.abc import Iterable
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING

from pipeline.errors import ConfigError

if TYPE_CHECKING:
    import tiktoken

_RANKS = "o200k_base.tiktoken.gz"
# The hash tiktoken itself expects of o200k_base (tiktoken_ext/openai_public.py).
_SHA256 = "446a9538cb6c348e3516120d7c08b09f57c36495e2acfffe59a5bf8b0cfb1a2d"
_PATTERN = "|".join(
    [
        r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?",
        r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?",
        r"\p{N}{1,3}",
        r" ?[^\s\p{L}\p{N}]+[\r\n/]*",
        r"\s*[\r\n]+",
        r"\s+(?!\S)",
        r"\s+",
    ]
)
# Texts up to here are counted once; what is longer is seldom counted twice, and not worth keeping.
_BLOCK_CHARS = 2000
_lock = threading.Lock()
_loaded: list[tiktoken.Encoding] = []


def encoding() -> tiktoken.Encoding:
    """The o200k_base encoding, loaded once; raises ConfigError where the shipped ranks are damaged."""
    with _lock:
        if not _loaded:
            _loaded.append(_load())
        return _loaded[0]


def count(text: str) -> int:
    """Tokens of the text; special tokens in it are counted as the plain text they are."""
    return _count_block(text) if len(text) <= _BLOCK_CHARS else _count(text)


def count_each(texts: Iterable[str]) -> list[int]:
    """Tokens of each of the texts; quicker than one by one, and nothing is kept."""
    encode = encoding().encode_ordinary
    return [len(encode(text)) for text in texts]


def _count(text: str) -> int:
    return len(encoding().encode_ordinary(text))


# Splitting, assessing and drafting a document each count its blocks.
_count_block = lru_cache(maxsize=4096)(_count)


def _load() -> tiktoken.Encoding:
    import tiktoken

    raw = gzip.decompress(files("pipeline").joinpath("data", _RANKS).read_bytes())
    if hashlib.sha256(raw).hexdigest() != _SHA256:
        raise ConfigError(
            f"token ranks {_RANKS}", why="the file's hash is not o200k_base's", mend="install sme2module again"
        )
    # Token and rank take turns; every process that drafts reads 200,000 of them.
    entries = raw.split()
    ranks = dict(zip(map(binascii.a2b_base64, entries[::2]), map(int, entries[1::2]), strict=True))
    encoding = tiktoken.Encoding(
        name="o200k_base",
        pat_str=_PATTERN,
        mergeable_ranks=ranks,
        special_tokens={"<|endoftext|>": 199999, "<|endofprompt|>": 200018},
    )
    # The encoding has a table of its own and holds on to ours, 27 MB, only to be pickled.
    ranks.clear()
    return encoding
