"""What a Word file holds beside its paragraphs: pictures, charts, SmartArt, boxes, files, running heads, comments."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.domain import BlockKind, Document
from pipeline.errors import SourceError
from pipeline.ingest import identify, read_document
from tests.ingest.docx_specimens import PNG, SPACES, A, C, Rel, a_package, a_picture, a_run, document, relations
from tests.ingest.specimens import W, para, shown, zipped


def read(tmp_path: Path, body: str, parts: dict[str, bytes | str] | None = None, *rels: Rel) -> Document:
    return read_document(a_package(tmp_path / "source.docx", body, parts, *rels), figures=tmp_path)


def test_a_picture_is_a_figure_with_its_file_and_its_caption_below(tmp_path: Path) -> None:
    caption = '<w:p><w:r><w:t xml:space="preserve">Figure </w:t></w:r><w:fldSimple w:instr=" SEQ Figure \\* ARABIC ">'
    caption += "<w:r><w:t>1</w:t></w:r></w:fldSimple><w:r><w:t>: The lever</w:t></w:r></w:p>"
    made = read(
        tmp_path, a_run(a_picture("p1", "Red lever")) + caption, {"media/image1.png": PNG},
        Rel("p1", "image", "media/image1.png"),
    )
    figure, below = made.blocks
    assert (figure.kind, figure.alt) == (BlockKind.FIGURE, "Red lever")
    assert figure.file is not None
    assert (tmp_path / Path(figure.file).name).read_bytes() == PNG
    assert (below.kind, below.text) == (BlockKind.CAPTION, "Figure 1: The lever")


def test_a_numbered_formula_is_no_caption(tmp_path: Path) -> None:
    body = '<w:p><w:r><w:t>a = b (</w:t></w:r><w:fldSimple w:instr="SEQ Eq"><w:r><w:t>1</w:t></w:r></w:fldSimple></w:p>'
    assert shown(read(tmp_path, body)) == ["¶ a = b (1"]


def test_pictures_that_nobody_can_show_are_told_of(tmp_path: Path) -> None:
    body = a_run(a_picture("p1")) + a_run(a_picture("p2", "A pump")) + a_run(a_picture("p3")) + para("Text.")
    made = read(
        tmp_path, body, {"media/a.emf": b"\x01\0\0\0", "media/b.emf": b"\x01\0\0\0"},
        Rel("p1", "image", "media/a.emf"), Rel("p2", "image", "media/b.emf"),
        Rel("p3", "image", "file:///etc/passwd", is_external=True),
    )
    assert shown(made) == ["figure ", "¶ Text."]
    assert made.blocks[0].alt == "A pump"
    assert [(warning.code, warning.message.partition(" and ")[0]) for warning in made.warnings] == [
        ("picture_unreadable", "1 picture is left out (EMF)"),
        ("picture_unreadable", "1 picture is left out (linked, not in the file)"),
    ]


def test_a_chart_is_its_title_and_a_table_of_its_values(tmp_path: Path) -> None:
    def points(*values: str) -> str:
        inside = "".join(f'<c:pt idx="{at}"><c:v>{value}</c:v></c:pt>' for at, value in enumerate(values))
        return f"<c:strRef><c:strCache>{inside}</c:strCache></c:strRef>"

    series = "".join(
        f"<c:ser><c:tx>{points(name)}</c:tx><c:cat>{points('Mon', 'Tue')}</c:cat><c:val>{points(*values)}</c:val></c:ser>"
        for name, values in (("Near misses", ("3", "1")), ("Accidents", ("0", "1")))
    )
    chart = (
        f'<c:chartSpace xmlns:c="{C}" xmlns:a="{A}"><c:chart><c:title><c:tx><c:rich><a:p><a:r><a:t>Per day</a:t></a:r>'
        f"</a:p></c:rich></c:tx></c:title><c:plotArea><c:barChart>{series}</c:barChart></c:plotArea></c:chart>"
        "</c:chartSpace>"
    )
    shown_chart = '<w:drawing><wp:inline><a:graphic><a:graphicData><c:chart r:id="c1"/></a:graphicData></a:graphic>'
    made = read(
        tmp_path, a_run(f"{shown_chart}</wp:inline></w:drawing>"), {"charts/chart1.xml": chart},
        Rel("c1", "chart", "charts/chart1.xml"),
    )
    assert shown(made)[0] == "caption Per day"
    assert made.blocks[1].rows == (("", "Near misses", "Accidents"), ("Mon", "3", "0"), ("Tue", "1", "1"))


def test_smartart_is_a_list_by_its_levels(tmp_path: Path) -> None:
    def point(name: str, text: str, kind: str = "node") -> str:
        return f'<dgm:pt modelId="{name}" type="{kind}"><dgm:t><a:p><a:r><a:t>{text}</a:t></a:r></a:p></dgm:t></dgm:pt>'

    links = "".join(
        f'<dgm:cxn modelId="{at}" srcId="{above}" destId="{below}" srcOrd="{order}"/>'
        for at, (above, below, order) in enumerate((("D", "b", 1), ("D", "a", 0), ("a", "a1", 0)))
    )
    points = point("D", "", "doc") + point("b", "Press") + point("a", "Stop") + point("a1", "the belt")
    data = (
        f"<dgm:dataModel {SPACES}><dgm:ptLst>{points}{point('p', 'x', 'pres')}</dgm:ptLst>"
        f"<dgm:cxnLst>{links}</dgm:cxnLst></dgm:dataModel>"
    )
    drawn = '<w:drawing><a:graphic><a:graphicData><dgm:relIds r:dm="d1"/></a:graphicData></a:graphic></w:drawing>'
    made = read(tmp_path, a_run(drawn), {"diagrams/data1.xml": data}, Rel("d1", "diagramData", "diagrams/data1.xml"))
    assert shown(made) == ["• Stop", "  • the belt", "• Press"]


def test_wordart_and_old_text_boxes_are_read(tmp_path: Path) -> None:
    art = '<w:pict><v:shape><v:textpath string="Danger zone"/></v:shape></w:pict>'
    box = f"<w:pict><v:shape><v:textbox><w:txbxContent>{para('Old box.')}</w:txbxContent></v:textbox></v:shape></w:pict>"
    assert shown(read(tmp_path, a_run(art) + a_run(box))) == ["¶ Danger zone", "¶ Old box."]


def test_the_older_version_of_a_drawing_serves_where_the_newer_says_nothing(tmp_path: Path) -> None:
    old = f"<w:pict><v:textbox><w:txbxContent>{para('Old words.')}</w:txbxContent></v:textbox></w:pict>"
    both = f'<mc:AlternateContent><mc:Choice Requires="x"><w:drawing/></mc:Choice><mc:Fallback>{old}</mc:Fallback>'
    assert shown(read(tmp_path, a_run(f"{both}</mc:AlternateContent>"))) == ["¶ Old words."]


def test_running_heads_are_furniture_once(tmp_path: Path) -> None:
    def head(text: str) -> str:
        return f"<w:hdr {W}>{para(text)}</w:hdr>"

    made = read(
        tmp_path, para("Text."),
        {"header1.xml": head("SOP 12"), "header2.xml": head("SOP 12"), "footer1.xml": f"<w:ftr {W}>{para('p. 1')}</w:ftr>"},
        Rel("h1", "header", "header1.xml"), Rel("h2", "header", "header2.xml"), Rel("f1", "footer", "footer1.xml"),
    )
    assert shown(made) == ["furniture SOP 12", "¶ Text.", "furniture p. 1"]


def test_a_comment_says_who_made_it(tmp_path: Path) -> None:
    comments = f'<w:comments {W}><w:comment w:id="0" w:author="Ann">{para("Is this so?")}</w:comment></w:comments>'
    body = a_run('<w:t>Rule.</w:t><w:commentReference w:id="0"/>')
    comment = read(tmp_path, body, {"comments.xml": comments}, Rel("c", "comments", "comments.xml")).blocks[1]
    assert (comment.kind, comment.text, comment.anchor.speaker) == (BlockKind.COMMENT, "Is this so?", "Ann")


def test_a_note_that_refers_to_itself_is_read_once(tmp_path: Path) -> None:
    reference = '<w:footnoteReference w:id="2"/>'
    notes = f'<w:footnotes {W}><w:footnote w:id="2">{a_run(f"<w:t>Foot.</w:t>{reference}")}</w:footnote></w:footnotes>'
    made = read(
        tmp_path, a_run(f"<w:t>Rule.</w:t>{reference}"), {"footnotes.xml": notes}, Rel("n", "footnotes", "footnotes.xml")
    )
    assert shown(made) == ["¶ Rule.", "note Foot."]


def test_files_inside_are_read_by_their_own_readers(tmp_path: Path) -> None:
    body = (
        para("Outside.") + '<w:altChunk r:id="a1"/>'
        + a_run('<w:object><o:OLEObject Type="Embed" ProgID="Word.Document.12" r:id="e1"/></w:object>')
    )
    inner = a_package(tmp_path / "inner.docx", para("Embedded words.")).read_bytes()
    made = read(
        tmp_path, body, {"chunk.html": "<html><body><p>From a web page.</p></body></html>", "embeddings/in.docx": inner},
        Rel("a1", "aFChunk", "chunk.html"), Rel("e1", "package", "embeddings/in.docx"),
    )
    assert [(block.text, block.anchor.inside) for block in made.blocks] == [
        ("Outside.", None), ("From a web page.", "chunk.html"), ("Embedded words.", "in.docx"),
    ]


def test_an_embedded_object_that_cannot_be_read_is_told_of(tmp_path: Path) -> None:
    thing = '<w:object><o:OLEObject Type="Embed" ProgID="Visio.Drawing.11" r:id="e1"/></w:object>'
    made = read(
        tmp_path, para("Text.") + a_run(thing), {"embeddings/o.bin": b"x"}, Rel("e1", "oleObject", "embeddings/o.bin")
    )
    (warning,) = made.warnings
    assert warning.code == "embedded_object"
    assert "Visio.Drawing.11" in warning.message
    assert warning.anchor is not None
    assert warning.anchor.paragraph == 2


def test_a_package_without_its_smaller_parts_is_read(tmp_path: Path) -> None:
    path = tmp_path / "bare.docx"
    path.write_bytes(zipped({"word/document.xml": document('<w:p><w:pPr><w:pStyle w:val="Heading2"/></w:pPr><w:r>'
                                                           "<w:t>Head</w:t></w:r></w:p>" + para("Text."))}))
    assert shown(read_document(path)) == ["h2 Head", "¶ Text."]


def test_relations_to_parts_that_are_missing_do_no_harm(tmp_path: Path) -> None:
    rels = (Rel("s", "styles", "styles.xml"), Rel("n", "numbering", "none.xml"), Rel("h", "header", "../../up.xml"))
    made = read(tmp_path, para("Text.") + a_run(a_picture("gone")), None, *rels)
    assert shown(made) == ["¶ Text."]


def test_part_names_are_found_with_backslashes_and_in_any_case(tmp_path: Path) -> None:
    path = tmp_path / "odd.docx"
    path.write_bytes(zipped({
        "_rels\\.rels": relations(Rel("r1", "officeDocument", "/Word/Document.xml")),
        "word\\document.xml": document(para("Text.")),
    }))
    assert identify(path) == "docx"
    assert shown(read_document(path)) == ["¶ Text."]


def test_a_document_type_declaration_is_refused(tmp_path: Path) -> None:
    evil = b'<?xml version="1.0"?><!DOCTYPE w [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + document(para("A &x;"))
    path = tmp_path / "evil.docx"
    path.write_bytes(zipped({"word/document.xml": evil}))
    with pytest.raises(SourceError, match="DTD") as caught:
        read_document(path)
    assert caught.value.code == "corrupt"


def test_a_damaged_part_is_named(tmp_path: Path) -> None:
    path = tmp_path / "cut.docx"
    path.write_bytes(zipped({"word/document.xml": document(para("Text."))[:-30]}))
    with pytest.raises(SourceError, match=r"word/document\.xml is damaged") as caught:
        read_document(path)
    assert caught.value.code == "corrupt"


def test_templates_and_files_with_macros_are_word_documents(tmp_path: Path) -> None:
    for ending in (".docm", ".dotx", ".dotm"):
        made = read_document(a_package(tmp_path / f"a{ending}", para("Text."), {"vbaProject.bin": b"x"}))
        assert (shown(made), made.warnings) == (["¶ Text."], ())
