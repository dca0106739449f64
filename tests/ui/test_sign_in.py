"""Who sees the screens where a team signs in; the sign-in itself is tried in a browser."""

from __future__ import annotations

from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from pipeline.domain import Member, Role
from pipeline.store.audit import Act
from tests.ui.desk import DRAFTED, Desk, seen

ANN = {"is_logged_in": True, "email": "Ann@Example.org", "email_verified": True}


class _Told:
    """What Streamlit knows of the person at the browser."""

    def __init__(self, told: dict[str, Any]) -> None:
        self._told = told

    def to_dict(self) -> dict[str, Any]:
        return self._told


def _page(desk, providers) -> None:  # type: ignore[no-untyped-def]  # its text is run elsewhere
    from pathlib import Path

    from pipeline.config import SignIn
    from pipeline.ui.pages import show

    show(lambda: desk, sign_in=lambda: SignIn(Path("secrets.toml"), providers))


@pytest.fixture
def signed_in(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Any:
    """`signed_in(told)` is the page that somebody with these claims sees."""
    desk.save()

    def look(told: dict[str, Any], providers: tuple[str, ...] = ()) -> AppTest:
        monkeypatch.setattr("pipeline.ui.sign_in.st.user", _Told(told))
        return AppTest.from_function(_page, args=(desk, providers), default_timeout=60).run()

    return look


def member(desk: Desk, **fields: Any) -> None:
    base = {"email": "ann@example.org", "name": "Ann Berg", "role": Role.DESIGNER, "added_by": "Lee", "at": DRAFTED}
    desk.store.members.put(Member.model_validate({**base, **fields}), act=Act(by="Lee"), at=DRAFTED)


def test_before_the_sign_in_nothing_of_the_workspace_is_shown(signed_in: Any) -> None:
    app = signed_in({"is_logged_in": False})
    assert "Sign in to review" in seen(app)
    assert "carton sealer" not in seen(app)
    assert [button.label for button in app.button] == ["Sign in"]


def test_each_provider_has_its_button(signed_in: Any) -> None:
    app = signed_in({"is_logged_in": False}, ("campus", "work"))
    assert [button.label for button in app.button] == ["Sign in with campus", "Sign in with work"]


def test_a_member_reviews_under_the_address(signed_in: Any, desk: Desk) -> None:
    member(desk)
    app = signed_in(ANN)
    assert "Lock out the carton sealer" in seen(app)
    assert "Ann Berg, designer" in seen(app)
    assert app.session_state["s2m"].reviewer == "ann@example.org"
    assert not [field for field in app.text_input if field.key == "reviewer-name"]


@pytest.mark.parametrize(
    ("claims", "says"),
    [
        ({"email_verified": False}, "Your e-mail address is not verified"),
        ({"email_verified": None}, "Your e-mail address is not verified"),
        ({"email_verified": "false"}, "Your e-mail address is not verified"),
        ({"email": None}, "Your e-mail address is not verified"),
        ({"email": "  "}, "Your e-mail address is not verified"),
        ({"email": "bob@example.org"}, "You are not a member of this workspace"),
    ],
)
def test_who_is_not_known_for_sure_sees_one_clear_page(
    signed_in: Any, desk: Desk, claims: dict[str, Any], says: str
) -> None:
    member(desk)
    app = signed_in({**ANN, **claims})
    assert says in seen(app)
    assert "carton sealer" not in seen(app)
    assert [button.label for button in app.button] == ["Sign out"]


def test_a_member_who_was_removed_is_out_at_the_next_look(signed_in: Any, desk: Desk) -> None:
    member(desk)
    app = signed_in(ANN)
    member(desk, is_active=False)
    app.run()
    assert "You are not a member of this workspace" in seen(app)
    assert "carton sealer" not in seen(app)


def test_a_sign_in_that_is_set_up_wrongly_opens_nothing(desk: Desk) -> None:
    def page(desk) -> None:  # type: ignore[no-untyped-def]
        from pipeline.errors import ConfigError
        from pipeline.ui.pages import show

        def wrong() -> None:
            raise ConfigError("[auth]", why="client_id is missing", mend="write it there")

        show(lambda: desk, sign_in=wrong)

    desk.save()
    app = AppTest.from_function(page, args=(desk,), default_timeout=60).run()
    assert "client_id is missing" in seen(app)
    assert "carton sealer" not in seen(app)


