"""Scripts and discussions of the embedded engine."""

from __future__ import annotations

import re

import pytest

from pipeline import prose
from pipeline.domain import ResourceKind
from tests.engines.embedded.drafting import SEALER, blocks_of
from tests.engines.embedded.telling import resources_of

SCRIPTS = (ResourceKind.VIDEO_SCRIPT, ResourceKind.PODCAST_SCRIPT)


@pytest.mark.parametrize("kind", SCRIPTS)
def test_a_script_is_short_and_stops_with_a_question_that_is_answered_afterwards(kind: ResourceKind) -> None:
    (script,) = resources_of(SEALER, kind)
    spoken = [line.text for line in prose.lines(script.markdown) if line.kind == "text"]
    assert len(prose.words(" ".join(spoken))) <= 900
    pauses = [place for place, text in enumerate(spoken) if text.startswith("‖")]
    assert len(pauses) >= 2
    stretch = 0
    for place, text in enumerate(spoken):
        stretch += len(prose.words(text))
        if place in pauses:
            assert text.rstrip().endswith("?")
            assert stretch <= 300
            stretch = 0
            answer = spoken[place + 1]
            assert answer not in " ".join(spoken[:place]), "it is not told before it is asked"


def test_the_screen_shows_names_and_figures_and_a_podcast_has_none() -> None:
    video, podcast = resources_of(SEALER, *SCRIPTS)
    shown = [line.text for line in prose.lines(video.markdown) if line.kind == "quote"]
    spoken = prose.same(" ".join(line.text for line in prose.lines(video.markdown) if line.kind == "text"))
    assert shown
    for line in shown:
        assert all(len(prose.words(piece)) < 6 or prose.same(piece) not in spoken for piece in line.split(" · "))
    assert not any(line.kind == "quote" for line in prose.lines(podcast.markdown))


def test_a_discussion_asks_about_the_participants_own_work_and_says_what_to_listen_for() -> None:
    (discussion,) = resources_of(SEALER, ResourceKind.DISCUSSION)
    prompts = re.findall(r"^\d+\. .+\?$", discussion.markdown, re.MULTILINE)
    assert 3 <= len(prompts) <= 5
    assert len(set(prompts)) == len(prompts)
    assert discussion.markdown.count("*Listen for:*") == len(prompts)
    assert len(discussion.quotes) >= 3


def test_every_quote_is_the_sources_and_nothing_is_told_of_a_source_without_rules() -> None:
    whole = {block.id: block.text for block in blocks_of(SEALER)}
    for made in resources_of(SEALER, *SCRIPTS, ResourceKind.DISCUSSION):
        assert all(quote.text in whole[quote.block] for quote in made.quotes)
    assert resources_of("# The hall\nThe hall was built in 1998.\n", *SCRIPTS, ResourceKind.DISCUSSION) == ()
