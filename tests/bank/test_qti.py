"""QTI packages of all versions: items in order, their kinds, feedback, credit in parts, and broken files."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.bank import read_bank
from pipeline.domain import BankItem, ItemType, NumericAnswer
from pipeline.errors import SourceError
from tests.bank.conftest import ReadText
from tests.ingest.specimens import zipped

NS_2 = 'xmlns="http://www.imsglobal.org/xsd/imsqti_v2p1"'
NS_3 = 'xmlns="http://www.imsglobal.org/xsd/imsqtiasi_v3p0"'


def item_2(body: str, correct: str = "", *, cardinality: str = "single", base: str = "identifier", more: str = "") -> str:
    values = "".join(f"<value>{value}</value>" for value in correct.split("|") if value)
    right = f"<correctResponse>{values}</correctResponse>" if values else ""
    return (
        f'<?xml version="1.0"?><assessmentItem {NS_2} identifier="i" title="An item">'
        f'<responseDeclaration identifier="RESPONSE" cardinality="{cardinality}" baseType="{base}">{right}{more}'
        f"</responseDeclaration><itemBody>{body}</itemBody>"
        '<modalFeedback outcomeIdentifier="F" identifier="B" showHide="show"><p>Not B.</p></modalFeedback></assessmentItem>'
    )


CHOICES = (
    '<simpleChoice identifier="A"><p>red<feedbackInline outcomeIdentifier="F" identifier="A">Yes.</feedbackInline></p>'
    '</simpleChoice><simpleChoice identifier="B">grey</simpleChoice>'
)
CHOICE = (
    '<div><p>Look at <b>this</b>.</p><div><img src="a.png" alt="x"/></div>'
    f'<choiceInteraction responseIdentifier="RESPONSE" maxChoices="1"><prompt>Which?</prompt>{CHOICES}</choiceInteraction>'
    "</div>"
)


def one(read_zip: ReadText, xml: str) -> BankItem:
    bank = read_zip({"imsmanifest.xml": "<manifest/>", "items/i.xml": xml})
    assert (bank.format, len(bank.items)) == ("qti", 1)
    return bank.items[0]


def test_a_choice_with_a_nested_body_inline_and_modal_feedback(read_zip: ReadText) -> None:
    item = one(read_zip, item_2(CHOICE, "A"))
    assert (item.type, item.stem) == (ItemType.SINGLE, "Look at this.\n[image]\nWhich?")
    assert [(option.text, option.correct, option.feedback) for option in item.options] == [
        ("red", True, "Yes."), ("grey", False, "Not B."),
    ]  # fmt: skip
    assert item.place == 'items/i.xml, "An item"'


def test_version_3_spells_names_with_hyphens(read_zip: ReadText) -> None:
    xml = (
        f'<qti-assessment-item {NS_3} identifier="i" title="t"><qti-response-declaration identifier="R" '
        'cardinality="multiple" base-type="identifier"><qti-correct-response><qti-value>A</qti-value><qti-value>C'
        "</qti-value></qti-correct-response></qti-response-declaration><qti-item-body><p>Choose.</p>"
        '<qti-choice-interaction response-identifier="R" max-choices="0"><qti-prompt>Which two?</qti-prompt>'
        + "".join(f'<qti-simple-choice identifier="{one}">{one}!</qti-simple-choice>' for one in "ABC")
        + "</qti-choice-interaction></qti-item-body></qti-assessment-item>"
    )
    item = one(read_zip, xml)
    assert (item.type, item.stem) == (ItemType.MULTIPLE, "Choose.\nWhich two?")
    assert [option.correct for option in item.options] == [True, False, True]


def test_without_correct_values_the_mapping_tells(read_zip: ReadText) -> None:
    mapping = '<mapping><mapEntry mapKey="A" mappedValue="0.5"/><mapEntry mapKey="B" mappedValue="1"/></mapping>'
    item = one(read_zip, item_2(CHOICE, more=mapping))
    assert [option.correct for option in item.options] == [False, True]


def test_text_entries_are_short_answers_numbers_or_blanks(read_zip: ReadText) -> None:
    entry = '<textEntryInteraction responseIdentifier="RESPONSE"/>'
    item = one(read_zip, item_2(f"<p>Name it: {entry}</p>", "V-12", base="string"))
    assert (item.type, item.stem, item.answer) == (ItemType.SHORT, "Name it:", ("V-12",))
    item = one(read_zip, item_2(f"<p>How many? {entry}</p>", "40", base="integer"))
    assert item.answer == NumericAnswer(value=40, tolerance=0)
    item = one(read_zip, item_2(f"<p>Wait {entry} minutes.</p>", "40", base="integer"))
    assert (item.type, item.stem, item.answer) == (ItemType.CLOZE, "Wait {{1}} minutes.", (("40",),))


def test_inline_choices_and_gaps_are_blanks(read_zip: ReadText) -> None:
    choices = '<inlineChoice identifier="r">red</inlineChoice><inlineChoice identifier="g">grey</inlineChoice>'
    inline = f'<inlineChoiceInteraction responseIdentifier="RESPONSE">{choices}</inlineChoiceInteraction>'
    item = one(read_zip, item_2(f"<p>The door is {inline} today.</p>", "r"))
    assert (item.stem, item.answer) == ("The door is {{1}} today.", (("red",),))
    gaps = (
        '<gapMatchInteraction responseIdentifier="RESPONSE"><gapText identifier="w">red</gapText>'
        '<p>The door is <gap identifier="g1"/>.</p></gapMatchInteraction>'
    )
    item = one(read_zip, item_2(gaps, "w g1", cardinality="multiple", base="directedPair"))
    assert (item.stem, item.answer) == ("The door is {{1}} .", (("red",),))


def test_match_and_order(read_zip: ReadText) -> None:
    sets = "".join(
        "<simpleMatchSet>"
        + "".join(f'<simpleAssociableChoice identifier="{one}" matchMax="1">{one}.</simpleAssociableChoice>' for one in names)
        + "</simpleMatchSet>"
        for names in ("ab", "xy")
    )
    body = f'<matchInteraction responseIdentifier="RESPONSE"><prompt>Match.</prompt>{sets}</matchInteraction>'
    item = one(read_zip, item_2(body, "a y|b x", cardinality="multiple", base="directedPair"))
    assert (item.type, item.stem, item.answer) == (ItemType.MATCH, "Match.", (("a.", "y."), ("b.", "x.")))
    order = f'<orderInteraction responseIdentifier="RESPONSE"><prompt>Sort.</prompt>{CHOICES}</orderInteraction>'
    assert one(read_zip, item_2(order, "B|A", cardinality="ordered")).type is ItemType.ORDER


@pytest.mark.parametrize(("name", "said"), [("extendedText", "essay"), ("hotspot", "hotspot"), ("upload", "upload")])
def test_kinds_that_nothing_looks_at_are_noted(read_zip: ReadText, name: str, said: str) -> None:
    item = one(read_zip, item_2(f'<p>Do it.</p><{name}Interaction responseIdentifier="RESPONSE"/>'))
    assert (item.type, item.stem, item.problem) == (None, "Do it.", None)
    assert said in (item.note or "")


def titled(title: str) -> str:
    return item_2(CHOICE.replace("Which?", f"{title}?"), "A")


def test_items_come_in_the_order_of_the_test_then_of_the_manifest(read_zip: ReadText) -> None:
    test = f'<assessmentTest {NS_2}><assessmentItemRef href="../items/c.xml"/></assessmentTest>'
    manifest = (
        '<manifest xmlns="http://www.imsglobal.org/xsd/imscp_v1p1"><resources><resource><file href="items/b%20b.xml"/>'
        '</resource><resource><file href="items/c.xml"/></resource></resources></manifest>'
    )
    bank = read_zip({
        "imsmanifest.xml": manifest, "items/a.xml": titled("One"), "items/b b.xml": titled("Two"),
        "items/c.xml": titled("Three"), "tests/t.xml": test,
    })  # fmt: skip
    assert [item.stem.splitlines()[-1] for item in bank.items] == ["Three?", "Two?", "One?"]
    assert [item.row for item in bank.items] == [1, 2, 3]


def test_a_broken_item_is_told_and_the_others_are_read(read_zip: ReadText) -> None:
    bank = read_zip({"a.xml": "<assessmentItem><oops</assessmentItem>", "b.xml": titled("Two"), "style.xml": "<oops"})
    assert [bool(item.problem) for item in bank.items] == [True, False]
    assert bank.problems[0].startswith("row 1 (a.xml): it is not well-formed XML")


def test_an_archive_without_items_is_refused(read_zip: ReadText) -> None:
    with pytest.raises(SourceError, match="no QTI item"):
        read_zip({"imsmanifest.xml": "<manifest/>"})


def test_a_single_items_file_is_read_too(read_text: ReadText) -> None:
    assert read_text(f"<!-- made by hand -->\n{item_2(CHOICE, 'A').partition('?>')[2]}", "item.xml").format == "qti"


def canvas(kind: str, presentation: str, processing: str = "", *, stem: str = "&lt;p&gt;Which?&lt;/p&gt;", feedback: str = "") -> str:
    return (
        f'<item ident="i-{kind}" title="Q"><itemmetadata><qtimetadata><qtimetadatafield><fieldlabel>question_type'
        f"</fieldlabel><fieldentry>{kind}</fieldentry></qtimetadatafield></qtimetadata></itemmetadata><presentation>"
        f'<material><mattext texttype="text/html">{stem}</mattext></material>{presentation}</presentation>'
        f"<resprocessing>{processing}</resprocessing>{feedback}</item>"
    )


def quiz(*items: str) -> str:
    return (
        '<questestinterop xmlns="http://www.imsglobal.org/xsd/ims_qtiasiv1p2"><assessment ident="a"><section ident="r">'
        f"{''.join(items)}</section></assessment></questestinterop>"
    )


def labels(*texts: str) -> str:
    return "<render_choice>" + "".join(
        f'<response_label ident="{place}"><material><mattext>{text}</mattext></material></response_label>'
        for place, text in enumerate(texts)
    ) + "</render_choice>"  # fmt: skip


def earns(condition: str, worth: object = 100) -> str:
    return (
        f'<respcondition><conditionvar>{condition}</conditionvar><setvar action="Set" varname="SCORE">{worth}</setvar>'
        "</respcondition>"
    )


def test_a_canvas_choice_with_feedback_and_partial_credit(read_zip: ReadText) -> None:
    shows = (
        '<respcondition continue="Yes"><conditionvar><varequal respident="r">1</varequal></conditionvar>'
        '<displayfeedback feedbacktype="Response" linkrefid="1_fb"/></respcondition>'
    )
    feedback = '<itemfeedback ident="1_fb"><flow_mat><material><mattext>No.</mattext></material></flow_mat></itemfeedback>'
    right = earns('<varequal respident="r">0</varequal>') + earns('<varequal respident="r">2</varequal>', 50)
    lid = f'<response_lid ident="r" rcardinality="Single">{labels("red", "grey", "blue")}</response_lid>'
    bank = read_zip({"q/q.xml": quiz(canvas("multiple_choice_question", lid, shows + right, feedback=feedback))})
    (item,) = bank.items
    assert (item.type, item.stem, item.place) == (ItemType.SINGLE, "Which?", 'q/q.xml, "Q"')
    assert [(option.text, option.correct, option.feedback) for option in item.options] == [
        ("red", True, ""), ("grey", False, "No."), ("blue", False, ""),
    ]  # fmt: skip


def test_the_kinds_of_canvas(read_zip: ReadText) -> None:
    several = f'<response_lid ident="r" rcardinality="Multiple">{labels("a", "b", "c")}</response_lid>'
    both = earns(
        '<and><varequal respident="r">0</varequal><not><varequal respident="r">1</varequal></not>'
        '<varequal respident="r">2</varequal></and>'
    )
    matches = "".join(
        f'<response_lid ident="m{n}"><material><mattext>{entry}</mattext></material>{labels("x", "y")}</response_lid>'
        for n, entry in enumerate("ab")
    )
    pairs = earns('<varequal respident="m0">1</varequal>', 50) + earns('<varequal respident="m1">0</varequal>', 50)
    blanks = "".join(f'<response_lid ident="response_{name}">{labels("red", "grey")}</response_lid>' for name in ("x", "y"))
    fills = earns('<varequal respident="response_x">0</varequal>', 50) + earns(
        '<varequal respident="response_y">1</varequal>', 50
    )
    number = earns('<or><varequal respident="r">3</varequal><and><vargte respident="r">2.5</vargte>'
                   '<varlte respident="r">3.5</varlte></and></or>')  # fmt: skip
    text = '<response_str ident="r"><render_fib/></response_str>'
    bank = read_zip({"q.xml": quiz(
        canvas("multiple_answers_question", several, both),
        canvas("true_false_question", f'<response_lid ident="r">{labels("True", "False")}</response_lid>',
               earns('<varequal respident="r">1</varequal>')),
        canvas("matching_question", matches, pairs),
        canvas("multiple_dropdowns_question", blanks, fills, stem="The [x] door is [y], not [z]."),
        canvas("numerical_question", text, number),
        canvas("short_answer_question", text, earns('<varequal respident="r">V-12</varequal>')),
        canvas("essay_question", text),
        canvas("text_only_question", ""),
    )})  # fmt: skip
    assert [item.type for item in bank.items] == [
        ItemType.MULTIPLE, ItemType.TRUE_FALSE, ItemType.MATCH, ItemType.CLOZE, ItemType.NUMERIC, ItemType.SHORT, None,
    ]  # fmt: skip
    multiple, truth, match, cloze, numeric, short, essay = bank.items
    assert [option.correct for option in multiple.options] == [True, False, True]
    assert [option.correct for option in truth.options] == [False, True]
    assert match.answer == (("a", "y"), ("b", "x"))
    assert (cloze.stem, cloze.answer) == ("The {{1}} door is {{2}}, not [z].", (("red",), ("grey",)))
    assert numeric.answer == NumericAnswer(value=3, tolerance=0.5)
    assert short.answer == ("V-12",)
    assert "essay" in (essay.note or "")
    assert bank.skipped == {"description": 1}


def test_an_item_that_says_no_kind_is_told_by_what_it_is_made_of(read_zip: ReadText) -> None:
    lid = f'<response_lid ident="r" rcardinality="Single">{labels("red", "grey")}</response_lid>'
    item = canvas("", lid, earns('<varequal respident="r">1</varequal>', "SCORE.max"))
    assert [option.correct for option in read_zip({"q.xml": quiz(item)}).items[0].options] == [False, True]


def test_an_item_that_an_export_writes_twice_is_one(read_zip: ReadText) -> None:
    lid = f'<response_lid ident="r">{labels("red", "grey")}</response_lid>'
    same = quiz(canvas("multiple_choice_question", lid, earns('<varequal respident="r">1</varequal>')))
    bank = read_zip({"a/assessment_qti.xml": same, "non_cc_assessments/a.xml.qti": same})
    assert (len(bank.items), bank.skipped) == (1, {"repeated item": 1})


def test_a_package_whose_bytes_are_damaged_or_closed_is_told_so(tmp_path: Path) -> None:
    package = bytearray(zipped({"item.xml": item_2(CHOICE, "A").encode(), "other.xml": item_2(CHOICE, "A").encode()}))
    torn = bytearray(package)
    start = torn.index(b"item.xml") + len("item.xml")
    torn[start : start + 12] = b"\xff" * 12
    closed = bytearray(package)
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        closed[closed.index(signature) + offset] |= 1
    for content in (torn, closed):
        (tmp_path / "bank.zip").write_bytes(content)
        with pytest.raises(SourceError, match=r"item\.xml in it is damaged"):
            read_bank(tmp_path / "bank.zip")


def test_a_number_between_two_bounds_has_their_distance_as_its_tolerance(read_zip: ReadText) -> None:
    def bound(name: str, number: str) -> str:
        return f'<{name}><variable identifier="RESPONSE"/><baseValue baseType="float">{number}</baseValue></{name}>'

    entry = '<p>How many? <textEntryInteraction responseIdentifier="RESPONSE"/></p>'
    rules = f"<responseProcessing><and>{bound('gte', '39.7')}{bound('lte', '40.3')}</and></responseProcessing>"
    item = one(read_zip, item_2(entry, "40", base="float").replace("<modalFeedback", f"{rules}<modalFeedback"))
    assert item.answer == NumericAnswer(value=40, tolerance=0.3)
