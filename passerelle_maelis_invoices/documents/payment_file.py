"""Read a file of payments to import, CSV or JSON: every payment, and everything that is wrong.

Nothing is guessed: a payment that cannot be read whole is an error, since a person is there to correct it.
"""

from dataclasses import dataclass

from ..domain.payment_row import PaymentRow, RowError
from .payment_fields import FRENCH, STRICT, Forms, read_fields
from .payment_tables import RawRow, UnreadableFile, csv_rows, json_rows


@dataclass(frozen=True, slots=True)
class PaymentFile:
    """In the order of the file."""

    rows: tuple[PaymentRow, ...]
    errors: tuple[RowError, ...]


def read_payment_file(content: bytes) -> PaymentFile:
    """JSON when it begins like JSON, otherwise CSV. Never raises: what is wrong is in ``errors``."""
    try:
        text = _text(content)
        is_json = text.lstrip().startswith(('[', '{'))
        found = list(json_rows(text) if is_json else csv_rows(text))
    except UnreadableFile as error:
        return PaymentFile((), (RowError(error.place, str(error)),))
    return _read(found, STRICT if is_json else FRENCH)


def _read(found: list[RawRow], forms: Forms) -> PaymentFile:
    rows: list[PaymentRow] = []
    errors: list[RowError] = []
    for raw in found:
        row, wrong = read_fields(raw.place, raw.fields, forms) if raw.fields else (None, [raw.problem])
        errors += [RowError(raw.place, problem) for problem in wrong]
        rows += [row] if row and not wrong else []
    return PaymentFile(tuple(rows), tuple(errors))


def _text(content: bytes) -> str:
    """UTF-8, as most programs write it; UTF-16 or Windows-1252, as Excel may."""
    utf_16 = content.startswith((b'\xff\xfe', b'\xfe\xff'))
    for encoding in ['utf-16'] if utf_16 else ['utf-8-sig', 'cp1252']:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise UnreadableFile('fichier', 'encodage inconnu ; enregistrez-le en UTF-8.')
