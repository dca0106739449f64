"""A viewer can't change a thing: every public verb of the services, found by looking, leaves the database as it is.

A new verb is found by itself. What it takes is made up by the names of its parameters: one that is not known here fails
the test, and so does a verb that neither refuses a viewer nor is listed as one that only looks.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import MetaData, select

from pipeline.config import Settings
from pipeline.domain import (
    Brief,
    CommentKind,
    FactVerdict,
    Member,
    ModuleSettings,
    Role,
    Severity,
)
from pipeline.domain.word import WordReturn
from pipeline.errors import NotAllowedError, Sme2ModuleError
from pipeline.review.comparing import Keep
from pipeline.review.many import Seen
from pipeline.review.permissions import Verb as Asked
from pipeline.store import Store
from pipeline.store.audit import Act
from pipeline.wiring import Services
from tests.builders import a_document, a_module
from tests.databases import AT, RUN
from tests.review.both import on_both_databases
from tests.ui.desk import a_finding

VIEWER, LEAD = "vera@example.org", "lea@example.org"

# Verbs that take a name and change nothing: each was read.
ONLY_LOOK = frozenset(
    {
        "board.may", "board.view", "exporting.may", "facts.may_ask", "gate.may_draft", "ordering.may",
        "previewing.page", "releasing.may", "review.may",
        "review.may_change_settings",
        "review.element", "review.next_open", "review.last_action", "review.last_acts", "review.many.ready",
        "review.answers.latest", "review.forms.of",
        "review.presence.of", "review.presence.others", "review.typed.load",
        # A viewer takes no lease, and how long one looks is not counted.
        "review.presence.look", "review.presence.hold", "review.presence.leave", "review.presence.looked",
    }
)


@dataclass(frozen=True)
class Verb:
    """A public method of a service."""

    path: str
    """Such as "review.comments.say"."""
    call: Callable[..., Any]

    @property
    def parameters(self) -> dict[str, inspect.Parameter]:
        return dict(inspect.signature(self.call).parameters)

    @property
    def takes_a_name(self) -> bool:
        return "by" in self.parameters


def verbs(services: Services) -> list[Verb]:
    """The public methods of every service, and of the services they have."""
    return list(_verbs(services, "", set()))


def _verbs(holder: object, path: str, seen: set[int]) -> Iterator[Verb]:
    for name in dir(holder):
        if name.startswith("_"):
            continue
        one = getattr(holder, name)
        is_service = type(one).__module__.startswith("pipeline.review") and not callable(one)
        if is_service and type(one).__name__ != "Acting" and id(one) not in seen:
            seen.add(id(one))
            yield from _verbs(one, f"{path}{name}.", seen)
        elif path and inspect.ismethod(one):
            yield Verb(f"{path}{name}", one)


@pytest.fixture
def services(store: Store, tmp_path: Path) -> Services:
    """Everything over a module with a finding, a thread, a waiver and a request in it; Vera views, Lea leads."""
    document = a_document()
    module = a_module(document).changed(
        findings=(
            a_finding("q-2"), a_finding("q-1", criterion="is_not_dull", severity=Severity.WARNING),
        )
    )
    store.modules.save_draft(module, author=RUN, at=AT)
    act = Act(LEAD, Role.LEAD)
    for email, role in ((VIEWER, Role.VIEWER), (LEAD, Role.LEAD)):
        store.members.put(Member(email=email, name=email, role=role, added_by=LEAD, at=AT), act=act, at=AT)
    services = Services(Settings(workspace=tmp_path / "workspace"), store, signs_in=True)
    services.review.reject("m-1", "r-1", revision=1, reason="too long", by=LEAD)
    services.facts.link(services.facts.ask("m-1", to="Sam", elements=("q-1",), by=LEAD))
    services.review.comments.say("m-1", element_id="q-1", kind=CommentKind.FACT, text="Is that so?", by=LEAD)
    part = services.review.element("m-1", "p-1")
    services.review.proposals.suggest(
        "m-1", part.element.changed(markdown="Press STOP."), based_on=part.revision, by=LEAD
    )
    return services


class Unknown(Exception):
    """A parameter that this file does not know."""


class Given:
    """What a verb is given, by the name of its parameter."""

    def __init__(self, services: Services, folder: Path) -> None:
        review = services.review
        view, part = review.element("m-1", "q-1"), review.element("m-1", "p-1")
        changed = view.element.changed(stem="Which valve do you close first?")
        request = services.facts.requests("m-1")[0].request
        thread = review.comments.of("m-1")[0].first.id
        offered = review.proposals.of("m-1")[0].proposal
        self.known: dict[str, Any] = {
            # where and what was seen
            "module_id": "m-1", "element_id": "q-1", "element_ids": ("q-1", "p-1"), "revision": view.revision,
            "content_hash": view.content_hash, "based_on": view.revision, "latest": view.revision, "number": 1,
            "after": None, "seen": (Seen("q-1", view.revision, view.content_hash),), "source": "s-1", "block": "b-1",
            "lesson": "l-1", "thread": thread, "proposal_id": offered.id, "request_id": request.id,
            "return_id": "none", "report": WordReturn.model_construct(module="m-1", package="none", entries=()), "token": "none", "file": "none.png", "proof": part.element.all_evidence[0],
            "evidence": lambda: part.element.all_evidence,
            # what is wanted
            "element": changed, "mine": changed, "keep": Keep.MINE, "reason": "because", "criterion": "is_not_dull",
            "brief": Brief(audience="all", performance_goal="do it"), "settings": ModuleSettings(owner="Vera"),
            "at": 10, "step": 1, "text": "Is that so?", "kind": CommentKind.QUESTION, "to": "Sam",
            "verdict": FactVerdict.CORRECT, "sequence": 1, "fields": {"stem": "Which?"}, "seconds": 5.0,
            "request": request, "name": "Vera", "email": "eve@example.org", "role": Role.LEAD, "given": {},
            "is_done": True, "format": "json", "format_name": "json", "include_drafts": True, "output": folder,
            "path": folder / "returned.docx", "verb": Asked.RELEASE,
            "content": b"# Lock out", "progress": lambda *_: None, "batch": "b-1", "doing": "ordering work",
        }
        self.particular: dict[str, Any] = {
            "review.unwaive.criterion": "every_option_is_explained",
            "review.reopen.element_id": "r-1",
            "review.forms.keep.form": "reject", "review.forms.keep.texts": {"text": "Not true"},
            "review.forms.drop.form": "reject",
            "review.arranging.split.element_id": "p-1",
            "review.arranging.merge_with_next.element_id": "p-0",
            "review.arranging.move.element_id": "p-0",
            "review.arranging.move_to_lesson.element_id": "p-1",
        }

    def to(self, verb: Verb, by: str) -> dict[str, Any]:
        """The arguments that the verb cannot do without; raises Unknown."""
        found = {}
        for name, parameter in verb.parameters.items():
            special = f"{verb.path}.{name}"
            if name == "by":
                found[name] = by
            elif parameter.default is not inspect.Parameter.empty:
                continue
            elif special in self.particular:
                found[name] = self.particular[special]
            elif name in self.known:
                found[name] = self.known[name]
            else:
                raise Unknown(f"{special}: say in this file what it is given")
        return found


class Rows:
    """Looks at every row of every table."""

    def __init__(self, store: Store) -> None:
        self._database, self._tables = store.database, MetaData()
        with self._database.read() as connection:
            self._tables.reflect(connection)

    def now(self) -> dict[str, list[str]]:
        """Table → its rows."""
        with self._database.read() as connection:
            return {
                table.name: sorted(repr(tuple(row)) for row in connection.execute(select(table)))
                for table in self._tables.sorted_tables
            }


def test_no_verb_lets_a_viewer_change_a_thing(services: Services, tmp_path: Path) -> None:
    given, faults = Given(services, tmp_path), []
    rows = Rows(services.store)
    before = rows.now()
    found = verbs(services)
    assert len(found) > 60
    for verb in found:
        is_refused, instead = False, ""
        try:
            verb.call(**given.to(verb, VIEWER))
        except NotAllowedError:
            is_refused = True
        except (Sme2ModuleError, Unknown) as error:
            instead = f": {error}"
        if (now := rows.now()) != before:
            changed = [name for name in now if now[name] != before.get(name)]
            faults.append(f"{verb.path} changed {', '.join(changed)}")
            before = now
        if verb.takes_a_name and not is_refused and verb.path not in ONLY_LOOK:
            faults.append(f"{verb.path} did not refuse a viewer{instead}")
        if "act" in verb.parameters:
            faults.append(f"{verb.path} acts for whoever its caller says")
    assert faults == []


@on_both_databases
@pytest.mark.parametrize("name", [f" {VIEWER} ", VIEWER.upper(), "stranger@example.org", "embedded"])
def test_no_way_to_write_a_name_gets_past_the_table_of_members(services: Services, name: str) -> None:
    rows = Rows(services.store)
    before = rows.now()
    view = services.review.element("m-1", "q-1")
    with pytest.raises(NotAllowedError):
        services.review.approve("m-1", "q-1", revision=view.revision, content_hash=view.content_hash, by=name)
    assert rows.now() == before


def test_the_same_verbs_are_open_to_a_lead(services: Services, tmp_path: Path) -> None:
    given, refused = Given(services, tmp_path), []
    for verb in verbs(services):
        if not verb.takes_a_name:
            continue
        try:
            verb.call(**given.to(verb, LEAD))
        except NotAllowedError as error:
            refused.append(f"{verb.path}: {error}")
        except Sme2ModuleError:
            continue  # by now another verb may have taken its element away
    assert refused == []


@on_both_databases
def test_a_role_taken_away_counts_at_once(services: Services) -> None:
    view = services.review.element("m-1", "q-1")
    lea = services.store.members.get(LEAD)
    assert lea is not None
    other = lea.changed(email="lou@example.org")
    services.store.members.put(other, act=Act(LEAD, Role.LEAD), at=AT)
    services.store.members.put(lea.changed(role=Role.VIEWER), act=Act(LEAD, Role.LEAD), at=AT)
    with pytest.raises(NotAllowedError):
        services.review.approve("m-1", "q-1", revision=view.revision, content_hash=view.content_hash, by=LEAD)
