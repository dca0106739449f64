from __future__ import annotations

import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from pipeline.domain import Block, Document
from pipeline.errors import SourceError
from pipeline.ingest import read_document
from tests.ingest.specimens import shown, zipped

MAIN = "http://schemas.openxmlformats.org/presentationml/2006/main"
DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
SPACES = (
    f'xmlns:p="{MAIN}" xmlns:a="{DRAWING}" xmlns:r="{RELATIONS}" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart" '
    'xmlns:dgm="http://schemas.openxmlformats.org/drawingml/2006/diagram"'
)
# The smallest picture there is: one transparent dot.
GIF = b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff!\xf9\x04\x01\x00\x00\x00\x00,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;"

Relations = Sequence[tuple[str, str]]


def relations(targets: Relations) -> bytes:
    lines = "".join(
        f'<Relationship Id="r{number}" Type="{RELATIONS}/{kind}" Target="{target}"'
        f'{" TargetMode=" + chr(34) + "External" + chr(34) if "://" in target else ""}/>'
        for number, (kind, target) in enumerate(targets, start=1)
    )
    return f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{lines}</Relationships>'.encode()


def a_deck(
    path: Path, slides: Sequence[str], *, of_slide: Relations = (), parts: Mapping[str, str | bytes] | None = None,
    show: str = "1",
) -> Path:
    """A presentation whose slides hold that XML; `of_slide` are the relations of each, and `parts` what they lead to."""
    numbers = range(1, len(slides) + 1)
    entries = "".join(f'<p:sldId id="{255 + number}" r:id="r{number}"/>' for number in numbers)
    members: dict[str, bytes] = {
        "_rels/.rels": relations([("officeDocument", "ppt/presentation.xml")]),
        "ppt/presentation.xml": f'<p:presentation {SPACES}><p:sldIdLst>{entries}</p:sldIdLst>'
                                f'<p:sldSz cx="9144000" cy="6858000"/></p:presentation>'.encode(),
        "ppt/_rels/presentation.xml.rels": relations([("slide", f"slides/slide{number}.xml") for number in numbers]),
    }
    for number, shapes in zip(numbers, slides, strict=True):
        members[f"ppt/slides/slide{number}.xml"] = (
            f'<p:sld {SPACES} show="{show}"><p:cSld><p:spTree>{shapes}</p:spTree></p:cSld></p:sld>'.encode()
        )
        members[f"ppt/slides/_rels/slide{number}.xml.rels"] = relations(of_slide)
    for name, content in (parts or {}).items():
        members[name] = content if isinstance(content, bytes) else content.encode()
    path.write_bytes(zipped(members))
    return path


def shape(
    *lines: str, kind: str | None = None, index: int = 0, at: tuple[int, int] | None = None, size: tuple[int, int] = (2, 1),
    tag: str = "", more: str = "",
) -> str:
    """A shape with a paragraph a line, at inches from the left and the top; lines that begin with "<" are XML."""
    inch = 914_400
    place = (
        f'<a:xfrm><a:off x="{at[0] * inch}" y="{at[1] * inch}"/><a:ext cx="{size[0] * inch}" cy="{size[1] * inch}"/>'
        "</a:xfrm>" if at else ""
    )
    holder = f'<p:ph type="{kind}" idx="{index}"/>' if kind else ""
    text = "".join(line if line.startswith("<") else f"<a:p><a:r><a:t>{line}</a:t></a:r></a:p>" for line in lines)
    return (
        f'<p:sp><p:nvSpPr><p:cNvPr id="2" name="x" {tag}/><p:cNvSpPr/><p:nvPr>{holder}</p:nvPr></p:nvSpPr>'
        f"<p:spPr>{place}</p:spPr><p:txBody><a:bodyPr/>{more}{text}</p:txBody></p:sp>"
    )


def title(text: str) -> str:
    return shape(text, kind="title")


