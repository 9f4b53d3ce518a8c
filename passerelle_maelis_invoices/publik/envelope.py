"""The JSON object around every answer to the portal."""

from datetime import UTC, datetime
from typing import Any

from ..errors import ConnectorError, Forbidden

Envelope = dict[str, Any]


def success(data: object, **beside: object) -> Envelope:
    """``beside``: what stands next to ``data``, such as ``meta``."""
    return {'data': data, **beside, 'err': 0}


def failure(error: ConnectorError, **beside: object) -> Envelope:
    """A refusal of access reads the same whatever its reason."""
    description = Forbidden.message if isinstance(error, Forbidden) else str(error)
    return {'data': None, **beside, 'err': 1, 'err_class': error.err_class, 'err_desc': description}


def age(source: str, as_of: datetime | None) -> Envelope:
    """Where a list comes from, and when Maelis last said so."""
    return {'source': source, 'as_of': as_of and utc_text(as_of)}


def utc_text(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec='seconds')
