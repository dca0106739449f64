"""Scripts for video and sound: short, with questions to stop at, and spoken words that do not read the screen out.

A script is Markdown: a paragraph is spoken, a quotation (">") is what the screen shows, and a paragraph that begins
with the sign ‖ is a pause with its question.
"""

from __future__ import annotations

from collections.abc import Iterator

from pipeline import prose
from pipeline.check.context import Context
from pipeline.check.fault import Check, Fault
from pipeline.domain import Resource, ResourceKind

PAUSE = "‖"
# The pace of a speaker who is understood at once; shorter scripts are watched to the end (Guo et al. 2014).
WORDS_PER_MIN = 150
MOST_MIN = 6
MOST_MIN_BETWEEN_PAUSES = 2
# Shorter lines on the screen are labels, which may be spoken.
READ_OUT_WORDS = 6
_SCRIPTS = (ResourceKind.VIDEO_SCRIPT, ResourceKind.PODCAST_SCRIPT)


def script_is_short(resource: Resource, context: Context) -> Iterator[Fault]:
    """What is spoken takes six minutes at most."""
    if resource.kind in _SCRIPTS:
        spoken = sum(_stretches(resource))
        if spoken > MOST_MIN * WORDS_PER_MIN:
            yield Fault(f"The script runs to {spoken} spoken words, about {spoken / WORDS_PER_MIN:.0f} minutes.")


def script_stops_for_questions(resource: Resource, context: Context) -> Iterator[Fault]:
    """There is a pause with a question at least every two minutes, and one at all."""
    if resource.kind not in _SCRIPTS:
        return
    pauses = [line.text for line in _lines(resource) if line.text.startswith(PAUSE)]
    if not pauses:
        yield Fault("The script never stops to ask a question.")
        return
    for pause in pauses:
        if not any(mark in pause for mark in "?？؟"):
            yield Fault(f'The pause "{prose.start_of(pause.lstrip(PAUSE).strip())}" asks nothing.')
    longest = max(_stretches(resource))
    if longest > MOST_MIN_BETWEEN_PAUSES * WORDS_PER_MIN:
        yield Fault(f"{longest} words are spoken without a pause, about {longest / WORDS_PER_MIN:.0f} minutes.")


def narration_does_not_read_the_screen(resource: Resource, context: Context) -> Iterator[Fault]:
    """No line on the screen of a video is spoken word for word."""
    if resource.kind is not ResourceKind.VIDEO_SCRIPT:
        return
    spoken = " ".join(f" {prose.same(line.text)} " for line in _lines(resource) if line.kind in ("text", "item"))
    for line in _lines(resource):
        if line.kind == "quote" and len(prose.words(line.text)) >= READ_OUT_WORDS:
            for shown in prose.sentences(line.text):
                if len(prose.words(shown)) >= READ_OUT_WORDS and f" {prose.same(shown)} " in spoken:
                    yield Fault(f'The screen shows what is spoken: "{prose.start_of(shown)}".')


def _lines(resource: Resource) -> tuple[prose.Line, ...]:
    return prose.lines(resource.markdown)


def _stretches(resource: Resource) -> list[int]:
    """Spoken words from pause to pause, those of the questions included in the stretch that they end."""
    counts = [0]
    for line in _lines(resource):
        if line.kind in ("text", "item"):
            counts[-1] += len(prose.words(line.text))
        if line.text.startswith(PAUSE):
            counts.append(0)
    return counts


CHECKS = (
    Check("script_is_short", "resource", script_is_short),
    Check("script_stops_for_questions", "resource", script_stops_for_questions),
    Check("narration_does_not_read_the_screen", "resource", narration_does_not_read_the_screen),
)
