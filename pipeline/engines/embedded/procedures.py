"""Procedures: steps in the source's order, from lists and from running text.

In: the blocks of one section. Out: procedures. A numbered list is one when most of its items tell somebody to do
something; bullets only behind a lead-in or heading that announces doing; running text when its sentences do, one after
another. Items that give no order ("GSA IT will triage") become details of the step before.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from pipeline.domain import Block, BlockKind
from pipeline.engines.embedded import verbs
from pipeline.engines.embedded.clauses import clause_of
from pipeline.engines.embedded.facts import Procedure, Span, Step
from pipeline.engines.embedded.goals import (
    condition_of_lead_in,
    goal_of_lead_in,
    goal_of_order,
    goal_of_path,
    strip_numbering,
)
from pipeline.engines.embedded.grammar import Casing, is_actor, is_balanced, upper_first
from pipeline.engines.embedded.imperatives import cue, imperative
from pipeline.engines.embedded.leads import bearing
from pipeline.engines.embedded.lists import FOLLOW, Item, end_of_list, is_numbered, items_of, lead_in_of
from pipeline.engines.embedded.sentences import one_line, sentences
from pipeline.engines.embedded.statements import is_template

_ANNOUNCES = re.compile(
    r"\b(?:steps?|follow(?:ing)?|do|actions?|checklist|procedure|before you|make sure|ensure|"
    r"remember to|to [a-z]+[^:]*|you (?:must|should|need to|can)|instructions?|as follows|"
    r"proceed)\b[^.]*:?\s*$",
    re.IGNORECASE,
)
# Lists under such a lead-in are rules or ideas to choose from, not steps.
_GUIDES = re.compile(
    r"\b(?:guidelines?|rules?|tips?|etiquette|principles?|best practices?|practices|criteria|"
    r"requirements?|do['’]?s and don['’]?ts|ideas|options|things you can|suggestions?|ways "
    r"to)\b",
    re.IGNORECASE,
)
_NO_STEP = frozenset("note notes see remember example examples warning caution tip important".split()) | (
    verbs.TALK - {"let"}
)
_LABEL = re.compile(r"^(?P<label>[^.:!?–—]{2,48})(?::| [–—-]) (?P<rest>\S.{6,})$")
_MAX_ACTION_WORDS = 60


def procedures_of(
    blocks: Sequence[Block], path: Sequence[str], casing: Casing, *, english: bool
) -> tuple[Procedure, ...]:
    """The procedures of a section's blocks, in order."""
    found: list[Procedure] = []
    index = 0
    while index < len(blocks):
        if blocks[index].kind is BlockKind.LIST_ITEM:
            end = end_of_list(blocks, index)
            lead_in = lead_in_of(blocks, index)
            made = _from_list(blocks[index:end], lead_in, path, casing, english=english)
            if made is not None:
                found.append(made)
            index = end
            continue
        if blocks[index].kind is BlockKind.PARAGRAPH and english:
            run = _from_text(blocks[index], path, casing)
            if run is not None:
                found.append(run)
        index += 1
    return tuple(found)


# --- lists ----------------------------------------------------------------------------------------------------------


def _from_list(
    blocks: Sequence[Block], lead_in: Span | None, path: Sequence[str], casing: Casing, *, english: bool
) -> Procedure | None:
    items = items_of(blocks)
    numbered = sum(is_numbered(item.block) for item in items) * 2 > len(items)
    if not english:
        return _foreign(items, lead_in, path) if numbered and len(items) >= 2 else None
    sure = [_step(item, trusted=False) for item in items]
    goal, condition = _goal(lead_in, path, casing)
    # Numbered items below "How to …" are steps, whether or not their verbs are known.
    by_number = numbered and len(items) > 2 and goal is not None and not goal.startswith("carry out")
    trusted = by_number or sum(step is not None for step in sure) * 2 > len(items)
    steps_or_not = [_step(item, trusted=trusted) for item in items]
    count = sum(step is not None for step in steps_or_not)
    if lead_in is not None and bearing(lead_in.text) in {"other", "idea"}:
        return None
    if numbered and count < 2 and _is_told(items):
        steps_or_not = [_whole(item) for item in items]
        count = len(items)
    if numbered:
        told = lead_in is not None and FOLLOW.search(lead_in.text) is not None and "step" in lead_in.text
        if count < 2 or count * 10 < len(items) * (4 if told or by_number else 5):
            return None
    else:
        if lead_in is not None and _GUIDES.search(lead_in.text):
            return None
        announced = (
            lead_in is not None and _ANNOUNCES.search(lead_in.text) is not None and not _only_shows(lead_in.text)
        )
        by_heading = (
            goal is not None
            and (lead_in is None or goal_of_lead_in(lead_in.text) is None)
            and not goal.startswith("carry out")
        )
        if count < 2 or count * 10 < len(items) * 8 or not (announced or by_heading):
            return None
    steps: list[Step] = []
    for item, step in zip(items, steps_or_not, strict=True):
        if step is not None:
            steps.append(step)
        elif numbered and (whole := _whole(item)) is not None:
            steps.append(whole)
        elif steps:
            extra = (*sentences(item.block), *(span for block in item.nested for span in sentences(block)))
            steps[-1] = replace(steps[-1], details=(*steps[-1].details, *filter(_explains, extra)))
    return _procedure(tuple(steps), goal, condition, path, lead_in, is_ordered=numbered)


