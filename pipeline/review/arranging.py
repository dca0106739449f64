"""Which elements there are and in which order: split, merge, move, and taking that back.

In: element ids and what the person saw. Out: `Arranged`. What depends on an approval decides what becomes of it: an
element whose text changes (both halves of a split, the one that others are merged into, an item that goes to another
lesson) is a draft again; one that only changes its place stays approved. Ids never change; what is merged away keeps
its revisions, and comes back when the merge is taken back.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from pipeline.domain import (
    AuthorKind,
    Channel,
    DecisionKind,
    Element,
    Module,
    Objective,
    Part,
    ReviewDecision,
)
from pipeline.errors import ReviewError, StaleRevisionError, TransitionError
from pipeline.review.acting import Acting
from pipeline.review.changes import Changes
from pipeline.review.comparing import Comparing, element_from
from pipeline.review.permissions import Verb
from pipeline.review.places import exchanged, inserted_after, moved, moved_to_lesson, neighbours, without
from pipeline.review.splitting import cut, joined
from pipeline.review.transitions import IN_WORDS, demand_allowed
from pipeline.store.arrangements import ARRANGED_FIELDS, Arrangement
from pipeline.store.audit import Act
from pipeline.store.fold import in_force
from pipeline.store.frames import Frame
from pipeline.store.rows import ElementState

# Each try starts from what somebody else has just saved; a check of a large module takes a second.
_TRIES = 5


@dataclass(frozen=True)
class Arranged:
    """What was done to the order."""

    element_id: str
    """The element to show next."""
    decision: ReviewDecision
    new_id: str | None = None
    """The second half of a split."""
    gone_id: str | None = None
    """What was merged into another."""


class Arranging:
    """Changes the order of a module's elements."""

    def __init__(self, acting: Acting, changes: Changes, comparing: Comparing) -> None:
        self._acting = acting
        self._store = acting.store
        self._changes = changes
        self._comparing = comparing

    def split(
        self, module_id: str, element_id: str, *, at: int, based_on: int, by: str, channel: Channel = Channel.APP
    ) -> Arranged:
        """Cuts a part or a resource in two before the code point `at` of its text; the second becomes a new element.

        Raises ReviewError where it is of another kind or one half would be empty, StaleRevisionError, TransitionError.
        """
        act = self._act(by, DecisionKind.SPLIT, element_id, channel)

        def plan(module: Module) -> tuple[Arrangement, Mapping[str, Element]]:
            element = self._seen(module_id, module, element_id, based_on)
            new_id = _free_id(element_id, self._store.arrangements.ids(module_id))
            first, second = cut(element, at=at, new_id=new_id)
            elements = {**_by_id(module), first.id: first, second.id: second}
            frame = inserted_after(Frame.of(module), element_id, new_id, elements)
            about = ((element_id, DecisionKind.SPLIT, None),)
            return Arrangement(frame, about, new=(second,), revised=(first,)), elements

        made, arrangement = self._save(module_id, act, plan, guard=_unchanged(DecisionKind.SPLIT, element_id, based_on))
        return Arranged(element_id, made[0], new_id=arrangement.new[0].id)

    def merge_with_next(
        self, module_id: str, element_id: str, *, based_on: int, by: str, channel: Channel = Channel.APP
    ) -> Arranged:
        """Puts the part that follows in the same lesson into this one: text below text, evidence of both, each once.

        Raises ReviewError where it is no part or the last of its lesson, StaleRevisionError, TransitionError.
        """
        act = self._act(by, DecisionKind.MERGE, element_id, channel)

        def plan(module: Module) -> tuple[Arrangement, Mapping[str, Element]]:
            element = self._seen(module_id, module, element_id, based_on)
            doing = f"{IN_WORDS[DecisionKind.MERGE]} {element_id}"
            if not isinstance(element, Part):
                raise ReviewError(doing, why="only parts of a lesson can be merged", mend="edit it instead")
            following = neighbours(module, element)[1]
            if following is None:
                raise ReviewError(doing, why="it is the last part of its lesson", mend="merge the part before it")
            other = module.element(following)
            assert isinstance(other, Part)
            demand_allowed(other, DecisionKind.MERGE)
            whole = joined(element, other)
            elements = {**_by_id(module), whole.id: whole}
            frame = without(Frame.of(module), other.id, elements)
            about = ((element_id, DecisionKind.MERGE, None), (other.id, DecisionKind.MERGE, None))
            return Arrangement(frame, about, revised=(whole,), gone=(other.id,)), elements

        made, arrangement = self._save(module_id, act, plan, guard=_unchanged(DecisionKind.MERGE, element_id, based_on))
        return Arranged(element_id, made[0], gone_id=arrangement.gone[0])

    def move(
        self, module_id: str, element_id: str, *, step: int, by: str, channel: Channel = Channel.APP
    ) -> Arranged:
        """Exchanges an element with the one before (`step` -1) or after it (+1): a part within its lesson, an item
        among those of its objective, an objective with its lessons and items, a scenario or a resource among its kind.

        Raises ReviewError where it is the first or last already, TransitionError.
        """
        act = self._act(by, DecisionKind.MOVE, element_id, channel)

        def plan(module: Module) -> tuple[Arrangement, Mapping[str, Element]]:
            element = self._present(module_id, module, element_id)
            before, after = neighbours(module, element)
            other = before if step < 0 else after
            if other is None:
                raise ReviewError(
                    f"{IN_WORDS[DecisionKind.MOVE]} {element_id}",
                    why=f"it is the {'first' if step < 0 else 'last'} already", mend="nothing needs to be done",
                )
            frame = Frame.of(module)
            is_objective = isinstance(element, Objective)
            frame = moved(frame, module, element_id, other) if is_objective else exchanged(frame, element_id, other)
            return Arrangement(frame, ((element_id, DecisionKind.MOVE, None),)), _by_id(module)

        made, _ = self._save(module_id, act, plan, guard=_allowed(DecisionKind.MOVE, element_id))
        return Arranged(element_id, made[0])

    def move_to_lesson(
        self, module_id: str, element_id: str, *, lesson: str, by: str, channel: Channel = Channel.APP
    ) -> Arranged:
        """Puts a part to the end of another lesson, or an item to another lesson.

        An item's lesson belongs to its text, so it has a new revision; it takes the objective of the lesson where the
        lesson does not serve its own. Raises ReviewError where that is not clear, where it is there already, or where a
        lesson would be left without parts; TransitionError.
        """
        act = self._act(by, DecisionKind.MOVE, element_id, channel)

        def plan(module: Module) -> tuple[Arrangement, Mapping[str, Element]]:
            element = self._present(module_id, module, element_id)
            frame, changed = moved_to_lesson(module, element, lesson)
            elements = {**_by_id(module), **({changed.id: changed} if changed else {})}
            about = ((element_id, DecisionKind.MOVE, None),)
            return Arrangement(frame, about, revised=(changed,) if changed else ()), elements

        made, _ = self._save(module_id, act, plan, guard=_allowed(DecisionKind.MOVE, element_id))
        return Arranged(element_id, made[0])

    def can_move(self, module_id: str, element_id: str) -> tuple[bool, bool]:
        """Whether there is anything before it, and after it, to be exchanged with."""
        module = self._store.modules.load(module_id)
        before, after = neighbours(module, self._present(module_id, module, element_id))
        return before is not None, after is not None

    def _take_back(self, decisions: tuple[ReviewDecision, ...], *, act: Act) -> tuple[ReviewDecision, ...]:
        """Undoes one split, merge or move; raises TransitionError where the order or a text was changed since."""
        first = decisions[0]
        assert first.frame is not None
        after = self._store.arrangements.frame(first.module, first.frame)
        before = self._store.arrangements.frame(first.module, first.frame - 1)

        def plan(module: Module) -> tuple[Arrangement, Mapping[str, Element]]:
            now = Frame.of(module)
            if any(getattr(now, name) != getattr(after, name) for name in ARRANGED_FIELDS):
                raise _since(first.element, "the order has been changed since")
            frame = now.model_copy(update={name: getattr(before, name) for name in ARRANGED_FIELDS})
            gone = tuple(one for one in after.element_ids if one not in before.element_ids)
            back = tuple(one for one in before.element_ids if one not in after.element_ids)
            for name in gone:
                self._demand_untouched(module, name, first.element)
            former = tuple(one for one in (self._former(decision) for decision in decisions) if one is not None)
            elements = {**_by_id(module), **{one.id: one for one in former}}
            for name in back:
                elements[name] = self._as_it_was(first.module, name)
            about = tuple((one.element, DecisionKind.UNDO, one.number) for one in decisions)
            arrangement = Arrangement(frame, about, reason="undo", revised=former, gone=gone, back=back)
            return arrangement, {name: elements[name] for name in frame.element_ids}

        made, _ = self._save(first.module, act, plan, guard=_allowed(DecisionKind.EDIT, first.element))
        return made

    # How

    def _act(self, by: str, kind: DecisionKind, element_id: str, channel: Channel) -> Act:
        return self._acting.act(by, Verb.EDIT, f"{IN_WORDS[kind]} {element_id}", channel=channel)

    def _save(
        self,
        module_id: str,
        act: Act,
        plan: Callable[[Module], tuple[Arrangement, Mapping[str, Element]]],
        *,
        guard: Callable[[ElementState], None],
    ) -> tuple[tuple[ReviewDecision, ...], Arrangement]:
        for _ in range(_TRIES):
            module = self._store.modules.load(module_id)
            arrangement, elements = plan(module)
            after = arrangement.frame.module(
                module_id, revision=module.revision + 1, elements=elements, findings=()
            )
            made = self._store.arrangements.save(
                module_id, arrangement, on=module.revision, act=act, at=self._acting.clock(),
                findings=self._changes.check(after), guard=guard,
            )
            if made:
                return made, arrangement
        raise ReviewError(
            f"arranging {module_id}", why="others are changing it at the same time", mend="try again in a moment"
        )

    def _present(self, module_id: str, module: Module, element_id: str) -> Element:
        try:
            return module.element(element_id)
        except KeyError:
            return self._store.modules.element_state(module_id, element_id).element  # raises, and says what is near

    def _seen(self, module_id: str, module: Module, element_id: str, based_on: int) -> Element:
        element = self._present(module_id, module, element_id)
        latest = self._store.modules.element_state(module_id, element_id).revision
        if latest != based_on:
            raise StaleRevisionError(element_id, based_on=based_on, latest=latest)
        return element

    def _demand_untouched(self, module: Module, name: str, element: str) -> None:
        is_changed = len(self._store.modules.revisions(module.id, name)) > 1
        if is_changed or in_force(self._store.decisions.of(module.id, name)):
            raise _since(element, f"{name}, which came of it, has been worked on since")

    def _former(self, decision: ReviewDecision) -> Element | None:
        """The element before the revision that the decision made; None where it made none."""
        revisions = self._comparing.revisions(decision.module, decision.element)
        made = revisions[decision.revision]
        is_its_own = (made.author.kind, made.author.name, made.at) == (AuthorKind.PERSON, decision.by, decision.at)
        if made.parent is None or not is_its_own:
            return None
        if max(revisions) != decision.revision:
            raise _since(decision.element, f"it has been changed since (revision {max(revisions)})")
        state = self._store.modules.element_state(decision.module, decision.element)
        former = element_from(revisions[made.parent].content, state.element)
        return former.model_copy(update={"waivers": state.element.waivers})

    def _as_it_was(self, module_id: str, name: str) -> Element:
        return self._store.arrangements.element(module_id, name)


