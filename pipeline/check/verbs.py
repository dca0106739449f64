"""The verbs of an objective: which one it opens with, whether a second is joined to it, of which level it is.

Works on the word lists of the module's language; an unknown verb is never called wrong.
"""

from __future__ import annotations

from dataclasses import dataclass

from pipeline import prose
from pipeline.domain import BloomLevel
from pipeline.prose.wordlists import WordLists

_MODALS = (
    "will be able to",
    "should be able to",
    "be able to",
    "is able to",
    "are able to",
    "can",
    "will",
    "must",
    "should",
)
_KNOWN = (*(level.value for level in BloomLevel), "vague_verbs")
# Words between "and" and its verb that don't make it anything else than a verb.
_ADVERB_ENDING = "ly"
_SUBJECT_WORDS = 12
_JOINERS = frozenset({"and", "or", "then", "&"})
_NO_ADVERBS = frozenset({"apply", "reply", "supply", "multiply", "comply", "rely"})


@dataclass(frozen=True)
class Lead:
    """An objective from its verb on."""

    words: tuple[str, ...]
    is_certain: bool
    """Whether the first word is surely where the verb stands."""


def lead_of(text: str, audience: str, lists: WordLists) -> Lead:
    """The words from the verb on: without audience, quotes and "will be able to"."""
    tokens = prose.words(prose.unquoted(text))
    if tokens and bare(tokens[0], lists) == tokens[0] and tokens[0] in _known(lists):
        return Lead(tokens, is_certain=True)
    joined, who = f" {' '.join(tokens)} ", " ".join(prose.words(audience))
    rest = joined.partition(f" {who} ")[2] if who else ""
    if rest:
        modal = next((one for one in _MODALS if rest.startswith(f"{one} ")), "")
        return _without_adverbs(tuple(rest[len(modal) :].split()), True)
    for modal in _MODALS:
        before, found, after = joined.partition(f" {modal} ")
        # Far into a sentence a "can" belongs to what is done, not to who does it.
        if found and ("able" in modal or len(before.split()) <= _SUBJECT_WORDS):
            return _without_adverbs(tuple(after.split()), True)
    if tokens[:1] == ("to",):
        return _without_adverbs(tokens[1:], True)
    is_certain = bool(tokens) and (tokens[0] in lists.set("vague_verbs") or bool(levels_of(tokens[0], lists)))
    return _without_adverbs(tokens, is_certain)


def _without_adverbs(tokens: tuple[str, ...], is_certain: bool) -> Lead:
    while len(tokens) > 1 and tokens[0].endswith(_ADVERB_ENDING) and tokens[0] not in _NO_ADVERBS:
        tokens = tokens[1:]
    return Lead(tokens, is_certain)


def bare(word: str, lists: WordLists) -> str:
    """The verb without its third-person ending, where that gives a known verb; else the word itself."""
    known = _known(lists)
    if word in known:
        return word
    candidates = [word[:-1]] if word.endswith("s") else []
    if word.endswith("es"):
        candidates.append(word[:-2])
    if word.endswith("ies"):
        candidates.append(word[:-3] + "y")
    return next(
        (candidate for candidate in candidates if candidate in known),
        {"is": "be", "are": "be"}.get(word, word),
    )


def levels_of(word: str, lists: WordLists) -> tuple[BloomLevel, ...]:
    """The levels whose list holds the verb, lowest first; none where no list does."""
    verb = bare(word, lists)
    return tuple(level for level in BloomLevel if verb in lists.set(level.value))


def vague_phrase(tokens: tuple[str, ...], lists: WordLists) -> str | None:
    """The vague verb the words open with, as written, or None; an observable meaning of the verb wins."""
    if not tokens:
        return None
    for length in (3, 2, 1):
        said = tokens[:length]
        # "become" opens a vague phrase and is no verb of any list.
        of_third = (bare(said[0], lists), said[0].removesuffix("s"))
        phrases = {" ".join((first, *said[1:])) for first in of_third}
        if len(said) == length and phrases & lists.set("vague_verbs"):
            return " ".join(said)
    return None


def coordinated_verb(tokens: tuple[str, ...], lists: WordLists) -> str | None:
    """A second verb joined to the first by "and" or "or", or None.

    Precision first: the word after "and" must be a known verb in the first verb's form, and either stand
    right behind the first verb ("describe and develop …") or open an object of its own ("… and report it");
    where it does both ("isolates and restarts the …") it can be nothing but a verb, known or not.
    """
    if len(tokens) < 3:
        return None
    is_third = bare(tokens[0], lists) != tokens[0]
    for place, joiner in enumerate(tokens[1:-1], 1):
        if joiner not in _JOINERS:
            continue
        after = place + 1
        while after < len(tokens) - 1 and (
            tokens[after].endswith(_ADVERB_ENDING) or tokens[after] in _JOINERS
        ):
            after += 1
        verb = tokens[after]
        follows = tokens[after + 1] if after + 1 < len(tokens) else ""
        is_same_form = verb.endswith("s") is tokens[0].endswith("s")
        if place == 1 and joiner in ("and", "or") and is_same_form and follows in lists.set("determiners"):
            return verb
        if verb not in _known(lists) and bare(verb, lists) == verb:
            continue
        if (bare(verb, lists) != verb) is not is_third:
            continue
        if place == 1 or follows in lists.set("determiners"):
            return verb
    return None


def _known(lists: WordLists) -> frozenset[str]:
    return lists.union(*_KNOWN)
