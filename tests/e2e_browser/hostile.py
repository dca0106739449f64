"""A workspace in which every text that comes from a source, a model, a file name or a person tries to be more.

Out: where each kind of text is drawn, and what a page that drew it as text looks like.
"""

from __future__ import annotations

from dataclasses import dataclass

from playwright.sync_api import Page, expect

from pipeline.domain import (
    Author,
    AuthorKind,
    Brief,
    Channel,
    CommentKind,
    Document,
    Evidence,
    Finding,
    Gap,
    Module,
    Omission,
    OmissionReason,
    Overruling,
    Reason,
    Severity,
    Suitability,
    Verdict,
)
from pipeline.review.acting import Acting
from pipeline.review.facts import Facts
from pipeline.review.service import ReviewService
from pipeline.review.word_file import read_returned
from pipeline.review.word_return import WordFiles
from pipeline.store import Store
from tests.builders import a_document, a_lesson, a_module, a_part, a_quiz_item, a_resource, a_scenario, an_objective
from tests.roundtrip.returned import Returned
from tests.store.backlogs import an_entry
from tests.ui.backlogs import underway
from tests.ui.desk import DRAFTED, a_finding
from tests.ui.payloads import PAYLOADS

EVERYTHING = "\n\n".join(PAYLOADS)
ONE_LINE = " ".join(EVERYTHING.split())
MARK = "<script>window.pwned = 1</script>"
"""What of it must stand on a page as the text it is."""

RUN = Author(kind=AuthorKind.RUN, name="embedded")


@dataclass(frozen=True)
class Hostile:
    """What was saved."""

    module: str
    batch: str
    fact_sheet: str
    """Path of a page that an SME was sent."""
    word_file: bytes
    """A Word file of the module that came back with such texts in it."""


def hostile(store: Store) -> Hostile:
    """Saves a module and a backlog of such texts, with decisions by people of such names for such reasons."""
    document = a_document(
        (("heading", ONE_LINE), ("paragraph", EVERYTHING), ("paragraph", f"{EVERYTHING} twice")),
        path=f"{ONE_LINE[:900]}.md", title=ONE_LINE,
    )
    store.sources.add(document, "\n".join(block.text for block in document.blocks).encode())
    module = _module(document)
    assert store.modules.save_draft(module, author=RUN, at=DRAFTED)
    sheet = _decide(store, module)
    made = underway(store, [an_entry(f"{number}-{ONE_LINE[:700]}.pdf") for number in range(6)], name=ONE_LINE)
    made.join()
    made.done(made.claim(2))
    made.failed(made.claim(2), why=ONE_LINE)
    return Hostile(module.id, made.batch, sheet, _returned(store, module))


def _module(document: Document) -> Module:
    plain = a_document()
    blocks, source = document.blocks, document.source
    block = blocks[1]
    proof = (Evidence(source=source.id, block=block.id, quote=block.text, start=0, end=len(block.text)),)
    item = a_quiz_item(document=plain).changed(stem=EVERYTHING, general_feedback=EVERYTHING, evidence=proof)
    return a_module(plain).changed(
        title=ONE_LINE, sources=(source,),
        brief=Brief(audience=EVERYTHING, performance_goal=EVERYTHING, prerequisites=(EVERYTHING,), tone=EVERYTHING),
        suitability=Suitability(
            verdict=Verdict.LIVE, reasons=(Reason(text=EVERYTHING, evidence=proof),),
            overruled=Overruling(by=ONE_LINE, reason=EVERYTHING),
        ),
        objectives=(an_objective(plain).changed(text=EVERYTHING, behaviour=EVERYTHING, evidence=proof),),
        lessons=(a_lesson(plain).changed(
            title=ONE_LINE, parts=(a_part(plain).changed(markdown=EVERYTHING, evidence=proof),)),),
        items=(item.changed(options=tuple(
            one.changed(text=f"{one.id} {EVERYTHING}", feedback=EVERYTHING) for one in item.options)),),
        scenarios=(a_scenario(
            plain, situation=EVERYTHING, best=(f"1 {EVERYTHING}", EVERYTHING, EVERYTHING),
            poor=(f"2 {EVERYTHING}", EVERYTHING, EVERYTHING),
        ).changed(title=ONE_LINE, evidence=proof),),
        resources=(a_resource(plain).changed(title=ONE_LINE, markdown=EVERYTHING, evidence=proof),),
        findings=tuple(_finding(one) for one in ("o-1", "p-1", "q-1", "sc-1", "r-1", "m-1")),
        gaps=(Gap(target="l-1", stage="draft", code="timeout", message=EVERYTHING),),
        omissions=(Omission(source=source.id, block=blocks[2].id, reason=OmissionReason.PARKED, note=EVERYTHING,
                            signed_by=ONE_LINE),),
    )