def _whole(item: Item) -> Step | None:
    """The numbered item as a step in its own words, where it gives no order: the list has no hole where it stands."""
    spans = sentences(item.block)
    if not spans or is_template(spans[0].text) or len(spans[0].text.split()) < 2:
        return None
    text = one_line(spans[0].text)
    if text.endswith(("?", "？")):
        return None
    details = [*spans[1:], *(span for block in item.nested for span in sentences(block))]
    return Step(spans[0], _ended(upper_first(text.rstrip(" ;,:"))), tuple(filter(_explains, details)))


def _is_told(items: Sequence[Item]) -> bool:
    """Whether the items tell who does what, one after the other: "1. Visitors sign in. 2. Reception issues badges."."""
    if len(items) < 3:
        return False
    for item in items:
        spans = sentences(item.block)
        text = one_line(spans[0].text) if spans else ""
        if not 3 <= len(text.split()) <= 30 or _NORM.search(text):
            return False
        if _step(item, trusted=True) is None and not (text.endswith(".") and _TELLS.match(text)):
            return False
    return True


# Who acts, and a verb in the present tense right after: a step that is told instead of ordered.
_TELLS = re.compile(
    r"^(?:(?:The|A|An|Each|Every) )?[A-Za-z-]+(?: [a-z-]+){0,3}? (?!is |are |was |were |has |have )[a-z]+s? "
)
_NORM = re.compile(r"\b(?:must|should|shall|may|can|cannot|not|never|was|were|had|will)\b", re.IGNORECASE)


def _only_shows(lead_in: str) -> bool:
    return bool(
        re.search(
            r"\b(?:examples?|such as|include|includes|including|contains?|questions?|types?|"
            r"kinds?)\b[^.]*:\s*$",
            lead_in,
            re.IGNORECASE,
        )
    )


def _foreign(items: Sequence[Item], lead_in: Span | None, path: Sequence[str]) -> Procedure | None:
    steps = []
    for item in items:
        spans = sentences(item.block)
        if not spans or len(spans[0].text) < 4:
            return None
        details = (*spans[1:], *(span for block in item.nested for span in sentences(block)))
        steps.append(Step(spans[0], _ended(one_line(spans[0].text)), details))
    name = strip_numbering(path[-1]) if path else one_line(lead_in.text).rstrip(" :：") if lead_in else ""
    return Procedure(name, name, tuple(steps), lead_in, is_ordered=True) if name else None


def _ended(text: str) -> str:
    return text if text.endswith((".", "!", "?", "。", "！", "؟", "।", "…")) else text.rstrip(" ,;:") + "."


def _step(item: Item, *, trusted: bool) -> Step | None:
    spans = sentences(item.block)
    for position, span in enumerate(spans[:2]):
        text = one_line(span.text)
        action = step_action(text, trusted=trusted)
        if action is None:
            continue
        details = [other for number, other in enumerate(spans) if number > position]
        for block in item.nested:
            details += sentences(block)
        return Step(span, action, tuple(filter(_explains, details)))
    return None


def _explains(span: Span) -> bool:
    """Whether the sentence can stand below a step: it asks nothing and announces nothing."""
    text = span.text.rstrip("\"'”’) \n")
    if is_template(span.text):
        return False
    return (
        not text.endswith(("?", ":", "？", "：")) and is_balanced(span.text) and len(text.split()) > 1
    ) or not text.isascii()


def step_action(text: str, *, trusted: bool) -> str | None:
    """The sentence as a step, with a capital and a full stop; None where it gives no order."""
    body = text.rstrip()
    if body.endswith("?") or len(body.split()) > _MAX_ACTION_WORDS or not is_balanced(body):
        return None
    _, _, length = cue(body)
    body = body[length:].strip()
    label = _LABEL.match(body)
    if label and imperative(label["rest"]) and not _orders(label["label"], trusted=False):
        if label["label"].lower() in _NO_STEP:
            return None
        body = label["rest"]
    if not _orders(body, trusted=trusted):
        return None
    body = re.sub(r"[,;]?\s*(?:such as|including|like|e\.g\.)\s*:?$", "", body)
    return _ended(upper_first(body.rstrip(" ;,:")))


