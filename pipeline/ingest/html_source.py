"""The bytes of a page to a tree of elements: its encoding, and nesting deeper than the parser follows."""

from __future__ import annotations

import codecs
import re
from typing import TYPE_CHECKING

from pipeline.ingest.decode import decode

if TYPE_CHECKING:
    from lxml.etree import _Element

_CHARSET = re.compile(
    rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w.:-]+)|<\?xml[^>]{0,100}?encoding\s*=\s*["']([\w.:-]+)""",
    re.IGNORECASE,
)
_CHARSET_BYTES = 4096
# What pages that state these mean, by the HTML standard.
_MEANT = {"iso-8859-1": "cp1252", "latin-1": "cp1252", "latin1": "cp1252", "us-ascii": "cp1252", "ascii": "cp1252",
          "gb2312": "gb18030", "gbk": "gb18030", "shift_jis": "cp932", "x-sjis": "cp932", "ks_c_5601-1987": "cp949",
          "euc-kr": "cp949", "tis-620": "cp874", "iso-8859-9": "cp1254", "iso-8859-11": "cp874"}
_XHTML = re.compile(r"<\?xml\b|http://www\.w3\.org/1999/xhtml|//DTD XHTML", re.IGNORECASE)
_EMPTY_ELEMENT = re.compile(r"<([a-zA-Z][\w:-]*)(\s[^<>]*?)?/>")
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)\b[^<>]*?(/?)>")
# Of an element with thousands of attributes libxml2 compares each with each.
_LONG_TAG = re.compile(r"<([a-zA-Z][\w:-]*)\s([^<>]{20000,})>")
_MAX_ATTRIBUTES = 1_000
# libxml2 leaves out what stands deeper than 2,048 open elements, without a word.
_MAX_DEPTH = 400
_VOID = frozenset("area base br col embed hr img input link meta param source track wbr".split())
_INLINE = frozenset("a abbr b big cite code em font i kbd label mark q s small span strong sub sup tt u var".split())


def parsed(raw: bytes) -> _Element | None:
    """The page's root, or None where it has no elements."""
    text = page_text(raw)
    if _XHTML.search(text, 0, _CHARSET_BYTES):
        text = _EMPTY_ELEMENT.sub(_opened_and_closed, text)
    text = _LONG_TAG.sub(lambda tag: f"<{tag[1]}>" if tag[2].count("=") > _MAX_ATTRIBUTES else tag[0], text)
    root, is_too_deep = _tree(text)
    return _tree(_flattened(text))[0] if is_too_deep else root


def _tree(text: str) -> tuple[_Element | None, bool]:
    """The root, and whether the parser gave up on the depth."""
    from lxml import etree

    parser = etree.HTMLParser(
        encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True, huge_tree=True
    )
    try:
        root = etree.fromstring(text.encode("utf-8", "replace"), parser)
    except etree.XMLSyntaxError:
        root = None
    return root, any(error.type_name == "ERR_RESOURCE_LIMIT" for error in parser.error_log)


def _opened_and_closed(match: re.Match[str]) -> str:
    """`<title/>` is an element without content in XHTML; in HTML it opens one that goes on."""
    name = match[1]
    return match[0] if name.lower() in _VOID else f"<{name}{match[2] or ''}></{name}>"


def page_text(raw: bytes) -> str:
    """The page as text: by its byte order mark, as UTF-8 where it is that, else as the page states, else as guessed."""
    decoded = decode(raw)
    is_known = decoded is not None and (decoded.is_certain or decoded.encoding.startswith("utf-16"))
    # A page in another alphabet may be ASCII to the eye: ISO-2022-JP is 7 bits wide.
    if decoded is not None and is_known and "\x1b" not in decoded.text:
        return decoded.text
    found = _CHARSET.search(raw[:_CHARSET_BYTES])
    if found:
        name = (found[1] or found[2]).decode("ascii", "replace").lower()
        try:
            codec = codecs.lookup(_MEANT.get(name, name))
        except LookupError:
            codec = None
        # "utf-8" would have been found out; codecs such as "zip" or "unicode_escape" are no encodings of text.
        if codec is not None and codec._is_text_encoding and codec.name not in ("utf-8", "unicode_escape", "idna"):
            return raw.decode(codec.name, "replace")
    return decoded.text if decoded is not None else raw.decode("cp1252", "replace")


def _flattened(text: str) -> str:
    """The page without the elements that stand too deep; their words stay, as blocks of their own."""
    made: list[str] = []
    open_tags: list[tuple[str, bool]] = []
    kept_depth = at = 0
    for match in _TAG.finditer(text):
        name = match[2].lower()
        if name in _VOID or match[3]:
            continue
        made.append(text[at : match.start()])
        at = match.end()
        shown = match.group()
        if not match[1]:
            is_kept = kept_depth < _MAX_DEPTH
            open_tags.append((name, is_kept))
            kept_depth += is_kept
            shown = shown if is_kept else "" if name in _INLINE else "<br><br>"
        elif open_tags and open_tags[-1][0] == name:
            is_kept = open_tags.pop()[1]
            kept_depth -= is_kept
            shown = shown if is_kept else "" if name in _INLINE else "<br><br>"
        made.append(shown)
    made.append(text[at:])
    return "".join(made)
