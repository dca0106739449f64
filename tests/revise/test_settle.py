"""Only rewrites that left an element better stay, and none that did harm elsewhere or lost what was taught."""

from __future__ import annotations

from pipeline.domain import Finding, Module
from pipeline.revise import Errand, Settled, settle_revision
from tests.builders import a_document, a_module, a_part, a_quiz_item, an_evidence, an_option
from tests.revise.test_plan import a_finding

DOCUMENT = a_document()


def settled(
    was: tuple[Finding, ...], now: tuple[Finding, ...], *, element_id: str = "q-1", before: Module | None = None,
    after: Module | None = None,
) -> Settled:
    before = (before or a_module(DOCUMENT)).model_copy(update={"findings": was})
    new = before.element("q-1").changed(stem="The belt is hot. What do you do?")
    after = (after or before.with_element(new)).model_copy(update={"findings": now})
    return settle_revision(before, after, [Errand(element_id, ("why",), ("c",))])


def test_a_rewrite_with_fewer_findings_stays() -> None:
    result = settled((a_finding("q-1"),), ())
    assert result.kept == ("q-1",)
    assert result.is_whole
    assert result.module.element("q-1").label.startswith("The belt is hot")


def test_a_warning_that_became_advice_is_better() -> None:
    assert settled((a_finding("q-1"),), (a_finding("q-1", "d", "advice"),)).kept == ("q-1",)


def test_a_rewrite_with_as_many_findings_is_put_back() -> None:
    result = settled((a_finding("q-1"),), (a_finding("q-1", "other"),))
    assert result.kept == ()
    assert not result.is_whole
    assert result.module.element("q-1") == a_module(DOCUMENT).element("q-1")


def test_a_new_error_outweighs_everything_it_mends() -> None:
    was = (a_finding("q-1", "a", "error"), a_finding("q-1", "b", "error"))
    assert settled(was, (a_finding("q-1", "a", "error"),)).kept == ("q-1",)
    assert settled(was, (a_finding("q-1", "new", "error"),)).kept == ()


def test_a_rewrite_that_does_harm_beside_it_is_put_back() -> None:
    assert settled((a_finding("q-1"),), (a_finding("q-2"),)).kept == ()
    assert settled((a_finding("q-1"),), (a_finding("m-1"),)).kept == ()
    assert settled((a_finding("q-1"), a_finding("q-2")), (a_finding("q-2"),)).kept == ("q-1",)


def test_a_text_that_loses_what_it_taught_is_put_back_however_clean_it_is() -> None:
    part = a_part(
        DOCUMENT, id="p-9", kind="explanation",
        markdown="Hot-melt tanks stay above 160 °C for 40 minutes after shutdown, so wait before you open the guard.",
        evidence=(an_evidence(DOCUMENT, "Hot-melt tanks"),),
    )
    whole = a_module(DOCUMENT)
    lesson = whole.lessons[0].model_copy(update={"parts": (*whole.lessons[0].parts, part)})
    before = whole.model_copy(update={"lessons": (lesson, *whole.lessons[1:])})
    shorter = part.changed(markdown="Tanks stay above 160 °C for 40 minutes after shutdown; wait, then open the guard.")
    other = part.changed(markdown="Ask the lead.")
    elsewhere = part.changed(evidence=(an_evidence(DOCUMENT, "Turn disconnect DS-7"),))
    found = (a_finding("p-9"),)
    for new, kept in ((shorter, ("p-9",)), (other, ()), (elsewhere, ())):
        result = settled(found, (), element_id="p-9", before=before, after=before.with_element(new))
        assert result.kept == kept, new.markdown


def test_a_key_that_is_no_longer_the_longest_is_better_without_a_finding_of_its_own() -> None:
    def an_item(key: str) -> object:
        return a_quiz_item((an_option(1, correct=True, text=key), an_option(2, text="Wait here")), id="q-1")

    before = a_module(DOCUMENT, items=(an_item("Close the guard and call"),))
    errand = Errand("q-1", ("why",), ("key_is_not_mostly_the_longest",))
    for key, kept in (("Call Ada", ("q-1",)), ("Close the guard, then call", ())):
        after = a_module(DOCUMENT, items=(an_item(key),))
        assert settle_revision(before, after, [errand]).kept == kept
