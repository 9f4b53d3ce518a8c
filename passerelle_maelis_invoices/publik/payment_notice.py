"""A payment notification of the portal: what it must say is little, since the citizen has already paid."""

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from ..domain.attention import Oddity
from ..domain.money import ZERO, InvalidAmount, parse_amount
from ..domain.notice import PaymentNotice
from ..errors import BadRequest
from .body import FORM, read_fields, storable_text, text_of
from .json_schemas import check

LONGEST_REFERENCE = 250
_AMOUNT = re.compile(r'[0-9]+(\.[0-9]*)?([eE][+-]?[0-9]{1,2})?')
_YEARS = range(2000, 2200)


def read_notice(body: bytes, content_type: str) -> PaymentNotice:
    """Raises BadRequest when the body is unreadable or names no transaction; nothing else is refused."""
    fields = _stripped(read_fields(body, content_type))
    check('pay', fields)
    amount, paid_at = _amount(fields), _moment(fields)
    return PaymentNotice(
        transaction_id=fields['transaction_id'],
        amount=amount,
        paid_at=paid_at,
        order_id=_reference(fields, 'order_id'),
        bank_transaction_id=_reference(fields, 'bank_transaction_id'),
        raw=text_of(body),
        oddities=(
            *_unless_read(amount, fields, 'amount', Oddity.UNREADABLE_AMOUNT),
            *_unless_read(paid_at, fields, 'transaction_date', Oddity.UNREADABLE_DATE),
        ),
    )


def read_what_can_be_read(body: bytes) -> PaymentNotice:
    """Of a body that was rejected, for a person to complete; never raises.

    ``transaction_id`` may be ''.
    """
    fields = _stripped(_fields_if_any(body))
    transaction_id = fields.get('transaction_id')
    return PaymentNotice(
        transaction_id if isinstance(transaction_id, str) else '', _amount(fields), _moment(fields)
    )


def _fields_if_any(body: bytes) -> dict[str, Any]:
    try:
        return read_fields(body, '')
    except BadRequest:
        return read_fields(body, FORM) if b'=' in body and not body.lstrip().startswith(b'{') else {}


def _stripped(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value.strip() if isinstance(value, str) else value for name, value in fields.items()}


def _amount(fields: Mapping[str, Any]) -> Decimal | None:
    text = str(fields.get('amount'))
    if not _AMOUNT.fullmatch(text):
        return None
    try:
        amount = parse_amount(text)
    except InvalidAmount:
        return None
    return amount if amount > ZERO else None


def _moment(fields: Mapping[str, Any]) -> datetime | None:
    """A time without zone is UTC: so does the portal write it."""
    try:
        moment = datetime.fromisoformat(str(fields.get('transaction_date')))
    except ValueError:
        return None
    if moment.year not in _YEARS:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)


def _unless_read(read: object, fields: Mapping[str, Any], name: str, oddity: Oddity) -> tuple[str, ...]:
    absent = fields.get(name) in (None, '')
    return () if absent or read is not None else (oddity.value,)


def _reference(fields: Mapping[str, Any], name: str) -> str:
    value = fields.get(name) or ''
    text = value if isinstance(value, str) else json.dumps(value)
    return storable_text(text)[:LONGEST_REFERENCE]
