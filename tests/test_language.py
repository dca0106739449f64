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


SENTENCES = {
    "es": "La válvula debe cerrarse antes de abrir la tapa de la máquina, y no se abre con el motor en marcha.",
    "pt": "A válvula deve ser fechada antes de abrir a tampa da máquina, e não se abre com o motor em marcha.",
    "it": "La valvola deve essere chiusa prima di aprire il coperchio della macchina, che non si apre con il motore.",
    "nl": "De klep moet worden gesloten voordat het deksel van de machine wordt geopend, en het is niet te openen.",
    "sv": "Ventilen måste vara stängd innan du öppnar luckan på maskinen, och den får inte öppnas när det är tryck.",
    "pl": "Zawór należy zamknąć przed otwarciem osłony maszyny, a po zamknięciu nie otwiera się jej, gdy jest ciśnienie.",
    "cs": "Ventil musí být uzavřen před otevřením krytu stroje a při tlaku se kryt neotvírá, protože to je nebezpečné.",
    "ru": "Клапан должен быть закрыт перед открытием кожуха машины, и он не открывается при работе.",
    "uk": "Клапан повинен бути закритий перед відкриттям кожуха машини, і він не відкривається при роботі.",
    "bg": "Клапанът трябва да бъде затворен преди отваряне на капака на машината и той не се отваря при работа.",
    "fa": "شیر باید پیش از باز کردن پوشش دستگاه بسته شود و این کار را هر بار باید انجام داد",
    "he": "יש לסגור את השסתום לפני פתיחת מכסה המכונה בכל פעם",
    "ko": "기계 덮개를 열기 전에 반드시 밸브를 닫아야 합니다. 압력이 남아 있습니다.",
    "hi": "मशीन का ढक्कन खोलने से पहले वाल्व को बंद करना है और यह हर बार करना है।",
    "th": "ต้องปิดวาล์วก่อนเปิดฝาครอบเครื่องทุกครั้ง",
    "el": "Η βαλβίδα πρέπει να κλείσει πριν ανοίξετε το κάλυμμα του μηχανήματος.",
    "tr": "Makinenin kapağını açmadan önce vana kapatılır ve bu her defa için geçerli olan bir kural olarak bilinir.",
}


@pytest.mark.parametrize("tag", sorted(SENTENCES))
def test_a_sentence_of_a_major_language_is_known(tag: str) -> None:
    assert language.guess(SENTENCES[tag]) == tag


@pytest.mark.parametrize("tag", sorted(SENTENCES))
def test_a_passage_in_another_language_stands_out_and_one_in_its_own_does_not(tag: str) -> None:
    assert language.foreign(SENTENCES[tag], "en-GB") == tag
    assert language.foreign(SENTENCES[tag], tag) is None


@pytest.mark.parametrize(
    ("text", "home"),
    [
        ("Siemens S7-1200, Müller & Söhne GmbH, Typ DN 50 PN 16, Köln", "en"),
        ("La vanne est fermée.", "en"),
        ("The word vis-à-vis and the phrase de facto are used in English texts as well.", "en"),
        ("機械停止時注意事項一覧表及点検整備記録簿保管要領書", "ja"),
        ("", None),
    ],
)
def test_names_and_short_passages_are_not_judged(text: str, home: str | None) -> None:
    assert language.foreign(text, home) is None