def read(tmp_path: Path, *slides: str, **more: object) -> Document:
    return read_document(a_deck(tmp_path / "deck.pptx", slides, **more))  # type: ignore[arg-type]


def frame(content: str, uri: str = "table") -> str:
    return (
        '<p:graphicFrame><p:nvGraphicFramePr><p:cNvPr id="4" name="g"/></p:nvGraphicFramePr><p:xfrm/><a:graphic>'
        f'<a:graphicData uri="{uri}">{content}</a:graphicData></a:graphic></p:graphicFrame>'
    )


def warnings(document: Document) -> list[tuple[str, int | None]]:
    return [(warning.code, warning.anchor.slide if warning.anchor else None) for warning in document.warnings]


def test_slides_come_in_order_with_their_titles_first(tmp_path: Path) -> None:
    made = read(tmp_path, shape("Text.", at=(1, 1)) + title("Lock out"), shape("Start", kind="ctrTitle"))
    assert shown(made) == ["h1 Lock out", "¶ Text.", "h1 Start"]
    assert [block.anchor.slide for block in made.blocks] == [1, 1, 2]
    assert (made.source.title, made.source.pages) == ("Lock out", 2)


def test_a_slide_without_a_title_gets_none_and_stands_under_none(tmp_path: Path) -> None:
    made = read(tmp_path, title("Lock out"), shape("Alone."))
    assert shown(made) == ["h1 Lock out", "¶ Alone."]
    assert made.blocks[1].anchor.section == ()


def test_shapes_are_read_in_rows_from_the_left(tmp_path: Path) -> None:
    slide = (
        shape("low", at=(1, 5)) + shape("right", at=(6, 2)) + shape("left", at=(1, 2), size=(3, 2))
        + shape("right below", at=(6, 3))
    )
    assert shown(read(tmp_path, slide)) == ["¶ left", "¶ right", "¶ right below", "¶ low"]


def test_groups_are_read_as_one_with_all_that_is_in_them(tmp_path: Path) -> None:
    inner = f"<p:grpSp><p:grpSpPr/>{shape('c', at=(1, 9))}</p:grpSp>"
    group = (
        '<p:grpSp><p:nvGrpSpPr><p:cNvPr id="1" name="g" descr="Two steps"/></p:nvGrpSpPr><p:grpSpPr><a:xfrm>'
        f'<a:off x="0" y="0"/></a:xfrm></p:grpSpPr>{shape("b", at=(5, 5))}{shape("a", at=(1, 5))}{inner}</p:grpSp>'
    )
    made = read(tmp_path, shape("after", at=(2, 2)) + group)
    assert [block.text or block.alt for block in made.blocks] == ["Two steps", "a", "b", "c", "after"]


def test_shapes_of_unknown_kinds_and_connectors_do_no_harm(tmp_path: Path) -> None:
    strange = '<p:contentPart/><p:cxnSp><p:nvCxnSpPr/></p:cxnSp><p:sp/><p:whatever><p:sp/></p:whatever>'
    assert shown(read(tmp_path, strange + shape("Text."))) == ["¶ Text."]


def test_what_is_drawn_in_two_ways_is_read_once(tmp_path: Path) -> None:
    twice = (
        f"<mc:AlternateContent><mc:Choice>{shape('new')}</mc:Choice><mc:Fallback>{shape('old')}</mc:Fallback>"
        f"</mc:AlternateContent><mc:AlternateContent><mc:Choice><p:contentPart/></mc:Choice>"
        f"<mc:Fallback>{shape('only here')}</mc:Fallback></mc:AlternateContent>"
    )
    assert shown(read(tmp_path, twice)) == ["¶ new", "¶ only here"]


