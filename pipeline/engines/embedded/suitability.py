"""Which format fits a document: self-paced, blended, live, or a job aid alone, with reasons quoted from it.

In: what was read of the whole document, and the parts it is taught in. Out: a verdict and its reasons. Skills of the
hand and between people are practised live, and so is what changes before a course is ready; values to look up, and
trouble that no skill mends, need a page; rules, procedures and knowledge fit self-paced training. Where no cue shows
any of it, the likelihoods of `format_model.py` have the say.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from pipeline.domain import Block, BlockKind
from pipeline.engines.embedded.facts import Reading, Section, Span
from pipeline.engines.embedded.format_model import likelihood, weight_of
from pipeline.engines.embedded.imperatives import imperative
from pipeline.engines.embedded.material import Material, is_sound, is_told_of_past, quotes_of
from pipeline.engines.embedded.sentences import sentence_offsets
from pipeline.engines.embedded.signals import Signals, signals_of, together
from pipeline.engines.embedded.wording import Wording, words_of
from pipeline.engines.tasks import ReasonDraft

Verdict = Literal["async", "blended", "live", "job_aid"]
Skill = Literal["hands", "people", "session", "practice", "doing"]
"""Why a part goes live: a skill of the hand, one between people, a meeting that the source describes, practice on the
job that it asks for, or work that reads like one of these and names none.
"""

CUES: dict[Skill, tuple[str, ...]] = {
    "hands": ("skilled", "hands"),
    "people": ("people",),
    "session": ("session",),
    "practice": ("practice",),
    "doing": (),
}
"""The cues of words/triage_LANGUAGE.toml that show each."""
# Different cues it takes: one word of the kind stands in any text.
_HANDS_WATCHED_MIN = 2
_HANDS_SKILLED_MIN = 3
_HANDS_UNRISKY_MIN = 4
_HANDS_AT_RISK_MIN = 4
_PEOPLE_ACTS_MIN = 2
_PEOPLE_WATCHED_MIN = 2
_PEOPLE_MIN = 4
_SESSION_MIN = 3
# Where the source says that no rule settles the case, less of a meeting will do.
_SESSION_JUDGED_MIN = 2
_PRACTICE_SENTENCES_MIN = 2
_UNSTABLE_MIN = 2
_DIAGNOSIS_MIN = 2
# Where words make a format likely, one cue more than any text has names the reason.
_LIKELY_CUES_MIN = 2
# What there is to learn by oneself: with less of it there is nothing to prepare a session with.
_LITTLE_MAX = 6
_PREPARATION_MIN = 3
_MOST_SHARE = 0.5
# A part is practised where its words are likelier those of such a part than not, by some margin.
_PRACTISED_LIKELIHOOD = 0.6
# A heading with a line below it says too little to be read by its words.
_PART_WORDS_MIN = 20
# In a long document something always is still open: it takes as many such places as it has passages of this length.
_UNSTABLE_WORDS_EACH = 800
# The share of a document's words that are values to look up.
_LOOK_UP_SHARE = 0.5
_LOOK_UP_SHARE_AT_HAND = 0.3
_VALUE_LINE_WORDS_MAX = 16
_NAME_AND_UNIT_WORDS = 2
# "A11", "E-04", "404": letters with a number, or a number of three figures or more.
_CODE = re.compile(r"[A-Z]{1,4}[-. ]?\d{1,5}[A-Z]?|\d{3,6}")


@dataclass(frozen=True)
class Told:
    """What the whole document says for and against the formats."""

    signals: dict[str, Signals]
    """By block."""
    whole: Signals
    look_up: tuple[Span, ...]
    """Tables and lines with values, where they make up enough of the document."""
    self_paced: int
    """Steps, rules, definitions and duties."""
    sizes: dict[str, int]
    """Block id → characters of its text."""
    words: int
    sections: tuple[Signals, ...]
    """Of each section."""
    likely: str
    """The verdict that the words of the whole are likeliest to call for."""
    practised: frozenset[str]
    """Ids of the blocks of the sections whose words are those of something practised live."""

    def is_told_often_enough(self, kind: str) -> bool:
        """Whether a document of this length has enough sentences of that kind to be about it."""
        return len(self.whole.of(kind)) * _UNSTABLE_WORDS_EACH >= self.words

    def share_of(self, parts: Iterable[Sequence[str]]) -> float:
        """How much of the document's text stands in the parts."""
        held = {one for part in parts for one in part}
        return sum(size for one, size in self.sizes.items() if one in held) / max(sum(self.sizes.values()), 1)


def told_of(material: Material) -> Told:
    """What the document says, worked out once."""
    return material.of_document("suitability", _told)


