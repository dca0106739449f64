"""Which parts of a page are its content, its navigation, hidden, or nothing to read."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.etree import _Element

_SKIPPED_TAGS = frozenset(
    "script style noscript template svg canvas iframe object embed video audio map button select input textarea meta "
    "link head datalist progress meter rp annotation annotation-xml".split()
)
# Signs that only link to themselves or to an editor, line numbers, labels for screen readers alone.
_SKIPPED_CLASSES = frozenset(
    "headerlink anchorjs-link mw-editsection editsection footnote-backref linenos lineno linenodiv "
    "line-numbers gutter copybtn copy-btn clipboard-copy permalink heading-anchor header-anchor hash-link sr-only "
    "visually-hidden visuallyhidden screen-reader-text screen-reader-only element-invisible".split()
)
_FURNITURE_ROLES = frozenset(
    "navigation banner contentinfo search complementary menu menubar toolbar tablist alertdialog dialog".split()
)
# Words of class and id names that page builders give to what stands around the content; readability, trafilatura and
# the wikis' own print styles have such lists. Whole words, so that "related-work" of a heading's id is none.
_WORDS = frozenset(
    "nav navbar navbox navigation navmenu subnav topnav sidenav menubar submenu sidebar sphinxsidebar breadcrumb "
    "breadcrumbs masthead toc tableofcontents pagination pager catlinks printfooter jumplink skiplink sharedaddy "
    "onetrust noprint sistersitebox interlanguage langlinks metalinks editlink advert advertisement".split()
)
# These may name content as well, such as a policy on cookies.
_WEAK_WORDS = frozenset(
    "menu skip cookie cookies consent gdpr share sharing social newsletter subscribe ads promo sponsor".split()
)
_WEAK_CHARS = 120
_PHRASES = re.compile(
    r"(?:^|[\s_-])(?:(?:site|page|global|main|mw|body|top)-?(?:header|footer|foot|head)|"
    r"related(?:-(?:posts|articles|links|pages|content|topics))?|table-of-contents|page-?nav|prev-?next|back-?to-?top|edit-?(?:page|this|on)|usa-banner|usa-footer|"
    r"wy-nav-side|bd-sidebar|rst-versions|comments?-(?:area|list|form)|footer)(?=$|[\s_-])",
    re.IGNORECASE,
)
_NAME_PARTS = re.compile(r"[^\s_-]+")
_HIDDEN_STYLE = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|(?:font-size|opacity)\s*:\s*0+(?:\.0+)?(?:px|pt|em|rem|%)?\s*(?:!|;|$)"
    r"|(?:text-indent|left|top|margin-left)\s*:\s*-\d{4,}"
    r"|clip\s*:\s*rect\(\s*[01](?:px)?[,\s]+[01](?:px)?[,\s]+[01]"
    r"|color\s*:\s*transparent|content-visibility\s*:\s*hidden|mso-hide\s*:\s*all",
    re.IGNORECASE,
)
# A box of a pixel that cuts off what stands in it. Boxes without height open at a click, so those are none.
_PIXEL = re.compile(r"(?<![\w-])(?:width|height)\s*:\s*1px", re.IGNORECASE)
_CUTS_OFF = re.compile(r"overflow\s*:\s*hidden|clip(?:-path)?\s*:", re.IGNORECASE)
_INK = re.compile(r"(?<![\w-])color\s*:\s*([^;!]+)", re.IGNORECASE)
_GROUND = re.compile(r"background(?:-color)?\s*:\s*([^;!]+)", re.IGNORECASE)
_AT_RULE = re.compile(r"/\*.*?(?:\*/|\Z)|@[^{};]*+(?:;|\{(?:[^{}]*+\{[^{}]*+\})*+[^{}]*+\}|\Z)?", re.DOTALL)
_PLAIN_SELECTOR = re.compile(r"^[a-z0-9]*([.#][\w-]+)$", re.IGNORECASE)
_MAX_STYLE_CHARS = 500_000
_MAIN_NAMES = frozenset(
    "content main main-content maincontent mw-content-text bodycontent page-content main_content article-body "
    "article-content post-content entry-content markdown-body documentwrapper article__body".split()
)
# A picture of a mark or a formula has so few words; a hidden copy of a paragraph has more.
_LABEL_CHARS = 40
_MIN_LINKS = 4
_CONTENTS_LINKS = 3
_HEADING_TAG = re.compile(r"^h[1-6]$")
_NEVER_REGIONS = frozenset(
    "body html main article p span a td th li h1 h2 h3 h4 h5 h6 tr tbody thead b i em strong".split()
)


def text_chars(element: _Element) -> int:
    """How many characters of text there are in the element."""
    return int(element.xpath("string-length(normalize-space(.))"))


def prose_chars(element: _Element) -> int:
    """How many characters of its text stand in paragraphs, headings, items and cells that aren't links."""
    return max(text_chars(element) - link_chars(element), 0)


def link_chars(element: _Element) -> int:
    """How many characters of its text are links."""
    return sum(len("".join(link.itertext()).strip()) for link in element.iter("a"))


def main_content(body: _Element) -> _Element | None:
    """The one element that holds the page's content, where the page says so and its text bears it out."""
    whole = None
    for path in (".//main", ".//*[@role='main']", ".//article", None):
        if path is not None:
            found = [element for element in body.iterfind(path) if text_chars(element)]
            found = found if len(found) == 1 else []
        else:
            found = _named_main(body)
        for element in found:
            whole = prose_chars(body) if whole is None else whole
            # Some pages mark a search box or a teaser so.
            if prose_chars(element) * 3 >= whole:
                return element
    return None


