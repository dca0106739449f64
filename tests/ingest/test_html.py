from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.domain import Block, BlockKind
from pipeline.ingest import read_document
from tests.ingest.specimens import read_text, shown


def page(body: str, head: str = "") -> str:
    return f'<!doctype html><html lang="en-GB"><head>{head}</head><body>{body}</body></html>'


def blocks(tmp_path: Path, body: str) -> list[str]:
    return shown(read_text(tmp_path, page(body), "page.html"))


def text_blocks(tmp_path: Path, body: str) -> list[Block]:
    made = read_text(tmp_path, page(body), "page.html")
    return [block for block in made.blocks if block.kind is not BlockKind.FURNITURE]


def test_a_page_gives_title_language_and_its_blocks_in_order(tmp_path: Path) -> None:
    source = page("<h1>Lock  out</h1><p>Press <b>STOP</b>.</p>", "<title>Lock out | Site</title>")
    made = read_text(tmp_path, source, "a.html")
    assert shown(made) == ["h1 Lock out", "¶ Press STOP."]
    assert (made.source.title, made.source.language) == ("Lock out | Site", "en-GB")
    assert made.blocks[1].anchor.section == ("Lock out",)


def test_navigation_is_left_out_with_a_warning_and_sentences_around_the_text_are_furniture(tmp_path: Path) -> None:
    body = (
        '<header><a href="/">Home</a></header><nav><a>Shop</a><a>Help</a></nav><main><h1>Guide</h1><p>Text.</p>'
        '<div class="sidebar"><p>Related</p></div></main><aside>Advert</aside><footer><a>Imprint</a>'
        "<p>This page was last edited by the safety team.</p></footer>"
    )
    made = read_text(tmp_path, page(body), "page.html")
    assert shown(made) == ["h1 Guide", "¶ Text.", "furniture This page was last edited by the safety team."]
    (warning,) = made.warnings
    assert warning.code == "navigation_left_out"
    assert "5 links and labels" in warning.message
    assert "such as Home" in warning.message


def test_a_page_without_main_loses_only_lists_of_links(tmp_path: Path) -> None:
    links = "".join(f"<li><a>Page {number}</a></li>" for number in range(6))
    assert blocks(tmp_path, f"<ul>{links}</ul><h1>Guide</h1><ul><li>Do it</li></ul>") == ["h1 Guide", "• Do it"]


@pytest.mark.parametrize(
    "around",
    [
        '<div class="vector-menu-sidebar"><ul><li><a>Help</a></li></ul></div>', '<div role="navigation"><p>Help</p></div>',
        '<div id="toc"><h2>Contents</h2><ul><li><a href="#a">Help</a></li></ul></div>',
        '<ul><li><a href="#a">Help one</a></li><li><a href="#b">Help two</a></li><li><a href="#c">Help three</a></li></ul>',
        '<div class="cookie-banner">We use cookies. <a>Accept all of them</a></div>', '<div class="breadcrumbs">Help &gt;</div>',
        '<table class="navbox"><tr><th>Help</th><td><a>A</a></td></tr><tr><th>B</th><td><a>C</a></td></tr></table>',
        '<p><span class="mw-editsection">[<a>edit</a>]</span></p>', '<span class="sr-only">opens a new window</span>',
    ],
)
def test_what_only_leads_elsewhere_is_no_text(tmp_path: Path, around: str) -> None:
    assert blocks(tmp_path, f"<main><h1>Guide</h1>{around}<p>Text.</p></main>") == ["h1 Guide", "¶ Text."]


def test_content_with_a_name_of_navigation_is_kept(tmp_path: Path) -> None:
    long = "Before you open the guard, close the valve, wait until the gauge shows zero and hang your own lock on it. " * 3
    body = (
        f'<div class="page has-sidebar"><section id="related-work"><h2>Related work</h2><p>{long}</p></section>'
        f'<div id="cookie-policy"><p>{long}</p></div><section id="menu"><h2>Menu</h2><p>Soup.</p></section>'
        f"<p>{long}</p></div>"
    )
    assert [line[:12] for line in blocks(tmp_path, body)] == [
        "h2 Related w", "¶ Before you", "¶ Before you", "h2 Menu", "¶ Soup.", "¶ Before you",
    ]


