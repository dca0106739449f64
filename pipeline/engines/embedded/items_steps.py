"""Items about procedures: put the steps in order, say what comes next.

In: the material of one objective. Out: candidates. Only numbered or told-in-order steps are asked about by their
order; every wrong answer is a step of this or another procedure, and its feedback says where it belongs.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator

from pipeline.engines.embedded.candidates import Candidate, item, option, placed, shuffled
from pipeline.engines.embedded.distractors import Alternative, choose, likeness, stands_out
from pipeline.engines.embedded.facts import Procedure, Step
from pipeline.engines.embedded.material import Material, label_of, point_of
from pipeline.engines.embedded.wording import Wording, bare, ends_sentence, tidy, words_of
from pipeline.ids import fingerprint, normalised

_STEPS_MIN = 3
_SMALL_MAX = 4
_LONG_MIN = 8
_HEADLINE_WORDS_MAX = 30
_NAMED_WORDS_MAX = 18


def step_items(material: Material) -> Iterator[Candidate]:
    """Order and next-step items, procedure by procedure."""
    for procedure in material.procedures:
        if procedure.is_ordered and len(procedure.steps) >= _STEPS_MIN:
            window = _window(procedure, material)
            if window is not None:
                yield _order(procedure, *window, material.wording)
            yield from _next_steps(procedure, window, material)


def headline(step: Step) -> str:
    """The step in one line: its first sentence, without its final stop."""
    return _first_line(step.action)


@functools.lru_cache(maxsize=1 << 14)
def _first_line(action: str) -> str:
    text = tidy(action)
    for index, char in enumerate(text):
        if char in ".!?" and index + 2 < len(text) and text[index + 1] == " " and text[index + 2].isupper():
            if len(words_of(text[:index])) >= 2 and not text[:index].endswith(("e.g", "i.e", "etc", "No", "vs")):
                return bare(text[:index])
            break
    return bare(text)


def is_askable(step: Step, wording: Wording) -> bool:
    """Whether the step's line reads as one action, on its own."""
    line = headline(step)
    count = len(words_of(line))
    return (
        2 <= count <= _HEADLINE_WORDS_MAX
        and "{" not in line
        and "TODO" not in line
        and not line.endswith("?")
        and not wording.points_back(line)
        and not any(mark in line.lower() for mark in wording.book.list_of("open_references"))
    )


def _window(procedure: Procedure, material: Material) -> tuple[int, int] | None:
    """Which consecutive steps to put in order: the whole of a short procedure, four or five of a longer one."""
    count = len(procedure.steps)
    size = count if count <= _SMALL_MAX else 5 if count >= _LONG_MIN else 4
    starts = [
        start
        for start in range(count - size + 1)
        if _can_be_ordered(procedure.steps[start : start + size], material.wording)
    ]
    while not starts and size > _STEPS_MIN:
        size -= 1
        starts = [
            start
            for start in range(count - size + 1)
            if _can_be_ordered(procedure.steps[start : start + size], material.wording)
        ]
    if not starts:
        return None
    start = starts[int(fingerprint([material.id, procedure.name, "window"])[:6], 16) % len(starts)]
    return start, start + size


def _can_be_ordered(steps: tuple[Step, ...], wording: Wording) -> bool:
    lines = [normalised(headline(step)) for step in steps]
    return all(is_askable(step, wording) for step in steps) and len(set(lines)) == len(lines)


def _order(procedure: Procedure, start: int, end: int, wording: Wording) -> Candidate:
    steps = procedure.steps[start:end]
    whole = len(steps) == len(procedure.steps)
    drafted = []
    for index, step in enumerate(steps):
        before = _reference(procedure, start + index - 1, wording) if index else ""
        after = _reference(procedure, start + index + 1, wording) if index + 1 < len(steps) else ""
        place = "first" if not index else "last" if index + 1 == len(steps) else "middle"
        feedback = wording.say_nth(
            f"order.{place}", index, before=before, after=after, ordinal=wording.ordinal(start + index + 1)
        )
        near = [other.span for other in steps[max(index - 1, 0) : index + 2]]
        drafted.append(option(wording.option(headline(step)), feedback, near))
    arranged = shuffled(drafted, fingerprint([point_of(steps[0].span), "order"]))
    if list(arranged) == drafted:
        arranged = (*arranged[1:], arranged[0])
    stem = wording.say(
        "order.stem" if whole else "order.stem_part",
        name=wording.named(label_of(procedure)),
        number=wording.number(len(steps)),
    )
    general = wording.say(
        "order.general",
        name=wording.named(label_of(procedure)),
        first=wording.named(headline(steps[0])),
        last=wording.named(headline(steps[-1])),
        number=wording.number(len(steps)),
    )
    pairs = frozenset(_pair(procedure, index) for index in range(start, end - 1))
    draft = item(
        "order",
        stem=stem,
        options=arranged,
        correct=[arranged.index(one) for one in drafted],
        bloom="apply",
        general=general,
        hint=wording.say("order.hint"),
        spans=[step.span for step in steps],
    )
    return Candidate("order", pairs, draft, worth=10 + len(steps))


