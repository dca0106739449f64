from __future__ import annotations

import re
import sys

import pytest
from sqlalchemy import event
from streamlit.testing.v1 import AppTest

from pipeline.domain import BatchState, Role
from pipeline.errors import StoreError
from pipeline.run.hire import Hiring
from tests.store.backlogs import an_entry, unreadable
from tests.ui.backlogs import EMBEDDED, OPENAI, Underway, underway
from tests.ui.desk import Desk, button, labels, press, seen
from tests.ui.payloads import PAYLOADS
from tests.waiting import until


def opened(desk: Desk, made: Underway) -> AppTest:
    return desk.open("batch", batch=made.batch)


def documents(app: AppTest) -> int:
    """Rows of the documents' list."""
    return seen(app).count("data-document=")


def test_without_a_batch_in_the_address_it_leads_to_the_list(desk: Desk) -> None:
    app = desk.open("batch")
    assert "Choose a batch first." in seen(app)
    assert [link.label for link in app.main.page_link] == ["To the list of batches"]


def test_a_batch_that_is_not_there_is_one_clear_line(desk: Desk) -> None:
    underway(desk.store, 1)
    assert "there is no such batch" in seen(desk.open("batch", batch="nowhere"))


def test_a_batch_that_nobody_works_on_says_so_and_offers_a_worker(desk: Desk) -> None:
    app = opened(desk, underway(desk.store, 3))
    assert "Queued</span>" in seen(app)
    assert "No document has been taken up yet." in seen(app)
    assert "Nobody is working on it" in seen(app)
    assert labels(app) == ["Pause", "Cancel it for good", "Start a worker"]
    assert "<strong>unknown</strong><span>time left" in seen(app)
    assert "No document has ended yet." in seen(app)
    assert "No document has failed." in seen(app)


def test_a_running_batch_shows_the_figures_of_the_command(desk: Desk) -> None:
    made = underway(desk.store, 60)
    made.join()
    claims = made.claim(8)
    made.done(claims[:4])
    made.failed(claims[4:6])
    made.note(claims[6])
    shown = seen(opened(desk, made))
    for figure in (
        "<strong>4 of 60</strong><span>documents done",
        "<strong>2</strong><span>failed",
        "<strong>2</strong><span>running",
        "<strong>52</strong><span>queued",
        "<strong>1</strong><span>worker running",
        "<strong>70</strong><span>calls made; 10 more from the store, 5 repeated, 0 given up",
        "<strong>118,725</strong><span>tokens: 107,000 in (45,000 cached), 11,725 out",
        "<strong>$0.0615 of $5.00</strong><span>budget spent",
        "54 documents left, less than a minute to go.",
        'aria-label="Documents: 4 done, 2 failed, 2 running, 52 queued"',
    ):
        assert figure in shown


def test_while_a_worker_lives_none_is_offered(desk: Desk) -> None:
    made = underway(desk.store, 3)
    made.join()
    app = opened(desk, made)
    assert "1 worker running" in seen(app)
    assert "Start a worker" not in labels(app)
    assert "Nobody is working on it" not in seen(app)


def test_a_document_says_where_it_stands_and_what_it_took(desk: Desk) -> None:
    made = underway(desk.store, 3)
    made.join()
    first, second = made.claim(2)
    made.done([first])
    made.note(second, stage="analyse")
    app = opened(desk, made)
    shown = seen(app)
    assert "12 pages · 3,400 tokens of text · 14 calls and 2 from the store · 21,400 tokens in, 2,345 out" in shown
    assert "Split &lt;0.1 s · Analyse 2.4 s · Draft 32 s" in shown
    assert "stage: Analyse" in shown
    links = [(link.label, link.proto.query_string) for link in app.main.page_link]
    assert links == [("Module", f"module=m-{first.conversion}")], "only what is done has a module to open"


def test_the_embedded_engine_has_no_calls_to_count(desk: Desk) -> None:
    made = underway(desk.store, 2, spec=EMBEDDED, budget_usd=None)
    made.join()
    made.done(made.claim(1), usd=0.0)
    shown = seen(opened(desk, made))
    assert "calls made" not in shown
    assert "the embedded engine asks no endpoint" in shown


def test_a_model_without_a_price_has_an_unknown_cost(desk: Desk) -> None:
    made = underway(desk.store, 2, spec=OPENAI.model_copy(update={"price": None}), budget_usd=None)
    made.join()
    made.done(made.claim(1), usd=None)
    shown = seen(opened(desk, made))
    assert "<strong>unknown</strong><span>no price known for gpt-small: add it to prices.toml" in shown
    assert "cost unknown" in shown