def test_a_title_above_the_main_part_is_kept(tmp_path: Path) -> None:
    body = "<header><h1>Lock out</h1><a>Home</a></header><main><h2>Scope</h2><p>All presses of the plant.</p></main>"
    assert blocks(tmp_path, body) == ["h1 Lock out", "h2 Scope", "¶ All presses of the plant."]


def test_a_main_part_with_hardly_any_text_is_not_believed(tmp_path: Path) -> None:
    body = "<main>Search</main><div><h1>Guide</h1><p>Close the valve before you open the guard.</p></div>"
    assert blocks(tmp_path, body) == ["¶ Search", "h1 Guide", "¶ Close the valve before you open the guard."]


@pytest.mark.parametrize(
    "attribute",
    [
        "hidden", "hidden=''", "style='display: none'", "style='visibility:hidden'", "style='font-size:0px'", "aria-hidden=true",
        "style='opacity:0'", "style='position:absolute;left:-9999px'", "style='text-indent:-9999px'", "style='color:transparent'",
        "style='clip: rect(0 0 0 0)'", "style='MSO-HIDE:all'",
    ],
)
def test_hidden_text_is_not_read(tmp_path: Path, attribute: str) -> None:
    body = f"<p>Seen.</p><p {attribute}>Obey me</p><p>A<span {attribute}>Obey</span>B</p><table><tr><td>a<b {attribute}>c</b>" \
           f"<td>b<tr {attribute}><td>Obey<td>me<tr><td>d<td {attribute}>Obey<td>e</table>"
    assert blocks(tmp_path, body) == ["¶ Seen.", "¶ AB", "table a | b\nd | e"]


def test_text_that_is_only_kept_from_screen_readers_is_read(tmp_path: Path) -> None:
    long = "Close the valve before you open the guard of the press."
    assert blocks(tmp_path, f"<p aria-hidden=true>{long}</p>") == [f"¶ {long}"]


def test_what_a_style_sheet_hides_is_marked_as_hidden(tmp_path: Path) -> None:
    style = "<style>/* x */ @media print { .a { display: none } } .b, p#c{display:none}</style>"
    made = read_text(tmp_path, page("<p class=a>1</p><p class='x b'>2</p><p id=c>3</p><p>4</p>", style), "a.html")
    assert {block.text: block.hidden for block in made.blocks} == {"1": False, "2": True, "3": True, "4": False}


def test_scripts_and_what_replaces_them_are_not_read(tmp_path: Path) -> None:
    body = (
        "<p>Seen.</p><script>d</script><style>e</style><template><p>f</p></template><noscript>g</noscript><!-- i -->"
        "<dialog><p>j</p></dialog><dialog open><p>k</p></dialog><button>l</button><select><option>m</option></select>"
    )
    assert blocks(tmp_path, body) == ["¶ Seen.", "¶ k"]


def test_lists_nest_and_count(tmp_path: Path) -> None:
    body = "<ol start=3><li>Open<ul><li>red</li></ul></li><li><p>Close</p><p>Slowly.</p></li></ol>"
    assert blocks(tmp_path, body) == ["3. Open", "  • red", "4. Close", "¶ Slowly."]


def test_merged_cells_repeat_their_text(tmp_path: Path) -> None:
    body = (
        "<table><caption>Limits</caption><tr><th rowspan=2>Gas</th><th colspan=2>Limit</th></tr>"
        "<tr><th>min<br>imum</th><th>max</th></tr><tr><td>CO</td><td>1</td><td><p>30</p><p>ppm</p></td></tr></table>"
    )
    caption, table = text_blocks(tmp_path, body)
    assert (caption.kind, caption.text) == (BlockKind.CAPTION, "Limits")
    assert table.rows == (("Gas", "Limit", "Limit"), ("Gas", "min imum", "max"), ("CO", "1", "30 ppm"))


def test_a_table_that_only_places_text_is_text(tmp_path: Path) -> None:
    assert blocks(tmp_path, "<table><tr><td><h1>A</h1><p>One.</p></td></tr></table>") == ["h1 A", "¶ One."]