def test_lines_of_a_body_are_a_list_where_the_master_says_so(tmp_path: Path) -> None:
    layout = f'<p:sldLayout {SPACES}><p:cSld><p:spTree>{shape(kind="body", index=1, at=(1, 3))}' \
             f'{shape(kind="body", index=2, more="<a:lstStyle><a:lvl1pPr><a:buNone/></a:lvl1pPr></a:lstStyle>")}' \
             "</p:spTree></p:cSld></p:sldLayout>"
    master = f'<p:sldMaster {SPACES}><p:txStyles><p:bodyStyle><a:lvl1pPr><a:buChar char="-"/></a:lvl1pPr><a:lvl2pPr>' \
             '<a:buChar char="-"/></a:lvl2pPr></p:bodyStyle></p:txStyles></p:sldMaster>'
    second = '<a:p><a:pPr lvl="1"/><a:r><a:t>deeper</a:t></a:r></a:p>'
    plain = "<a:p><a:pPr><a:buNone/></a:pPr><a:r><a:t>no item</a:t></a:r></a:p>"
    made = read(
        tmp_path,
        shape("first", second, plain, kind="body", index=1) + shape("no list", kind="body", index=2)
        + shape("box", at=(1, 1)),
        of_slide=[("slideLayout", "../slideLayouts/l.xml")],
        parts={
            "ppt/slideLayouts/l.xml": layout, "ppt/slideMasters/m.xml": master,
            "ppt/slideLayouts/_rels/l.xml.rels": relations([("slideMaster", "../slideMasters/m.xml")]),
        },
    )
    assert shown(made) == ["¶ box", "• first", "  • deeper", "¶ no item", "¶ no list"]


def test_numbered_lines_carry_their_numbers(tmp_path: Path) -> None:
    def line(text: str, scheme: str, level: int = 0, start: str = "") -> str:
        return (
            f'<a:p><a:pPr lvl="{level}"><a:buAutoNum type="{scheme}" {start}/></a:pPr><a:r><a:t>{text}</a:t></a:r></a:p>'
        )

    slide = shape(
        line("Stop", "arabicPeriod", start='startAt="3"'), line("red", "alphaLcParenR", 1),
        line("blue", "alphaLcParenR", 1), line("Lock", "arabicPeriod", start='startAt="3"'), line("last", "romanUcPeriod", 1),
    )
    assert shown(read(tmp_path, slide)) == ["3. Stop", "  a) red", "  b) blue", "4. Lock", "  I. last"]


def test_runs_breaks_fields_and_formulas_are_words_of_one_paragraph(tmp_path: Path) -> None:
    line = (
        "<a:p><a:r><a:t>Press</a:t></a:r><a:br/><a:r><a:t>STOP_x000D_now </a:t></a:r><a:fld><a:t>7</a:t></a:fld>"
        "<mc:AlternateContent><mc:Choice><a:m><a:t>x=1</a:t></a:m></mc:Choice><mc:Fallback><a:r><a:t>x=1</a:t></a:r>"
        "</mc:Fallback></mc:AlternateContent></a:p>"
    )
    assert shown(read(tmp_path, shape(line))) == ["¶ Press STOP now 7x=1"]


def test_merged_cells_repeat_their_text(tmp_path: Path) -> None:
    def cell(text: str, merge: str = "") -> str:
        return f"<a:tc {merge}><a:txBody><a:p><a:r><a:t>{text}</a:t></a:r></a:p></a:txBody></a:tc>"

    rows = (
        f'<a:tr>{cell("Gas", "rowSpan=" + chr(34) + "2" + chr(34))}{cell("Limit", "gridSpan=" + chr(34) + "2" + chr(34))}'
        f'{cell("", "hMerge=" + chr(34) + "1" + chr(34))}</a:tr><a:tr>{cell("", "vMerge=" + chr(34) + "1" + chr(34))}'
        f'{cell("min")}{cell("max")}</a:tr>'
    )
    (block,) = read(tmp_path, frame(f"<a:tbl>{rows}</a:tbl>")).blocks
    assert block.rows == (("Gas", "Limit", "Limit"), ("Gas", "min", "max"))