def suitability(material: Material) -> tuple[Verdict, tuple[ReasonDraft, ...]]:
    """The verdict on the whole document as its sections stand, and the reasons."""
    sections = material.whole.sections
    whole = material.narrowed(block for section in sections for block in (section.heading, *section.blocks) if block)
    return verdict_on(whole, [ids_of(section) for section in sections])


def verdict_on(material: Material, parts: Sequence[Sequence[str]]) -> tuple[Verdict, tuple[ReasonDraft, ...]]:
    """The verdict on a document that is taught in these parts (ids of their blocks), and the reasons."""
    told, wording = told_of(material), material.wording
    whole = told.whole
    is_little = told.self_paced < _LITTLE_MAX
    is_diagnosed = whole.kinds("diagnosis") >= _DIAGNOSIS_MIN
    if whole.of("can_already") and (whole.of("barrier") or is_diagnosed) and is_little:
        causes = whole.strongest("barrier", most=1) or whole.strongest("diagnosis", most=1)
        spans = list(dict.fromkeys([*whole.strongest("can_already", most=1), *causes]))
        return "job_aid", (_reason(wording, "cause", spans),)
    of_parts = parts_told(told, parts)
    live = [
        (skill, one, part)
        for skill, one, part in zip(skills_of(told, parts), of_parts, parts, strict=True)
        if skill is not None
    ]
    if told.look_up and not live:
        return "job_aid", (_reason(wording, "job_aid", list(told.look_up[:2])),)
    passing = whole.kinds("unstable") >= _UNSTABLE_MIN and told.is_told_often_enough("unstable")
    if passing or (whole.of("few") and (is_little or whole.of("urgent"))):
        kinds = [kind for kind, holds in (("unstable", passing), ("few", True), ("urgent", True)) if holds]
        return "live", tuple(_reason(wording, kind, whole.strongest(kind)) for kind in kinds if whole.of(kind))
    meeting = whole.kinds("session")
    if meeting >= _SESSION_JUDGED_MIN and is_little:
        meeting = whole.kinds("session", "judgement")
    meets = [part for part, one in zip(parts, of_parts, strict=True) if one.kinds("session") >= _SESSION_MIN]
    if (
        meeting >= _SESSION_MIN
        and all(skill != "hands" for skill, _, _ in live)
        and (is_little or meeting >= told.self_paced)
        and (not meets or told.share_of(meets) >= _MOST_SHARE)
    ):
        kinds = ["session", *(["judgement"] if whole.of("judgement") else [])]
        return "live", tuple(_reason(wording, kind, whole.strongest(kind)) for kind in kinds)
    if told.likely in ("live", "job_aid") and not any(_skill_of(one, told) for one in told.sections):
        return _likely_verdict(material, told)
    # Several parts of one skill are one reason.
    first = {skill: (one, part) for skill, one, part in reversed(live)}
    reasons = [
        reason_for(wording, skill, one, material=material, block_ids=part)
        for skill, (one, part) in reversed(first.items())
    ]
    if len(live) == len(parts) and "hands" not in first and told.self_paced < _PREPARATION_MIN:
        return "live", tuple(reasons)
    self_paced = async_reasons(material)
    return ("blended" if live else "async"), (*reasons, *(self_paced[:1] if live else self_paced))


def ids_of(section: Section) -> tuple[str, ...]:
    """Ids of the blocks of a section, its heading included: it may be all that names the skill."""
    return tuple(block.id for block in (section.heading, *section.blocks) if block is not None)


def parts_told(told: Told, parts: Sequence[Sequence[str]]) -> list[Signals]:
    """The signals of each part."""
    return [together(told.signals, part) for part in parts]


def skills_of(told: Told, block_ids: Sequence[Sequence[str]]) -> list[Skill | None]:
    """What of each part has to be practised live; None where one person can learn it alone."""
    parts = parts_told(told, block_ids)
    found = [_skill_of(part, told) for part in parts]
    if not any(_skill_of(one, told) for one in told.sections):
        return [_likely_skill(part, ids, told) for part, ids in zip(parts, block_ids, strict=True)]
    if "hands" in found and told.whole.of("harm"):
        # A dangerous job is practised from beginning to end, not only its worst part.
        return [
            "hands" if skill is None and part.kinds("hands", "skilled") >= _HANDS_SKILLED_MIN else skill
            for skill, part in zip(found, parts, strict=True)
        ]
    return found


def _skill_of(part: Signals, told: Told) -> Skill | None:
    is_watched = bool(part.of("practice"))
    handling = part.kinds("hands", "skilled")
    is_risky = bool(told.whole.of("harm"))
    if is_watched and handling >= _HANDS_WATCHED_MIN:
        return "hands"
    if part.of("skilled") and handling >= (_HANDS_SKILLED_MIN if is_risky else _HANDS_UNRISKY_MIN):
        return "hands"
    if handling >= _HANDS_AT_RISK_MIN and part.of("harm"):
        return "hands"
    enough = _PEOPLE_WATCHED_MIN if is_watched else _PEOPLE_MIN
    if part.kinds("people") >= _PEOPLE_ACTS_MIN and part.kinds("people", "feelings") >= enough:
        return "people"
    if part.kinds("session") >= _SESSION_MIN:
        return "session"
    return "practice" if len(part.of("practice")) >= _PRACTICE_SENTENCES_MIN else None


