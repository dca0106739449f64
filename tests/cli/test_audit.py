"""`sme2module audit verify`."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

from tests.cli.conftest import Run


def approved(run: Run) -> None:
    run("init")
    Path("steps.md").write_text(
        "# Start the pump\n\n1. Open valve V-1.\n2. Press START.\n3. Close valve V-1 when the gauge shows 4 bar.\n",
        encoding="utf-8",
    )
    assert run("draft", "steps.md").code == 0
    from pipeline.config import load_settings
    from pipeline.wiring import build_services

    with build_services(load_settings({}, {}, start=Path.cwd())) as services:
        (card,) = services.review.modules()
        for entry in services.review.queue(card.id)[:3]:
            view = services.review.element(card.id, entry.element_id)
            services.review.reject(card.id, entry.element_id, revision=view.revision, reason="a test", by="Ada")


def test_a_whole_trail_is_counted_and_its_head_printed(run: Run) -> None:
    approved(run)
    done = run("audit", "verify")
    assert (done.code, done.out.startswith("3 entries, nothing changed; head ")) == (0, True)
    told = json.loads(run("audit", "verify", "--json").out)
    assert (told["entries"], told["is_whole"], told["broken"]) == (3, True, None)
    assert told["head"] in done.out


def test_a_changed_entry_is_named_and_the_exit_code_is_1(run: Run) -> None:
    approved(run)
    (database,) = Path.cwd().glob("*.db")
    with sqlite3.connect(database) as connection:
        connection.execute("DROP TRIGGER audit_no_update")
        connection.execute("UPDATE audit SET \"by\" = 'Eve' WHERE number = 2")
    connection.close()
    done = run("audit", "verify")
    assert (done.code, done.out) == (1, "broken at entry 2: its fields were changed\n")
    told = json.loads(run("audit", "verify", "--json").out)
    assert (told["is_whole"], told["broken"]) == (False, {"number": 2, "why": "its fields were changed"})


def test_without_a_workspace_or_a_verb_it_says_so(run: Run) -> None:
    assert run("audit", "verify").code == 2
    assert run("audit").code == 2
