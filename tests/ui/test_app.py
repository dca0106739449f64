from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from pipeline.config import Settings
from tests.ui.desk import Desk, seen

ROOT = Path(__file__).resolve().parents[2]
SCREENS = [ROOT / "app.py", *sorted((ROOT / "pipeline" / "ui").rglob("*.py"))]


def test_the_app_shows_the_workspace_it_is_started_over(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.save()
    monkeypatch.setenv("SME2MODULE_WORKSPACE", str(desk.settings.workspace))
    (desk.settings.workspace / "sme2module.toml").touch()
    monkeypatch.setenv("SME2MODULE_REVIEWER", "Ann Berg")
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60).run()
    assert "Lock out the carton sealer" in seen(app)
    assert app.text_input(key="reviewer-name").value == "Ann Berg"


def test_a_folder_that_is_no_workspace_is_said_to_be_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SME2MODULE_WORKSPACE", str(tmp_path / "nowhere"))
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60).run()
    assert "The workspace cannot be opened" in seen(app)
    assert Settings(workspace=tmp_path / "nowhere").workspace.name in seen(app)


def test_the_server_listens_on_this_machine_only_and_reports_to_nobody() -> None:
    options = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
    assert options["server"]["address"] == "127.0.0.1"
    assert options["server"]["maxUploadSize"] == 50
    assert options["browser"]["gatherUsageStats"] is False
    assert options["theme"]["textColor"] == "#000000", "Streamlit draws captions at 60 % of it"


@pytest.mark.parametrize("path", SCREENS, ids=lambda path: path.name)
def test_nothing_is_drawn_past_the_escaping(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    assert "unsafe_allow" not in source
    assert ":material" not in source.replace("# A :material/…: icon", ""), "it would be fetched from a font server"
    if path.name != "markup.py":
        assert "st.html" not in source
        assert "st.markdown" not in source
    if path.name not in ("markup.py", "markdown_safe.py"):
        assert "Html(" not in source, "only markup.py makes Html"
