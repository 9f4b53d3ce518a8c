"""Reads JSON scalars without ever failing: a portal shows what it can."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any


def amount(value: Any) -> Decimal:
    try:
        return Decimal(str(value))
    except InvalidOperation:
        return Decimal(0)


def day(value: Any) -> date | None:
    try:
        return date.fromisoformat(str(value or '')[:10])
    except ValueError:
        return None


def moment(value: Any) -> datetime | None:
    """An aware moment; one without a zone is taken as UTC."""
    try:
        read = datetime.fromisoformat(str(value or ''))
    except ValueError:
        return None
    return read if read.tzinfo else read.replace(tzinfo=UTC)