def test_speaker_notes_are_notes_of_their_slide(tmp_path: Path) -> None:
    page = shape("Say this.", "And that.", kind="body", index=1) + shape("1", kind="sldNum", index=2)
    made = read(
        tmp_path, title("Lock out"), of_slide=[("notesSlide", "../notesSlides/n.xml")],
        parts={"ppt/notesSlides/n.xml": f"<p:notes {SPACES}><p:cSld><p:spTree>{page}</p:spTree></p:cSld></p:notes>"},
    )
    assert shown(made) == ["h1 Lock out", "note Say this.", "note And that."]
    assert made.blocks[1].anchor.slide == 1


def test_comments_of_old_and_new_versions_are_comments(tmp_path: Path) -> None:
    old = f"<p:cmLst {SPACES}><p:cm><p:text>Check the date</p:text></p:cm></p:cmLst>"
    new = "<x:cmLst xmlns:x='urn:n' xmlns:a='urn:a'><x:cm><x:replyLst><x:reply><x:txBody><a:p><a:r><a:t>Done</a:t></a:r>" \
          "</a:p></x:txBody></x:reply></x:replyLst><x:txBody><a:p><a:r><a:t>Really?</a:t></a:r></a:p></x:txBody></x:cm></x:cmLst>"
    made = read(
        tmp_path, title("Lock out"), of_slide=[("comments", "../comments/1.xml"), ("comments", "../comments/2.xml")],
        parts={"ppt/comments/1.xml": old, "ppt/comments/2.xml": new},
    )
    assert shown(made) == ["h1 Lock out", "comment Check the date", "comment Really?", "comment Done"]


def test_hidden_slides_and_what_lies_beside_a_slide_are_hidden(tmp_path: Path) -> None:
    made = read(tmp_path, title("Old"), show="0")
    assert [(block.text, block.hidden) for block in made.blocks] == [("Old", True)]
    beside = read(
        tmp_path, shape("seen", at=(1, 1)) + shape("beside", at=(11, 1)) + shape("unseen", at=(1, 2), tag='hidden="1"')
    )
    assert {block.text: block.hidden for block in beside.blocks} == {"seen": False, "beside": True, "unseen": True}


def test_feet_dates_and_slide_numbers_are_furniture(tmp_path: Path) -> None:
    made = read(tmp_path, shape("7", kind="sldNum") + shape("ACME", kind="ftr") + shape("Text.") + shape("Monday", kind="dt"))
    assert shown(made) == ["¶ Text.", "furniture 7", "furniture ACME", "furniture Monday"]


def test_smartart_is_a_list_in_its_own_order_and_depth(tmp_path: Path) -> None:
    def point(key: str, text: str, kind: str = "") -> str:
        return f'<dgm:pt modelId="{key}" {kind}><dgm:t><a:p><a:r><a:t>{text}</a:t></a:r></a:p></dgm:t></dgm:pt>'

    points = point("0", "", 'type="doc"') + point("2", "Lock") + point("1", "Stop") + point("3", "Press", 'type="node"') \
        + point("4", "arrow", 'type="sibTrans"') + point("9", "lost")
    links = "".join(
        f'<dgm:cxn srcId="{source}" destId="{target}" srcOrd="{order}"/>'
        for source, target, order in (("0", "2", 1), ("0", "1", 0), ("1", "3", 0), ("3", "1", 0))
    )
    diagram = f"<dgm:dataModel {SPACES}><dgm:ptLst>{points}</dgm:ptLst><dgm:cxnLst>{links}</dgm:cxnLst></dgm:dataModel>"
    made = read(
        tmp_path, frame('<dgm:relIds r:dm="r1"/>'), of_slide=[("diagramData", "../diagrams/data1.xml")],
        parts={"ppt/diagrams/data1.xml": diagram},
    )
    assert shown(made) == ["• Stop", "  • Press", "• Lock", "• lost"]


