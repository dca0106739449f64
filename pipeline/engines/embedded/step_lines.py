"""Steps in one line, as items show and name them. In: steps of a procedure; out: text, and whether it reads alone."""

from __future__ import annotations

import functools
import re

from pipeline.engines.embedded.facts import Procedure, Section, Step
from pipeline.engines.embedded.material import point_of
from pipeline.engines.embedded.unfinished import is_open
from pipeline.engines.embedded.wording import Wording, bare, ends_sentence, tidy, words_of

_HEADLINE_WORDS_MAX = 30
_NAMED_WORDS_MAX = 18
# What others do or what one may do besides stands among the steps, but is nothing to be asked for as the next one.
_OUTCOME = re.compile(r"^(?:you (?:may|can|will|should)\b|[A-Z][\w ]{0,30}? (?:will|may|should|can) )", re.IGNORECASE)


# "And use spacing tokens": the last point of a list told in one breath.
_AND = re.compile(r"^And (?=[a-z])")


def headline(step: Step) -> str:
    """The step in one line: its first sentence, without its final stop."""
    return _first_line(step.action)


@functools.lru_cache(maxsize=1 << 11)
def _first_line(action: str) -> str:
    text = _AND.sub("", tidy(action))
    for index, char in enumerate(text):
        if char in ".!?" and index + 2 < len(text) and text[index + 1] == " " and text[index + 2].isupper():
            if len(words_of(text[:index])) >= 2 and not text[:index].endswith(("e.g", "i.e", "etc", "No", "vs")):
                return bare(text[:index])
            break
    return bare(text)


def ordered_steps(section: Section, wording: Wording) -> list[tuple[str, Procedure, int]]:
    """The section's steps in a fixed order that read alone, as options, each with its procedure and place."""
    return [
        (wording.option(headline(step)), procedure, at)
        for procedure in section.procedures
        if procedure.is_ordered
        for at, step in enumerate(procedure.steps)
        if is_askable(step, wording)
    ]


def is_askable(step: Step, wording: Wording) -> bool:
    """Whether the step's line reads as one action, on its own."""
    line = headline(step)
    count = len(words_of(line))
    return (
        2 <= count <= _HEADLINE_WORDS_MAX
        and not is_open(line)
        and not line.endswith("?")
        and not wording.points_back(line)
        and not _OUTCOME.match(line)
        and not any(mark in line.lower() for mark in wording.book.list_of("open_references"))
    )


def spoken_step(step: Step, wording: Wording) -> str:
    """The step's line by itself, without pointing at what stands elsewhere: "…, as the table below says"."""
    line = headline(step)
    head, comma, tail = line.rpartition(", ")
    marks = wording.book.list_of("open_references")
    return head if comma and any(mark in tail.lower() for mark in (*marks, "the table", "the list")) else line


def pair(procedure: Procedure, index: int) -> str:
    """The transition from one step to the next, as a point."""
    return f"step>{point_of(procedure.steps[index + 1].span)}"


def reference(procedure: Procedure, index: int, wording: Wording) -> str:
    """A step as another step's feedback names it: its words, or its number where they are many."""
    line = headline(procedure.steps[index])
    if len(words_of(line)) > _NAMED_WORDS_MAX or ends_sentence(line):
        return wording.say("order.numbered", ordinal=wording.ordinal(index + 1))
    return wording.named(line)
