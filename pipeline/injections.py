"""Text inside a source that speaks to a language model instead of to people ("ignore all previous instructions").

In: a text in any language, or documents. Out: the words that give such an order, or None; the documents without it.
Such text is data like all else: it is reported, never followed and never taught. The rules are for precision: a policy
may well tell people to ignore the previous version, or a lesson on security quote an attack.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

from pipeline.domain import Document

# Overruling what was said before, language by language: the verb, what came before, the noun for instructions.
_OVERRULING = (
    # en
    r"\b(?:ignore|disregard|forget|override|overrule|bypass|discard|do not (?:follow|obey)|don't (?:follow|obey)|"
    r"pay no attention to)\s+(?:\w+\s+){0,3}?(?:previous|prior|preceding|foregoing|above|earlier|existing|initial|"
    r"original|system|your|my)\s+(?:\w+\s+){0,2}?(?:instructions?|prompts?|directives?|programming)\b",
    r"\b(?:ignore|disregard|forget)\s+(?:everything|all(?: of)? (?:that|the text|what))\s+(?:\w+\s+){0,3}?"
    r"(?:above|before|prior|so far|you (?:were|have been) told)\b",
    r"\b(?:ignore|disregard|forget)\s+(?:all\s+|any\s+)?(?:of\s+)?(?:the\s+|these\s+|those\s+)?(?:instructions?|"
    r"prompts?)"
    r"\s+(?:above|before this|you (?:were|have been) given|given to you)\b",
    # de
    r"\b(?:ignorier\w*|missacht\w*|vergiss|vergessen sie|vergesst|übergeh\w*)\s+(?:sie\s+)?(?:bitte\s+)?(?:alle\s+|"
    r"sämtliche\s+|die\s+|deine\s+|ihre\s+)*(?:vorherigen|vorigen|vorangehenden|vorangegangenen|bisherigen|obigen|"
    r"früheren)\s+(?:\w+\s+)?(?:anweisungen|instruktionen|befehle|anleitungen|prompts?)\b",
    # fr
    r"\b(?:ignor\w+|oubli\w+|ne (?:suis|suivez) pas|ne tiens pas compte de|ne tenez pas compte de)\s+(?:toutes?\s+)?"
    r"(?:les|tes|vos|des|ces)\s+(?:instructions|consignes|directives)\s+(?:précédentes|antérieures|ci-dessus|"
    r"système)\b",
    # es
    r"\b(?:ignor\w+|olvid\w+|haz caso omiso de|haga caso omiso de|no sigas)\s+(?:todas\s+)?(?:las|tus|sus|estas)\s+"
    r"(?:instrucciones|indicaciones|órdenes|directrices)\s+(?:anteriores|previas|precedentes|de arriba)\b",
    # it
    r"\b(?:ignora\w*|dimentica\w*)\s+(?:tutte\s+)?(?:le|tutte|queste|tue)\s+(?:istruzioni|indicazioni)\s+"
    r"(?:precedenti|anteriori|di cui sopra|sopra)\b",
    # pt
    r"\b(?:ignor\w+|esque[çc]\w+|desconsider\w+)\s+(?:todas\s+)?(?:as|suas|estas)\s+(?:instruções|orientações|"
    r"ordens)\s+"
    r"(?:anteriores|prévias|acima)\b",
    # nl
    r"\b(?:negeer|vergeet)\s+(?:alle\s+|de\s+|je\s+|uw\s+)*(?:vorige|voorgaande|eerdere|bovenstaande)\s+"
    r"(?:instructies|opdrachten|aanwijzingen|prompts?)\b",
    # sv, da, nb
    r"\b(?:ignorera|ignorer|glöm|glem|bortse från|se bort fra)\s+(?:alla\s+|alle\s+|de\s+)*(?:tidigare|föregående|"
    r"tidligere|forrige|foregående|ovenstående)\s+(?:instruktioner|instrukser|instruksjoner|anvisningar|"
    r"anvisninger)\b",
    # pl, cs
    r"\b(?:z?ignoruj\w*|zapomnij\w*|pomiń\w*)\s+(?:wszystkie\s+)?(?:poprzednie|wcześniejsze|"
    r"powyższe)\s+(?:instrukcje|"
    r"polecenia)\b",
    r"\b(?:ignoruj\w*|zapomeň\w*)\s+(?:všechny\s+)?(?:předchozí|předešlé|výše uvedené)\s+(?:pokyny|instrukce)\b",
    # ru, uk
    r"\b(?:игнорируй\w*|проигнорируй\w*|забудь\w*)\s+(?:все\s+)?(?:предыдущие|прежние|вышеуказанные)\s+(?:инструкции|"
    r"указания|команды)\b",
    r"\b(?:ігноруй\w*|забудь\w*)\s+(?:усі\s+|всі\s+)?(?:попередні|вищенаведені)\s+(?:інструкції|вказівки)\b",
    # tr
    r"\b(?:önceki|yukarıdaki)\s+(?:tüm\s+|bütün\s+)?(?:talimatları|komutları|yönergeleri)\s+"
    r"(?:yok say|unut|görmezden gel|dikkate alma)\w*",
    # vi
    r"\b(?:bỏ qua|quên)\s+(?:tất cả\s+)?(?:các\s+)?(?:hướng dẫn|chỉ dẫn|lệnh)\s+(?:trước|ở trên|phía trên)",
    # zh, ja, ko
    r"(?:忽略|无视|無視|忽视|忽視|不要理会|忘记|忘記)(?:掉)?(?:所有|全部|一切)?(?:之前|先前|以前|以上|上述|"
    r"前面)(?:的)?"
    r"(?:所有|全部|一切)?(?:指令|指示|提示|命令)",
    r"(?:以前|これまで|上記|前|先)の(?:すべての|全ての|全)?(?:指示|命令|プロンプト|指令)を(?:すべて|"
    r"全て)?(?:無視|忘れ)",
    r"(?:이전|앞|위)(?:의)?\s?(?:모든\s?)?(?:지시|명령|지침|프롬프트)(?:사항)?(?:들)?(?:을|를)?\s?(?:모두\s?|"
    r"전부\s?)?(?:무시|잊)",
    # ar, hi
    r"تجاهل\s+(?:جميع\s+|كل\s+)?(?:التعليمات|الأوامر|الإرشادات)\s+(?:السابقة|أعلاه)",
    r"(?:पिछले|पहले के|उपरोक्त)\s+(?:सभी\s+)?(?:निर्देशों|आदेशों)\s+को\s+(?:अनदेखा|नज़रअंदाज़|भूल)",
)
# Addressing a model, or wearing the marks of its conversations.
_ADDRESSING = (
    r"<\|(?:im_start|im_end|system|user|assistant|endoftext|begin_of_text|start_header_id|eot_id)\|>",
    r"\[/?inst\]|<</?sys>>|<start_of_turn>",
    r"^\W{0,4}(?:system|assistant|developer)(?:\s+(?:prompt|message|instructions?|note))?\s*[:>\]]+\s*"
    r"(?:you (?:are|must|will|should|have)|ignore|disregard|forget|from now on|always (?:answer|reply|respond|"
    r"output)|"
    r"respond|reply|output|new instructions?|override)\b",
    r"\b(?:as|like|being) (?:an? )?(?:ai|a\.i\.|artificial intelligence|large language|language)(?: language)?[- ]"
    r"(?:model|assistant|chatbot)s?,? (?:reading|processing|summari[sz]ing|you\b|please\b|do\b|ignore\b|"
    r"always\b|never\b)",
    r"\bif you(?: are|'re) (?:an? )?(?:ai|a\.i\.|llm|chatgpt|gpt\S*|claude|gemini|copilot|(?:ai |"
    r"large )?language model|"
    r"ai (?:assistant|model|agent|system|tool)|chatbot|bot)(?=\s*[,:.]|\s+(?:reading|processing|summari))",
    r"\b(?:note|message|attention|instructions?|notice|reminder)\s+(?:to|for)?\s*(?:all\s+|any\s+|the\s+|every\s+)*"
    r"(?:ais?|llms?|chatgpt|(?:ai |large )?language models?|ai (?:assistants?|models?|agents?|systems?|readers?))"
    r"\s*[:,.!—–-]",
    r"\byou are (?:now )?(?:chatgpt|dan\b|a large language model|an ai (?:language model|without|that (?:must|"
    r"will|has no)))",
    r"\byou are now (?:in )?(?:developer|jailbreak|unrestricted|god|debug)[- ]mode\b",
    r"\b(?:reveal|print|repeat|show|output|leak|disclose|display)\s+(?:me\s+)?(?:your|the)\s+(?:full\s+|entire\s+)?"
    r"(?:(?:system|hidden|initial|secret)\s+prompt|(?<=your )(?:system|hidden|initial|"
    r"secret)\s+(?:instructions?|message))"
    r"\b",
    r"\bfrom now on,? (?:you (?:will|must|shall|should|are to) )?(?:only )?(?:answer|respond|reply|act as|pretend|"
    r"behave (?:as|like)|role-?play|speak (?:as|like))\b.{0,60}\b(?:as|like|with|only|every|prompt|question|"
    r"response)\b",
    r"\bdo not (?:tell|inform|reveal to|mention (?:this|it) to) (?:the )?(?:users?|humans?|learners?|"
    r"readers?)\b.{0,60}\b"
    r"(?:instructions?|prompts?|hidden|injected)\b",
    r"\b(?:when|while|before) (?:you (?:are )?)?(?:summari[sz]|draft|generat|translat|writ)\w+ (?:a |the |this |"
    r"any )?"
    r"(?:\w+ )?(?:summary|training|module|course|quiz|lesson|document|text|page|output)\b.{0,80}\b(?:ignore|"
    r"insert|append|"
    r"include the (?:sentence|phrase|words|link|text)|mark every|say that|always say)\b",
    r"\bals (?:ki|künstliche intelligenz|(?:großes )?sprachmodell|ki-\w+),? (?:musst|sollst|darfst|antworte|"
    r"ignoriere|"
    r"schreibe)\b",
    r"\ben tant qu(?:e modèle de langage|'(?:ia|intelligence artificielle)),? (?:tu|vous|ignore)\b",
    r"\bcomo (?:modelo de (?:lenguaje|linguagem)|ia|inteligencia artificial),? (?:debes|deve|ignor|responde)\w*",
    r"(?:如果|若)你是(?:一个|一個)?(?:人工智能|ai|语言模型|語言模型|大模型)",
)
# What stands after an overruling that is about papers, not about a model: "the previous instructions on page 2".
_OF_PAPERS = re.compile(
    r"^\W{0,3}\s*(?:(?:(?:on|in|from|at|for|of|about|given in|given by|printed on|issued (?:in|by|on)|"
    r"sent (?:by|on)|dated)"
    r"\s+(?:the|your|our|a|an|this|that|page|section|chapter|step|version|\d|january|february|march|april|may|"
    r"june|july|"
    r"august|september|october|november|december)\b)|(?:manual|leaflet|sheet|card|booklet|guide|label|video)\b)"
)
# A text that speaks about such attacks quotes them.
_ABOUT = re.compile(
    r"\b(?:injection|injected|attack\w*|jailbreak\w*|adversar\w+|phrases? (?:such as|like)|for example|e\.g\.|"
    r"such as|"
    r"zum beispiel|z\. ?b\.|par exemple|por ejemplo)"
)
_NEGATED = re.compile(r"(?:\b(?:not|never|no|nicht|nie|niet|pas|non|inte|ikke|не)|n't|不|勿|别)\s*$")
_QUOTES = '"“”„«»‘’\'`「」『』'
_OVERRULES = tuple(re.compile(one) for one in _OVERRULING)
_ADDRESSES = tuple(re.compile(one, re.MULTILINE) for one in _ADDRESSING)
# Cheaper than thirty patterns: no text without one of these has any of them.
_HINT = re.compile(
    r"ignor|disregard|forget|overr|bypass|discard|not follow|not obey|n't follow|n't obey|no attention|missacht|"
    r"vergiss|vergess|"
    r"übergeh|oubli|ne suis|ne suivez|ne tiens|ne tenez|olvid|caso omiso|no sigas|dimentica|esque|desconsider|negeer|"
    r"vergeet|glöm|glem|bortse|se bort|zapomn|pomiń|zapomeň|игнор|забудь|ігнор|talimat|komut|yönerge|bỏ qua|"
    r"quên|忽|无视|無視|不要理|忘|"
    r"무시|잊|تجاهل|निर्देश|आदेश|<\||\[/?inst\]|<</?sys|<start_of|system|assistant|developer|language|\bai\b|"
    r"\ba\.i\.|"
    r"artificial|llm|chatgpt|gpt|claude|gemini|copilot|bot\b|you are now|prompt|from now on|do not |summari|"
    r"draft|generat|"
    r"translat|writ|sprachmodell|\bki\b|langage|lenguaje|linguagem|\bia\b|inteligencia|你是"
)
_TAGS = re.compile("[\U000e0020-\U000e007e]{6,}")
_SHOWN_CHARS = 90


# The same texts are looked at when they are drafted from, when they were drafted, and after every change.
@lru_cache(maxsize=4096)
def order_in(text: str) -> str | None:
    """The words with which the text gives an order to a language model, about as they stand; None where it gives none.

    Characters that people do not see are looked through, and text written in them is read.
    """
    hidden = "".join(chr(ord(char) - 0xE0000) for run in _TAGS.findall(text) for char in run)
    return _found(_seen(text)) or ((_found(_seen(hidden)) or hidden[:_SHOWN_CHARS]) if hidden else None)


def without_orders(documents: Sequence[Document]) -> tuple[Document, ...]:
    """The documents, with the blocks that give orders to a language model hidden from whoever drafts."""
    return tuple(_without_orders(document) for document in documents)


def _without_orders(document: Document) -> Document:
    orders = {block.id for block in document.blocks if block.is_teachable and order_in(block.text) is not None}
    if not orders:
        return document
    blocks = tuple(
        block.model_copy(update={"hidden": True}) if block.id in orders else block for block in document.blocks
    )
    return document.model_copy(update={"blocks": blocks})


def _found(text: str) -> str | None:
    if not _HINT.search(text):
        return None
    for pattern in _OVERRULES:
        for match in pattern.finditer(text):
            is_for_people = _OF_PAPERS.match(text[match.end() :]) or _NEGATED.search(text[: match.start()])
            if not is_for_people and not _is_quoted(text, match):
                return _shown(text, match)
    for pattern in _ADDRESSES:
        for match in pattern.finditer(text):
            if not _is_quoted(text, match):
                return _shown(text, match)
    return None


def _seen(text: str) -> str:
    """The text as it is compared: folded, without characters that nobody sees, on one line a line."""
    shown = unicodedata.normalize("NFKC", text)
    unseen = {ord(char): None for char in set(shown) if unicodedata.category(char) == "Cf"}
    if unseen:
        shown = shown.translate(unseen)
    return re.sub(r"[^\S\n]+", " ", shown).casefold().replace("’", "'")


def _is_quoted(text: str, match: re.Match[str]) -> bool:
    """Whether the words stand in quotation marks in a text about such orders."""
    before, after = text[: match.start()].rstrip(), text[match.end() :]
    opened = any(mark in before[-60:] for mark in _QUOTES)
    closed = any(mark in after[:60] for mark in _QUOTES)
    return opened and closed and _ABOUT.search(text) is not None


def _shown(text: str, match: re.Match[str]) -> str:
    said = " ".join(text[match.start() :].split())
    return said if len(said) <= _SHOWN_CHARS else said[: _SHOWN_CHARS - 1].rsplit(" ", 1)[0] + "…"