def test_definitions_read_as_term_and_meaning(tmp_path: Path) -> None:
    assert blocks(tmp_path, "<dl><dt>Lockout</dt><dd>A padlock holds the switch.</dd></dl>") == [
        "• Lockout: A padlock holds the switch."
    ]


def test_code_quotes_pictures_and_breaks(tmp_path: Path) -> None:
    body = (
        "<pre>a\n  b</pre><blockquote><p>Said.</p></blockquote><figure><img alt='Red lever' src=x><figcaption>Fig. 1"
        "</figcaption></figure><p>One<br>line</p><div>First<br><br>Second</div><p>An <img alt=icon src=y> icon</p>"
    )
    made = text_blocks(tmp_path, body)
    assert [(block.kind.value, block.text or block.alt) for block in made] == [
        ("code", "a\n  b"), ("quote", "Said."), ("figure", "Red lever"), ("caption", "Fig. 1"),
        ("paragraph", "One line"), ("paragraph", "First"), ("paragraph", "Second"), ("paragraph", "An icon"),
    ]


def test_permanent_link_signs_are_no_part_of_a_heading(tmp_path: Path) -> None:
    assert blocks(tmp_path, '<h2>Scope<a class="headerlink" href="#s">¶</a></h2>') == ["h2 Scope"]


def test_the_page_s_own_charset_is_followed(tmp_path: Path) -> None:
    raw = page("<p>Größe</p>", '<meta charset="windows-1252">').encode("cp1252")
    assert shown(read_text(tmp_path, raw, "old.html")) == ["¶ Größe"]
    assert shown(read_text(tmp_path, page("<p>Größe</p>").encode(), "new.html")) == ["¶ Größe"]


def test_a_charset_is_meant_as_browsers_take_it(tmp_path: Path) -> None:
    old = page("<p>“Größe”</p>", '<meta http-equiv=Content-Type content="text/html; charset=iso-8859-1">').encode("cp1252")
    assert shown(read_text(tmp_path, old, "old.html")) == ["¶ “Größe”"]
    japanese = page("<p>安全第一</p>", "<meta charset=shift_jis>").encode("shift_jis")
    assert shown(read_text(tmp_path, japanese, "ja.html")) == ["¶ 安全第一"]
    mail = page("<p>安全第一</p>", "<meta charset=iso-2022-jp>").encode("iso-2022-jp")
    assert shown(read_text(tmp_path, mail, "jis.html")) == ["¶ 安全第一"]
    silly = page("<p>Größe</p>", "<meta charset=zip>").encode("cp1252")
    assert shown(read_text(tmp_path, silly, "silly.html")) == ["¶ Größe"]
    wide = page("<p>Größe</p>", "<meta charset=utf-16>").encode("utf-16")
    assert shown(read_text(tmp_path, wide, "wide.html")) == ["¶ Größe"]


@pytest.mark.parametrize(
    "opening", ["<div>", "<div class='x'><span>a", "<ul><li>a", "<table><tr><td>", "<b>", "<blockquote>"]
)
def test_nesting_deeper_than_the_parser_follows_loses_no_words(tmp_path: Path, opening: str) -> None:
    made = read_text(tmp_path, f"<body>{opening * 2_500}<p>Isolate the energy.</p>", "page.html")
    assert " ".join(block.text for block in made.blocks).endswith("Isolate the energy.")


def test_text_between_deep_elements_stays_in_blocks(tmp_path: Path) -> None:
    deep = "<div>" * 3_000 + "<p>One.</p><div>Two.</div>" + "</div>" * 3_000 + "<p>Three.</p>"
    assert blocks(tmp_path, deep) == ["¶ One.", "¶ Two.", "¶ Three."]


def test_headings_may_hold_blocks_pictures_and_roles(tmp_path: Path) -> None:
    body = "<h2><div>Lock <br>out</div></h2><h1><img alt='ACME' src=x></h1><div role=heading aria-level=3>Scope</div><h2></h2>"
    assert blocks(tmp_path, body) == ["h2 Lock out", "h1 ACME", "h3 Scope"]


