"""The SME's side of approval: what is worth asking, asking it, answering, and what the answers add up to.

In: module and element ids, verdicts, who says so. Out: requests, answers, and `Said`, for screens and commands. Facts
and design are two axes: nothing here changes a designer's decision. An answer that something is wrong opens a thread of
kind fact, so that a designer comes by it.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from pipeline.domain import (
    ELEMENT_TYPES,
    AskedStatement,
    Channel,
    Element,
    FactAnswer,
    FactRequest,
    FactStatus,
    FactVerdict,
    Finding,
    Module,
    Objective,
    Status,
)
from pipeline.errors import ReviewError, StaleRevisionError, UsageError
from pipeline.library.strings import strings_for
from pipeline.review.acting import Acting
from pipeline.review.answerers import Names, Superseded, superseded
from pipeline.review.corrections import correction_of
from pipeline.review.fact_links import KEY, token_of
from pipeline.review.fact_requests import Asked, asked, demand_due_in_time
from pipeline.review.fact_statements import dangers_of, passage_of, statement_of, weight_of
from pipeline.review.fact_suggestions import Suggested, handful_of
from pipeline.review.guards import demanded_reason
from pipeline.review.membership import email_address
from pipeline.review.permissions import Verb
from pipeline.store.fact_fold import counting, fact_hash
from pipeline.store.rows import ElementState

LINK_DAYS = 14
_MOST_STATEMENTS = 30
_WORTH_ASKING = (FactStatus.NOT_ASKED, FactStatus.UNSURE)


@dataclass(frozen=True)
class Said:
    """One answer about an element."""

    answer: FactAnswer
    counts: bool
    """Whether it is about the text as it stands, the person's latest, and not dismissed."""
    dismissed_by: str | None = None
    reason: str | None = None
    """Why it was dismissed, or carried over to the present text."""
    name: str = ""
    """Who answered, by name; an e-mail address only where no name is known."""
    superseded: Superseded | None = None
    """What took its place, where something did."""


