"""Articles before what headings name without one."""

from __future__ import annotations

import pytest

from pipeline.engines.embedded.articles import with_the
from pipeline.engines.embedded.material import Material, restrict
from pipeline.engines.embedded.phrasebook import phrasebook
from pipeline.engines.embedded.reading import read_blocks
from pipeline.engines.embedded.wording import Wording
from tests.engines.embedded.drafting import blocks_of

TEXT = """# Runbooks
The password reset runbook is for the service desk. Open the runbook before you call. A runbook has an owner.
The Scribe takes notes. If you are the Scribe, say so. Phishing is reported. Evidence is kept, and evidence is signed.
"""


@pytest.fixture(scope="module")
def material() -> Material:
    blocks = blocks_of(TEXT)
    return restrict(read_blocks(blocks, "en"), list(blocks), Wording(phrasebook("en")), memo={})


@pytest.mark.parametrize("phrase", ["password reset runbook", "mailbox runbook", "Scribe", "Scribe (S)"])
def test_one_thing_has_its_article_also_where_only_its_last_word_stands_in_the_text(
    material: Material, phrase: str
) -> None:
    assert with_the(phrase, material) == f"the {phrase}"


@pytest.mark.parametrize(
    "phrase",
    ["phishing", "resetting the password", "the runbook", "your runbook", "runbooks", "evidence", "unheard matter",
     "roles and runbook", "what to do", "", "“Runbook”"],
)  # fmt: skip
def test_what_is_many_or_done_or_has_one_already_is_left_as_it_is(material: Material, phrase: str) -> None:
    assert with_the(phrase, material) == phrase
