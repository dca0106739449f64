"""Sentences that say why, give a case, or just tell: purpose, examples, statements. In: a sentence; out: yes or no."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise

from pipeline.domain import Block, BlockKind
from pipeline.engines.embedded import verbs
from pipeline.engines.embedded.facts import Span
from pipeline.engines.embedded.grammar import DETERMINERS, FINITE, HAVE_DO, PREPOSITIONS, Token, is_balanced, tokens_of
from pipeline.engines.embedded.imperatives import imperative
from pipeline.engines.embedded.sentences import one_line
from pipeline.engines.embedded.unfinished import is_unfinished

_EXAMPLE = re.compile(
    r"^(?:for example|for instance|as an example|example|e\.g\.|consider the following|suppose|imagine)\b",
    re.IGNORECASE,
)
_INNER_EXAMPLE = re.compile(r"^[^(]*, (?:for example|for instance),", re.IGNORECASE)
_PURPOSE = re.compile(
    r"^(?:the )?(?:purpose|aim|goal|objective|intent)s? of (?:this|these|the)\b.*\b(?:is|are) to\b|"
    r"^(?:this|the) (?:[a-z]+ ){0,2}(?:procedure|policy|standard|process|instruction|"
    r"directive|guideline|rule|plan|sop)s? (?:protects?|ensures?|prevents?|keeps?|helps?|"
    r"makes? sure|exists?|reduces?|safeguards?|aims? to|is (?:designed|intended|meant) to)\b|"
    r"^(?:we|you) .{5,120}\bso that\b|\b(?:exists?|is in place) (?:to|so that)\b|"
    r"^.{10,140}\bso that (?!is\b).{8,}",
    re.IGNORECASE,
)
_META = re.compile(
    r"\b(?:this|the) (?:document|page|section|chapter|handbook|template|appendix|manual|table|"
    r"figure|list|training|course|website|site|post|article|repository)\b|"
    r"\bthis (?:policy|procedure|directive|standard|process|sop|plan|guideline|agreement) "
    r"(?:also )?(?:describes|outlines|explains|covers|provides|defines|sets out|contains|"
    r"details|lists|is organi[sz]ed|is divided)\b|"
    r"\b(?:see|refer to|click here|read on|listed|described|shown|discussed|as noted|"
    r"mentioned) (?:above|below|the|our|section|appendix|in)\b|\b(?:above|below)\b",
    re.IGNORECASE,
)
_TAG = re.compile(r"<[a-z]+", re.IGNORECASE)


# Notes without subject, asides, questions in disguise, and lines of a dialogue.
_NO_SENTENCE = re.compile(
    r"^(?:\(|here(?:['’]s| is| are)\b|what\b|who\b|how\b|why\b|which\b|[A-Z][\w .-]{0,24}: "
    r"(?=[A-Z\"“'I])(?<!Note: )(?<!Warning: )(?<!Caution: )(?<!Important: )(?<!Danger: "
    r")(?<!Remember: ))|.*[!?]\.$",
    re.IGNORECASE,
)
_CALL_OUT = re.compile(
    r"^[⚠!\s]*(?:warning|caution|danger|attention|hazard|important|note|notice)\s*[:!.–—-]", re.IGNORECASE
)
_SPEECH = re.compile(r"\b(?:I|I['’](?:m|ll|ve|d)|please)\b(?!\.)|\[[A-Z]+\]")


def is_speech(span: Span) -> bool:
    """Whether somebody is quoted as speaking: a block quote, or a first person that is no organisation's "we".

    A block quote headed by a warning word is a call-out: Word and Markdown writers set warnings apart that way.
    """
    is_quoted = span.block.kind is BlockKind.QUOTE and not _CALL_OUT.match(span.block.text)
    return is_quoted or bool(
        re.search(
            r"\bI(?:['’](?:m|ll|ve|d))?\b(?![./-])|\[[A-Z]+\]|^[A-Z][A-Za-z]{0,12}: "
            r"[A-Z\"“].*\b(?:you|we|please|let['’]s|I)\b",
            span.text,
        )
    )


_TO_MACHINES = re.compile(
    r"\b(?:ignore|disregard|forget|override)\b.{0,30}\b(?:previous|prior|above|earlier|"
    r"preceding|all|your)\b.{0,20}\b(?:instructions?|prompts?|rules|context)\b|"
    r"\bsystem prompt\b|\byou are (?:now )?(?:an? )?(?:AI|chatgpt|language model|assistant)\b|\bas an AI\b",
    re.IGNORECASE,
)


def is_for_machines(text: str) -> bool:
    """Whether the text gives orders to a language model instead of to a person at work: nothing to learn from."""
    return bool(_TO_MACHINES.search(text))


def is_template(text: str) -> bool:
    """Whether the text has a slot that somebody was to fill in."""
    return is_unfinished(text) or bool(_TAG.search(text))


def example_block(block: Block) -> Span | None:
    """A block below the heading "Example", as one case."""
    text = one_line(block.text)
    whole = Span(block, len(block.text) - len(block.text.lstrip()), len(block.text.rstrip()))
    if (
        block.kind not in (BlockKind.PARAGRAPH, BlockKind.LIST_ITEM, BlockKind.QUOTE)
        or len(text.split()) < 8
        or text.endswith(":")
    ):
        return None
    return whole if is_balanced(text) and not is_template(text) else None


def is_example(span: Span) -> bool:
    """Whether the sentence gives a case."""
    text = one_line(span.text)
    if len(text.split()) < 4 or text.endswith(":"):
        return False
    return bool(_EXAMPLE.match(text) or _INNER_EXAMPLE.search(text))


def is_whole_example(span: Span) -> bool:
    """Whether the case is told in a sentence of its own, not in half of one ("For example, by raising a flag")."""
    text = one_line(span.text)
    rest = _EXAMPLE.sub("", text).lstrip(" ,:;–—")
    if not rest or rest == text or imperative(rest) is not None:
        return True
    toks = [token for token in tokens_of(rest) if token.is_word]
    return len(toks) > 1 and _has_finite_verb(rest, is_item=span.block.kind is BlockKind.LIST_ITEM)


def is_purpose(text: str) -> bool:
    """Whether the sentence says what the rest is good for."""
    line = one_line(text)
    if not 6 <= len(line.split()) <= 60 or line.endswith(("?", ":")) or not _PURPOSE.search(line):
        return False
    if imperative(line) is not None:
        return False  # "Install a program so that …" says what to do, and only then what for
    return not ("so that" in line and re.search(r"\b(?:should|must|please|can you|will|I|see)\b", line))


def is_statement(span: Span) -> bool:
    """Whether the span is a whole declarative sentence that can be shown as it stands.

    It has a capital, an end mark and a finite verb, asks nothing, and doesn't talk about the document itself.
    """
    return _states(one_line(span.text), span.block.kind)


@lru_cache(maxsize=1 << 11)  # lessons, prompts and items each ask it of the same sentences
def _states(text: str, kind: BlockKind) -> bool:
    if kind not in (BlockKind.PARAGRAPH, BlockKind.LIST_ITEM, BlockKind.NOTE, BlockKind.QUOTE):
        return False
    words = [token for token in tokens_of(text) if token.is_word]
    if not 4 <= len(words) <= 60 or not text.endswith((".", "!", ".”", '."', ".)", "。")) or text.endswith("..."):
        return False
    first = text.lstrip("“\"'(")
    if not first or not (first[0].isupper() or first[0].isdigit()) or not is_balanced(text):
        return False
    if (
        _NO_SENTENCE.match(text)
        or _SPEECH.search(text)
        or imperative(text) is not None
        or not _has_finite_verb(text, is_item=kind is BlockKind.LIST_ITEM)
    ):
        return False
    return not _META.search(text) and not is_template(text)


_OPENERS = frozenset(
    "that which who whose where when if while because how what whether unless although since once".split()
)


def _has_finite_verb(text: str, *, is_item: bool) -> bool:
    """Whether some word surely is a finite verb, and the first one isn't (a note without its subject: "Walks in")."""
    toks = [token for token in tokens_of(text) if token.is_word]
    first = toks[0].lower
    if first in FINITE | HAVE_DO or first in {"ability", "able"}:
        return False
    if first.endswith("s") and (
        verbs.base_of_third(first) in verbs.VERBS_ONLY
        or (
            toks[1].lower in {"the", "a", "an", "into", "that", "out"}
            and first not in {"this", "as", "towards", "besides", "perhaps", "sometimes", "always"}
        )
    ):
        return False
    # In a list, "A statement that …" is a noun phrase: a verb of its own must be left when each clause has had one.
    # … and in "activities the agency believes it can assist with" the clause has no opener.
    needed = 1 + sum(token.lower in _OPENERS for token in toks) + _contact_clauses(toks) if is_item else 1
    found = 0
    for index in range(1, len(toks)):
        found += _is_finite(toks, index)
        if found >= needed:
            return True
    return False