def _orders(body: str, *, trusted: bool) -> bool:
    found = imperative(body, trusted=trusted)
    if found is not None:
        return found.verb not in _NO_STEP or (found.verb == "see" and "see that" in body.lower())
    clause = clause_of(body)
    if clause is None or not clause.is_fronted:
        return False
    main = imperative(clause.text, trusted=True)
    return main is not None and main.verb not in _NO_STEP


def _goal(lead_in: Span | None, path: Sequence[str], casing: Casing) -> tuple[str | None, str | None]:
    goal = goal_of_lead_in(lead_in.text) if lead_in else None
    condition = condition_of_lead_in(lead_in.text) if lead_in else None
    order = goal_of_order(lead_in.text) if lead_in and goal is None else None
    if order is not None:
        return order[0], condition or order[1]
    return goal or goal_of_path(path, casing), condition


def _procedure(
    steps: tuple[Step, ...],
    goal: str | None,
    condition: str | None,
    path: Sequence[str],
    lead_in: Span | None,
    *,
    is_ordered: bool,
) -> Procedure | None:
    if goal is None:
        if not path:
            return None
        title = strip_numbering(path[-1])
        goal = f"carry out the steps for “{title}”"
        # Numbered, but no sequence: what a role has to do, or points to keep in mind.
        is_ordered = is_ordered and not (_NO_SEQUENCE.search(title) or is_actor(title.lower()))
    return Procedure(upper_first(goal), goal, steps, lead_in, is_ordered, condition)


_NO_SEQUENCE = re.compile(
    r"\b(?:duties|responsibilities|roles?|requirements|principles|tips|guidelines|considerations|liaison|"
    r"rules|don['’]?ts|questions|examples)\b|^(?:during|while)\b",
    re.IGNORECASE,
)


# --- running text ---------------------------------------------------------------------------------------------------


def run_in_heading(block: Block) -> Span | None:
    """The title "Shutdown and isolation." where a paragraph opens with its own title."""
    spans = sentences(block)
    if len(spans) < 2 or block.anchor.start is not None:
        return None  # in speech, a short sentence in front ("Good question.") is an answer and no title
    title = spans[0].text.strip()
    words = title.rstrip(".:").split()
    if not 1 <= len(words) <= 7 or not title.endswith(".") or not words[0][0].isupper():
        return None
    if imperative(title, trusted=False) is not None or any(mark in title for mark in ',;“"(?!') or _SAYS.search(title):
        return None
    lowered = [word.lower() for word in words]
    if any(
        word in {"is", "are", "was", "were", "must", "may", "can", "should", "will", "has", "have", "no", "yes", "not"}
        for word in lowered
    ):
        return None
    return spans[0]


# "It's 150 now.", "That's it.": a sentence, however short.
_SAYS = re.compile(r"\b(?:it|that|there|here|what|who|we|you|they|he|she|i)['’]|n['’]t\b", re.IGNORECASE)


def _from_text(block: Block, path: Sequence[str], casing: Casing) -> Procedure | None:
    spans = list(sentences(block))
    title = run_in_heading(block)
    if title is not None:
        spans = spans[1:]
    if not spans:
        return None
    cues = [cue(span.text) for span in spans]
    numbers = [number for kind, number, _ in cues if kind == "number"]
    counted = len(numbers) >= 2 and numbers[:2] == [1, 2]
    steps: list[Step] = []
    lead_in = None
    told = 0
    for span, (kind, _, _) in zip(spans, cues, strict=True):
        action = step_action(one_line(span.text), trusted=bool(kind))
        if action is not None and (order := imperative(action)) is not None and order.is_negative and not kind:
            action = None  # "Never borrow a lock" goes for all steps and is none itself
        if counted and not kind and steps:
            steps[-1] = replace(steps[-1], details=(*steps[-1].details, span))
            continue
        if action is not None and (not counted or kind):
            steps.append(Step(span, action))
            told += kind == "then"
        elif steps:
            steps[-1] = replace(steps[-1], details=(*steps[-1].details, span))
        elif span.text.rstrip().endswith(":"):
            lead_in = span
    if counted:
        if len(steps) < len(numbers) or len(steps) < 2:
            return None
    else:
        plain = [step for step in steps if imperative(step.action) is not None]
        if len(plain) < 2 or len(steps) * 10 < len(spans) * 6 or (len(steps) < 3 and not told):
            return None
    goal, condition = _goal(
        lead_in,
        (*path, one_line(title.text))
        if title and (not path or strip_numbering(path[-1]) != strip_numbering(title.text))
        else path,
        casing,
    )
    return _procedure(
        tuple(steps),
        goal,
        condition,
        (*path, one_line(title.text))
        if title and (not path or strip_numbering(path[-1]) != strip_numbering(title.text))
        else path,
        lead_in,
        is_ordered=counted or told > 0,
    )
