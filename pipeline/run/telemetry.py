"""Spans and metrics of a worker for OpenTelemetry, where OTEL_EXPORTER_OTLP_ENDPOINT names a collector.

What the SDK reads from the environment besides (headers, timeouts, resource attributes) holds as documented by
OpenTelemetry. A collector that is away costs a log line of the SDK and no document.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from pipeline import __version__
from pipeline.errors import ConfigError
from pipeline.run.events import NoTelemetry, Telemetry

_EXTRA = "opentelemetry.exporter.otlp.proto.http"


def telemetry_to(endpoint: str | None, *, worker: str) -> Telemetry:
    """What sends to the endpoint; without one, what sends nothing. Raises ConfigError where the extra is missing."""
    if endpoint is None:
        return NoTelemetry()
    if importlib.util.find_spec("opentelemetry") is None or importlib.util.find_spec(_EXTRA) is None:
        raise ConfigError(
            "OTEL_EXPORTER_OTLP_ENDPOINT",
            why="OpenTelemetry is not installed",
            mend="run pip install 'sme2module[telemetry]', or unset it",
        )
    return OpenTelemetry(endpoint, worker=worker)


class OpenTelemetry:
    """Sends spans and metrics over OTLP/HTTP."""

    def __init__(self, endpoint: str, *, worker: str) -> None:
        from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.metrics import MeterProvider
        from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor

        base = endpoint.rstrip("/")
        resource = Resource.create(
            {"service.name": "sme2module", "service.version": __version__, "service.instance.id": worker}
        )
        self._traces = TracerProvider(resource=resource)
        self._traces.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint=f"{base}/v1/traces")))
        reader = PeriodicExportingMetricReader(OTLPMetricExporter(endpoint=f"{base}/v1/metrics"))
        self._metrics = MeterProvider(resource=resource, metric_readers=[reader])
        self._tracer = self._traces.get_tracer("sme2module")
        self._meter = self._metrics.get_meter("sme2module")
        self._counters: dict[str, Any] = {}
        self._histograms: dict[str, Any] = {}

    @contextmanager
    def span(self, name: str, **attributes: Any) -> Iterator[None]:
        """A span around the block; an exception that passes through marks it as failed."""
        with self._tracer.start_as_current_span(name, attributes=attributes):
            yield

    def count(self, name: str, amount: float, **attributes: Any) -> None:
        """Adds to a counter."""
        if name not in self._counters:
            self._counters[name] = self._meter.create_counter(name)
        self._counters[name].add(amount, attributes)

    def record(self, name: str, value: float, **attributes: Any) -> None:
        """One value of a histogram."""
        if name not in self._histograms:
            self._histograms[name] = self._meter.create_histogram(name, unit="s")
        self._histograms[name].record(value, attributes)

    def close(self) -> None:
        """Sends what is left."""
        self._traces.shutdown()
        self._metrics.shutdown()
