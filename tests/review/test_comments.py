"""Comments in threads."""

from __future__ import annotations

import pytest

from pipeline.domain import Channel, CommentKind, Role
from pipeline.errors import NotAllowedError, ReviewError, UsageError
from pipeline.store import Store
from tests.review.desk import Desk


def say(desk: Desk, text: str = "Is it 40 minutes?", by: str = "Ada", **fields: object) -> str:
    wanted = {"element_id": "q-1", "kind": CommentKind.FACT, **fields}
    return desk.service.comments.say("m-1", text=text, by=by, **wanted).id  # type: ignore[arg-type]


def test_a_comment_says_who_when_and_on_which_revision(desk: Desk) -> None:
    desk.rewrite("Better?")
    say(desk, "  Is it 40?\r\nأم ٣٠؟ ", field="options.opt-1.feedback", quote="feeds another line")
    (thread,) = desk.see().threads
    first = thread.first
    assert (first.by, first.revision, first.kind, first.channel) == ("Ada", 2, CommentKind.FACT, Channel.APP)
    assert (first.text, first.field, first.quote) == (
        "Is it 40?\r\nأم ٣٠؟", "options.opt-1.feedback", "feeds another line",
    )
    assert thread.is_open


def test_a_thread_is_answered_closed_and_opened_again(desk: Desk) -> None:
    comments = desk.service.comments
    name = say(desk)
    desk.rewrite("Better?")
    comments.reply(name, "Yes, 40.", by="Bo", channel=Channel.LINK)
    (thread,) = comments.of("m-1", "q-1")
    assert [(one.by, one.text, one.revision, one.thread) for one in thread.replies] == [("Bo", "Yes, 40.", 2, name)]
    closed = comments.resolve(name, by="Bo")
    assert (closed.is_open, closed.first.resolved_by) == (False, "Bo")
    assert comments.of("m-1", "q-1", open_only=True) == ()
    with pytest.raises(ReviewError, match="it is closed already"):
        comments.resolve(name, by="Bo")
    opened = comments.reopen(name, by="Ada")
    assert (opened.is_open, opened.first.resolved_by, len(opened.replies)) == (True, None, 1)


def test_the_module_has_an_inbox_for_what_belongs_to_no_element(desk: Desk) -> None:
    say(desk, element_id=None, kind=CommentKind.SCOPE)
    say(desk)
    assert [one.first.element for one in desk.service.comments.inbox("m-1")] == [None]
    assert len(desk.service.comments.of("m-1")) == 2


def test_open_threads_about_facts_are_told_apart(desk: Desk) -> None:
    fact, _ = say(desk), say(desk, kind=CommentKind.WORDING)
    assert [one.first.id for one in desk.service.comments.open_facts("m-1")] == [fact]
    desk.service.comments.resolve(fact, by="Ada")
    assert desk.service.comments.open_facts("m-1") == ()


def test_a_comment_holds_no_approval_back(desk: Desk) -> None:
    say(desk)
    desk.approve()
    assert desk.status() == "approved"


@pytest.mark.parametrize(
    ("fields", "error"),
    [({"text": " \n"}, ReviewError), ({"text": "x" * 20_001}, ReviewError), ({"element_id": "q-9"}, UsageError)],
)
def test_what_is_no_comment_is_refused(desk: Desk, fields: dict[str, object], error: type[Exception]) -> None:
    with pytest.raises(error):
        say(desk, **fields)  # type: ignore[arg-type]
    assert desk.service.comments.of("m-1") == ()


def test_threads_that_are_not_there_are_one_clear_line(desk: Desk) -> None:
    name = say(desk)
    desk.service.comments.reply(name, "Yes", by="Bo")
    reply = desk.service.comments.of("m-1")[0].replies[0].id
    for thread in ("c-0", reply):
        with pytest.raises(UsageError, match="there is no such thread"):
            desk.service.comments.reply(thread, "?", by="Ada")
        with pytest.raises(UsageError):
            desk.service.comments.resolve(thread, by="Ada")
    with pytest.raises(UsageError):
        desk.service.comments.say("m-9", element_id=None, kind=CommentKind.FACT, text="?", by="Ada")


def test_an_sme_closes_only_what_the_sme_began(store: Store) -> None:
    roles = {"Sam": Role.SME, "Dee": Role.DESIGNER}
    desk = Desk(store, role_of=roles.get).draft()
    own, other = say(desk, by="Sam"), say(desk, by="Dee")
    desk.service.comments.resolve(own, by="Sam")
    with pytest.raises(NotAllowedError, match="Dee began it"):
        desk.service.comments.resolve(other, by="Sam")
    desk.service.comments.reopen(own, by="Dee")
