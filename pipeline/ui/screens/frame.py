"""What every screen is given: the services, and the pages to link to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pipeline.domain import Criterion

if TYPE_CHECKING:
    from pipeline.wiring import Services


@dataclass(frozen=True)
class Frame:
    """Services and pages."""

    services: Services
    pages: dict[str, Any]
    """Name → Streamlit's page."""

    @property
    def criteria(self) -> dict[str, Criterion]:
        """Every criterion of the rubrics by its id."""
        return {criterion.id: criterion for rubric in self.services.rubrics for criterion in rubric.criteria}