def test_throughput_is_drawn_described_and_told_as_a_table(desk: Desk) -> None:
    made = underway(desk.store, 20)
    made.join()
    for seconds in (0, 10, 20):
        claims = made.claim(3)
        made.done(claims[:2], seconds=seconds)
        made.failed(claims[2:], seconds=seconds)
    shown = seen(opened(desk, made))
    described = re.search(r'role="img" aria-label="(Documents over time[^"]*)"', shown)
    assert described
    assert "6 documents done and 3 failed" in described[1]
    assert "counted in steps of 5 s; at most 3" in described[1]
    assert shown.count('class="s2m-column"') == 5, "a stretch in which nothing ended has its column too"
    assert shown.count("<td>2</td><td>1</td>") == 3


def test_pausing_and_resuming_are_one_press_each(desk: Desk) -> None:
    made = underway(desk.store, 3)
    app = press(opened(desk, made), "Pause")
    assert desk.backlogs.get(made.batch).state is BatchState.PAUSED
    assert "Paused: no further document is taken up and no further call made." in seen(app)
    assert "Somebody paused it." in seen(app)
    assert "Start a worker" not in labels(app), "it would find nothing to do"
    app = press(app, "Resume")
    assert desk.backlogs.get(made.batch).state is BatchState.RUNNING
    assert "Resumed." in seen(app)


def test_a_viewer_sees_how_a_batch_stands_and_can_do_nothing_with_it(desk: Desk) -> None:
    made = underway(desk.store, 3)
    desk.roles["Ann"] = Role.VIEWER
    app = opened(desk, made)
    assert "0 of 3" in seen(app)
    assert not {"Pause", "Cancel it for good", "Start a worker"} & set(labels(app))


def test_a_role_taken_away_before_the_press_counts(desk: Desk) -> None:
    made = underway(desk.store, 3)
    app = opened(desk, made)
    desk.roles["Ann"] = Role.VIEWER
    app = press(app, "Pause")
    assert "Ann is a viewer here" in seen(app)
    assert desk.backlogs.get(made.batch).state is BatchState.RUNNING


def test_a_batch_paused_for_its_budget_takes_another(desk: Desk) -> None:
    made = underway(desk.store, 3, budget_usd=0.05)
    why = f"batch {made.batch}: the budget of 0.05 USD would be passed; raise it: sme2module batch resume --budget USD"
    desk.store.batches.pause(made.batch, why)
    app = opened(desk, made)
    assert "The budget of 0.05 USD would be passed; raise it" in seen(app)
    field = app.number_input(key="batch-budget")
    assert field.placeholder == "as it is: $0.05"
    field.set_value(2.5).run()
    app = press(app, "Resume")
    assert desk.backlogs.get(made.batch).budget_usd == 2.5
    assert "Resumed with a budget of $2.50." in seen(app)


def test_resuming_without_a_new_budget_keeps_the_old_one(desk: Desk) -> None:
    made = underway(desk.store, 3, budget_usd=0.05)
    desk.store.batches.pause(made.batch)
    press(opened(desk, made), "Resume")
    assert desk.backlogs.get(made.batch).budget_usd == 0.05


def test_cancelling_says_what_it_means_before_it_does_it(desk: Desk) -> None:
    made = underway(desk.store, 30)
    made.join()
    made.done(made.claim(2))
    app = opened(desk, made)
    assert "28 documents would not be converted. What is done stays." in seen(app)
    app = press(app, "Cancel it for good")
    assert desk.backlogs.get(made.batch).state is BatchState.CANCELLED
    assert "Cancelled: 28 documents not converted. What was done stays." in seen(app)
    assert labels(app) == [], "nothing more can be done with it"


def test_retrying_says_how_many_it_would_take(desk: Desk) -> None:
    files = [*(an_entry(f"{number}.md") for number in range(4)), an_entry("copy.md", "0.md"), unreadable("x.pdf")]
    made = underway(desk.store, files)
    made.join()
    claims = made.claim(4)
    made.done(claims[:2])
    made.failed(claims[2:])
    app = opened(desk, made)
    assert "Done</span>" in seen(app)
    assert "4 documents failed." in seen(app)
    asked = button(app, "Retry 2 failed documents")
    assert "2 duplicate or unreadable files stay as they are" in asked.help
    app = press(app, "Retry 2 failed documents")
    assert "2 documents put back in the queue." in seen(app)
    assert desk.backlogs.status(made.batch).documents.queued == 2