def _contact_clauses(toks: Sequence[Token]) -> int:
    """How many clauses follow a plural noun with nothing but their subject's article."""
    return sum(
        token.lower in {"the", "a", "an"}
        and before.lower.endswith("s")
        and before.lower not in FINITE | HAVE_DO | PREPOSITIONS | {"this", "always"}
        and verbs.base_of_third(before.lower) is None
        for before, token in pairwise(toks)
    )


def _is_finite(toks: Sequence[Token], index: int) -> bool:
    token = toks[index]
    word, before = token.lower, toks[index - 1].lower
    if (
        word in FINITE | HAVE_DO
        or word.endswith(("n't", "'re", "'ve", "'ll"))
        or word in {"it's", "that's", "there's", "he's", "she's"}
    ):
        return True
    base = verbs.base_of_third(word)
    if base in verbs.VERBS_ONLY and before not in DETERMINERS | PREPOSITIONS:
        return True
    if (
        base is not None
        and before not in DETERMINERS | PREPOSITIONS | {"and", "or"}
        and index + 1 < len(toks)
        and toks[index + 1].lower in DETERMINERS | PREPOSITIONS
    ):
        return True
    if verbs.is_base(word) and (
        before in {"you", "we", "they", "who", "that"} or (word in verbs.VERBS_ONLY and before.endswith("s"))
    ):
        return True
    return bool(
        verbs.base_of_past(word)
        and before not in DETERMINERS | PREPOSITIONS | {"and", "or"}
        and word not in {"set", "put", "read", "cut", "hit", "cost", "cast", "split", "spread", "reset", "let", "quit"}
    )
