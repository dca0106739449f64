from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.ui.backlogs import EMBEDDED, OPENAI, underway
from tests.ui.desk import Desk, a_desk, seen
from tests.ui.payloads import PAYLOADS


def test_a_workspace_without_batches_says_how_to_start_one(desk: Desk) -> None:
    shown = seen(desk.open("batches"))
    assert "No batch here yet" in shown
    assert f"sme2module batch run FOLDER --workspace {desk.settings.workspace}" in shown


def test_the_command_can_be_pasted_whatever_the_workspace_is_called(tmp_path: Path) -> None:
    desk = a_desk(tmp_path / "my workspace")
    assert f"--workspace &#x27;{tmp_path}/my workspace&#x27;" in seen(desk.open("batches"))
    desk.store.close()


def test_the_newest_batch_comes_first_with_what_it_has_come_to(desk: Desk) -> None:
    old = underway(desk.store, 2, name="/srv/older")
    desk.store.batches.pause(old.batch)
    new = underway(desk.store, 1_200, name="/srv/newer")
    new.join()
    claims = new.claim(8)
    new.done(claims[:5])
    new.failed(claims[5:7])
    shown = seen(desk.open("batches"))
    assert shown.index("<h2>newer") < shown.index("<h2>older")
    assert "5 of 1,200 documents done" in shown
    assert 'aria-label="Documents: 5 done, 2 failed, 1 running, 1192 queued"' in shown
    assert "$0.0615 of $5.00 budget spent" in shown


def test_a_batch_of_windows_is_named_by_its_folder(desk: Desk) -> None:
    underway(desk.store, 1, name="C:\\Training\\Safety first")
    assert "<h2>Safety first" in seen(desk.open("batches"))


def test_a_paused_batch_says_why(desk: Desk) -> None:
    made = underway(desk.store, 3)
    desk.store.batches.pause(made.batch, "model endpoint http://host/v1: it refuses the API key (401)")
    shown = seen(desk.open("batches"))
    assert "Paused</span>" in shown
    assert "Model endpoint http://host/v1: it refuses the API key (401)." in shown


def test_what_nobody_knows_is_said_to_be_unknown(desk: Desk) -> None:
    made = underway(desk.store, 3, spec=OPENAI.model_copy(update={"price": None}))
    made.join()
    made.done(made.claim(1), usd=None)
    shown = seen(desk.open("batches"))
    assert "Cost unknown: no price known for gpt-small: add it to prices.toml" in shown


def test_the_embedded_engine_is_said_to_cost_nothing(desk: Desk) -> None:
    underway(desk.store, 3, spec=EMBEDDED, budget_usd=None)
    assert "No cost: the embedded engine asks no endpoint" in seen(desk.open("batches"))


def test_a_batch_is_one_link_away_from_every_page(desk: Desk) -> None:
    made = underway(desk.store, 1)
    app = desk.open("batches")
    assert [link.proto.query_string for link in app.main.page_link] == [f"batch={made.batch}"]
    assert "Batches" in [link.label for link in desk.open("modules").sidebar.page_link]


def test_a_deep_link_to_a_batch_opens_it(desk: Desk) -> None:
    made = underway(desk.store, 1)
    assert f"batch {made.batch}" in seen(desk.open("modules", batch=made.batch))


def test_many_batches_come_a_page_at_a_time(desk: Desk) -> None:
    for number in range(52):
        underway(desk.store, 1, name=f"/srv/{number}")
    app = desk.open("batches")
    assert len(app.main.page_link) == 50
    assert "1–50 of 52 batches" in seen(app)


@pytest.mark.parametrize("payload", PAYLOADS)
def test_a_name_and_a_reason_are_text_whatever_they_say(desk: Desk, payload: str) -> None:
    made = underway(desk.store, 1, name=payload)
    desk.store.batches.pause(made.batch, payload)
    shown = seen(desk.open("batches"))
    for harm in ("<script", "<img", "<svg", "<iframe", "<style>.stApp", "<meta", "<form", "<a "):
        assert harm not in shown


def test_a_forecast_is_no_finer_than_anybody_could_know(desk: Desk) -> None:
    made = underway(desk.store, 130, begun=datetime.now(UTC) - timedelta(minutes=10))
    made.join()
    made.done(made.claim(10), seconds=300)
    assert "about 2 hours to go" in seen(desk.open("batches"))
