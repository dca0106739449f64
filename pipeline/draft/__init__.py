"""Brief and chunks → outline → objectives, lessons, items and job aids; and another version of one element."""

from pipeline.draft.desk import Report
from pipeline.draft.module import Drafted, draft_elements
from pipeline.draft.outlines import Outlined, outline_elements
from pipeline.draft.rewrite import rewrite_element

__all__ = ["Drafted", "Outlined", "Report", "draft_elements", "outline_elements", "rewrite_element"]
