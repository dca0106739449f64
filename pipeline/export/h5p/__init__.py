"""H5P: content-only packages, as an Interactive Book, a Question Set and a Branching Scenario."""

from pipeline.export.h5p.branching_scenario import BranchingScenarioExporter
from pipeline.export.h5p.interactive_book import InteractiveBookExporter
from pipeline.export.h5p.question_set import QuestionSetExporter

H5P_EXPORTERS = (InteractiveBookExporter(), QuestionSetExporter(), BranchingScenarioExporter())

__all__ = ["H5P_EXPORTERS"]