def _next_steps(procedure: Procedure, window: tuple[int, int] | None, material: Material) -> Iterator[Candidate]:
    wording = material.wording
    for index in range(len(procedure.steps) - 1):
        done, key = procedure.steps[index], procedure.steps[index + 1]
        if not (is_askable(done, wording) and is_askable(key, wording)):
            continue
        if normalised(headline(done)) == normalised(headline(key)):
            continue
        inside = window is not None and window[0] <= index and index + 1 < window[1]
        candidate = _next_step(procedure, index, material)
        if candidate is not None:
            yield Candidate("next", candidate.points, candidate.draft, candidate.worth - (3 if inside else 0))


def _next_step(procedure: Procedure, index: int, material: Material) -> Candidate | None:
    wording = material.wording
    done, key = procedure.steps[index], procedure.steps[index + 1]
    key_line = wording.option(headline(key))
    name = wording.named(label_of(procedure))
    stem = wording.say("next.stem", name=name, done=wording.quote(headline(done)))
    pool: list[Alternative[tuple[Procedure, int]]] = []
    for at, step in enumerate(procedure.steps):
        if at not in (index, index + 1) and is_askable(step, wording):
            pool.append(Alternative(wording.option(headline(step)), (procedure, at), 2 if at > index else 1))
    home = material.section_of(done.span)
    for section in material.other_sections(home):
        for other in section.procedures:
            if other.is_ordered and normalised(other.name) != normalised(procedure.name):
                pool.extend(
                    Alternative(wording.option(headline(step)), (other, at), 0)
                    for at, step in enumerate(other.steps)
                    if is_askable(step, wording) and likeness(headline(step), headline(done)) < 0.5
                )
    seed = fingerprint([point_of(key.span), "next"])
    chosen = choose(key_line, pool, stem=stem, seed=seed, absolutes=wording.book.list_of("absolutes"))
    if not chosen:
        return None
    wrong = []
    for turn, one in enumerate(chosen):
        other, at = one.fact
        step = other.steps[at]
        ordinal = wording.ordinal(at + 1)
        if other is not procedure:
            told = wording.say_nth(
                "next.elsewhere",
                turn,
                name=wording.named(label_of(other)),
                ordinal=ordinal,
                done=wording.named(headline(done)),
                key=wording.quote(headline(key)),
                here=name,
            )
            believed = wording.say("next.believed_elsewhere", name=wording.named(label_of(other)), here=name)
        else:
            place = "earlier" if at < index else "later"
            told = wording.say_nth(
                f"next.{place}",
                turn,
                ordinal=ordinal,
                done=wording.named(headline(done)),
                key=wording.quote(headline(key)),
                before=_reference(procedure, at - 1, wording) if at else "",
                after=_reference(procedure, at + 1, wording) if at + 1 < len(procedure.steps) else "",
            )
            believed = wording.say(f"next.believed_{place}", ordinal=ordinal, now=wording.ordinal(index + 2))
        wrong.append(option(one.text, told, [step.span, key.span], misconception=believed))
    right = option(
        key_line,
        wording.say(
            "next.key",
            done_ordinal=wording.ordinal(index + 1),
            ordinal=wording.ordinal(index + 2),
            name=name,
            done=wording.named(headline(done)),
        ),
        [done.span, key.span],
    )
    options, at = placed(right, wrong, seed)
    draft = item(
        "single",
        stem=stem,
        options=options,
        correct=[at],
        bloom="apply",
        general=wording.say("next.general", done=wording.named(headline(done)), key=wording.quote(headline(key))),
        hint=wording.say("next.hint"),
        spans=[done.span, key.span],
    )
    lone = stands_out(key_line, [one.text for one in wrong])
    return Candidate("next", frozenset({_pair(procedure, index)}), draft, worth=6 - (4 if lone else 0))


def _pair(procedure: Procedure, index: int) -> str:
    """The transition from one step to the next, as a point."""
    return f"step>{point_of(procedure.steps[index + 1].span)}"


def _reference(procedure: Procedure, index: int, wording: Wording) -> str:
    """A step as another step's feedback names it: its words, or its number where they are many."""
    line = headline(procedure.steps[index])
    if len(words_of(line)) > _NAMED_WORDS_MAX or ends_sentence(line):
        return wording.say("order.numbered", ordinal=wording.ordinal(index + 1))
    return wording.named(line)
