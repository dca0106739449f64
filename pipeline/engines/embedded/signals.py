"""What in a source speaks for a format of training, sentence by sentence.

In: blocks. Out: `Signals`: by kind of cue (words/triage_LANGUAGE.toml) the sentences that hold one, and which.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache

from pipeline.domain import Block, BlockKind
from pipeline.engines.embedded.facts import Span
from pipeline.engines.embedded.sentences import sentence_offsets
from pipeline.engines.embedded.wordlists import table

_WORD = re.compile(r"\w+(?:['’-]\w+)*")
_VOWELS = "aeiou"
_SENTENCE_WORDS_MIN = 4
# Handling words in a list of what to type or click say nothing about hands.
_PHYSICAL = frozenset({"hands", "skilled"})


@dataclass(frozen=True)
class Cue:
    """A sentence that speaks for a format."""

    span: Span
    words: frozenset[str]
    """The cues of that kind in it: words in their basic form, and the kind with the place of a pattern."""


@dataclass(frozen=True)
class Signals:
    """The cues of some blocks by kind, in reading order."""

    cues: Mapping[str, tuple[Cue, ...]] = field(default_factory=dict)

    def of(self, kind: str) -> tuple[Cue, ...]:
        """The cues of that kind."""
        return self.cues.get(kind, ())

    def kinds(self, *kinds: str) -> int:
        """How many different words of those kinds there are."""
        return len({word for kind in kinds for cue in self.of(kind) for word in cue.words})

    def strongest(self, *kinds: str, most: int = 2) -> list[Span]:
        """The sentences that hold the most cues of those kinds, the strongest first; titles only where nothing else."""
        weight: dict[Span, int] = {}
        for kind in kinds:
            for cue in self.of(kind):
                weight[cue.span] = weight.get(cue.span, 0) + len(cue.words)
        # Of equally strong ones the first.
        said = [span for span in weight if _is_said(span)] or list(weight)
        return sorted(said, key=lambda span: -weight[span])[:most]


def _is_said(span: Span) -> bool:
    """Whether it is more than a title or a word in brackets."""
    return span.block.kind is not BlockKind.HEADING and len(_WORD.findall(span.text)) >= _SENTENCE_WORDS_MIN


def signals_of(
    blocks: Iterable[Block], language: str, *, is_done: Callable[[Span], bool] = lambda span: True
) -> dict[str, Signals]:
    """Block id → what its sentences say; tables say nothing in sentences and are left out.

    `is_done` tells whether a sentence speaks of what is done: elsewhere, as in a definition, handling needs no hands.
    """
    found: dict[str, Signals] = {}
    for block in blocks:
        if block.kind is not BlockKind.TABLE and (cues := _cues_of(block, language, is_done)):
            found[block.id] = Signals(cues)
    return found


def together(by_block: Mapping[str, Signals], block_ids: Iterable[str]) -> Signals:
    """The signals of several blocks as one, in the order of the ids."""
    cues: dict[str, list[Cue]] = {}
    for block_id in block_ids:
        if block_id in by_block:
            for kind, of_kind in by_block[block_id].cues.items():
                cues.setdefault(kind, []).extend(of_kind)
    return Signals({kind: tuple(of_kind) for kind, of_kind in cues.items()})


def _cues_of(block: Block, language: str, is_done: Callable[[Span], bool]) -> dict[str, tuple[Cue, ...]]:
    lexicon, patterns = _lexicon(language), _patterns(language)
    found: dict[str, list[Cue]] = {}
    is_practised = _is_practised(block, lexicon, patterns)
    for start, end in sentence_offsets(block.text):
        span = Span(block, start, end)
        text = span.text.lower().replace("’", "'")
        of_sentence = _in_sentence(text, lexicon)
        # What is tried out while somebody looks on is done, however it is told.
        if not is_practised and not _PHYSICAL.isdisjoint(of_sentence) and not is_done(span):
            of_sentence = {kind: words for kind, words in of_sentence.items() if kind not in _PHYSICAL}
        for kind, forms in patterns:
            # Two forms are two pieces of evidence, as two words are.
            matched = {f"{kind} {place}" for place, form in enumerate(forms) if form.search(text)}
            if matched:
                of_sentence.setdefault(kind, set()).update(matched)
        for kind, words in of_sentence.items():
            found.setdefault(kind, []).append(Cue(span, frozenset(words)))
    if "program" in found:
        found = {kind: cues for kind, cues in found.items() if kind not in _PHYSICAL}
    return {kind: tuple(cues) for kind, cues in found.items()}


def _is_practised(block: Block, lexicon: _Lexicon, patterns: Iterable[tuple[str, tuple[re.Pattern[str], ...]]]) -> bool:
    """Whether the paragraph says that what it tells of is tried out while somebody looks on."""
    text = block.text.lower().replace("’", "'")
    forms = next((listed for kind, listed in patterns if kind == "practice"), ())
    return "practice" in _in_sentence(text, lexicon) or any(form.search(text) for form in forms)


def _in_sentence(text: str, lexicon: _Lexicon) -> dict[str, set[str]]:
    words = _WORD.findall(text)
    found: dict[str, set[str]] = {}
    for place, word in enumerate(words):
        for kind, entry in lexicon.words.get(word, ()):
            found.setdefault(kind, set()).add(entry)
        for kind, phrase in lexicon.phrases.get(word, ()):
            if tuple(words[place : place + len(phrase)]) == phrase:
                found.setdefault(kind, set()).add(" ".join(phrase))
    return found


@dataclass(frozen=True)
class _Lexicon:
    words: Mapping[str, tuple[tuple[str, str], ...]]
    """A word's form → kind and basic form of every cue it is."""
    phrases: Mapping[str, tuple[tuple[str, tuple[str, ...]], ...]]
    """The first word → kind and words of every group that begins with it."""


