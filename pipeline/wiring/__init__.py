"""Builds the services from `Settings`: the only place that picks a concrete store and engine.

What is asked for is loaded when it is asked for: a worker needs none of what the screens do, and every process pays for
what it loads.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pipeline.wiring.asking import opens_asker
    from pipeline.wiring.backlogs import batch_spec, forecast_sources, worker_process
    from pipeline.wiring.opening import (
        bank_reader,
        create_workspace,
        exporters,
        now,
        open_store,
        price_of,
        reads,
        rubrics,
    )
    from pipeline.wiring.services import Services, build_services

_HOMES = {
    "Services": "services",
    "bank_reader": "opening",
    "batch_spec": "backlogs",
    "build_services": "services",
    "create_workspace": "opening",
    "exporters": "opening",
    "forecast_sources": "backlogs",
    "now": "opening",
    "open_store": "opening",
    "opens_asker": "asking",
    "price_of": "opening",
    "reads": "opening",
    "rubrics": "opening",
    "worker_process": "backlogs",
}

__all__ = [
    "Services",
    "bank_reader",
    "batch_spec",
    "build_services",
    "create_workspace",
    "exporters",
    "forecast_sources",
    "now",
    "open_store",
    "opens_asker",
    "price_of",
    "reads",
    "rubrics",
    "worker_process",
]


def __getattr__(name: str) -> Any:
    """What the file of that subject has under the name."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