def _named_main(body: _Element) -> list[_Element]:
    for element in body.iter("div", "section", "td"):
        names = f"{element.get('id') or ''} {element.get('class') or ''}".lower().split()
        if not _MAIN_NAMES.isdisjoint(names):
            return [element]
    return []


def is_skipped(element: _Element) -> bool:
    """Whether the element holds nothing to read: scripts, controls, marks that only link to themselves."""
    tag = element.tag
    if not isinstance(tag, str) or tag in _SKIPPED_TAGS:
        return True
    classes = element.get("class") or ""
    return tag != "h1" and not _SKIPPED_CLASSES.isdisjoint(classes.split())


def hides(style: str) -> bool:
    """Whether a `style` keeps what it is given to from being seen."""
    if _HIDDEN_STYLE.search(style) is not None:
        return True
    if len(_PIXEL.findall(style)) > 1 and _CUTS_OFF.search(style):
        return True
    ink, ground = _INK.search(style), _GROUND.search(style)
    return ink is not None and ground is not None and ink[1].strip().lower() == ground[1].strip().lower()


def is_hidden(element: _Element) -> bool:
    """Whether a reader of the page does not see the element; hidden text is a door for injected instructions."""
    if not element.attrib:
        return bool(element.tag == "dialog")
    if (element.get("hidden") or "until-found").lower() != "until-found" or element.get("hidden") == "":
        return True
    if element.tag == "dialog" and element.get("open") is None:
        return True
    style = element.get("style")
    if style and hides(style):
        return True
    # What is only kept from screen readers can be seen: only copies and marks are left out.
    return (element.get("aria-hidden") or "").lower() == "true" and (
        text_chars(element) <= _LABEL_CHARS or "katex" in (element.get("class") or "")
    )


def unseen_names(root: _Element) -> frozenset[str]:
    """Classes (".x") and ids ("#x") that the page's own style sheets hide, but not only in print or on phones."""
    made: set[str] = set()
    for style in root.iter("style"):
        for rule in _AT_RULE.sub("", (style.text or "")[:_MAX_STYLE_CHARS]).split("}"):
            selectors, _, body = rule.partition("{")
            if hides(body):
                found = (_PLAIN_SELECTOR.match(one.strip()) for one in selectors.split(","))
                made.update(one[1] for one in found if one)
    return frozenset(made)


def is_unseen(element: _Element, names: frozenset[str]) -> bool:
    """Whether one of those names is the element's; a script may show it again, so it is kept, marked as hidden."""
    if not element.attrib:
        return False
    if f"#{element.get('id')}" in names:
        return True
    return any(f".{name}" in names for name in (element.get("class") or "").split())


def is_furniture(element: _Element, *, inside_main: bool) -> bool:
    """Whether the element is navigation or a page's head or foot."""
    tag = element.tag
    if tag == "nav" or (element.get("role") or "").lower() in _FURNITURE_ROLES:
        return True
    if tag in ("header", "footer", "aside") and not inside_main:
        return element.find(".//h1") is None
    if tag in _NEVER_REGIONS:
        return False
    if _has_furniture_name(element, tag):
        return element.find(".//h1") is None and element.find(".//main") is None and not _is_prose(element)
    if tag in ("ul", "ol", "table", "div", "section", "dl"):
        return _is_contents(element) if inside_main else _is_links(element)
    return False


def _has_furniture_name(element: _Element, tag: str) -> bool:
    names = element.get("class") or ""
    # The id of a section is made of its heading.
    if tag not in ("section", "dl", "table") and "section" not in names:
        names = f"{names} {element.get('id') or ''}"
    if names == " " or not names:
        return False
    words = {part.lower() for part in _NAME_PARTS.findall(names)}
    if not _WORDS.isdisjoint(words) or _PHRASES.search(names):
        return True
    if _WEAK_WORDS.isdisjoint(words):
        return False
    chars = text_chars(element)
    return chars <= _WEAK_CHARS or link_chars(element) > 0.4 * chars


def _is_prose(element: _Element) -> bool:
    """Whether there is too much running text in it for navigation: names such as "has-sidebar" wrap whole pages."""
    running = sum(
        chars for paragraph in element.iter("p") if (chars := text_chars(paragraph) - link_chars(paragraph)) > 80
    )
    return running > 600


def _is_links(element: _Element) -> bool:
    """Whether a part outside the content is a list of links."""
    if element.tag in ("div", "section") and element.find(".//p") is not None:
        return False
    links = element.findall(".//a")
    if len(links) < _MIN_LINKS or element.find(".//h1") is not None:
        return False
    whole = text_chars(element)
    return whole < 60 * len(links) and link_chars(element) > 0.8 * whole


def _is_contents(element: _Element) -> bool:
    """Whether it lists the headings of this page."""
    if element.tag not in ("ul", "ol", "table"):
        return False
    links = element.findall(".//a")
    inside = sum((link.get("href") or "").startswith("#") for link in links)
    return (
        inside >= _CONTENTS_LINKS and inside > 0.8 * len(links) and link_chars(element) > 0.7 * text_chars(element)
    )