def test_tables_in_tables_and_pages_laid_out_as_tables_are_unrolled(tmp_path: Path) -> None:
    inner = "<table><tr><th>Gas<th>Limit<tr><td>CO<td>30</table>"
    layout = f"<table><tr><td><a>Home</a><td><h1>Limits</h1>{inner}<tr><td>x<td>y</table>"
    assert blocks(tmp_path, layout) == ["¶ Home", "h1 Limits", "table Gas | Limit\nCO | 30", "¶ x", "¶ y"]
    data = f"<table><tr><th>Plant<th>Values<tr><td>North<td>{inner}</table>"
    assert blocks(tmp_path, data) == ["table Plant | Values\nNorth | Gas Limit CO 30"]
    assert blocks(tmp_path, "<table role=presentation><tr><td>a<td>b<tr><td>c<td>d</table>") == ["¶ a", "¶ b", "¶ c", "¶ d"]


def test_spans_without_measure_are_harmless(tmp_path: Path) -> None:
    rows = "".join(f"<tr><td rowspan=9999 colspan=99999>{number}<td>b" for number in range(50))
    made = read_text(tmp_path, page(f"<table>{rows}</table>"), "page.html")
    assert len(made.blocks[0].rows or ()) == 50


def test_line_numbers_are_no_code(tmp_path: Path) -> None:
    body = "<table class=highlighttable><tr><td class=linenos><pre>1\n2</pre><td class=code><pre>a = 1<br>b = 2</pre></table>"
    made = text_blocks(tmp_path, body)
    assert [(block.kind.value, block.text) for block in made] == [("code", "a = 1\nb = 2")]


def test_pictures_inside_the_page_are_kept_and_others_never_fetched(tmp_path: Path) -> None:
    dot = "R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7" + "A" * 400
    body = f"<p>Text.</p><img src='data:image/gif;base64,{dot}'><img src='http://x.example/i.png' alt='Lever'><img src='../a.png'>"
    path = tmp_path / "page.html"
    path.write_text(page(body))
    made = read_document(path, figures=tmp_path)
    assert [(block.alt, bool(block.file)) for block in made.blocks if block.kind == "figure"] == [(None, True), ("Lever", False)]


def test_a_formula_shown_as_a_picture_is_its_source(tmp_path: Path) -> None:
    assert blocks(tmp_path, r"<p>So <img class='mwe-math-fallback-image-inline' alt='{\displaystyle a^2}'> holds.</p>") == [
        "¶ So a^2 holds."
    ]


def test_empty_elements_of_xhtml_are_empty(tmp_path: Path) -> None:
    source = (
        '<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><head><title/><script src="x"/></head><body>'
        '<h1><a id="t"/>Lock out</h1><p>One<br/>line</p><div/><p>Text.</p></body></html>'
    )
    assert shown(read_text(tmp_path, source, "page.xhtml")) == ["h1 Lock out", "¶ One line", "¶ Text."]


def test_numbers_of_items_follow_the_page(tmp_path: Path) -> None:
    body = "<ol><li>a</li><li value=7>b</li><li>c</li></ol><ol type=A start=2><li>d</li></ol>"
    assert blocks(tmp_path, body) == ["1. a", "7. b", "8. c", "B. d"]


def test_a_page_that_is_nothing_but_links_is_read_as_a_list(tmp_path: Path) -> None:
    links = "".join(f"<li><a href=x>Guide {number}</a></li>" for number in range(4))
    assert blocks(tmp_path, f"<nav><ul>{links}</ul></nav>") == [f"• Guide {number}" for number in range(4)]


@pytest.mark.parametrize(
    "start", ["<!---->" * 5_000, "<style>" + "/*" * 50_000, "<style>" + "@a" * 50_000, "<style>" + "a" * 200_000, "<a " * 50_000]
)
def test_openings_made_to_stall_a_reader_do_not(tmp_path: Path, start: str) -> None:
    assert shown(read_text(tmp_path, f"{start}></style><p>Text.</p>", "page.html"))[-1] == "¶ Text."
