"""Item-writing flaws of the stem (Haladyna & Downing 1989; Tarrant et al. 2006): what is asked, how clearly.

Each function takes a `Question` and the language's word lists, so content made elsewhere can be read too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.check import prose
from pipeline.check.fault import Fault
from pipeline.check.question import BLANK, Question
from pipeline.check.words import WordLists
from pipeline.domain import ItemType, Severity

# Beyond this a stem holds more than the problem it poses (rubric-sources 32).
LONG_STEM_WORDS = 60
_ALL_BUT = re.compile(r"\ball\b[^.?]{0,40}\bbut (?:which|one)\b", re.IGNORECASE)
_CLAUSE_END = re.compile(r"[,;:–—]")
_TRUE_FALSE_STEM = re.compile(
    r"^\W*(?:true\s*(?:/|or)\s*false|t\s*/\s*f|is (?:this|the following)(?: statement)? true or false)\b",
    re.IGNORECASE,
)
_TRUTH = frozenset({"true", "false", "yes", "no", "correct", "incorrect", "right", "wrong", "t", "f"})
_ENDS_OPEN = re.compile(r"\betc\.?\b|\band so on\b|…\s*\?", re.IGNORECASE)


def ambiguous_unclear(question: Question, lists: WordLists) -> Iterator[Fault]:
    """One clear problem: no second question in the same stem, no "it" without a noun before, no "etc."."""
    if not question.stem.strip():
        yield Fault("The stem is empty.")
        return
    asked = [one for one in prose.sentences(question.stem) if one.rstrip("\"'”’) ").endswith("?")]
    if len(asked) > 1:
        yield Fault(f"The stem asks {len(asked)} questions at once.")
    elif _ENDS_OPEN.search(question.stem):
        yield Fault('The stem trails off ("etc.") instead of saying what is meant.')
    elif reference := _dangling_reference(question, lists):
        yield Fault(f'"{reference}" in the stem points to nothing said before.')


def _dangling_reference(question: Question, lists: WordLists) -> str | None:
    """A pronoun in the first few words, before any noun it could stand for."""
    found = question.stem_words
    if len(prose.sentences(question.stem)) > 1 or not found:
        return None
    pronouns = lists.set("pronouns") - {"this", "these", "that", "such"}
    for place, word in enumerate(found[:4]):
        if word in pronouns:
            after = found[place + 1 : place + 2]
            # "Is it true that …", "When it rains": a dummy subject, not a reference.
            has_noun_before = any(
                one not in lists.set("stopwords") and one not in lists.set("pronouns")
                for one in found[:place]
            )
            is_dummy = word == "it" and bool(
                set(found) & {"that", "to", "rains", "true", "possible", "best", "necessary"}
            )
            return None if has_noun_before or is_dummy or not after else word
    return None


def negative_wording(question: Question, lists: WordLists) -> Iterator[Fault]:
    """What is asked is worded positively; a "not" inside an if-clause or a quote is no negative question."""
    if question.type is ItemType.CLOZE:
        # The sentence is the source's own rule, such as a prohibition.
        return
    if _ALL_BUT.search(question.stem):
        yield Fault('The stem asks in the negative ("all but").')
        return
    main = _main_clause(prose.unquoted(question.last_sentence), lists)
    for word in prose.words(BLANK.sub(" ", main)):
        if word in lists.set("negatives"):
            if word in ("least", "without") and not _is_superlative_least(main):
                continue
            yield Fault(f'The stem asks in the negative ("{word}").')
            return


def _is_superlative_least(main: str) -> bool:
    """Whether "least" asks in the negative: "least likely" does, "at least 40 minutes" does not."""
    return bool(re.search(r"(?<!at )\bleast\s+\w+", main, re.IGNORECASE))


def _main_clause(sentence: str, lists: WordLists) -> str:
    """The sentence without subordinate clauses in front of its comma or behind its question."""
    pieces = _CLAUSE_END.split(sentence)
    kept = [piece for piece in pieces if (prose.words(piece) or ("",))[0] not in lists.set("subordinators")]
    main = " ".join(kept or pieces)
    found = main.split()
    for place, word in enumerate(found):
        if place >= 3 and word.casefold().strip(".,?") in lists.set("subordinators"):
            return " ".join(found[:place])
    return main


def unfocused_stem(question: Question, lists: WordLists) -> Iterator[Fault]:
    """The stem poses a problem that can be answered with the options covered."""
    found = question.stem_words
    if not found or not question.is_choice or question.type is ItemType.TRUE_FALSE:
        return
    if all(word in lists.set("generic_stem") for word in found):
        yield Fault("The stem names no subject: it can't be answered before the options are read.")
    elif not question.is_asked and _opens_only(question, lists):
        yield Fault("The stem names a subject and asks nothing about it.")


def _opens_only(question: Question, lists: WordLists) -> bool:
    """Whether the stem is only the subject of a sentence that the options finish."""
    found = question.stem_words
    if found[0] in lists.set("imperatives") or len(prose.sentences(question.stem)) > 1:
        return False
    starts = [words[0] for words in question.option_words if words]
    carried = sum(word in lists.set("predicate_starts") for word in starts)
    has_verb = any(word in lists.set("stem_verbs") for word in found[1:])
    if carried >= 2:
        return len(found) <= 5
    return len(found) <= 4 and not has_verb


def gratuitous_information(question: Question, lists: WordLists) -> Iterator[Fault]:
    """The stem holds what is needed to answer, and nothing else."""
    count = len(question.stem_words)
    aside = lists.phrase_in("extraneous", question.stem_words)
    if count > LONG_STEM_WORDS:
        yield Fault(f"The stem is {count} words long; what isn't needed to answer hides what is asked.")
    elif aside:
        yield Fault(f'The stem makes a remark on the side ("{aside}").')


def true_false_question(question: Question, lists: WordLists) -> Iterator[Fault]:
    """The item does more than let the learner guess one of two."""
    declared = question.type is ItemType.TRUE_FALSE
    opens = [words[0] for words in question.option_words if words]
    only = len(question.options) == 2 and all(text in _TRUTH for text in question.option_texts)
    all_open = len(opens) >= 2 and len(opens) == len(question.options) and set(opens) <= {"true", "false"}
    if declared or only or all_open or _TRUE_FALSE_STEM.match(question.stem):
        yield Fault(
            "The item is a true/false question: half of those who guess are right.",
            severity=Severity.ADVICE if declared else None,
        )


def fill_in_the_blank(question: Question, lists: WordLists) -> Iterator[Fault]:
    """The stem asks a question rather than leaving a blank."""
    declared = question.type is ItemType.CLOZE
    if question.has_blank or declared:
        yield Fault(
            "The stem leaves a blank to fill instead of asking a question.",
            severity=Severity.ADVICE if declared else None,
        )


FLAWS = {
    "ambiguous_unclear": (ambiguous_unclear, ()),
    "negative_wording": (negative_wording, ("negatives",)),
    "unfocused_stem": (unfocused_stem, ("generic_stem",)),
    "gratuitous_information": (gratuitous_information, ()),
    "true_false_question": (true_false_question, ()),
    "fill_in_the_blank": (fill_in_the_blank, ()),
}
