"""`sme2module lint`, and `check` on the same files: one object a row, exit codes, what is said of bad rows."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.cli.conftest import Ran, Run

HEAD = "stem,option_a,option_b,option_c,correct\n"
GOOD = "Which handle closes the valve?,The red one,The grey one,The blue one,B\n"


def rows(ran: Ran) -> list[dict[str, Any]]:
    return [json.loads(line) for line in ran.out.splitlines()]


def test_items_are_one_object_a_line_in_order(run: Run, tmp_path: Path) -> None:
    (tmp_path / "bank.csv").write_text(HEAD + GOOD + "Which is NOT red?,x,y,All of the above,A\n")
    ran = run("lint", "bank.csv", "--json")
    assert ran.code == 0
    sound, flawed = rows(ran)
    assert {name: sound[name] for name in ("row", "flaws", "findings", "bloom")} == {
        "row": 1, "flaws": [], "findings": [], "bloom": "remember",
    }  # fmt: skip
    assert (flawed["row"], flawed["flaws"]) == (2, ["all_of_the_above", "negative_wording"])
    assert set(flawed["findings"][0]) == {
        "id", "rubric", "criterion", "severity", "target", "message", "suggestion", "principle",
    }  # fmt: skip


def test_objectives_are_one_object_a_line(run: Run, tmp_path: Path) -> None:
    (tmp_path / "objectives.txt").write_text("Understand the lockout.\n\n- Design a checklist for the shift.\n")
    ran = run("lint", "objectives.txt", "--json")
    assert ran.code == 0
    vague, sound = rows(ran)
    assert set(vague) == {"row", "text", "bloom", "measurable", "findings"}
    assert (vague["row"], vague["bloom"], vague["measurable"]) == (1, "understand", False)
    assert (sound["text"], sound["bloom"], sound["measurable"]) == ("Design a checklist for the shift.", "create", True)


def test_a_bad_row_is_told_with_its_number_and_the_others_are_checked(run: Run, tmp_path: Path) -> None:
    (tmp_path / "bank.csv").write_text(HEAD + GOOD + ",a,b,c,A\n" + "Who?,me,you,them,Q\n" + GOOD.replace("valve", "gate"))
    ran = run("lint", "bank.csv", "--json")
    assert ran.code == 1
    assert [row["row"] for row in rows(ran)] == [1, 2, 3, 4]
    assert ["error" in row for row in rows(ran)] == [False, True, True, False]
    assert rows(ran)[1]["error"]["code"] == "unreadable_row"
    assert ran.errors == [
        "error: bank.csv: row 2 (line 3): column `stem` is missing or empty",
        "error: bank.csv: row 3 (line 4): column `correct`: 'Q' is no index, letter or text of the 3 options",
    ]


def test_kinds_that_nothing_looks_at_are_noted_and_what_is_no_item_is_counted(run: Run, tmp_path: Path) -> None:
    (tmp_path / "bank.txt").write_text("$CATEGORY: top\n\nDiscuss. {}\n\nWhich? {=red ~grey ~blue}\n")
    ran = run("lint", "bank.txt", "--json")
    assert ran.code == 0
    assert "essay" in rows(ran)[0]["note"]
    assert "1 category left out" in ran.err


def test_without_json_each_finding_is_a_line_for_people(run: Run, tmp_path: Path) -> None:
    (tmp_path / "bank.csv").write_text(HEAD + GOOD.replace("The blue one", "None of the above"))
    ran = run("lint", "bank.csv")
    assert ran.code == 0
    assert ran.out.startswith("1\twarning\tnone_of_the_above\t")


def test_a_file_that_is_no_bank_is_unusable_and_says_what_would_do(run: Run, tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text("<html><body>Words.</body></html>")
    for name, said in (("page.html", "GIFT"), ("none.csv", "check the path")):
        ran = run("lint", name, "--json")
        assert (ran.code, ran.out) == (2, "")
        assert said in ran.errors[0]


def test_what_is_said_of_the_set_is_told_beside_the_rows(run: Run, tmp_path: Path) -> None:
    lines = "".join(GOOD.replace("valve", f"valve {number}") for number in range(12))
    (tmp_path / "bank.csv").write_text(HEAD + lines)
    ran = run("lint", "bank.csv", "--json")
    assert len(rows(ran)) == 12
    assert "the set: " in ran.err


def test_check_takes_the_same_files(run: Run, tmp_path: Path) -> None:
    (tmp_path / "bank.csv").write_text(HEAD + GOOD.replace("The blue one", "None of the above"))
    ran = run("check", "bank.csv", "--json")
    assert ran.code == 0
    assert [one["criterion"] for one in json.loads(ran.out)] == ["none_of_the_above"]
    assert run("check", "bank.csv", "--fail-on", "warning").code == 1
    (tmp_path / "bank.jsonl").write_text('{"stem": "Which?"}\n')
    ran = run("check", "bank.jsonl")
    assert ran.code == 1
    assert "row 1 (line 1)" in ran.errors[0]


def test_check_still_says_of_a_broken_module_file_that_it_is_none(run: Run, tmp_path: Path) -> None:
    for content in ('{\n "schema": "sme2module/module/1"', '{"schema": "sme2module/module/1"}'):
        (tmp_path / "module.json").write_text(content)
        ran = run("check", "module.json")
        assert ran.code == 2
        assert "not a module JSON file" in ran.errors[0]


def test_objectives_in_the_form_that_drafts_have_are_read_with_their_verb_and_degree(run: Run, tmp_path: Path) -> None:
    (tmp_path / "objectives.txt").write_text(
        "Given the checklist, you perform the nine steps to take back the parcel in the right order, leaving none out.\n"
        "Given a task, you name who is responsible for it without mixing up the driver and the shift lead.\n"
        "If a parcel is bulky, you choose the right action without delay.\n"
    )
    told = rows(run("lint", "objectives.txt", "--json"))
    assert [row["measurable"] for row in told] == [True, True, True]
    assert [row["findings"] for row in told] == [[], [], []]


def test_a_topic_is_a_topic_behind_a_condition_too(run: Run, tmp_path: Path) -> None:
    (tmp_path / "objectives.txt").write_text("Given a task, the responsibilities of the driver.\n")
    (row,) = rows(run("lint", "objectives.txt", "--json"))
    assert "objective_names_an_observable_action" in {one["criterion"] for one in row["findings"]}
