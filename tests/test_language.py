"""Language tags and the guess at a text's language."""

from __future__ import annotations

import pytest

from pipeline import language


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        ("The valve must be closed before you open the guard of the machine, and it is locked.", "en"),
        ("Das Ventil muss geschlossen werden, bevor die Haube der Maschine auf einer Seite geöffnet ist.", "de"),
        ("La vanne doit être fermée avant que le capot de la machine ne soit ouvert par une personne.", "fr"),
        ("يجب إغلاق الصمام قبل فتح غطاء الآلة في كل مرة", "ar"),
        ("カバーを開ける前に、必ずバルブを閉めてください。機械は停止します。", "ja"),
        ("在打开机器护罩之前必须关闭阀门，并挂上警示牌以防止意外启动。", "zh"),
    ],
)
def test_a_paragraph_tells_its_language(text: str, tag: str) -> None:
    assert language.guess(text) == tag


@pytest.mark.parametrize("text", ["", "DS-7", "12345 67890", "xyzzy plugh qwrt zxcv bnml kjhg"])
def test_too_little_is_said_as_unknown(text: str) -> None:
    assert language.guess(text) is None


def test_tags() -> None:
    assert language.is_tag("pt-BR")
    assert not language.is_tag("english please")
    assert language.base_of("pt-BR") == "pt"
    assert language.is_right_to_left("ar-EG")
    assert not language.is_right_to_left("de")
