"""The one-file page as a file; how it plays is in test_player_from_disk.py."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pipeline.domain import ItemType, ItemUse, Module, Overruling, Session, Status, Suitability, Verdict
from pipeline.export import EXPORTERS, select
from pipeline.export.course import course_of
from tests.builders import a_module, a_quiz_item, an_option
from tests.export.conftest import NASTY, a_rich_module


def _page(module: Module, path: Path, *, drafts: bool = False) -> str:
    EXPORTERS.get("html").write(select(module, include_drafts=drafts), path)
    return path.read_text(encoding="utf-8")


def _course(page: str) -> dict[str, Any]:
    found = re.search(r'<script type="application/json" id="course">(.*?)</script>', page, re.DOTALL)
    assert found is not None
    course: dict[str, Any] = json.loads(found.group(1))
    return course


def test_the_page_is_as_agreed(tmp_path: Path, golden: Callable[[str, str], None]) -> None:
    page = _page(a_rich_module(status=Status.DRAFT), tmp_path / "page.html", drafts=True)
    course = _course(page)
    course["strings"] = f"{len(course['strings'])} interface strings"
    page = re.sub(r'(id="course">).*?(</script>)', r"\1…\2", page, flags=re.DOTALL)
    page = re.sub(r'(id="package">).*?(</script>)', r"\1…\2", page, flags=re.DOTALL)
    page = re.sub(r"(<style>).*?(</style>)", r"\1…\2", page, flags=re.DOTALL)
    page = re.sub(r"(<script>).*?(</script>)", r"\1…\2", page, flags=re.DOTALL)
    golden("export/page.html", re.sub(r"sha256-[^']+", "sha256-…", page))
    golden("export/course.json", json.dumps(course, ensure_ascii=False, indent=1) + "\n")


def test_only_the_package_s_own_script_and_style_may_run(tmp_path: Path, rich_module: Module) -> None:
    page = _page(rich_module, tmp_path / "page.html")
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', page)
    assert policy is not None
    for tag in ("script", "style"):
        text = re.search(rf"<{tag}>(.*?)</{tag}>", page, re.DOTALL)
        assert text is not None
        digest = base64.b64encode(hashlib.sha256(text.group(1).encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy.group(1)
    assert policy.group(1).startswith("default-src 'none'")


@pytest.mark.parametrize("text", NASTY)
def test_no_text_can_end_the_data_or_the_title(tmp_path: Path, text: str) -> None:
    module = a_module(title=text, items=(a_quiz_item(stem=text),))
    page = _page(module, tmp_path / "page.html", drafts=True)
    assert len(re.findall(r"<script", page)) == 3
    assert _course(page)["title"] == text
    assert _course(page)["items"][0]["stem"] == text


def test_the_page_says_its_language_and_direction(tmp_path: Path) -> None:
    assert '<html lang="ar" dir="rtl">' in _page(a_rich_module(language="ar"), tmp_path / "ar.html")
    assert '<html lang="de-AT" dir="ltr">' in _page(a_rich_module(language="de-AT"), tmp_path / "de.html")
    assert '<html lang="en" dir="ltr">' in _page(a_rich_module(language="?"), tmp_path / "en.html")


def test_a_page_in_a_language_without_strings_knows_which_words_are_english() -> None:
    course = course_of(select(a_rich_module(language="sw"), include_drafts=False))
    assert (course["language"], course["interface_language"]) == ("sw", "en")


def test_ids_that_an_lms_would_refuse_get_others_and_stay_apart() -> None:
    ids = ("q-1", "q 1", "q.1", "سؤال")
    module = a_module(items=tuple(a_quiz_item(id=one) for one in ids))
    course = course_of(select(module, include_drafts=True))
    tracks = [item["track"] for item in course["items"]]
    assert tracks[0] == "q-1"
    assert len(set(tracks)) == 4
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{1,255}", track) for track in tracks)


def test_practice_whose_lesson_is_not_in_the_package_belongs_to_none() -> None:
    module = a_module(
        lessons=(), resources=(), objectives=(), items=(a_quiz_item(use=ItemUse.PRACTICE, status=Status.APPROVED),)
    )
    assert course_of(select(module, include_drafts=False))["items"][0]["lesson"] is None


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (("True", "False"), ["t", "f"]),
        (("False.", "True."), ["f", "t"]),
        (("Yes", "No"), None),
        (("True", "True"), None),
    ],
)
def test_true_and_false_are_known_by_their_words(texts: tuple[str, str], expected: list[str] | None) -> None:
    options = tuple(an_option(n, correct=n == 1, text=text) for n, text in enumerate(texts, start=1))
    module = a_module(items=(a_quiz_item(type=ItemType.TRUE_FALSE, options=options),))
    assert course_of(select(module, include_drafts=True))["items"][0]["truth"] == expected


def test_a_saved_place_survives_new_wording_but_not_new_questions(rich_module: Module) -> None:
    def structure(module: Module) -> str:
        return str(course_of(select(module, include_drafts=False))["structure"])

    reworded = rich_module.with_element(rich_module.items[0].model_copy(update={"stem": "In other words?"}))
    assert structure(reworded) == structure(rich_module)
    fewer = rich_module.model_copy(update={"items": rich_module.items[1:]})
    assert structure(fewer) != structure(rich_module)


def test_live_sessions_are_told_with_the_objectives_that_go_out_unless_a_designer_overruled_the_verdict() -> None:
    module = a_rich_module()
    first = module.objectives[0].id
    suitability = Suitability(
        verdict=Verdict.BLENDED,
        sessions=(
            Session(title="At the machine", objective_ids=(first,), activity="Each tries it", minutes=30),
            Session(title="Of what is left out", objective_ids=("o-gone",), activity="Nothing"),
        ),
    )
    told = course_of(select(module.changed(suitability=suitability), include_drafts=True))["sessions"]
    assert told == [{"title": "At the machine", "minutes": 30, "objectives": [module.objectives[0].text]}]
    overruled = suitability.changed(overruled=Overruling(by="Ada", reason="There is no trainer."))
    assert "sessions" not in course_of(select(module.changed(suitability=overruled), include_drafts=True))
    assert "sessions" not in course_of(select(module, include_drafts=True))
