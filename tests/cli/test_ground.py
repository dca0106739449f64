"""`sme2module ground`: a claim a line or JSON Lines, against documents or its own text."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.cli.conftest import Ran, Run

SOURCE = "# Refunds\n\nRefunds are paid within 14 days. You may keep the box.\n"


def rows(ran: Ran) -> list[dict[str, Any]]:
    return [json.loads(line) for line in ran.out.splitlines()]


def test_each_claim_of_a_text_file_is_one_object_with_exact_evidence(run: Run, tmp_path: Path) -> None:
    (tmp_path / "source.md").write_text(SOURCE)
    (tmp_path / "claims.txt").write_bytes("\ufeffRefunds are paid within 14 days.\r\n\r\nYou must keep the box.\r\n".encode())
    ran = run("ground", "claims.txt", "--source", "source.md", "--json")
    assert ran.code == 0
    right, wrong = rows(ran)
    assert list(right) == ["row", "claim", "supported", "score", "evidence", "problems"]
    assert (right["row"], right["claim"], right["supported"]) == (1, "Refunds are paid within 14 days.", True)
    assert right["evidence"][0]["quote"] == "Refunds are paid within 14 days."
    assert (wrong["row"], wrong["supported"], wrong["problems"][0]["kind"]) == (2, False, "contradiction")
    assert "1 of 2 claims are supported" in ran.err


def test_claims_may_bring_their_own_text_whose_places_the_evidence_gives(run: Run, tmp_path: Path) -> None:
    text = "Refunds are paid within 14 days. You may keep the box."
    (tmp_path / "claims.jsonl").write_text(json.dumps({"claim": "You may keep the box.", "source_text": text, "id": 7}))
    (row,) = rows(run("ground", "claims.jsonl", "--json"))
    proof = row["evidence"][0]
    assert text[proof["start"] : proof["end"]] == proof["quote"] == "You may keep the box."


def test_several_sources_are_one_authority(run: Run, tmp_path: Path) -> None:
    (tmp_path / "one.md").write_text("Refunds are paid within 14 days.\n")
    (tmp_path / "two.md").write_text("The depot opens at 8:30.\n")
    (tmp_path / "claims.txt").write_text("The depot opens at 8:30.\nRefunds are paid within 14 days.\n")
    ran = run("ground", "claims.txt", "--source", "one.md", "--source", "two.md", "--json")
    assert [row["supported"] for row in rows(ran)] == [True, True]


def test_a_bad_row_is_told_with_its_number_and_the_others_are_grounded(run: Run, tmp_path: Path) -> None:
    lines = ['{"claim": "Wait ten minutes.", "source_text": "Wait ten minutes."}', '{"claim": ""}', "nonsense", '{"claim": "x"}']
    (tmp_path / "claims.jsonl").write_text("\n".join(lines))
    ran = run("ground", "claims.jsonl", "--json")
    assert ran.code == 1
    assert [row["supported"] for row in rows(ran)] == [True, None, None, None]
    assert [row.get("error", {}).get("code") for row in rows(ran)] == [None, *["unreadable_row"] * 3]
    assert ran.errors == [
        "error: claims.jsonl: row 2: `claim` is missing or empty",
        "error: claims.jsonl: row 3: it is no JSON object",
        "error: claims.jsonl: row 4: it has no source_text, and no --source is given",
    ]


def test_what_cannot_be_used_is_one_line_and_exit_code_2(run: Run, tmp_path: Path) -> None:
    (tmp_path / "empty.txt").write_text("\n \n")
    (tmp_path / "claims.txt").write_text("Wait.\n")
    (tmp_path / "list.json").write_text('[{"claim": "x"}]')
    (tmp_path / "picture.png").write_bytes(b"\x89PNG\0\0")
    for arguments, said in (
        (("empty.txt", "--source", "claims.txt"), "empty"),
        (("none.txt", "--source", "claims.txt"), "check the path"),
        (("claims.txt",), "--source FILE"),
        (("claims.txt", "--source", "none.md"), "none.md"),
        (("list.json",), "one JSON object a line"),
        (("picture.png",), "not text"),
        ((".",), "folder"),
    ):
        ran = run("ground", *arguments, "--json")
        assert (ran.code, ran.out, len(ran.errors)) == (2, "", 1), arguments
        assert said in ran.errors[0]


def test_without_json_a_claim_is_a_line_for_people(run: Run, tmp_path: Path) -> None:
    (tmp_path / "source.md").write_text(SOURCE)
    (tmp_path / "claims.txt").write_text("Refunds are paid within 30 days.\n")
    ran = run("ground", "claims.txt", "--source", "source.md")
    assert ran.out.startswith("1\tunsupported\t0.")
    assert "14 days" in ran.out
