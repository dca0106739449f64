"""What is written into forms and not sent is kept, by person, element and form."""

from __future__ import annotations

import pytest

from pipeline.domain import Role
from pipeline.errors import NotAllowedError, ReviewError, UsageError
from tests.ui.desk import Desk, a_desk


@pytest.fixture
def desk(tmp_path) -> Desk:  # type: ignore[no-untyped-def]
    made = a_desk(tmp_path)
    made.save()
    return made


def keep(desk: Desk, form: str, text: str, *, by: str = "Ann", sequence: int | None = None) -> None:
    desk.review.forms.keep("m-1", "p-1", form, {"text": text}, by=by, revision=1, sequence=sequence)


def forms(desk: Desk, by: str = "Ann") -> dict[str, dict[str, str]]:
    return {name: dict(texts) for name, texts in desk.review.forms.of("m-1", "p-1", by=by).forms.items()}


def test_each_form_of_each_person_is_kept_for_itself(desk: Desk) -> None:
    keep(desk, "reject", "Not true")
    keep(desk, "comment", "Which day?")
    keep(desk, "comment", "Whose?", by="Ben")
    assert forms(desk) == {"reject": {"text": "Not true"}, "comment": {"text": "Which day?"}}
    assert forms(desk, "Ben") == {"comment": {"text": "Whose?"}}
    desk.review.forms.drop("m-1", "p-1", "comment", by="Ann")
    assert forms(desk) == {"reject": {"text": "Not true"}}
    assert forms(desk, "Ben") == {"comment": {"text": "Whose?"}}


def test_what_comes_late_overwrites_nothing_newer_and_brings_back_nothing_dropped(desk: Desk) -> None:
    keep(desk, "reject", "later", sequence=20)
    keep(desk, "reject", "earlier", sequence=10)
    assert forms(desk) == {"reject": {"text": "later"}}
    desk.review.forms.drop("m-1", "p-1", "reject", by="Ann")
    keep(desk, "reject", "later", sequence=20)
    assert forms(desk) == {}


def test_a_form_is_no_text_of_the_element_and_nobody_is_said_to_type(desk: Desk) -> None:
    keep(desk, "reject", "Not true")
    assert desk.review.typed.load("m-1", "p-1", by="Ann") is None
    assert desk.review.element("m-1", "p-1", by="Ben").presence.typing == ()  # type: ignore[union-attr]


def test_who_may_not_comment_and_what_is_no_form_is_refused(desk: Desk) -> None:
    desk.roles["Vic"] = Role.VIEWER
    with pytest.raises(NotAllowedError):
        keep(desk, "reject", "Not true", by="Vic")
    for form in ("", "re ject", "Reject", "reply:"):
        with pytest.raises(ReviewError, match="is no form"):
            keep(desk, form, "Not true")
    with pytest.raises(ReviewError, match="characters"):
        keep(desk, "reject", "x" * 20_001)
    with pytest.raises(UsageError, match="no such element"):
        desk.review.forms.keep("m-1", "p-99", "reject", {"text": "x"}, by="Ann", revision=1)