def taken_back(
    arranging: Arranging, decisions: tuple[ReviewDecision, ...], *, act: Act
) -> tuple[ReviewDecision, ...]:
    """Undoes one split, merge or move for somebody who may: no verb of its own, since it asks no role.

    Raises TransitionError where the order or a text was changed since.
    """
    return arranging._take_back(decisions, act=act)


def _by_id(module: Module) -> dict[str, Element]:
    return {element.id: element for element in module.elements()}


def _free_id(element_id: str, known: frozenset[str]) -> str:
    number = 2
    while f"{element_id}-{number}" in known:
        number += 1
    return f"{element_id}-{number}"


def _allowed(kind: DecisionKind, element_id: str) -> Callable[[ElementState], None]:
    def guard(state: ElementState) -> None:
        if state.element.id == element_id:
            demand_allowed(state.element, kind)

    return guard


def _unchanged(kind: DecisionKind, element_id: str, based_on: int) -> Callable[[ElementState], None]:
    def guard(state: ElementState) -> None:
        demand_allowed(state.element, kind)
        if state.element.id == element_id and state.revision != based_on:
            raise StaleRevisionError(element_id, based_on=based_on, latest=state.revision)

    return guard


def _since(element_id: str, why: str) -> TransitionError:
    return TransitionError(
        f"{IN_WORDS[DecisionKind.UNDO]} {element_id}", why=why, mend="look at what stands and arrange it by hand"
    )


