"""Grounding dozens of documents side by side: each is read once while it is under way, and forgotten with it."""

from __future__ import annotations

import gc

import pytest

from pipeline.domain import Document, Module, PartKind
from pipeline.ground import ground_module, modules
from pipeline.ground.passages import Passages
from tests.builders import LOCKOUT, a_document, a_lesson, a_module, a_part


def drafted(number: int) -> tuple[Module, Document]:
    document = a_document((*LOCKOUT, ("paragraph", f"Close valve V-{number} before you open the guard of press {number}.")))
    part = a_part(document, kind=PartKind.EXPLANATION, markdown=f"Close valve V-{number} first. It holds {number} bar.")
    return a_module(document, lessons=(a_lesson(document, parts=(part,)),), items=(), resources=()), document


def test_a_document_is_read_once_however_many_others_are_under_way(monkeypatch: pytest.MonkeyPatch) -> None:
    under_way = [drafted(number) for number in range(20)]
    first = [ground_module(module, [document]) for module, document in under_way]

    def read_again(*_: object, **__: object) -> Passages:
        raise AssertionError("read again")

    monkeypatch.setattr(Passages, "of", read_again)
    assert [ground_module(module, [document]) for module, document in under_way] == first


def test_what_was_read_is_forgotten_with_its_document() -> None:
    gc.collect()
    kept = len(modules._UNDER_WAY)
    module, document = drafted(99)
    ground_module(module, [document])
    assert len(modules._UNDER_WAY) == kept + 1
    del module, document
    gc.collect()
    assert len(modules._UNDER_WAY) == kept


def test_documents_too_long_to_be_kept_together_are_grounded_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    module, document = drafted(98)
    expected = ground_module(module, [document])
    monkeypatch.setattr(modules._UNDER_WAY, "_most", 0)
    assert ground_module(module, [document.model_copy()]) == expected
