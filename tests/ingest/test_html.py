from __future__ import annotations

from pathlib import Path

from pipeline.domain import Block, BlockKind
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


def test_navigation_is_furniture_and_not_lost(tmp_path: Path) -> None:
    body = (
        '<header><a href="/">Home</a></header><nav><a>Shop</a><a>Help</a></nav><main><h1>Guide</h1><p>Text.</p>'
        '<div class="sidebar"><p>Related</p></div></main><aside>Advert</aside><footer>Imprint</footer>'
    )
    assert blocks(tmp_path, body) == [
        "furniture Home", "furniture Shop · Help", "h1 Guide", "¶ Text.", "furniture Related", "furniture Advert",
        "furniture Imprint",
    ]


def test_a_page_without_main_loses_only_lists_of_links(tmp_path: Path) -> None:
    links = "".join(f"<li><a>Page {number}</a></li>" for number in range(6))
    assert [line.split()[0] for line in blocks(tmp_path, f"<ul>{links}</ul><h1>Guide</h1><ul><li>Do it</li></ul>")] == [
        "furniture", "h1", "•",
    ]


def test_hidden_text_and_scripts_are_not_read(tmp_path: Path) -> None:
    body = (
        "<p>Seen.</p><p hidden>a</p><p style='display: none'>b</p><div aria-hidden=true>c</div><script>d</script>"
        "<style>e</style><template><p>f</p></template><noscript>g</noscript><p style='font-size:0'>h</p><!-- i -->"
        "<dialog><p>j</p></dialog><p>End.</p>"
    )
    assert blocks(tmp_path, body) == ["¶ Seen.", "¶ End."]


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


def test_deep_nesting_is_harmless(tmp_path: Path) -> None:
    deep = "<div>" * 20_000 + "<p>Isolate the energy.</p>" + "</div>" * 20_000
    assert blocks(tmp_path, deep) == ["¶ Isolate the energy."]
    mixed = "<ul><li>" * 300 + "Deep." + "</li></ul>" * 300
    assert blocks(tmp_path, mixed)[-1].endswith("Deep.")
