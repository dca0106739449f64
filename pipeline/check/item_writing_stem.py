"""Item-writing flaws of the stem (Haladyna & Downing 1989; Tarrant et al. 2006): what is asked, how clearly.

Each function takes a `Question` and the language's word lists, so content made elsewhere can be read too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from pipeline import prose
from pipeline.check.fault import Fault
from pipeline.check.question import BLANK, Question
from pipeline.check.verbs import bare
from pipeline.domain import ItemType, Severity
from pipeline.prose.wordlists import WordLists

# Beyond this a stem holds more than the problem it poses (rubric-sources 32).
LONG_STEM_WORDS = 60
_ALL_BUT = re.compile(r"\ball\b[^.?]{0,40}\bbut (?:which|one)\b", re.IGNORECASE)
_CLAUSE_END = re.compile(r"[,;:–—]")
_TRUE_FALSE_STEM = re.compile(
    r"^\W*(?:true\s*(?:/|or)\s*false|t\s*/\s*f|is (?:this|the following)(?: statement)? true or false)\b",
    re.IGNORECASE,
)
_TRUTH = frozenset({"true", "false", "yes", "no", "correct", "incorrect", "right", "wrong", "t", "f"})
# "Which of the following statements about pumps is true?": each option is judged for itself.
_WHICH_IS_TRUE = re.compile(
    r"\bwhich\b[^?]*?\b(?:following|these|those|statements?|sentences?|options?|answers?|claims?|assertions?|one)\b"
    r"[^?]*\b(?:is|are|was|were|be|holds?)\b(?: \w+){0,2}? (?:true|correct|false|incorrect|accurate|inaccurate|right"
    r"|wrong|valid|invalid|untrue)\b",
    re.IGNORECASE,
)
_PICK_TRUE = re.compile(
    r"^\W*(?:please )?(?:select|choose|pick|identify|mark|find|tick)\b(?: \w+){0,2}? "
    r"(?:correct|true|right|false|incorrect|best|accurate) "
    r"(?:statement|option|answer|one|sentence|response|choice|alternative)s?\b\W*$",
    re.IGNORECASE,
)
_ABSENT = re.compile(
    r"\b(?:figure|diagram|image|graph|picture|chart|passage|map|photo|screenshot|video|illustration)s? "
    r"(?:above|below|shown|provided|on the (?:left|right|screen))\b"
    r"|\b(?:above|following) (?:figure|diagram|image|graph|picture|chart|passage|map|photo|screenshot|video)\b"
    r"|\bshown (?:above|below)\b",
    re.IGNORECASE,
)
_TWICE = re.compile(r"\b(?P<word>the|a|an|is|are|of|to|in|and|for|what|which)\s+(?P=word)\b", re.IGNORECASE)
_DECIDES = re.compile(r"\b(?:do|should|would|must|can|could) you\b|\byou (?:do|should|would|must|can)\b", re.IGNORECASE)
_SUBJECT_WORDS = 5
_OPENING_COPULAS = ("is", "are", "was", "were", "means", "refers to")
# A stem this short that ends in "is" names a thing and asks nothing of it.
_BARE_SUBJECT_WORDS = 4
# What a subject with a clause of its own takes; a longer stem has posed its problem.
_LONG_SUBJECT_WORDS = 8
_ENDS_OPEN = re.compile(r"\betc\.?\b|\band so on\b|…\s*\?", re.IGNORECASE)


def ambiguous_unclear(question: Question, lists: WordLists) -> Iterator[Fault]:
    """One clear problem: no second question in the same stem, no "it" without a noun before, no "etc."."""
    if not question.stem.strip():
        yield Fault("The stem is empty.")
        return
    asked = [one for one in prose.sentences(question.stem) if one.rstrip("\"'”’) ").endswith("?")]
    if len(asked) > 1:
        yield Fault(f"The stem asks {len(asked)} questions at once.")
    elif _ENDS_OPEN.search(prose.unquoted(question.stem)):
        yield Fault('The stem trails off ("etc.") instead of saying what is meant.')
    elif question.is_choice and (absent := _ABSENT.search(question.stem)):
        yield Fault(f'The stem points to something that is not there ("{absent[0]}").')
    elif question.is_choice and (opinion := lists.phrase_in("opinion_asks", question.stem_words)):
        yield Fault(f'The stem asks for an opinion ("{opinion}"), and no opinion is the right one.')
    elif twice := _TWICE.search(question.stem):
        yield Fault(f'A word stands twice in the stem ("{twice[0]}").')
    elif _is_double_negative(question, lists):
        yield Fault("The stem negates twice.")
    elif reference := _dangling_reference(question, lists):
        yield Fault(f'"{reference}" in the stem points to nothing said before.')


def _dangling_reference(question: Question, lists: WordLists) -> str | None:
    """A pronoun in the first few words, before any noun it could stand for."""
    found = question.stem_words
    if len(prose.sentences(question.stem)) > 1 or not found:
        return None
    pronouns = lists.set("pronouns") - {"that", "such"}
    for place, word in enumerate(found[:4]):
        if word in pronouns:
            # "Which of these", and "this year" or "this module", which are where the learner is.
            is_pointer = word in ("this", "these", "those")
            after = found[place + 1 : place + 2] or (("?",) if is_pointer else ())
            if is_pointer and (found[place - 1 : place] == ("of",) or set(after) & lists.set("here_and_now")):
                return None
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


def _is_double_negative(question: Question, lists: WordLists) -> bool:
    """Whether what is asked holds two words that negate: "Which is not done without a permit?"."""
    main = _main_clause(prose.unquoted(question.last_sentence), lists) if question.is_asked else ""
    return sum(word in lists.set("negatives") - {"least"} for word in prose.words(main)) >= 2


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
    elif _WHICH_IS_TRUE.search(question.last_sentence) or _PICK_TRUE.search(question.last_sentence):
        yield Fault("The stem asks which statement holds: each option is a true/false question of its own.")
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
    finite = sum(bare(word, lists) != word for word in starts) if all(word.endswith("s") for word in starts) else 0
    if carried >= 2 and len(found) <= _SUBJECT_WORDS:
        return True
    if found[-1] in _OPENING_COPULAS or found[-2:] == ("refers", "to"):
        return len(found) <= _BARE_SUBJECT_WORDS and "of" not in found
    if len(starts) >= 3 and 2 * finite >= len(starts):
        return len(found) <= _LONG_SUBJECT_WORDS
    return carried < 2 and len(found) <= _BARE_SUBJECT_WORDS and not has_verb


def gratuitous_information(question: Question, lists: WordLists) -> Iterator[Fault]:
    """The stem holds what is needed to answer, and nothing else."""
    count = len(question.stem_words)
    aside = lists.phrase_in("extraneous", question.stem_words)
    if count > LONG_STEM_WORDS:
        yield Fault(f"The stem is {count} words long; what isn't needed to answer hides what is asked.")
    elif aside:
        yield Fault(f'The stem makes a remark on the side ("{aside}").')
    elif lesson := _teaches_first(question, lists):
        yield Fault(f'The stem teaches before it asks: "{prose.start_of(lesson)}" is not needed to answer.')


def _teaches_first(question: Question, lists: WordLists) -> str | None:
    """A general statement in front of a question that stands without it; a case or data to work with is none."""
    *before, asked = prose.sentences(question.stem) or ("",)
    if not before or not asked.rstrip("\"'”’) ").endswith("?"):
        return None
    said = prose.words(asked)
    stop = lists.set("stopwords")
    if len({word for word in said if word not in stop}) < 2 or set(said) & (lists.set("pronouns") - {"that"}):
        return None
    context = {prose.stem_of(word) for one in before for word in prose.words(one) if word not in stop}
    points_back = any(word == "the" and prose.stem_of(after) in context for word, after in pairwise(said))
    # "Tanks are hot. Which gauge do you read?" is a case; "A tank is a vessel. Which …" is a lesson in any case.
    is_case = bool(_DECIDES.search(asked))
    return before[0] if not points_back and all(_is_general(one, lists, surely=is_case) for one in before) else None


def _is_general(sentence: str, lists: WordLists, *, surely: bool) -> bool:
    """Whether the sentence says what something is in general: "Enzymes are proteins."; `surely`: with an article."""
    found = prose.words(sentence)
    if not found or any(char.isdigit() for char in sentence) or set(found) & lists.set("second_person"):
        return False
    if lists.phrase_in("general_statements", found):
        return True
    place = next((place for place, word in enumerate(found[:5]) if word in ("is", "are")), None)
    if place is None or place + 1 >= len(found) or found[0] in lists.union("determiners", "pronouns"):
        return False
    after = found[place + 1]
    if after in ("a", "an", "the", "one"):
        return True
    return not surely and after not in lists.set("stopwords") and not after.endswith("ing")


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
