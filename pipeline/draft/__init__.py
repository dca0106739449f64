"""Brief and chunks → outline → objectives, lessons, items and job aids; and another version of one element."""

from pipeline.draft.desk import Report
from pipeline.draft.module import Drafted, draft_elements
from pipeline.draft.outlines import Outlined, outline_elements
from pipeline.draft.rewrite import can_be_rewritten, rewrite_element
from pipeline.draft.rewrites import refitted, rewrite_elements

__all__ = [
    "Drafted",
    "Outlined",
    "Report",
    "can_be_rewritten",
    "draft_elements",
    "outline_elements",
    "refitted",
    "rewrite_element",
    "rewrite_elements",
]
