"""Every night, at the hour that is set, each connector's refresh begins in the cluster."""

import logging
from datetime import datetime, time

from ..domain.nightly import due_since
from ..errors import RefreshUnderWay
from ..models import Connector
from ..settings import app_settings
from .share_refresh import share_refresh

logger = logging.getLogger(__name__)


def open_nightly_refreshes(now: datetime) -> None:
    """Once a night, however often it is called; what an earlier day left undone is not gone on with."""
    at = app_settings().REFRESH_AT
    due = due_since(time.fromisoformat(at), now) if at else None
    if due is None:
        return
    for connector in Connector.objects.defer('password').exclude(refresh_runs__started_at__gte=due):
        _open(connector)


def _open(connector: Connector) -> None:
    try:
        share_refresh(connector=connector, afresh=True)
    except RefreshUnderWay as error:
        logger.debug('refresh of connector %s: %s', connector.slug, error)
