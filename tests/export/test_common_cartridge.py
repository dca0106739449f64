"""A cartridge: one root without a title, every file listed once, quizzes that come back the same."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from lxml import etree

from pipeline.bank import read_bank
from pipeline.bank.markup import tidy
from pipeline.domain import ItemType, Module, Resource, ResourceKind, Status
from pipeline.export import EXPORTERS, select
from pipeline.export.qti12 import why_left_out
from tests.export.conftest import NASTY, a_rich_module

VERSIONS = {"commoncartridge": "1.1", "commoncartridge13": "1.3"}
each = pytest.mark.parametrize("name", VERSIONS)


def cartridge(module: Module, name: str, folder: Path) -> dict[str, bytes]:
    """The files of the module's cartridge, and the cartridge itself in the folder."""
    path = folder / "course.imscc"
    EXPORTERS.get(name).write(select(module, include_drafts=False), path)
    with zipfile.ZipFile(path) as archive:
        return {one: archive.read(one) for one in archive.namelist()}


def local(element: etree._Element) -> str:
    return etree.QName(element).localname


@pytest.fixture
def module() -> Module:
    talk = Resource(
        id="r-9", kind=ResourceKind.DISCUSSION, title="Talk & tell", markdown="What <b>would</b> you do?",
        status=Status.APPROVED,
    )
    rich = a_rich_module()
    return rich.model_copy(update={"resources": (*rich.resources, talk)})


@each
def test_the_manifest_says_what_it_is_and_lists_every_file_once(module: Module, name: str, tmp_path: Path) -> None:
    files = cartridge(module, name, tmp_path)
    root = etree.fromstring(files["imsmanifest.xml"])
    said = {local(one): one.text for one in root.iter() if local(one) in ("schema", "schemaversion")}
    assert said == {"schema": "IMS Common Cartridge", "schemaversion": f"{VERSIONS[name]}.0"}
    listed = [one.get("href") for one in root.iter() if local(one) == "file"]
    assert sorted(listed) == sorted(set(files) - {"imsmanifest.xml"})
    known = {one.get("identifier") for one in root.iter() if local(one) == "resource"}
    asked = [one.get("identifierref") for one in root.iter() if one.get("identifierref")]
    assert set(asked) <= known
    (organization,) = (one for one in root.iter() if local(one) == "organization")
    (top,) = organization
    assert local(top) == "item"
    assert [local(one) for one in top if local(one) == "title"] == []
    assert all(part.isascii() and " " not in part for part in files)


@each
def test_quizzes_come_back_with_their_keys_and_feedback(module: Module, name: str, tmp_path: Path) -> None:
    cartridge(module, name, tmp_path)
    read = {one.id: one for one in read_bank(tmp_path / "course.imscc").items}
    carried = [item for item in module.items if why_left_out(item) is None]
    assert len(carried) > 6
    for item in carried:
        found = read[item.id]
        assert found.problem is None
        if item.options and found.options:
            assert [(one.text, one.correct, one.feedback) for one in found.options] == [
                (tidy(one.text), one.correct, tidy(one.feedback)) for one in item.options
            ]
        assert found.general_feedback == tidy(item.general_feedback)


@each
def test_what_has_no_place_is_named_before(module: Module, name: str) -> None:
    losses = EXPORTERS.get(name).losses(select(module, include_drafts=False))
    assert {loss.element for loss in losses if loss.is_left_out} == {
        item.id for item in module.items if why_left_out(item) is not None
    }
    assert any("hints" in loss.what for loss in losses)


@each
def test_texts_of_any_kind_are_text_on_a_page(name: str, tmp_path: Path) -> None:
    files = cartridge(a_rich_module(title=" ".join(NASTY)), name, tmp_path)
    pages = [content.decode() for path, content in files.items() if path.endswith(".html")]
    assert pages
    for page in pages:
        assert "<script" not in page
        assert "onerror=" not in page.replace("onerror=window.hacked=1&gt;", "")


@each
def test_a_discussion_is_a_topic(module: Module, name: str, tmp_path: Path) -> None:
    files = cartridge(module, name, tmp_path)
    (topic,) = (etree.fromstring(content) for path, content in files.items() if path.startswith("discussions/"))
    assert [one.text for one in topic if local(one) == "title"] == ["Talk & tell"]
    (text,) = (one.text for one in topic if local(one) == "text")
    assert "&lt;b&gt;would" in (text or "")


def conditions(module: Module, folder: Path) -> dict[str, list[etree._Element]]:
    """Item → its response conditions, in their order."""
    files = cartridge(module, "commoncartridge", folder)
    quizzes = [etree.fromstring(content) for path, content in files.items() if path.startswith("quizzes/")]
    return {
        str(item.get("ident")): list(item.iter("{*}respcondition")) for quiz in quizzes for item in quiz.iter("{*}item")
    }


def named(condition: etree._Element, path: str = "{*}conditionvar/{*}varequal") -> list[str]:
    return [str(one.text) for one in condition.findall(path)]


def test_importers_that_only_read_the_conditions_find_the_same_keys_and_feedback(
    module: Module, tmp_path: Path
) -> None:
    found = conditions(module, tmp_path)
    for item in (one for one in module.items if why_left_out(one) is None):
        rules = found[item.id]
        earning = [one for one in rules if one.find("{*}setvar") is not None]
        stops = next(at for at, one in enumerate(rules) if one.get("continue") == "No")
        # edX: right is whatever the conditions name, up to the first that stops.
        read_by_edx = [name for one in rules[: stops + 1] for name in (named(one) or named(one, ".//{*}and/{*}varequal"))]
        if item.type is ItemType.MULTIPLE:
            assert read_by_edx == [one.id for one in item.correct_options]
        elif item.options and item.type is not ItemType.CLOZE and item.type is not ItemType.NUMERIC:
            assert read_by_edx == [one.id for one in item.correct_options]
            # Moodle: each choice has the point and the feedback of the one condition that names it first.
            shown = {named(one)[0]: one.findall("{*}displayfeedback") for one in rules if named(one)}
            assert len(shown) == sum(bool(named(one)) for one in rules)
            assert {name: [one.get("linkrefid") for one in links] for name, links in shown.items()} == {
                one.id: [f"{one.id}_fb"] for one in item.options
            }
            goes_on = [one for one in rules if one.get("continue") == "Yes"]
            assert all(one.find("{*}conditionvar/{*}other") is not None for one in goes_on)
        else:
            # Moodle takes the first text of each condition.
            assert [named(one) for one in earning] == [[text] for text in read_by_edx]


@pytest.mark.parametrize(("attempts", "said"), [(None, "unlimited"), (3, "3"), (9, "unlimited")])
def test_a_quiz_says_what_the_profile_has_words_for(attempts: int | None, said: str, tmp_path: Path) -> None:
    rich = a_rich_module()
    module = rich.model_copy(update={"settings": rich.settings.model_copy(update={"attempts": attempts})})
    quizzes = {
        path: {one[0].text: one[1].text for one in etree.fromstring(content).findall(".//{*}assessment/{*}qtimetadata/*")}
        for path, content in cartridge(module, "commoncartridge", tmp_path).items() if path.startswith("quizzes/")
    }  # fmt: skip
    assert {one["qmd_assessmenttype"] for one in quizzes.values()} == {"Examination"}
    assert quizzes["quizzes/test.xml"]["cc_maxattempts"] == said
    losses = EXPORTERS.get("commoncartridge").losses(select(module, include_drafts=False))
    assert any("attempts" in loss.what for loss in losses) == (attempts == 9)