def test_a_chart_gives_its_title_and_a_table_of_its_values(tmp_path: Path) -> None:
    def points(*values: str) -> str:
        return "".join(f'<c:pt idx="{at}"><c:v>{value}</c:v></c:pt>' for at, value in enumerate(values))

    series = (
        f"<c:ser><c:tx><c:strRef><c:strCache>{points('Injuries')}</c:strCache></c:strRef></c:tx><c:cat><c:strRef>"
        f"<c:strCache>{points('2022', '2023')}</c:strCache></c:strRef></c:cat><c:val><c:numRef><c:numCache>"
        f"{points('4.2999999999999998', '3')}</c:numCache></c:numRef></c:val></c:ser>"
    )
    words = "<c:tx><c:rich><a:p><a:r><a:t>{}</a:t></a:r></a:p></c:rich></c:tx>"
    chart = (
        f"<c:chartSpace {SPACES}><c:chart><c:title>{words.format('Injuries a year')}</c:title><c:plotArea><c:barChart>"
        f"{series}</c:barChart><c:catAx><c:title>{words.format('Year')}</c:title></c:catAx></c:plotArea></c:chart></c:chartSpace>"
    )
    made = read(
        tmp_path, frame('<c:chart r:id="r1"/>'), of_slide=[("chart", "../charts/chart1.xml")],
        parts={"ppt/charts/chart1.xml": chart},
    )
    assert shown(made) == ["caption Injuries a year", "table Year | Injuries\n2022 | 4.3\n2023 | 3"]


def picture(relation: str, alt: str = "", media: str = "") -> str:
    return (
        f'<p:pic><p:nvPicPr><p:cNvPr id="5" name="p" descr="{alt}"/><p:cNvPicPr/><p:nvPr>{media}</p:nvPr></p:nvPicPr>'
        f'<p:blipFill><a:blip r:embed="{relation}"/></p:blipFill></p:pic>'
    )


def test_pictures_are_figures_with_their_description_and_file(tmp_path: Path) -> None:
    deck = a_deck(
        tmp_path / "deck.pptx", [title("Lever") + picture("r1", "The red lever")], of_slide=[("image", "../media/i.gif")],
        parts={"ppt/media/i.gif": GIF},
    )
    made = read_document(deck, figures=tmp_path)
    figure = made.blocks[1]
    assert (figure.kind.value, figure.alt) == ("figure", "The red lever")
    assert (tmp_path / Path(figure.file or "").name).read_bytes() == GIF


def test_what_cannot_be_read_is_warned_of_with_its_slides(tmp_path: Path) -> None:
    made = read(
        tmp_path,
        title("Gauges") + picture("r1", media="<a:videoFile/>") + frame('<p:oleObj r:id="r2"/>') + frame('<c:chart r:id="r9"/>'),
        title("Valves") + picture("r1"),
        picture("r3"),
        of_slide=[("image", "../media/i.emf"), ("oleObject", "../embeddings/o.bin"), ("image", "../media/i.gif")],
        parts={"ppt/media/i.emf": b"x", "ppt/embeddings/o.bin": b"x", "ppt/media/i.gif": GIF},
    )
    assert sorted(warnings(made)) == [
        ("damaged_part", 1), ("embedded_object", 1), ("media_left_out", 1), ("picture_unreadable", 1),
        ("scanned_pages", 3),
    ]
    assert next(one.message for one in made.warnings if one.code == "picture_unreadable").count("slides 1, 2") == 1


def test_an_embedded_document_is_read_after_the_slides(tmp_path: Path) -> None:
    inner = a_deck(tmp_path / "inner.pptx", [title("Inside")]).read_bytes()
    made = read(
        tmp_path, frame('<p:oleObj r:id="r1"/>') + title("Outside"), of_slide=[("package", "../embeddings/o.pptx")],
        parts={"ppt/embeddings/o.pptx": inner},
    )
    assert [(block.text, block.anchor.inside) for block in made.blocks] == [
        ("Outside", None), ("Inside", "ppt/embeddings/o.pptx"),
    ]


