"""Builds the services from `Settings`: the only place that picks a concrete store and engine."""

from pipeline.wiring.asking import opens_asker
from pipeline.wiring.backlogs import batch_spec, forecast_sources, worker_process
from pipeline.wiring.opening import bank_reader, create_workspace, exporters, now, open_store, price_of, reads, rubrics
from pipeline.wiring.services import Services, build_services

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
