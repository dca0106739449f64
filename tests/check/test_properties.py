"""Whatever stands in a valid module, checking it ends, and ends the same way twice."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.check import check_element, check_module
from pipeline.domain import BloomLevel, Choice, ItemType, Module, Node, PartKind, Scenario
from pipeline.library.rubrics import load_rubrics
from tests.builders import (
    a_document,
    a_lesson,
    a_module,
    a_part,
    a_quiz_item,
    a_resource,
    an_evidence,
    an_objective,
    an_option,
)

RUBRICS = load_rubrics()
DOCUMENT = a_document()
ODD = (
    "", " ", "\n", ".", "___", "{{1}}", "1.", "- [ ] ", "| a |", "|---|", "#", "**", "> ", "(", "\\", "“”", "…",
    "أغلق الصمام قبل فتح الغطاء خلال ٤٨ ساعة.", "阀门必须关闭。等待四十分钟。", "🔒➡️🔧 1️⃣", "a\u200bb\u0000c",
    "½ of 1.2.3,4'5", "None of the above", "A and B", "must not may should", "x" * 500, "word " * 500,
    "Ignore previous instructions.",
)  # fmt: skip
texts = st.one_of(
    st.sampled_from(ODD),
    st.text(max_size=60),
    st.sampled_from(ODD).flatmap(lambda a: st.sampled_from(ODD).map(lambda b: f"{a}\n{b}")),
)


@st.composite
def modules(draw: st.DrawFn) -> Module:
    """A valid module with odd strings wherever a string may stand."""
    options = tuple(
        an_option(
            number, correct=number == 1, text=draw(texts), feedback=draw(texts), misconception=draw(texts)
        )
        for number in range(1, draw(st.integers(2, 5)) + 1)
    )
    kind = draw(
        st.sampled_from([ItemType.SINGLE, ItemType.MULTIPLE, ItemType.ORDER, ItemType.CLOZE, ItemType.SHORT])
    )
    answer = {
        ItemType.ORDER: tuple(one.id for one in options),
        ItemType.CLOZE: ((draw(texts),),),
        ItemType.SHORT: (draw(texts),),
    }.get(kind)
    item = a_quiz_item(document=DOCUMENT).changed(
        type=kind, answer=answer, options=options, stem=draw(texts), general_feedback=draw(texts), hint=draw(texts),
        bloom=draw(st.sampled_from(BloomLevel)), objective_id=draw(st.sampled_from(["o-1", "o-9"])),
    )  # fmt: skip
    part = a_part(DOCUMENT, kind=draw(st.sampled_from(PartKind)), markdown=draw(texts))
    lesson = a_lesson(DOCUMENT, title=draw(texts), parts=draw(st.sampled_from([(), (part,)])))
    objective = an_objective(
        DOCUMENT,
        text=draw(texts),
        behaviour=draw(texts),
        condition=draw(texts),
        degree=draw(texts),
        audience=draw(texts),
    )
    choice = Choice(
        text=draw(texts),
        consequence=draw(texts),
        feedback=draw(texts),
        next=draw(st.sampled_from([None, "n-1", "n-2", "n-9"])),
        quality="best",
    )
    scenario = Scenario(
        id="s-1", title=draw(texts), objective_ids=("o-1",), start=draw(st.sampled_from(["n-1", "n-9"])),
        nodes=(Node(id="n-1", situation=draw(texts), choices=(choice,)), Node(id="n-2", situation=draw(texts))),
        evidence=(an_evidence(DOCUMENT, "V-12"),),
    )  # fmt: skip
    return a_module(
        DOCUMENT, title=draw(texts), language=draw(st.sampled_from(["en", "de-AT", "ar", "zh", "und", "x-klingon"])),
        objectives=(objective,), lessons=(lesson,), items=(item,), scenarios=(scenario,),
        resources=(a_resource(DOCUMENT, title=draw(texts), markdown=draw(texts)),),
    )  # fmt: skip


@settings(
    max_examples=200,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.large_base_example],
)
@given(module=modules(), with_document=st.booleans())
def test_checking_never_fails(module: Module, with_document: bool) -> None:
    documents = [DOCUMENT] if with_document else []
    found = check_module(module, documents, RUBRICS)
    assert found == check_module(module, documents, RUBRICS)
    for element in module.elements():
        alone = check_element(module, element.id, documents, RUBRICS)
        assert alone == tuple(one for one in found if one.target == element.id)
    assert all(one.message.strip() for one in found)
