"""What a parser stumbled over, in words for the person whose file it is: names of exceptions tell them nothing."""

from __future__ import annotations

_WORDS = {
    "XMLSyntaxError": "its XML is broken",
    "ParseError": "its XML is broken",
    "BadZipFile": "a part of it cannot be unpacked",
    "LZMAError": "a part of it cannot be unpacked",
    "zlib.error": "a part of it cannot be unpacked",
    "EOFError": "it ends too early",
    "NotImplementedError": "a part of it is packed or written in a way that is not known",
    "RecursionError": "it is nested too deeply",
    "KeyError": "a part of it is missing",
}
# What libxml2 calls its limits.
_XML_LIMITS = (
    ("depth", "it is nested too deeply"),
    ("entit", "it declares entities that grow beyond every limit"),
    ("amplification", "it declares entities that grow beyond every limit"),
)
_UNKNOWN = "its content is not as its format demands"


def stumbled_over(error: BaseException) -> str:
    """The damage, as a clause such as "its XML is broken"; the error itself belongs beside it as the cause."""
    kind = type(error)
    if isinstance(error, UnicodeError):
        return "its letters cannot be made out"
    if kind.__name__ == "XMLSyntaxError":
        said = str(error).lower()
        return next((words for sign, words in _XML_LIMITS if sign in said), _WORDS["XMLSyntaxError"])
    return _WORDS.get(kind.__name__) or _WORDS.get(f"{kind.__module__}.{kind.__name__}") or _UNKNOWN
