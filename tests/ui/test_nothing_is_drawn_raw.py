"""Where text could become markup, read from the source: what no screen may use, and the few places that may."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT

UI = ROOT / "pipeline" / "ui"
PYTHON = [ROOT / "app.py", *sorted((ROOT / "pipeline").rglob("*.py"))]
SCREENS = [ROOT / "app.py", *sorted(UI.rglob("*.py"))]
SCRIPTS, STYLES = sorted(UI.rglob("*.js")), sorted(UI.rglob("*.css"))

# Streamlit's switches that let markup through, and what puts a document of its own into the page.
SWITCHES = frozenset({"unsafe_allow_html", "unsafe_allow_javascript"})
FRAMES = frozenset({"iframe", "declare_component"})
# They read Markdown, load remote images and understand `:name[…]`: what they are given must be our own words.
READ_MARKDOWN = frozenset(
    {"markdown", "write", "write_stream", "caption", "title", "header", "subheader", "info", "warning", "error",
     "success", "toast", "latex", "image", "logo", "link_button"}
)
# In JavaScript: whatever makes markup or code of a string.
MAKES_MARKUP = re.compile(
    r"\b(innerHTML|outerHTML|insertAdjacentHTML|document\.write|DOMParser|createContextualFragment|setHTMLUnsafe|srcdoc"
    r"|eval|Function|importScripts)\b|\bsetTimeout\(\s*[\"'`]"
)
REMOTE = re.compile(r"(https?:)?//[\w-]+\.[\w.-]+")


def calls(path: Path) -> Iterator[tuple[str, ast.Call, str]]:
    """The calls of a file: what is called, such as "st.html", the call, and where it stands."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func), node, f"{path.name}:{node.lineno}: {ast.unparse(node)[:100]}"


def switched_off(path: Path) -> list[str]:
    """Where Streamlit is told to let markup or a document of its own through."""
    return [
        where
        for called, call, where in calls(path)
        if SWITCHES & {keyword.arg for keyword in call.keywords}
        or (called.startswith(("st.", "streamlit.", "components."))
            and (called.rpartition(".")[2] in FRAMES or "components.v1" in called))
    ]


def raw_html(path: Path) -> list[str]:
    """Where HTML is drawn, but for what `el` makes, which is escaped, and the style sheet, which is a file of ours."""
    escaped = {"el('div', *pieces, class_='s2m')", "f'<style>{_style()}</style>'"} if path == UI / "markup.py" else set()
    return [
        where
        for called, call, where in calls(path)
        if called.endswith(".html") and call.args and ast.unparse(call.args[0]) not in escaped
    ]


def markdown_of_data(path: Path) -> list[str]:
    """Where Streamlit's Markdown gets something else than words that stand in the source."""
    return [
        where
        for called, call, where in calls(path)
        if called.startswith("st.") and called.removeprefix("st.") in READ_MARKDOWN
        and not all(isinstance(one, ast.Constant) for one in call.args[:1])
    ]


def components_of_data(path: Path) -> list[str]:
    """Where a component's markup is made while the program runs."""
    return [
        where
        for called, call, where in calls(path)
        if called.endswith("v2.component")
        and not all(isinstance(one.value, ast.Constant) for one in call.keywords if one.arg == "html")
    ]


@pytest.mark.parametrize("faults", [switched_off, raw_html, markdown_of_data, components_of_data])
def test_no_file_draws_anything_raw(faults: Callable[[Path], list[str]]) -> None:
    assert [one for path in (PYTHON if faults is switched_off else SCREENS) for one in faults(path)] == []


def test_no_script_of_ours_makes_markup_or_code_of_a_string() -> None:
    for path in SCRIPTS:
        code = re.sub(r"//[^\n]*|/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        assert not MAKES_MARKUP.findall(code), path.name


def test_no_script_or_style_of_ours_names_another_machine() -> None:
    for path in (*SCRIPTS, *STYLES):
        found = [one[0] for one in REMOTE.finditer(path.read_text(encoding="utf-8")) if "www.w3.org" not in one[0]]
        assert found == [], path.name


@pytest.mark.parametrize(
    ("faults", "code"),
    [
        (switched_off, "st.markdown(x, unsafe_allow_html=True)"),
        (switched_off, "st.iframe(x)"),
        (switched_off, "st.components.v1.html(x)"),
        (raw_html, "st.html(f'<p>{x}</p>')"),
        (markdown_of_data, "st.markdown(x)"),
        (markdown_of_data, "st.error(f'no {x}')"),
        (components_of_data, "st.components.v2.component('e', html=f'<b>{x}</b>')"),
    ],
)
def test_a_breach_of_a_rule_is_seen(tmp_path: Path, faults: Callable[[Path], list[str]], code: str) -> None:
    wrong = tmp_path / "wrong.py"
    wrong.write_text(code)
    assert len(faults(wrong)) == 1


def test_a_script_that_makes_markup_of_a_string_is_seen() -> None:
    for code in ("one.innerHTML = text", "new Function(text)", "setTimeout('go()')"):
        assert MAKES_MARKUP.search(code)
