"""Items about a gap: a colleague tells the steps and leaves one out. Which?

In: a procedure told in order and the material around it. Out: candidates; wrong answers are steps that come before or
after what the colleague describes, or steps of other procedures.
"""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.engines.embedded.candidates import Candidate, option, single
from pipeline.engines.embedded.distractors import Alternative, choose, likeness, stands_out
from pipeline.engines.embedded.facts import Procedure
from pipeline.engines.embedded.material import Material, point_of
from pipeline.engines.embedded.step_lines import headline, is_askable, ordered_steps, pair, reference
from pipeline.engines.embedded.subjects import doing_of
from pipeline.engines.embedded.wording import words_of
from pipeline.ids import fingerprint

_SHOWN = 3
_STEPS_MIN = 4
_TOLD_WORDS_MAX = 60
_ALIKE_MAX = 0.5


def missing_steps(procedure: Procedure, material: Material) -> Iterator[Candidate]:
    """One item for each inner step that can be left out of the three around it."""
    if len(procedure.steps) < _STEPS_MIN:
        return
    for gap in range(1, len(procedure.steps) - 1):
        candidate = _missing(procedure, gap, material)
        if candidate is not None:
            yield candidate


def _missing(procedure: Procedure, gap: int, material: Material) -> Candidate | None:
    wording = material.wording
    steps = procedure.steps
    start = max(0, min(gap - 1, len(steps) - _SHOWN - 1))
    shown = [index for index in range(start, start + _SHOWN + 1) if index != gap]
    if not all(is_askable(steps[index], wording) for index in (*shown, gap)):
        return None
    lines = [headline(steps[index]) for index in shown]
    if sum(len(words_of(line)) for line in lines) > _TOLD_WORDS_MAX:
        return None
    key_line = headline(steps[gap])
    doing = doing_of(procedure, material)
    told = " ".join(f"{number}. {wording.quote(line)}" for number, line in enumerate(lines, 1))
    stem = wording.say("missing.stem", doing=doing, told=told)
    pool: list[Alternative[tuple[Procedure, int]]] = [
        Alternative(wording.option(headline(step)), (procedure, at), 2)
        for at, step in enumerate(steps)
        if at not in shown and at != gap and is_askable(step, wording)
    ]
    for section in material.other_sections(material.section_of(steps[gap].span)):
        pool.extend(
            Alternative(text, (other, at), 0)
            for text, other, at in material.once("ordered steps", section, ordered_steps)
            if other.name != procedure.name and all(likeness(text, line) < _ALIKE_MAX for line in lines)
        )
    seed = fingerprint([point_of(steps[gap].span), "missing"])
    chosen = choose(wording.option(key_line), pool, stem=stem, seed=seed, absolutes=wording.book.list_of("absolutes"))
    if not chosen:
        return None
    before = reference(procedure, gap - 1, wording)
    wrong = []
    for turn, one in enumerate(chosen):
        other, at = one.fact
        if other is procedure:
            feedback = wording.say_nth(
                "missing.shown",
                turn,
                where=wording.say("missing.later" if at > shown[-1] else "missing.earlier"),
                ordinal=wording.ordinal(at + 1),
            )
            believed = wording.say("missing.believed_shown", ordinal=wording.ordinal(at + 1))
        else:
            feedback = wording.say_nth(
                "missing.other", turn, other=doing_of(other, material), ordinal=wording.ordinal(at + 1)
            )
            believed = wording.say("missing.believed_other", other=doing_of(other, material), doing=doing)
        wrong.append(option(one.text, feedback, [other.steps[at].span], misconception=believed))
    right = option(
        wording.option(key_line),
        wording.say("missing.key", ordinal=wording.ordinal(gap + 1), before=before),
        [steps[gap - 1].span, steps[gap].span],
    )
    draft = single(
        stem,
        right,
        wrong,
        seed,
        bloom="analyse",
        general=wording.say(
            "missing.general", ordinal=wording.ordinal(gap + 1), before=before, key=wording.quote(key_line)
        ),
        hint=wording.say("missing.hint"),
        spans=[steps[index].span for index in (*shown, gap)],
    )
    lone = stands_out(key_line, [one.text for one in wrong])
    points = frozenset({pair(procedure, gap - 1), pair(procedure, gap)})
    return Candidate("missing", points, draft, worth=5 - (4 if lone else 0))