def _likely_skill(part: Signals, block_ids: Sequence[str], told: Told) -> Skill | None:
    """What the part is likely to ask for by its words, where no cue of the document says it plainly."""
    sizes = [(told.sizes.get(one, 0), one in told.practised) for one in block_ids]
    if sum(size for size, practised in sizes if practised) <= _MOST_SHARE * sum(size for size, _ in sizes):
        return None
    hands, people = part.kinds("hands", "skilled"), part.kinds("people", "feelings")
    if max(hands, people) < _LIKELY_CUES_MIN or hands == people:
        return "doing"
    return "hands" if hands > people else "people"


def _likely_verdict(material: Material, told: Told) -> tuple[Verdict, tuple[ReasonDraft, ...]]:
    """The likeliest verdict of the document, with what stands behind it: what the cues there are name, else the
    sentences that speak most for it.
    """
    wording, whole = material.wording, told.whole
    blocks = [block for section in material.sections for block in section.blocks]
    if told.likely == "job_aid":
        is_diagnosed = whole.of("diagnosis") or whole.of("barrier") or whole.of("can_already")
        values = [_opening_of(block) for block in blocks if block.rows or _is_value_line(block)]
        spans = values[:2] or telling(blocks, "job_aid", wording)
        if is_diagnosed and not values:
            return "job_aid", (_reason(wording, "cause", telling(blocks, "job_aid", wording)),)
        return "job_aid", (_reason(wording, "job_aid", spans),)
    kinds = ("unstable", "few", "session")
    kind = max(kinds, key=whole.kinds)
    if whole.kinds(kind) < _LIKELY_CUES_MIN and not whole.of("few"):
        return "live", (_reason(wording, "together", telling(blocks, "live", wording)),)
    kind = kind if whole.kinds(kind) >= _LIKELY_CUES_MIN else "few"
    return "live", (_reason(wording, kind, whole.strongest(kind)),)


def telling(blocks: Iterable[Block], verdict: str, wording: Wording, *, most: int = 2) -> list[Span]:
    """The sentences whose words speak most for the verdict, in reading order."""
    language = wording.book.language
    spans = [Span(block, *place) for block in blocks for place in sentence_offsets(block.text)]
    strongest = sorted(spans, key=lambda one: -weight_of(one.text, verdict, language))[:most]
    return [one for one in spans if one in strongest]


def reason_for(
    wording: Wording, skill: Skill, part: Signals, *, material: Material, block_ids: Sequence[str]
) -> ReasonDraft:
    """Why the part goes live, with the sentences that say so."""
    if skill == "doing" or not any(part.of(cue) for cue in CUES[skill]):
        own = frozenset(block_ids)
        blocks = [block for section in material.whole.sections for block in section.blocks if block.id in own]
        return _reason(wording, skill, telling(blocks, "blended", wording))
    if skill in ("session", "practice"):
        return _reason(wording, skill, part.strongest(skill))
    doing = part.strongest(*CUES[skill], most=1)
    watched = part.strongest("practice", most=1)
    spans = [*doing, *(watched or part.strongest("harm" if skill == "hands" else "people"))]
    return _reason(wording, skill, list(dict.fromkeys(spans))[:2])


def async_reasons(material: Material) -> tuple[ReasonDraft, ...]:
    """Why what the material holds can be learned alone, with the first words that show it."""
    wording = material.wording
    steps = [step for one in material.procedures if len(one.steps) > 1 for step in one.steps]
    rules = [rule for rule in material.rules if is_sound(rule, wording)]
    reasons: list[ReasonDraft] = []
    if steps:
        reasons.append(_reason(wording, "async_procedure", [steps[0].span], count=len(steps)))
    if rules:
        key = "async_rules" if len(rules) > 1 else "async_rule"
        reasons.append(_reason(wording, key, [rule.span for rule in rules[:2]], count=len(rules)))
    if not reasons:
        # Where no fact was read, the first words a learner could be taught stand for the document's kind.
        statements = [span for section in material.sections for span in section.statements]
        words = [_opening_of(block) for section in material.sections for block in section.blocks]
        spans = [one.span for one in material.definitions[:1]] or statements[:1] or words[:1]
        reasons += [_reason(wording, "async_knowledge", spans)] if spans else []
    if many := told_of(material).whole.strongest("many", most=1):
        reasons.append(_reason(wording, "many", many))
    return tuple(reasons)


