"""Everything that is measured of some connectors, in the text format of Prometheus."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..errors import ConnectorError
from ..models import ApiClient, Connector
from .authorise import reach_all_connectors
from .count_rows import Figure, count_rows
from .measure import PREFIX, Meters, meters

if TYPE_CHECKING:
    from prometheus_client import Metric
    from prometheus_client.registry import Collector


class MetricsUnavailable(ConnectorError):
    http_status = 501
    err_class = 'metrics-unavailable'
    message = (
        'Les mesures demandent prometheus-client : installez passerelle-maelis-invoices[metrics], '
        'puis redémarrez.'
    )


@dataclass(frozen=True, slots=True)
class Metrics:
    content: bytes
    content_type: str


def read_metrics(*, client: ApiClient) -> Metrics:
    """Of the connectors that the client may reach whole. Raises Forbidden or MetricsUnavailable."""
    found = meters()
    if found is None:
        raise MetricsUnavailable
    from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest

    connectors = reach_all_connectors(client=client)
    registry = CollectorRegistry()
    registry.register(_Counted(found, connectors))
    registry.register(_Rows(connectors))
    return Metrics(generate_latest(registry), CONTENT_TYPE_LATEST)


class _Counted:
    """What the processes counted, of these connectors only."""

    def __init__(self, found: Meters, connectors: Sequence[Connector]) -> None:
        self._meters = found
        self._slugs = {connector.slug for connector in connectors}

    def collect(self) -> Iterator[Metric]:
        for metric in _source(self._meters).collect():
            if metric.name.startswith(PREFIX):
                metric.samples = [one for one in metric.samples if one.labels.get('connector') in self._slugs]
                yield metric


class _Rows:
    """What the tables say."""

    def __init__(self, connectors: Sequence[Connector]) -> None:
        self._connectors = connectors

    def collect(self) -> Iterator[Metric]:
        return map(_gauge, count_rows(self._connectors))


def _source(found: Meters) -> Collector:
    """This process's own counts, or those of all processes that share a folder."""
    if 'PROMETHEUS_MULTIPROC_DIR' not in os.environ:
        return found.registry
    from prometheus_client import CollectorRegistry
    from prometheus_client.multiprocess import MultiProcessCollector

    collector: Collector = MultiProcessCollector(CollectorRegistry())  # type: ignore[no-untyped-call]
    return collector


def _gauge(figure: Figure) -> Metric:
    from prometheus_client.core import GaugeMetricFamily

    gauge = GaugeMetricFamily(PREFIX + figure.name, figure.says, labels=['connector', *figure.labels])
    for values, number in figure.values.items():
        gauge.add_metric(values, number)
    return gauge
