from __future__ import annotations

import pytest

from pipeline.ingest.decode import decode

WORDS = "Prüfe die Größe – 160 °C, “heiß”."


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_text_survives_in_every_usual_encoding(encoding: str) -> None:
    decoded = decode(WORDS.encode(encoding))
    assert decoded is not None
    assert decoded.text == WORDS


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_wide_text_without_a_mark_is_recognised(encoding: str) -> None:
    decoded = decode("Close the valve before work begins.".encode(encoding))
    assert decoded is not None
    assert decoded.text == "Close the valve before work begins."


def test_only_a_guess_is_called_a_guess() -> None:
    assert decode(WORDS.encode()).is_certain  # type: ignore[union-attr]
    assert not decode(WORDS.encode("cp1252")).is_certain  # type: ignore[union-attr]


def test_line_ends_become_newlines() -> None:
    assert decode(b"a\r\nb\rc\n").text == "a\nb\nc\n"  # type: ignore[union-attr]


def test_a_beginning_may_end_inside_a_character() -> None:
    raw = "größe".encode()[:4]
    assert decode(raw, is_cut=True).text == "grö"  # type: ignore[union-attr]


def test_binary_is_no_text() -> None:
    assert decode(bytes(range(256)) * 4) is None
    assert decode(b"\xff\xfeabc") is None


OTHERS = {
    "cp1252": "A válvula não deve ser aberta; a máquina está em operação há três horas.",
    "cp1250": "Zawór należy zamknąć przed otwarciem osłony, ponieważ ciśnienie może zranić.",
    "iso8859_2": "Ventil musí být uzavřen před otevřením krytu stroje, protože tlak může zranit.",
    "cp1254": "Makinenin kapağını açmadan önce vana kapatılmalıdır; bu, basınç için de olduğu gibi çok önemlidir.",
    "cp1251": "Клапан должен быть закрыт перед открытием кожуха машины, потому что давление может ранить.",
    "koi8_r": "Клапан должен быть закрыт перед открытием кожуха машины, потому что давление может ранить.",
    "cp1253": "Η βαλβίδα πρέπει να κλείσει πριν ανοίξετε το κάλυμμα του μηχανήματος.",
    "cp1255": "יש לסגור את השסתום לפני פתיחת מכסה המכונה בכל פעם",
    "cp1256": "يجب إغلاق الصمام قبل فتح غطاء الآلة في كل مرة",
    "cp932": "カバーを開ける前に、必ずバルブを閉めてください。機械は停止します。",
    "euc_jp": "カバーを開ける前に、必ずバルブを閉めてください。機械は停止します。",
    "iso2022_jp": "カバーを開ける前に、必ずバルブを閉めてください。機械は停止します。",
    "gb18030": "在打开机器护罩之前必须关闭阀门，并挂上警示牌以防止意外启动。",
    "big5": "在打開機器護罩之前必須關閉閥門，並掛上警示牌以防止意外啟動。",
    "euc_kr": "기계 덮개를 열기 전에 반드시 밸브를 닫아야 합니다. 압력이 남아 있습니다.",
    "utf-32-le": "Close the valve before work begins.",
    "utf-16-le": "在打开机器护罩之前必须关闭阀门。\n并挂上警示牌以防止意外启动。\n",
}


@pytest.mark.parametrize("encoding", sorted(OTHERS))
def test_old_encodings_of_other_scripts_are_told_by_their_bytes(encoding: str) -> None:
    decoded = decode(OTHERS[encoding].encode(encoding))
    assert decoded is not None
    assert decoded.text == OTHERS[encoding]
    assert [warning.code for warning in decoded.warnings] == ["encoding_guessed"]


def test_a_few_bad_bytes_do_not_spoil_utf_8() -> None:
    raw = ("Größe und Öffnung, " * 40).encode() + "Maß: 160 °C".encode("cp1252")
    decoded = decode(raw)
    assert decoded is not None
    assert decoded.text.endswith("Öffnung, Maß: 160 °C")
    assert (decoded.encoding, decoded.broken) == ("utf-8", 2)
    assert "2 bytes" in decoded.warnings[0].message
    cut = decode(("Größe, " * 40).encode() + "ü".encode()[:1], is_cut=True)
    assert cut is not None
    assert cut.warnings == ()


def test_scripts_of_both_directions_survive_in_one_text() -> None:
    text = "Close صمام the שסתום valve 阀门.\n"
    assert decode(text.encode()).text == text  # type: ignore[union-attr]
    assert decode(text.encode("utf-16")).text == text  # type: ignore[union-attr]
