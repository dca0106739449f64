"""A module as learners would see it now, for who reviews it: the one-page player, of which nothing is kept anywhere.

In: a package and the address of its review. Out: one page. It is shown by the review screen's own server and is never
handed out: whoever should learn from it gets a format of `EXPORTERS`.
"""

from __future__ import annotations

from pipeline.export.base import Package
from pipeline.export.figures import in_page
from pipeline.export.player_page import player_in_one_page


def preview_page(package: Package, *, review: str) -> str:
    """The page; `review` is the relative address of the module's review, to which `&element=ID` is added."""
    from pipeline.export.course import course_of

    return player_in_one_page({**course_of(package, in_page(package)), "review": review}, driver="preview")