@cache
def _lexicon(language: str) -> _Lexicon:
    words: dict[str, list[tuple[str, str]]] = {}
    phrases: dict[str, list[tuple[str, tuple[str, ...]]]] = {}
    for kind, entries in table(f"triage_{language}")["cues"].items():
        for entry in entries:
            first, *rest = entry.split()
            if rest:
                phrases.setdefault(first, []).append((kind, (first, *rest)))
            else:
                for form in _forms(entry):
                    words.setdefault(form, []).append((kind, entry))
    return _Lexicon(
        {form: tuple(dict.fromkeys(cues)) for form, cues in words.items()},
        {first: tuple(cues) for first, cues in phrases.items()},
    )


def _forms(word: str) -> Iterator[str]:
    """The word with the endings of English verbs and nouns; some of the forms are no words, and do no harm."""
    yield word
    stem = word.removesuffix("e")
    yield from (f"{word}s", f"{word}es", f"{stem}ed", f"{stem}ing")
    if word[-1] == "y":
        yield from (f"{word[:-1]}ies", f"{word[:-1]}ied")
    elif len(word) > 2 and word[-1] not in _VOWELS and word[-2] in _VOWELS:
        yield from (f"{word}{word[-1]}ed", f"{word}{word[-1]}ing")


@cache
def _patterns(language: str) -> tuple[tuple[str, tuple[re.Pattern[str], ...]], ...]:
    return tuple(
        # The same group may be named in several of them, so they stay apart.
        (kind, tuple(map(re.compile, listed)))
        for kind, listed in table(f"triage_{language}")["patterns"].items()
    )


def minutes_in(spans: Iterable[Span], language: str) -> int | None:
    """How long the words say that something takes, in minutes; of several told in brackets their sum; None where they
    say nothing.
    """
    numbers = table(f"triage_{language}")["numbers"]
    *wholes, part = dict(_patterns(language))["lasts"]
    texts = [span.text.lower() for span in spans]
    for whole in wholes:
        for text in texts:
            if (match := whole.search(text)) and (minutes := _minutes(match, numbers)):
                return minutes
    return sum(_minutes(match, numbers) for text in texts for match in part.finditer(text)) or None


def _minutes(match: re.Match[str], numbers: Mapping[str, int]) -> int:
    said = match["number"]
    number = int(said) if said.isdigit() else numbers.get(said, 0)
    return number * 60 if match["unit"].startswith("h") else number
