"""Should this be self-paced training, for whom, and to what end."""

from pipeline.analyse.suitability import Assessment, assess, unanswered

__all__ = ["Assessment", "assess", "unanswered"]