def test_a_damaged_or_missing_slide_is_warned_of_and_the_others_are_read(tmp_path: Path) -> None:
    deep = "<p:grpSp>" * 5_000 + "</p:grpSp>" * 5_000
    made = read(tmp_path, title("Good"), "<p:sp>", deep, title("Also good"))
    assert shown(made) == ["h1 Good", "h1 Also good"]
    assert [warning.message.split(" could")[0] for warning in made.warnings] == ["slides 2, 3"]


def test_damaged_notes_and_properties_cost_nothing_but_themselves(tmp_path: Path) -> None:
    made = read(
        tmp_path, title("Good"), of_slide=[("notesSlide", "../notesSlides/n.xml")],
        parts={
            "ppt/notesSlides/n.xml": "<p:notes", "docProps/core.xml": "<x",
            "_rels/.rels": relations([("officeDocument", "ppt/presentation.xml"), ("core-properties", "docProps/core.xml")]),
        },
    )
    assert shown(made) == ["h1 Good"]
    assert warnings(made) == [("damaged_part", 1)]


def test_strict_files_and_shows_are_read_like_others(tmp_path: Path) -> None:
    deck = a_deck(tmp_path / "show.ppsx", [title("Strict")])
    content = {}
    with zipfile.ZipFile(deck) as archive:
        for name in archive.namelist():
            text = archive.read(name).decode()
            content[name] = text.replace("http://schemas.openxmlformats.org/", "http://purl.oclc.org/ooxml/").encode()
    deck.write_bytes(zipped(content))
    assert shown(read_document(deck)) == ["h1 Strict"]
    assert read_document(deck).warnings == ()


def test_entities_and_paths_that_lead_out_of_the_file_are_not_followed(tmp_path: Path) -> None:
    made = read(
        tmp_path, shape("Text"),
        of_slide=[("notesSlide", "../../../../../etc/passwd"), ("notesSlide", "https://x.example/n.xml")],
    )
    assert shown(made) == ["¶ Text"]
    secret = tmp_path / "secret.txt"
    secret.write_text("hunter2")
    evil = f'<!DOCTYPE p:sld [<!ENTITY x SYSTEM "{secret.as_uri()}">]><p:sld {SPACES}><p:cSld><p:spTree>' \
           f'{shape("Text &x;")}</p:spTree></p:cSld></p:sld>'
    with pytest.raises(SourceError, match="entities"):
        read(tmp_path, "", parts={"ppt/slides/slide1.xml": evil})


@pytest.mark.parametrize("missing", ["ppt/presentation.xml", "_rels/.rels"])
def test_a_deck_without_its_main_part_is_damaged(tmp_path: Path, missing: str) -> None:
    deck = a_deck(tmp_path / "deck.pptx", [title("A")])
    with zipfile.ZipFile(deck) as archive:
        kept = {name: archive.read(name) for name in archive.namelist() if name != missing}
    deck.write_bytes(zipped(kept))
    with pytest.raises(SourceError) as caught:
        read_document(deck)
    assert caught.value.code == "corrupt"


def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    deck = a_deck(tmp_path / "deck.pptx", [title("A")], parts={"ppt/x.xml": b" " * (60 << 20)})
    with pytest.raises(SourceError) as caught:
        read_document(deck)
    assert caught.value.code == "too_large"


def figures(document: Document) -> list[Block]:
    return [block for block in document.blocks if block.kind == "figure"]


def test_a_picture_marked_as_decoration_has_no_description(tmp_path: Path) -> None:
    pic = picture("r1", "swoosh").replace(
        'descr="swoosh"/>', 'descr="swoosh"><a:extLst><a:decorative val="1"/></a:extLst></p:cNvPr>'
    )
    made = read(
        tmp_path, title("A") + pic, of_slide=[("image", "../media/i.gif")], parts={"ppt/media/i.gif": GIF}
    )
    assert [block.alt for block in figures(made)] == [None]
