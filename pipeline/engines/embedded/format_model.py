"""How likely each format of training is for a text by its words: a logistic model, its weights written down.

In: blocks. Out: a probability for each verdict. The weights (words/triage_weights_en.toml) were fitted by
`benchmarks/fit_triage.py` on the labelled texts of `sme2module eval --only triage` but for those held out, for which
figures are printed there. The rules of `suitability.py` name what they find; the model is asked where they find
nothing, because no list of words holds all ways to say that something is done by hand, together or at short notice.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from pipeline import prose
from pipeline.domain import Block, BlockKind
from pipeline.engines.embedded.wordlists import table
from pipeline.prose.wordlists import words_for

FORMATS = ("async", "blended", "live", "job_aid")
# The texts that the weights come from are about so long; of a longer one each passage is read by itself.
_PASSAGE_WORDS = 160
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_VALUE = re.compile(r"\w: (?=\S)")
_VALUES_MIN = 3
_WORDS_A_VALUE_MAX = 12
_TABLE_SHARE = 0.3
_DIGIT_STEPS = 20
_DIGITS_MOST = 4
_FORM_WEIGHT = 3.0
# Who is spoken of, and what is open or forbidden, tells formats apart, though the words carry no matter.
_KEPT = frozenset("we you nobody no not must may whether until they somebody each everyone others one".split())


@dataclass(frozen=True)
class Likelihood:
    """Probabilities of the formats, 0 to 1, in the order of `FORMATS`; together 1."""

    shares: tuple[float, ...]

    def of(self, *formats: str) -> float:
        """How likely one of those formats is."""
        return sum(self.shares[FORMATS.index(one)] for one in formats)

    @property
    def best(self) -> str:
        """The likeliest."""
        return FORMATS[max(range(len(FORMATS)), key=lambda place: self.shares[place])]


def is_known(language: str) -> bool:
    """Whether there are weights for texts of that language."""
    return language == "en"


def likelihood(blocks: Sequence[Block], language: str) -> Likelihood | None:
    """Of the document of those blocks: what is likely on an average over its passages; None where nothing is known."""
    passages = _passages(blocks) if is_known(language) else []
    if not passages:
        return None
    found = [_read(passage, language) for passage in passages]
    sizes = [sum(map(_size, passage)) for passage in passages]
    total = sum(sizes) or 1
    return Likelihood(
        tuple(
            sum(size * one.shares[place] for size, one in zip(sizes, found, strict=True)) / total
            for place in range(len(FORMATS))
        )
    )


def weight_of(text: str, verdict: str, language: str) -> float:
    """How much the words of a sentence speak for the verdict, beside the other verdicts on average."""
    place = FORMATS.index(verdict)
    weights = _weights(language)
    return sum(weights[word][place] for word in _words(text) if word in weights)


def features_of(blocks: Sequence[Block]) -> Mapping[str, float]:
    """What the model looks at: stems that stand in the text, and its form; each with its weight, length 1."""
    found = dict.fromkeys((word for block in blocks for word in _words(block.text)), 1.0)
    body = [block for block in blocks if block.kind is not BlockKind.HEADING]
    words = sum(map(_size, body)) or 1
    values = sum(len(_VALUE.findall(block.text)) for block in body)
    if sum(_size(block) for block in body if block.kind is BlockKind.TABLE) / words > _TABLE_SHARE:
        found["(table)"] = _FORM_WEIGHT
    if values >= _VALUES_MIN and words <= _WORDS_A_VALUE_MAX * values:
        found["(values)"] = _FORM_WEIGHT
    digits = sum(any(map(str.isdigit, word)) for block in body for word in block.text.split()) / words
    found[f"(digits {min(int(digits * _DIGIT_STEPS), _DIGITS_MOST)})"] = 1.0
    length = math.sqrt(sum(weight * weight for weight in found.values()))
    return {name: weight / length for name, weight in found.items()}


def _passages(blocks: Sequence[Block]) -> list[list[Block]]:
    """The blocks in runs of about the length that the model knows."""
    total = sum(map(_size, blocks))
    wanted = max(round(total / _PASSAGE_WORDS), 1)
    found: list[list[Block]] = [[]]
    filled = 0
    for block in blocks:
        if filled >= total * len(found) / wanted and found[-1]:
            found.append([])
        found[-1].append(block)
        filled += _size(block)
    return [passage for passage in found if any(map(_size, passage))]


def _read(blocks: Sequence[Block], language: str) -> Likelihood:
    weights = _weights(language)
    features = features_of(blocks)
    known = [(weights[name], weight) for name, weight in features.items() if name in weights]
    scores = [
        weights["(constant)"][place] + sum(row[place] * weight for row, weight in known)
        for place in range(len(FORMATS))
    ]
    most = max(scores)
    raised = [math.exp(score - most) for score in scores]
    return Likelihood(tuple(one / sum(raised) for one in raised))


def _words(text: str) -> Iterable[str]:
    light = words_for("en").set("stopwords")
    for word in _WORD.findall(text.lower().replace("’", "'")):
        if len(word) > 1 and (word not in light or word in _KEPT):
            yield prose.stem_of(word)


def _size(block: Block) -> int:
    return len(block.text.split())


@cache
def _weights(language: str) -> dict[str, tuple[float, ...]]:
    return {name: tuple(row) for name, row in table(f"triage_weights_{language}")["weights"].items()}