def _finding(target: str) -> Finding:
    return a_finding(target, message=EVERYTHING, suggestion=EVERYTHING, severity=Severity.WARNING)


def _decide(store: Store, module: Module) -> str:
    """Decisions, an edit, comments, a proposal and a request by somebody whose name is hostile, too; the link of it."""
    review = ReviewService(
        store, check=lambda checked, _element: checked.findings, clock=lambda: DRAFTED,
        regenerate=lambda checked, element, *_: checked.element(element),
    )
    for element in ("o-1", "p-1", "q-1", "sc-1", "r-1"):
        revision = review.element(module.id, element).revision
        review.request_changes(module.id, element, revision=revision, reason=EVERYTHING, by=ONE_LINE)
        review.reopen(module.id, element, by=ONE_LINE, reason=EVERYTHING)
    view = review.element(module.id, "q-1")
    changed = view.element.changed(general_feedback=f"{EVERYTHING} again")
    review.edit(module.id, changed, based_on=view.revision, by=ONE_LINE, reason=EVERYTHING)
    for element in ("o-1", "p-1", "q-1", "sc-1", "r-1"):
        view = review.element(module.id, element)
        said = review.comments.say(
            module.id, element_id=element, kind=CommentKind.FACT, text=EVERYTHING, by=ONE_LINE, revision=view.revision,
            quote=EVERYTHING, channel=Channel.WORD,
        )
        review.comments.reply(said.id, EVERYTHING, by=ONE_LINE)
    part = review.element(module.id, "p-1")
    offered = part.element.changed(markdown=f"{EVERYTHING} offered")
    review.proposals.suggest(module.id, offered, based_on=part.revision, by=ONE_LINE, note=EVERYTHING)
    facts = Facts(review.acting)
    return facts.link(
        facts.ask(module.id, to=ONE_LINE, elements=("p-1", "q-1", "sc-1", "r-1"), note=EVERYTHING, by=ONE_LINE)
    )


def _returned(store: Store, module: Module) -> bytes:
    """A changed stem, a row that cannot be mapped and a comment, all of them hostile, by somebody of such a name."""
    word = WordFiles(Acting(store, lambda: DRAFTED), read=lambda path, recover: read_returned(path, recover=recover))
    file = Returned.of(word.export(module.id, by=ONE_LINE, to=ONE_LINE[:200], elements=("o-1", "p-1", "q-1")).content)
    text = ONE_LINE.replace("\x00", "")
    for place in ("2.1", "3.1"):
        file.cell(place).find(".//{*}t").text = f"{text} back, {place}"
    file.wipes_id("3.1").strips_bookmarks()
    return file.content()


# What of theirs is on the page, by what is wrong with it; the editor's own tree is looked through, too.
_FOUND = """([elements, posing]) => {
  const roots = [document];
  for (const root of roots) for (const one of root.querySelectorAll("*")) if (one.shadowRoot) roots.push(one.shadowRoot);
  const all = (selector) => roots.flatMap((root) => [...root.querySelectorAll(selector)]);
  const found = [];
  const none = (what, those) => those.length && found.push(`${what}: ${those[0].outerHTML.slice(0, 200)}`);
  if (window.pwned !== undefined) found.push("it ran");
  none("element", all(elements.map((name) => `.s2m ${name}`).join()));
  none("picture", all(".s2m img:not([src^='data:']):not([src^='/']):not([src^='blob:'])"));
  none("address", all("[href*='evil.example'], [src*='evil.example'], [action*='evil.example']"));
  none("handler", all("[onload], [onerror], [onclick], [srcdoc]"));
  none("frame", all("iframe"));
  const words = (one) => (one.getAttribute("aria-label") ?? one.textContent).trim();
  none("posing", all("h1, h2, h3, h4, h5, h6, [role=heading]").filter((one) => posing.includes(words(one))));
  none("posing", all("*").filter((one) => !one.children.length && one.textContent.trim() === "Sign in again"));
  // A style of theirs would hide everything.
  none("hidden", all("[data-testid=stApp]").filter((one) => getComputedStyle(one).display === "none"));
  return found;
}"""
_OURS = "".join(f":not([href^='{screen}?'])" for screen in ("batch", "module", "review", "word"))
_NEVER = ("script", "iframe", "form", f"a{_OURS}", "style", "svg", "object", "embed", "link", "meta", "base", "input")
_POSING = ("Signed off", "Review complete", "Approved")


def is_harmless(page: Page) -> None:
    """Fails where the page on the screen ran, loaded, framed, linked or styled anything of theirs, or poses as ours."""
    expect(page.get_by_text(MARK).first).to_be_attached()
    # One look: a question at a time costs the browser its whole tree each time.
    assert page.evaluate(_FOUND, [_NEVER, _POSING]) == []
