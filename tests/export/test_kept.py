"""What a format leaves out is counted, and the format that keeps it is named from what the exporters declare."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.domain import ItemType, Module, Scenario, Status
from pipeline.errors import ExportError
from pipeline.export import EXPORTERS, select
from pipeline.export.kept import gone_from, kept_in, with_keepers


def _named(module: Module, name: str) -> dict[str, str]:
    """Element → the format that is named for it."""
    package, exporter = select(module, include_drafts=False), EXPORTERS.get(name)
    told = with_keepers(exporter.losses(package), package, of=exporter, among=EXPORTERS, is_alike=lambda one, other: True)
    return {one.element or "": one.what.rsplit("(", 1)[-1].rstrip(")") for one in told if one.is_left_out}


def test_what_is_in_a_file_is_what_the_exporter_does_not_lose(rich_module: Module) -> None:
    package = select(rich_module, include_drafts=False)
    kept = kept_in(package, EXPORTERS.get("aiken").losses(package))
    assert {item.type for item in kept.items} == {ItemType.SINGLE, ItemType.TRUE_FALSE}
    assert (kept.lessons, kept.scenarios, kept.resources) == ((), (), ())
    assert kept_in(package, EXPORTERS.get("html").losses(package)) == rich_module
    story = kept_in(package, EXPORTERS.get("h5p-scenario").losses(package))
    assert [one.id for one in story.elements()] == [rich_module.scenarios[0].id]


def test_the_format_that_is_named_does_keep_the_question(rich_module: Module) -> None:
    package = select(rich_module, include_drafts=False)
    for name in ("aiken", "gift", "lectora-csv", "commoncartridge"):
        found = _named(rich_module, name)
        assert found
        for element, keeper in found.items():
            assert keeper in EXPORTERS.names
            assert element not in gone_from(EXPORTERS.get(keeper).losses(package))


def test_without_a_story_it_is_said_whether_there_is_one_to_approve(rich_module: Module, tmp_path: Path) -> None:
    def refusal(module: Module) -> str:
        with pytest.raises(ExportError) as error:
            EXPORTERS.get("h5p-scenario").write(select(module, include_drafts=False), tmp_path / "story.h5p")
        return error.value.line

    none = refusal(rich_module.model_copy(update={"scenarios": ()}))
    assert "it has no scenario; choose another format" in none
    assert "approve" not in none
    drafts: tuple[Scenario, ...] = tuple(
        one.model_copy(update={"status": Status.DRAFT}) for one in rich_module.scenarios
    )
    assert "none of its scenarios is approved (1 to decide on)" in refusal(
        rich_module.model_copy(update={"scenarios": drafts})
    )
