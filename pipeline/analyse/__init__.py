"""Should this be self-paced training, for whom, and to what end."""

from pipeline.analyse.suitability import Assessment, assess, unanswered
from pipeline.analyse.triage import Triaged, triage

__all__ = ["Assessment", "Triaged", "assess", "triage", "unanswered"]