def _told(whole: Reading, wording: Wording) -> Told:
    blocks = [
        block
        for section in whole.sections
        for block in (section.heading, *section.blocks)
        if block is not None and block.is_teachable
    ]
    is_done = _Doing(whole).is_done
    signals = signals_of(blocks, wording.book.language, is_done=is_done)
    everything = together(signals, [block.id for block in blocks])
    steps = sum(len(one.steps) for section in whole.sections for one in section.procedures if len(one.steps) > 1)
    rules = sum(is_sound(rule, wording) for section in whole.sections for rule in section.rules)
    others = sum(len(section.definitions) + len(section.duties) for section in whole.sections)
    sizes = {block.id: len(block.text) for block in blocks}
    likely = likelihood(blocks, wording.book.language)
    return Told(
        signals,
        everything,
        _look_up(blocks, everything),
        steps + rules + others,
        sizes,
        words=sum(len(block.text.split()) for block in blocks),
        sections=tuple(together(signals, ids_of(section)) for section in whole.sections),
        likely=likely.best if likely else "async",
        practised=_practised(whole, wording),
    )


def _practised(whole: Reading, wording: Wording) -> frozenset[str]:
    """Ids of the blocks of the sections that read like something practised live."""
    found: set[str] = set()
    for section in whole.sections:
        blocks = [block for block in (section.heading, *section.blocks) if block is not None and block.is_teachable]
        if sum(len(block.text.split()) for block in blocks) >= _PART_WORDS_MIN:
            read = likelihood(blocks, wording.book.language)
            if read is not None and read.of("blended", "live") >= _PRACTISED_LIKELIHOOD:
                found.update(block.id for block in blocks)
    return frozenset(found)


class _Doing:
    """Tells sentences that say what somebody does from those that describe, define or tell what happened."""

    def __init__(self, whole: Reading) -> None:
        self._done: dict[str, list[Span]] = {}
        self._told: dict[str, list[Span]] = {}
        for section in whole.sections:
            done = [step.span for one in section.procedures for step in one.steps]
            done += [one.span for one in section.rules] + [one.span for one in section.duties]
            told = [one.span for one in section.definitions] + [one.span for one in section.examples]
            for found, spans in ((self._done, done), (self._told, told)):
                for span in spans:
                    found.setdefault(span.block.id, []).append(span)

    def is_done(self, span: Span) -> bool:
        """Whether the sentence says what somebody does or is to do; a title names what is done below it."""
        if span.block.kind is BlockKind.HEADING:
            return True
        if _lies_in(span, self._told.get(span.block.id, ())) or is_told_of_past(span.text):
            return False
        if _lies_in(span, self._done.get(span.block.id, ())):
            return True
        is_listed = span.block.kind is BlockKind.LIST_ITEM
        is_addressed = any(word.lower() in ("you", "your") for word in words_of(span.text))
        return is_addressed or imperative(span.text, trusted=is_listed) is not None


def _lies_in(span: Span, others: Sequence[Span]) -> bool:
    return any(one.start <= span.start < one.end for one in others)


def _look_up(blocks: Sequence[Block], whole: Signals) -> tuple[Span, ...]:
    """The blocks that are there to be looked up, where they make up enough of the document."""
    body = [block for block in blocks if block.kind is not BlockKind.HEADING]
    values = [block for block in body if block.rows or _is_value_line(block)]
    share = sum(len(block.text) for block in values) / max(sum(len(block.text) for block in body), 1)
    enough = _LOOK_UP_SHARE_AT_HAND if whole.of("at_hand") else _LOOK_UP_SHARE
    return tuple(_opening_of(block) for block in values) if share >= enough else ()


def _opening_of(block: Block) -> Span:
    """Enough of a block to know it by: a table's head and first row, the first sentence of anything else."""
    if block.rows:
        return Span(block, 0, len("\n".join(block.text.split("\n")[:2])))
    return Span(block, *sentence_offsets(block.text)[0])


def _is_value_line(block: Block) -> bool:
    """Whether the block is a short line that gives a name its values, or a code its meaning.

    "Station: every day 7 to 21", "E04: no paper".
    """
    name, colon, value = block.text.partition(":")
    words = len(words_of(block.text))
    if not colon or not name.strip() or not value.strip() or words > _VALUE_LINE_WORDS_MAX:
        return False
    has_value = words > _NAME_AND_UNIT_WORDS and any(char.isdigit() for char in value)
    return has_value or _CODE.fullmatch(name.strip()) is not None


def _reason(wording: Wording, key: str, spans: Sequence[Span], *, count: int = 0) -> ReasonDraft:
    text = wording.say(f"suitability.{key}", number=wording.number(count))
    return ReasonDraft(text=text[:1].upper() + text[1:], quotes=quotes_of(spans))
