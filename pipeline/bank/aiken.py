"""Aiken question banks (docs.moodle.org: Aiken format): a question, its options under letters, and ANSWER."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipeline.bank.base import Sample
from pipeline.bank.markup import tidy
from pipeline.domain import Bank, BankItem, BankOption, ItemType
from pipeline.errors import UnreadableError

_OPTION = re.compile(r"^(?P<letter>[A-Z])[.)] +(?P<text>.*)$")
_KEY = re.compile(r"^ANSWER: *(?P<letter>[A-Z])\b", re.IGNORECASE)
_LOOKS_LIKE_AIKEN = re.compile(r"^[A-Z][.)] .*\n(?:\s*\n)*(?:[A-Z][.)] .*\n(?:\s*\n)*)*ANSWER: *[A-Z]\b", re.MULTILINE)


@dataclass(frozen=True)
class AikenReader:
    """Text in Aiken."""

    name: str = "aiken"
    label: str = "Aiken"

    def recognises(self, sample: Sample) -> bool:
        """Options under letters with a line ANSWER behind them."""
        return _LOOKS_LIKE_AIKEN.search((sample.text or "").replace("\r\n", "\n")) is not None

    def read(self, sample: Sample) -> Bank:
        """An item a question; what stands between two keys belongs to the second."""
        items: list[BankItem] = []
        stem: list[str] = []
        options: list[tuple[str, str]] = []
        first = 1
        for number, line in enumerate((sample.text or "").splitlines(), start=1):
            text = line.strip(" \t\r")
            if not text:
                continue
            if not stem and not options:
                first = number
            key, option = _KEY.match(text), _OPTION.match(text)
            if key:
                items.append(_item(len(items) + 1, first, stem, options, key["letter"].upper()))
                stem, options = [], []
            elif option and stem:
                options.append((option["letter"], tidy(option["text"])))
            elif options:
                # Aiken has no texts of two lines: this one belongs to the option above all the same.
                options[-1] = (options[-1][0], f"{options[-1][1]}\n{tidy(text)}")
            else:
                stem.append(tidy(text))
        if stem or options:
            item = BankItem(row=len(items) + 1, place=f"line {first}", type=None, stem="\n".join(stem))
            items.append(item.changed(problem="the line ANSWER is missing behind it"))
        if not items:
            raise UnreadableError(str(sample.path), why="it holds no question", mend="export the questions again")
        return Bank(format=self.name, items=tuple(items))


def _item(row: int, line: int, stem: list[str], options: list[tuple[str, str]], key: str) -> BankItem:
    words = "\n".join(stem).replace("\u2060", "").replace("\u00a0", " ")
    made = tuple(BankOption(text=text, correct=letter == key) for letter, text in options)
    item = BankItem(row=row, place=f"line {line}", type=ItemType.SINGLE, stem=words, options=made)
    if not made:
        return item.changed(type=None, problem="it has no options: begin each with a letter and a full stop")
    if not any(option.correct for option in made):
        return item.changed(problem=f"ANSWER names {key}, which none of its {len(made)} options has")
    return item
