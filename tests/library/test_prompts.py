"""Prompt files: what is refused, and that the product's own are in order."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.errors import PromptError
from pipeline.library.prompts import fill, load_prompts, text_hash

SYSTEM = "Reply in {{language}}."
TASK = "Write the brief.\n{{given}}"


def a_shelf(folder: Path, **changes: str | None) -> Path:
    """A folder of two prompt files and their pins; `changes` replace pieces of brief.md."""
    piece = {
        "id": "brief",
        "version": "1",
        "inputs": '["given"]',
        "reply": '"BriefReply"',
        "changed": '"first"',
        "more": "",
        "text": TASK,
        "system": SYSTEM,
        **changes,
    }
    folder.joinpath("system.md").write_text(
        f'+++\nid = "system"\nversion = 2\ninputs = ["language"]\nchanged = "first"\n+++\n{piece["system"]}\n'
    )
    header = "\n".join(
        f"{key} = {piece[key]}" for key in ("version", "inputs", "reply", "changed") if piece[key] is not None
    )
    folder.joinpath("brief.md").write_text(
        f'+++\nid = "{piece["id"]}"\n{header}\n{piece["more"]}\n+++\n\n{piece["text"]}\n'
    )
    folder.joinpath("versions.toml").write_text(
        f'[system]\n2 = "{text_hash(SYSTEM)}"\n[brief]\n1 = "{text_hash(TASK)}"\n'
    )
    return folder


def test_a_prompt_has_both_texts_both_versions_and_all_inputs(tmp_path: Path) -> None:
    prompt = load_prompts(a_shelf(tmp_path)).get("brief")
    assert (prompt.system, prompt.user, prompt.reply) == (SYSTEM, TASK, "BriefReply")
    assert prompt.version == "1.2"
    assert prompt.inputs == ("given", "language")


def test_the_products_own_prompts_are_in_order() -> None:
    shelf = load_prompts()
    assert {prompt.id for prompt in shelf} == {
        "brief",
        "objectives",
        "lesson",
        "items",
        "judge-claims",
        "mend",
        "scenarios",
        "resources",
        "rewrite-objective",
        "rewrite-part",
        "rewrite-item",
        "rewrite-resource",
        "rewrite-scenario",
        "triage",
    }
    assert shelf.versions()["items"] == shelf.get("items").version


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"text": TASK + " Please."}, "raise version to 2"),
        ({"version": "3"}, "version 3 is not pinned"),
        ({"version": "0"}, "version"),
        ({"system": SYSTEM + "!"}, "system.md"),
        ({"more": 'author = "me"'}, "author: unknown key"),
        ({"changed": None}, "changed"),
        ({"changed": '""'}, "changed"),
        ({"reply": None}, "reply"),
        ({"inputs": '["given", "tone"]'}, "input tone is never used"),
        ({"inputs": "[]"}, "slot {{given}} is not among the inputs"),
        ({"text": "{{Given}} {{given}}"}, "{{Given}} is no slot"),
        ({"id": "other"}, "name the file other.md"),
        ({"inputs": "[given"}, "header"),
    ],
)
def test_a_mistake_is_named_with_its_file(tmp_path: Path, changes: dict[str, str | None], says: str) -> None:
    with pytest.raises(PromptError) as caught:
        load_prompts(a_shelf(tmp_path, **changes))
    assert says in caught.value.line
    assert ".md" in caught.value.line
    assert caught.value.exit_code == 2


def test_missing_pieces_are_named(tmp_path: Path) -> None:
    folder = a_shelf(tmp_path)
    folder.joinpath("versions.toml").unlink()
    with pytest.raises(PromptError, match=r"versions\.toml"):
        load_prompts(folder)
    folder = a_shelf(tmp_path)
    folder.joinpath("system.md").unlink()
    with pytest.raises(PromptError, match=r"system\.md"):
        load_prompts(folder)
    folder = a_shelf(tmp_path)
    folder.joinpath("brief.md").write_text("no header")
    with pytest.raises(PromptError, match="no header"):
        load_prompts(folder)
    with pytest.raises(PromptError, match="lesson"):
        load_prompts(a_shelf(tmp_path)).get("lesson")


def test_windows_line_ends_are_the_same_wording(tmp_path: Path) -> None:
    path = a_shelf(tmp_path).joinpath("brief.md")
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert load_prompts(tmp_path).get("brief").user == TASK


def test_slots_are_filled_once_and_blanks_of_cloze_items_are_text() -> None:
    filled = fill("{{a}} {{ b }} {{1}}", {"a": "{{b}}", "b": "2"})
    assert filled == "{{b}} 2 {{1}}"
