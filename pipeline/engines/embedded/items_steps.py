"""Items about procedures: put the steps in order, say what comes next.

In: the material of one objective. Out: candidates. Only numbered or told-in-order steps are asked about by their
order; every wrong answer is a step of this or another procedure, and its feedback says where it belongs.
"""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.engines.embedded.candidates import Candidate, item, option, shuffled, single
from pipeline.engines.embedded.distractors import Alternative, choose, likeness, stands_out
from pipeline.engines.embedded.facts import Procedure, Step
from pipeline.engines.embedded.items_missing import missing_steps
from pipeline.engines.embedded.material import Material, point_of
from pipeline.engines.embedded.step_lines import headline, is_askable, ordered_steps, pair, reference
from pipeline.engines.embedded.subjects import doing_of
from pipeline.engines.embedded.wording import Wording
from pipeline.ids import fingerprint, normalised

_STEPS_MIN = 3
_SMALL_MAX = 4
_LONG_MIN = 8
_ALIKE_MAX = 0.5


def step_items(material: Material) -> Iterator[Candidate]:
    """Order and next-step items, procedure by procedure."""
    for procedure in material.procedures:
        if procedure.is_ordered and len(procedure.steps) >= _STEPS_MIN:
            window = _window(procedure, material)
            if window is not None:
                yield _order(procedure, *window, material)
            yield from _next_steps(procedure, window, material)
            yield from missing_steps(procedure, material)


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
    # A stretch at either end leaves the other steps for items of another kind.
    starts = [start for start in starts if start in (0, count - size)] or starts
    start = starts[int(fingerprint([material.id, procedure.name, "window"])[:6], 16) % len(starts)]
    return start, start + size


def _can_be_ordered(steps: tuple[Step, ...], wording: Wording) -> bool:
    lines = [normalised(headline(step)) for step in steps]
    return all(is_askable(step, wording) for step in steps) and len(set(lines)) == len(lines)


def _order(procedure: Procedure, start: int, end: int, material: Material) -> Candidate:
    wording = material.wording
    steps = procedure.steps[start:end]
    whole = len(steps) == len(procedure.steps)
    drafted = []
    for index, step in enumerate(steps):
        before = reference(procedure, start + index - 1, wording) if index else ""
        after = reference(procedure, start + index + 1, wording) if index + 1 < len(steps) else ""
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
        doing=doing_of(procedure, material),
        number=wording.number(len(steps)),
    )
    general = wording.say(
        "order.general",
        first=wording.named(headline(steps[0])),
        last=wording.named(headline(steps[-1])),
        number=wording.number(len(steps)),
    )
    pairs = frozenset(pair(procedure, index) for index in range(start, end - 1))
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
    doing = doing_of(procedure, material)
    stem = wording.say("next.stem", doing=doing, done=wording.quote(headline(done)))
    pool: list[Alternative[tuple[Procedure, int]]] = []
    for at, step in enumerate(procedure.steps):
        if at not in (index, index + 1) and is_askable(step, wording):
            pool.append(Alternative(wording.option(headline(step)), (procedure, at), 2 if at > index else 1))
    home = material.section_of(done.span)
    for section in material.other_sections(home):
        pool.extend(
            Alternative(text, (other, at), 0)
            for text, other, at in material.once("ordered steps", section, ordered_steps)
            if other.name != procedure.name and likeness(text, headline(done)) < _ALIKE_MAX
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
                other=doing_of(other, material),
                ordinal=ordinal,
            )
            believed = wording.say("next.believed_elsewhere", other=doing_of(other, material), doing=doing)
        else:
            place = "earlier" if at < index else "later"
            told = wording.say_nth(
                f"next.{place}",
                turn,
                ordinal=ordinal,
                done=wording.named(headline(done)),
                before=_before(procedure, at, index, wording),
            )
            believed = wording.say(f"next.believed_{place}", ordinal=ordinal, now=wording.ordinal(index + 2))
        wrong.append(option(one.text, told, [step.span], misconception=believed))
    right = option(
        key_line,
        wording.say(
            "next.key",
            done_ordinal=wording.ordinal(index + 1),
            ordinal=wording.ordinal(index + 2),
            done=wording.named(headline(done)),
        ),
        [done.span, key.span],
    )
    draft = single(
        stem,
        right,
        wrong,
        seed,
        bloom="apply",
        general=wording.say("next.general", done=wording.named(headline(done)), key=wording.quote(headline(key))),
        hint=wording.say("next.hint"),
        spans=[done.span, key.span],
    )
    lone = stands_out(key_line, [one.text for one in wrong])
    return Candidate("next", frozenset({pair(procedure, index)}), draft, worth=6 - (4 if lone else 0))


def _before(procedure: Procedure, at: int, done: int, wording: Wording) -> str:
    """The step in front of a wrong one, by its number alone where it is the one that is due."""
    if at == done + 2:
        return wording.say("order.numbered", ordinal=wording.ordinal(at))
    return reference(procedure, at - 1, wording) if at else ""
