"""What a reviewer sees: the list, the queue, one element beside its evidence. Changes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from pipeline.domain import DecisionKind, Document, Element, Evidence, IngestWarning, ReviewDecision, Status
from pipeline.errors import UsageError
from pipeline.review.acting import Acting
from pipeline.review.comments import Threads
from pipeline.review.comparing import Comparing, Conflict, element_from
from pipeline.review.evidence_context import evidence_in_context
from pipeline.review.guards import is_own_text
from pipeline.review.last_acts import LastAct, last_acts
from pipeline.review.permissions import Verb
from pipeline.review.presence import Presences
from pipeline.review.queue import card_of, next_open, progress_at, queue_at, queue_of
from pipeline.review.transitions import actions, blocking
from pipeline.review.views import ElementView, ModuleCard, ModuleView, Progress, QueueEntry
from pipeline.store.fold import in_force
from pipeline.store.proposals import OPEN
from pipeline.store.rows import ElementState

# Of so many modules the last queue is kept, so that only what has changed in it is made anew.
_KEPT = 64


class Seeing:
    """The half of the review service that only looks. Safe to share between threads."""

    def __init__(self, acting: Acting) -> None:
        self.acting = acting
        self._store = acting.store
        self._comparing = Comparing(acting.store)
        self._queues: dict[str, tuple[QueueEntry, ...]] = {}
        self.presence = Presences(acting)
        self.comments = Threads(acting)

    @contextmanager
    def steady(self) -> Iterator[None]:
        """All that is seen within it, by this thread, is of one moment, and cheaper than one by one.

        For short looks; what the thread itself changes meanwhile is not seen within it.
        """
        with self._store.database.steady():
            yield

    def may(self, by: str, verb: Verb) -> bool:
        """Whether the person may do it, for buttons: every verb asks again."""
        return self.acting.may(by, verb)

    def modules(self) -> tuple[ModuleCard, ...]:
        """The modules of the workspace, newest first."""
        return tuple(card_of(summary) for summary in self._store.modules.list())

    def module(self, module_id: str) -> ModuleView:
        """One module with its queue; raises UsageError with near ids where there is none.

        It reads every text: for one that changes with every key press there are `queue`, `progress` and `title`.
        """
        module = self._store.modules.load(module_id)
        return ModuleView(module, card_of(self._store.modules.summary(module_id)), queue_of(module))

    def title(self, module_id: str) -> str:
        """The module's title; raises UsageError as `module`."""
        return self._store.glances.of(module_id).title

    def queue(self, module_id: str) -> tuple[QueueEntry, ...]:
        """The elements in the order a learner meets them; raises UsageError as `module`."""
        with self.steady():
            glance = self._store.glances.of(module_id)
            found = self._store.glances.findings(glance)
        queue = queue_at(glance, found, before=self._queues.get(module_id, ()))
        if len(self._queues) >= _KEPT:
            self._queues.clear()
        self._queues[module_id] = queue
        return queue

    def progress(self, module_id: str) -> Progress:
        """How far the review is; raises UsageError as `module`."""
        return progress_at(self._store.glances.of(module_id))

    def reading_warnings(self, module_id: str) -> tuple[tuple[str, IngestWarning], ...]:
        """What the readers of the module's sources met that a person should know of, with the source's name."""
        return tuple(
            (document.source.title or document.source.path, warning)
            for document in self._documents(self._store.glances.of(module_id).sources).values()
            for warning in document.warnings
        )

    def picture(self, file: str) -> bytes:
        """The bytes of a figure's file; raises StoreError."""
        return self._store.pictures.read(file)

    def element(self, module_id: str, element_id: str, *, by: str | None = None) -> ElementView:
        """One element beside its evidence; raises UsageError where there is none.

        With `by` it is seen with that person's eyes: who else is there, and what the person may not do.
        """
        with self.steady():
            return self._element(module_id, element_id, by)

    def _element(self, module_id: str, element_id: str, by: str | None) -> ElementView:
        glance = self._store.glances.of(module_id)
        state = self._store.modules.element_state(module_id, element_id)
        element = state.element
        ids = glance.order
        here = ids.index(element_id)
        documents = self._documents({proof.source for proof in element.all_evidence} & set(glance.sources))
        return ElementView(
            module_id=module_id,
            element=element,
            revision=state.revision,
            content_hash=state.content_hash,
            findings=tuple(sorted(state.findings, key=lambda finding: element.waived(finding.criterion))),
            evidence=evidence_in_context(element.all_evidence, documents),
            decisions=state.decisions[::-1],
            revisions=self._store.modules.revisions(module_id, element_id)[::-1],
            actions=actions(element.status),
            blocked_by=blocking(element, state.findings),
            position=here + 1,
            total=len(ids),
            previous_id=ids[here - 1] if here else None,
            next_id=ids[here + 1] if here + 1 < len(ids) else None,
            mended=glance.mended.get(element_id, ()) if state.revision == 1 else (),
            withheld=self._withheld(state, by),
            presence=None if by is None else self.presence.of(module_id, element_id, by=by),
            threads=self.comments.of(module_id, element_id),
            proposals=len(self._store.proposals.of(module_id, element_id, states=OPEN)),
        )

    def evidence(self, module_id: str, element_id: str) -> tuple[Evidence, ...]:
        """All evidence of an element; raises UsageError where there is none."""
        return self._store.modules.element_state(module_id, element_id).element.all_evidence

    def is_approved(self, module_id: str, element_id: str, *, content_hash: str) -> bool:
        """Whether the element is approved, and with the text of that hash; raises UsageError as `module`."""
        glance = self._store.glances.of(module_id)
        place = next((one for one in glance.places if one.element == element_id), None)
        if place is None or place.content_hash != content_hash:
            return False
        return glance.standing[element_id].status is Status.APPROVED

    def label(self, module_id: str, element_id: str) -> str | None:
        """What the element is called in the queue; None where it has no place there. Raises UsageError as `module`."""
        places = self._store.glances.of(module_id).places
        return next((one.label for one in places if one.element == element_id), None)

    def revision(self, module_id: str, element_id: str, number: int) -> Element:
        """The element as it stood at a revision, without status; raises UsageError where there is none."""
        revisions = self._comparing.revisions(module_id, element_id)
        if number not in revisions:
            raise UsageError(
                f"revision {number} of {element_id}", why=f"its latest is {max(revisions)}",
                mend="see its history",
            )
        return element_from(revisions[number].content, self._store.modules.element_state(module_id, element_id).element)

    def compare(self, module_id: str, mine: Element, *, based_on: int) -> Conflict:
        """My text, made from revision `based_on`, beside the latest; raises UsageError where there is no such one."""
        return self._comparing.conflict(module_id, mine, based_on=based_on)

    def next_open(self, module_id: str, after: str | None = None, *, by: str | None = None) -> str | None:
        """The next element nobody has decided on (draft or stale) in queue order after `after`.

        Goes round at the end and comes to `after` itself last; what others hold is passed over unless nothing else is
        left. None where every element is decided.
        """
        held = () if by is None else self.presence.others(module_id, by=by).keys()
        return next_open(self._store.glances.of(module_id), after, held)

    def last_action(self, module_id: str, *, by: str) -> ReviewDecision | None:
        """What `undo` would take back for this person; None where there is nothing."""
        log = in_force(self._store.glances.decisions(module_id))
        return next((decision for decision in reversed(log) if decision.by == by.strip()), None)

    def last_acts(self, module_id: str, *, by: str, at_most: int = 10) -> tuple[LastAct, ...]:
        """What the person decided last and nobody has taken back, newest first; a group is one."""
        return last_acts(self._store.glances.decisions(module_id), by=by.strip(), at_most=at_most)

    def _documents(self, sources: tuple[str, ...] | set[str]) -> dict[str, Document]:
        return {source: self._store.sources.document(source) for source in sources}

    def _withheld(self, state: ElementState, by: str | None) -> str | None:
        if by is None or DecisionKind.APPROVE not in actions(state.element.status):
            return None
        if not self.acting.may(by, Verb.DECIDE):
            return "your role does not approve"
        if self.acting.two_person and is_own_text(state, by.strip()):
            return "its text is your own, and somebody else has to approve it"
        return None