class Facts:
    """What to ask SMEs, and what they said. Safe to share between threads."""

    def __init__(
        self,
        acting: Acting,
        *,
        link_days: int = LINK_DAYS,
        new_id: Callable[[], str] = lambda: f"r-{secrets.token_hex(8)}",
    ) -> None:
        self._acting = acting
        self._store = acting.store
        self._link_days = link_days
        self._new_id = new_id

    # Asking

    def suggested(self, module_id: str, *, at_most: int = 8) -> tuple[Suggested, ...]:
        """The elements with the most to lose from being wrong that no SME has answered or been asked about, in the
        module's order.

        Five at least where there are as many, then as many as take a few minutes; of two that rest on the same words of
        the source the weightier one, and harmless ones only where there would be fewer than five.
        """
        module = self._store.modules.load(module_id)
        say = strings_for(module.language)
        found = []
        for place, element in enumerate(module.elements()):
            if isinstance(element, Objective) or element.status is Status.REJECTED:
                continue
            if element.fact_status not in _WORTH_ASKING:
                continue
            dangers = dangers_of(element, module.language, _open_findings(module, element))
            found.append((place, Suggested(element, dangers, statement_of(element, say))))
        found.sort(key=lambda one: (-weight_of(one[1].dangers), len(one[1].statement.split()), one[0]))
        return tuple(one for _, one in sorted(handful_of(found, at_most), key=lambda one: one[0]))

    def ask(
        self,
        module_id: str,
        *,
        to: str,
        by: str,
        email: str | None = None,
        elements: Sequence[str] | None = None,
        due: datetime | None = None,
        note: str | None = None,
        channel: Channel = Channel.LINK,
        through: Channel = Channel.APP,
    ) -> FactRequest:
        """Records a request to one SME, ready to be sent by its link; about what is suggested where nothing is named.
        It goes out by `channel`, and is asked for `through` a screen or a command.

        Raises UsageError for an unknown element, a due date that has passed or lies behind the link's end, and an
        address that is none; ReviewError where there is nothing to ask.
        """
        act = self._acting.act(by, Verb.ASK, f"asking about {module_id}", channel=through)
        now = self._acting.clock()
        expires = now + timedelta(days=self._link_days)
        name = " ".join(to.split())
        if not name:
            raise UsageError("asking an SME", why="nobody is named", mend="say whom you ask with --to NAME")
        demand_due_in_time(due, now=now, expires=expires)
        module = self._store.modules.load(module_id)
        request = FactRequest(
            id=self._new_id(), module=module.id, to=name, email=None if email is None else email_address(email),
            statements=self._statements(module, self._to_ask(module, elements)), note=(note or "").strip() or None,
            by=act.by, at=now, due=due, expires=expires, channel=channel,
        )
        self._store.facts.add_request(request, act=act)
        return request

    def _to_ask(self, module: Module, named: Sequence[str] | None) -> tuple[Element, ...]:
        if named is None:
            found = tuple(one.element for one in self.suggested(module.id))
            if not found:
                raise ReviewError(
                    f"asking about {module.id}", why="every statement is answered or being asked about",
                    mend="name elements to ask about again",
                )
            return found
        if len(set(named)) > _MOST_STATEMENTS:
            raise UsageError(
                f"{len(set(named))} statements", why=f"nobody answers more than {_MOST_STATEMENTS} in one go",
                mend="ask about them in several requests",
            )
        known = {element.id: element for element in module.elements()}
        for one in named:
            if one not in known:
                self._store.modules.element_state(module.id, one)  # raises, with near ids
        return tuple(known[one] for one in dict.fromkeys(named))

    def _statements(self, module: Module, elements: Sequence[Element]) -> tuple[AskedStatement, ...]:
        say = strings_for(module.language)
        documents = {source.id: self._store.sources.document(source.id) for source in module.sources}
        made = []
        for number, element_id in enumerate((one.id for one in elements), 1):
            state = self._store.modules.element_state(module.id, element_id)
            element = state.element
            passage = passage_of(element, documents, say)
            made.append(
                AskedStatement(
                    id=f"s{number}", element=element_id, revision=state.revision,
                    fact_hash=fact_hash(element), text=statement_of(element, say),
                    quote=None if passage is None else passage.quote,
                    place=None if passage is None else passage.place or None,
                )
            )
        return tuple(made)

    def link(self, request: FactRequest) -> str:
        """The path of the request's page on the server."""
        return f"/sme/{token_of(request.id, self._store.keys.get(KEY))}"

    def requests(self, module_id: str | None = None) -> tuple[Asked, ...]:
        """What was asked about a module, or about all, newest first."""
        now, came = self._acting.clock(), self._store.facts.answered(module_id)
        return tuple(asked(one, came.get(one.id), now=now) for one in self._store.facts.requests(module_id))

    def may_ask(self, by: str) -> bool:
        """Whether the person may ask, see links and take them back, for buttons: the verbs themselves ask again."""
        return self._acting.may(by, Verb.ASK)

    def link_again(self, request_id: str, *, by: str) -> tuple[FactRequest, str]:
        """The request and the path of its page, to be sent once more.

        Raises NotAllowedError for who may not ask, and ReviewError where the link takes no answer any more.
        """
        doing = f"showing the link of {request_id}"
        self._acting.act(by, Verb.ASK, doing)
        found = self._store.facts.request(request_id)
        if found is None:
            raise _no_request(request_id)
        if found.channel is Channel.WORD:
            raise ReviewError(doing, why="it went out in a Word file", mend="send the file again, or ask by a link")
        if not asked(found, None, now=self._acting.clock()).is_open:
            why = "it was taken back" if found.revoked_at else f"it ended on {found.expires:%Y-%m-%d}"
            raise ReviewError(doing, why=why, mend="ask again, with a new link")
        return found, self.link(found)

    def ask_again(self, request_id: str, *, by: str) -> FactRequest:
        """A new request to the same person, about what of an earlier one has no answer and is still in the module.

        Raises ReviewError where nothing of it is left to ask.
        """
        doing = f"asking again after {request_id}"
        self._acting.act(by, Verb.ASK, doing)
        sheet = self._store.facts.sheet(request_id)
        if sheet is None:
            raise _no_request(request_id)
        had = {one.element for one in sheet.answers}
        left = [one.element for one in sheet.request.statements if one.element in sheet.present.keys() - had]
        if not left:
            why = "everything in it is answered, or no longer in the module"
            raise ReviewError(doing, why=why, mend="choose other elements to ask about")
        earlier = sheet.request
        return self.ask(
            earlier.module, to=earlier.to, email=earlier.email, elements=left, note=earlier.note, by=by
        )

    def revoke(self, request_id: str, *, by: str, through: Channel = Channel.APP) -> FactRequest:
        """Takes the link of a request back; what was answered stays. Raises UsageError where there is none."""
        act = self._acting.act(by, Verb.ASK, f"taking back {request_id}", channel=through)
        found = self._store.facts.revoke(request_id, act=act, at=self._acting.clock())
        if found is None:
            raise _no_request(request_id)
        return found

    # Answering

    def answer(
        self,
        module_id: str,
        element_id: str,
        verdict: FactVerdict,
        *,
        revision: int,
        by: str,
        correction: str | None = None,
        channel: Channel = Channel.APP,
        on_behalf_of: str | None = None,
    ) -> FactAnswer:
        """Records what an SME, or a lead for one, says about the element as it was seen.

        The same answer again records nothing and returns the one that stands. Raises StaleRevisionError where the facts
        have changed since `revision`.
        """
        doing = f"answering about {element_id}"
        act = self._acting.act(by, Verb.ANSWER, doing, channel=channel, on_behalf_of=on_behalf_of)
        if verdict is FactVerdict.DISMISSED:
            raise UsageError(doing, why="dismissing is no answer", mend="say correct, wrong or unsure")
        state = self._store.modules.element_state(module_id, element_id)
        seen = self._facts_at(state, module_id, revision)
        said = self._store.facts.said(module_id, element_id).answers.get(element_id, ())
        before = next((one for one in counting(said, seen) if one.by == act.by), None)
        words = (correction or "").strip() or None
        if before is not None and (before.verdict, before.correction) == (verdict, words):
            return before
        answer = FactAnswer(
            module=module_id, element=element_id, revision=state.revision, fact_hash=seen, verdict=verdict,
            correction=words, by=act.by, at=self._acting.clock(), channel=channel,
        )
        language = self._store.modules.summary(module_id).language
        note = correction_of(answer, before=_latest(said, act.by), strings=strings_for(language))

        def still_says_so(found: ElementState | None) -> None:
            if found is None or fact_hash(found.element) != seen:
                raise StaleRevisionError(element_id, based_on=revision, latest=found.revision if found else revision)

        return self._store.facts.record([answer], act=act, corrections=[note], look=still_says_so)[0]

    def standing(self, module_id: str, element_id: str) -> tuple[Said, ...]:
        """What was said about the element, newest first, with what of it counts for the text as it stands."""
        rows = self._store.facts.said(module_id, element_id).answers.get(element_id, ())
        if not rows:
            return ()
        element = self._store.modules.element_state(module_id, element_id).element
        counts = {row.number for row in counting(rows, fact_hash(element))}
        names = Names(self._store, module_id)
        revisions = self._store.modules.revisions(module_id, element_id) if len(counts) < len(rows) else ()
        dismissed = {row.about: row for row in rows if row.verdict is FactVerdict.DISMISSED}
        return tuple(
            Said(
                answer=row, counts=row.number in counts,
                dismissed_by=names.of(dismissed[row.number].declared_by or "") if row.number in dismissed else None,
                reason=dismissed[row.number].reason if row.number in dismissed else row.reason,
                name=names.of(row.by),
                superseded=None if row.number in counts else superseded(row, rows, revisions, element, names),
            )
            for row in reversed(rows)
            if row.verdict is not FactVerdict.DISMISSED
        )

    # What a lead may do about answers

    def dismiss(self, module_id: str, element_id: str, number: int, *, reason: str, by: str) -> FactAnswer:
        """Takes the answer of that number out of the count; raises UsageError where none of that number counts."""
        doing = f"dismissing answer {number} about {element_id}"
        act = self._acting.act(by, Verb.DISMISS_ANSWER, doing)
        why = demanded_reason(reason, doing)
        target = next(
            (one.answer for one in self.standing(module_id, element_id) if one.counts and one.answer.number == number),
            None,
        )
        if target is None:
            raise UsageError(doing, why="no such answer counts", mend="look at what was said about the element")
        row = target.changed(
            number=None, verdict=FactVerdict.DISMISSED, correction=None, by=act.by, declared_by=act.by,
            at=self._acting.clock(), channel=act.channel, about=number, reason=why, request=None,
        )
        return self._store.facts.record([row], act=act, action="dismiss_answer")[0]

    def keep_through_edit(self, module_id: str, element_id: str, *, by: str, reason: str) -> tuple[FactAnswer, ...]:
        """Declares that the latest edit changed no fact (a typing error), so that the answers before it count on.

        Raises ReviewError where no answer was lost by it.
        """
        doing = f"keeping the answers about {element_id}"
        act = self._acting.act(by, Verb.DISMISS_ANSWER, doing)
        why = demanded_reason(reason, doing)
        state = self._store.modules.element_state(module_id, element_id)
        now = fact_hash(state.element)
        rows = self._store.facts.said(module_id, element_id).answers.get(element_id, ())
        there = {row.by for row in counting(rows, now)}
        before = self._facts_before(state, module_id, now)
        lost = () if before is None else [one for one in counting(rows, before) if one.by not in there]
        if not lost:
            raise ReviewError(doing, why="the latest edit cost no answer", mend="nothing needs to be done")
        kept = [
            one.changed(
                number=None, revision=state.revision, fact_hash=now, at=self._acting.clock(), about=one.number,
                declared_by=act.by, reason=why, request=None,
            )
            for one in lost
        ]

        def is_unchanged(found: ElementState | None) -> None:
            if found is None or found.revision != state.revision:
                latest = found.revision if found else state.revision
                raise StaleRevisionError(element_id, based_on=state.revision, latest=latest)

        return self._store.facts.record(kept, act=act, look=is_unchanged, action="keep_answer")

    # How

    def _facts_at(self, state: ElementState, module_id: str, revision: int) -> str:
        """Hash of the facts at that revision; raises StaleRevisionError where they are others now."""
        now = fact_hash(state.element)
        if revision == state.revision:
            return now
        for one in self._store.modules.revisions(module_id, state.element.id):
            if one.number == revision and _hash_of(one.content, state.element) == now:
                return now
        raise StaleRevisionError(state.element.id, based_on=revision, latest=state.revision)

    def _facts_before(self, state: ElementState, module_id: str, now: str) -> str | None:
        """Hash of the facts before the revision that last changed them; None where they never changed."""
        for one in reversed(self._store.modules.revisions(module_id, state.element.id)):
            then = _hash_of(one.content, state.element)
            if then != now:
                return then
        return None


def _no_request(request_id: str) -> UsageError:
    return UsageError(f"request {request_id!r}", why="there is none", mend="see: sme2module ask --list")


def _hash_of(content: dict[str, object], like: Element) -> str:
    return fact_hash(ELEMENT_TYPES[like.kind_name].model_validate(content))


def _latest(rows: Sequence[FactAnswer], by: str) -> FactAnswer | None:
    """What the person said last, about whichever text."""
    return next((row for row in reversed(rows) if row.by == by and row.verdict is not FactVerdict.DISMISSED), None)


def _open_findings(module: Module, element: Element) -> tuple[Finding, ...]:
    return tuple(one for one in module.findings if one.target == element.id and not element.waived(one.criterion))
