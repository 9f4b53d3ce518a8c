"""From the fields of one row to a payment, or to what is wrong with each of them."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from ..domain.money import ZERO, InvalidAmount, parse_amount
from ..domain.notice import PaymentNotice
from ..domain.paris import PARIS
from ..domain.payment_row import PaymentRow

SCHEMA = Path(__file__).parent / 'schemas' / 'payment_row.json'
YEARS = range(2000, 2200)
STRICT_AMOUNT = re.compile(r'[0-9]+(\.[0-9]{1,2})?')
#: As French spreadsheets write it: '1 234,50 €', with any of three kinds of space.
FRENCH_AMOUNT = re.compile(
    r'([0-9]+|[0-9]{1,3}([ \u00a0\u202f][0-9]{3})+)([.,][0-9]{1,2})?[ \u00a0\u202f]?€?'
)
FRENCH_MOMENTS = ('%d/%m/%Y', '%d/%m/%Y %H:%M', '%d/%m/%Y %H:%M:%S')


@dataclass(frozen=True, slots=True)
class Forms:
    """How amounts and moments may be written; both raise ValueError."""

    amount: Callable[[str], Decimal]
    moment: Callable[[str], datetime]


def read_fields(place: str, fields: Mapping[str, Any], forms: Forms) -> tuple[PaymentRow | None, list[str]]:
    """The payment, or else everything that is wrong, in French."""
    wrong = sorted({_reason(error) for error in _validator().iter_errors(fields)})
    if wrong:
        return None, wrong
    amount = _read(fields, 'amount', forms.amount, wrong)
    paid_at = _read(fields, 'transaction_date', forms.moment, wrong)
    return (None, wrong) if wrong else (_row(place, fields, amount, paid_at), [])


def _row(place: str, fields: Mapping[str, Any], amount: Any, paid_at: Any) -> PaymentRow:
    notice = PaymentNotice(
        transaction_id=fields['transaction_id'],
        amount=amount,
        paid_at=paid_at,
        order_id=fields.get('order_id', ''),
        bank_transaction_id=fields.get('bank_transaction_id', ''),
        raw=_storable(json.dumps(fields, ensure_ascii=False)),
    )
    return PaymentRow(place, fields.get('connector', ''), fields['regie'], fields['invoice_id'], notice)


def _read(fields: Mapping[str, Any], name: str, read: Callable[[str], Any], wrong: list[str]) -> Any:
    text = fields.get(name)
    if text is None:
        return None
    try:
        return read(text)
    except ValueError:
        wrong.append(f'« {name} » est illisible : {text!r}.')
        return None


def _strict_amount(text: str) -> Decimal:
    if not STRICT_AMOUNT.fullmatch(text):
        raise InvalidAmount(text)
    amount = parse_amount(text)
    if amount <= ZERO:
        raise InvalidAmount(text)
    return amount


def _french_amount(text: str) -> Decimal:
    if not FRENCH_AMOUNT.fullmatch(text):
        raise InvalidAmount(text)
    return _strict_amount(re.sub(r'[ \u00a0\u202f€]', '', text).replace(',', '.'))


def _iso_moment(text: str) -> datetime:
    """A time without zone is UTC: so does the portal write it."""
    moment = datetime.fromisoformat(text)
    if moment.year not in YEARS:
        raise ValueError(text)
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)


def _french_moment(text: str) -> datetime:
    """'02/03/2026 14:30' is what a person reads on a clock in France."""
    for form in FRENCH_MOMENTS:
        try:
            moment = datetime.strptime(text, form).replace(tzinfo=PARIS)
        except ValueError:
            continue
        return _iso_moment(moment.isoformat())
    return _iso_moment(text)


STRICT = Forms(_strict_amount, _iso_moment)
FRENCH = Forms(_french_amount, _french_moment)


@cache
def _validator() -> Draft202012Validator:
    return Draft202012Validator(json.loads(SCHEMA.read_text(encoding='utf-8')))


def _reason(error: ValidationError) -> str:
    if error.validator == 'required':
        return f'« {error.message.split(chr(39))[1]} » est obligatoire.'
    name = '.'.join(str(part) for part in error.absolute_path)
    if error.validator == 'type':
        return f'« {name} » doit être un texte ou un nombre.'
    expected = error.schema.get('description', '') if isinstance(error.schema, dict) else ''
    return f'« {name} » ne convient pas : {error.instance!r:.80}. {expected}'.strip()


def _storable(text: str) -> str:
    """Without what databases refuse: zero bytes and lone surrogates become escapes."""
    return text.encode('utf-8', 'backslashreplace').decode().replace('\0', r'\x00')
