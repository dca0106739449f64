"""The SCORM package as a file: its manifest, its names, its bytes. How it plays is in test_player_in_lms.py."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from pipeline.domain import Module, ModuleSettings
from pipeline.export import EXPORTERS, select
from pipeline.export.scorm12 import manifest
from tests.export.conftest import NASTY, a_rich_module

IMSCP = "{http://www.imsproject.org/xsd/imscp_rootv1p1p2}"
ADLCP = "{http://www.adlnet.org/xsd/adlcp_rootv1p2}"


@pytest.fixture
def archive(tmp_path: Path, rich_module: Module) -> zipfile.ZipFile:
    path = tmp_path / "package.zip"
    EXPORTERS.get("scorm12").write(select(rich_module, include_drafts=False), path)
    return zipfile.ZipFile(path)


def test_the_manifest_is_as_agreed(archive: zipfile.ZipFile, golden: Callable[[str, str], None]) -> None:
    golden("export/imsmanifest.xml", archive.read("imsmanifest.xml").decode())


def test_the_manifest_lists_every_file_and_starts_the_page(archive: zipfile.ZipFile) -> None:
    root = ET.fromstring(archive.read("imsmanifest.xml"))
    resource = root.find(f"{IMSCP}resources/{IMSCP}resource")
    assert resource is not None
    listed = [one.get("href") for one in resource.iter(f"{IMSCP}file")]
    assert sorted([*map(str, listed), "imsmanifest.xml"]) == archive.namelist()
    assert resource.get("href") == "index.html"
    assert resource.get(f"{ADLCP}scormtype") == "sco"


def test_names_suit_every_server(archive: zipfile.ZipFile) -> None:
    for name in archive.namelist():
        assert re.fullmatch(r"[a-z0-9_.-]+", name)
        assert not name.endswith((".py", ".sh", ".php"))
    assert {entry.compress_type for entry in archive.infolist()} == {zipfile.ZIP_DEFLATED}


@pytest.mark.parametrize(("mark", "percent"), [(0.8, "80"), (0.29, "29"), (2 / 3, "66"), (1.0, "100"), (0.0, "0")])
def test_the_mastery_score_is_the_pass_mark_in_whole_percent(mark: float, percent: str) -> None:
    module = a_rich_module(settings=ModuleSettings(pass_mark=mark))
    root = ET.fromstring(manifest(module, ["index.html"]))
    found = root.find(f".//{ADLCP}masteryscore")
    assert found is not None
    assert found.text == percent


def test_without_a_test_there_is_no_mastery_score() -> None:
    assert "masteryscore" not in manifest(a_rich_module(items=()), ["index.html"])


@pytest.mark.parametrize("title", [*NASTY, "\x00", "   ", "x" * 500, "line\nbreak"])
def test_any_title_makes_a_manifest(title: str) -> None:
    root = ET.fromstring(manifest(a_rich_module(title=title), ["index.html"]))
    for found in root.iter(f"{IMSCP}title"):
        assert found.text
        assert 1 <= len(found.text) <= 200
        assert "\n" not in found.text


@pytest.mark.parametrize("module_id", ["m-1", "7 & <x>", "وحدة", "a:b"])
def test_identifiers_are_xml_ids(module_id: str) -> None:
    root = ET.fromstring(manifest(a_rich_module(id=module_id), ["index.html"]))
    ids = [str(one.get("identifier")) for one in root.iter() if one.get("identifier")]
    assert all(re.fullmatch(r"[A-Za-z_][A-Za-z0-9_.-]*", one) for one in ids)
    assert len(set(ids)) == len(ids)
    organizations = root.find(f"{IMSCP}organizations")
    assert organizations is not None
    assert organizations.get("default") in ids


def test_the_page_asks_for_nothing_off_the_package(archive: zipfile.ZipFile) -> None:
    page = archive.read("index.html").decode()
    assert re.findall(r'(?:src|href)="([^"#]+)"', page) == ["data:,", "player.css", "player.js"]
    for name in ("player.js", "player.css"):
        text = archive.read(name).decode()
        assert "http" not in text.replace("http://www.w3.org/2000/svg", "")
        assert "eval(" not in text