def test_where_every_failure_would_come_again_nothing_is_retried(desk: Desk) -> None:
    made = underway(desk.store, [an_entry("a.md"), an_entry("b.md", "a.md"), unreadable("c.pdf")])
    made.join()
    made.done(made.claim(1))
    app = opened(desk, made)
    assert labels(app) == []
    assert "Nothing to retry: these files are duplicates or cannot be read." in seen(app)


def test_failures_have_path_code_and_message_and_can_be_narrowed(desk: Desk) -> None:
    made = underway(desk.store, 60)
    made.join()
    made.failed(made.claim(45))
    made.failed(made.claim(3), code="too_long", why="it does not fit")
    app = opened(desk, made)
    shown = seen(app)
    assert "Failures (48)" in shown
    assert "<td>claims/00001.pdf</td><td><code>timeout</code></td><td>no reply within 60 s; try again</td>" in shown
    assert shown.count("<code>timeout</code>") == 20
    assert "1–20 of 48 failed documents" in shown
    app.selectbox(key="batch-failure-code").select("too_long").run()
    assert seen(app).count("<code>") == 3
    app.selectbox(key="batch-failure-code").select("").run()
    app.pagination[0].set_value(3).run()
    assert "41–48 of 48 failed documents" in seen(app)


def test_a_page_that_is_no_longer_there_gives_way_to_the_first(desk: Desk) -> None:
    made = underway(desk.store, 60)
    made.join()
    made.failed(made.claim(45))
    app = opened(desk, made)
    app.pagination[0].set_value(3).run()
    desk.backlogs.retry(made.batch)
    made.failed(made.claim(21))
    assert "1–20 of 21 failed documents" in seen(app.run())


def test_a_failed_document_shows_its_message_as_text(desk: Desk) -> None:
    made = underway(desk.store, [an_entry(f"{payload}.md") for payload in PAYLOADS])
    made.join()
    for one in made.claim(len(PAYLOADS)):
        made.failed([one], why=one.path, code="unexpected")
    shown = seen(opened(desk, made))
    for harm in ("<script", "<img", "<svg", "<iframe", "<style>.stApp", "<meta", "<form", "<a "):
        assert harm not in shown


def test_ten_thousand_documents_are_drawn_and_asked_for_a_page_at_a_time(desk: Desk) -> None:
    made = underway(desk.store, 10_000)
    made.join()
    made.done(made.claim(3))
    app = opened(desk, made)
    asked: list[str] = []
    engine = desk.store.database._engine
    event.listen(engine, "before_cursor_execute", lambda *told: asked.append(told[2]))
    app.run()
    assert documents(app) == 50
    assert "1–50 of 10,000 documents" in seen(app)
    assert len(asked) < 50, "no row is asked for by itself"
    app.pagination[0].set_value(200).run()
    assert documents(app) == 50
    assert "9,951–10,000 of 10,000 documents" in seen(app)
    assert "claims/10000.pdf" in seen(app)


def test_documents_can_be_narrowed_to_where_they_stand(desk: Desk) -> None:
    made = underway(desk.store, 100)
    made.join()
    made.done(made.claim(3))
    app = opened(desk, made)
    app.pills[0].set_value("done").run()
    assert documents(app) == 3
    app.pills[0].set_value("waiting").run()
    assert "None is waiting for replies now." in seen(app)


def test_a_worker_is_started_once_and_its_failure_is_told(desk: Desk) -> None:
    made = underway(desk.store, 3)
    desk.hiring = Hiring(desk.settings.workspace, command=(sys.executable, "-c", "input()"))
    app = press(opened(desk, made), "Start a worker")
    assert "A worker is starting." in seen(app)
    until(lambda: not desk.hiring.is_under_way)
    shown = seen(app.run())
    assert "The last worker started here gave up: EOFError" in shown
    assert "Start a worker" in labels(app)


def test_a_worker_that_cannot_be_started_is_one_clear_line(desk: Desk) -> None:
    made = underway(desk.store, 3)
    desk.hiring = Hiring(desk.settings.workspace, command=("/nowhere/python",))
    app = press(opened(desk, made), "Start a worker")
    assert "Worker: it cannot be started (No such file or directory)" in seen(app)


def test_a_database_that_fails_is_said_on_the_page(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    made = underway(desk.store, 3)
    app = opened(desk, made)

    def breaks(_batch: str) -> int:
        raise StoreError("the database", why="it is locked", mend="try again")

    monkeypatch.setattr(desk.backlogs, "throughput", breaks)
    assert "The database: it is locked; try again" in seen(app.run())
