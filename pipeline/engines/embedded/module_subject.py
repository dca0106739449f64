"""What a whole module is about, for what is told of all of it. In: material; out: phrases."""

from __future__ import annotations

from pipeline.engines.embedded import verbs
from pipeline.engines.embedded.grammar import DETERMINERS, POSSESSIVES, PREPOSITIONS
from pipeline.engines.embedded.material import Material
from pipeline.engines.embedded.subjects import about_title, main_subject, subject_of_sections
from pipeline.engines.embedded.wording import ends_sentence, words_of

_WORDS_MAX = 12
_PARTICLES = frozenset("up out off back down in over away on".split())


def module_subject(material: Material) -> str:
    """The document's subject; where no heading names it, that of the line it begins with, else of its main section.

    Fits behind "on" and a colon.
    """
    about = main_subject(material)
    if about and len(words_of(about)) <= _WORDS_MAX:
        return about
    first = next((block for section in material.whole.sections for block in section.blocks), None)
    if first is not None and len(words_of(first.text)) <= _WORDS_MAX and not ends_sentence(first.text):
        about = about_title(first.text, material.wording)
        if about:
            return about
    return subject_of_sections(material.sections, material)


def doing_in_module(material: Material) -> str:
    """The subject where it is something one is doing ("taking back a parcel"), fitting behind "You are"; else ""."""
    about = module_subject(material)
    said = [word.lower() for word in words_of(about)]
    if len(said) < 2 or verbs.base_of_gerund(said[0]) is None:
        return ""
    # "binding operational directives" are things, "cleaning the press" is something one does.
    return about if said[1] in DETERMINERS | POSSESSIVES | PREPOSITIONS | _PARTICLES else ""
