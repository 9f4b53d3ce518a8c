"""What can be exported, and in which forms."""

from enum import StrEnum


class ExportKind(StrEnum):
    INVOICES = 'invoices'
    CREDIT_NOTES = 'credit-notes'
    PAYMENTS = 'payments'
    LEDGER = 'ledger'
    RECONCILIATION = 'reconciliation'


class ExportFormat(StrEnum):
    PDF = 'pdf'
    JSON = 'json'
    XML = 'xml'
    CSV = 'csv'
    SPREADSHEET = 'xlsx'
    #: PDF for people with the EN 16931 XML inside, for machines.
    FACTUR_X = 'factur-x'


class ExportState(StrEnum):
    PENDING = 'pending'
    CREATED = 'created'
    FAILED = 'failed'


#: Of these there is a document for each, not a line in a table.
WITH_DOCUMENTS = (ExportKind.INVOICES, ExportKind.CREDIT_NOTES)
#: One file for each document, hence an archive of them.
ARCHIVED = (ExportFormat.XML, ExportFormat.FACTUR_X)

MEDIA_TYPES = {
    'pdf': 'application/pdf',
    'json': 'application/json',
    'xml': 'application/xml',
    'csv': 'text/csv; charset=utf-8',
    'xlsx': 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
    'zip': 'application/zip',
}


def formats_of(kind: ExportKind) -> tuple[ExportFormat, ...]:
    return tuple(form for form in ExportFormat if form is not ExportFormat.FACTUR_X or kind in WITH_DOCUMENTS)


def extension_of(kind: ExportKind, form: ExportFormat) -> str:
    """
    >>> [extension_of(kind, ExportFormat.XML) for kind in (ExportKind.INVOICES, ExportKind.PAYMENTS)]
    ['zip', 'xml']
    """
    return 'zip' if kind in WITH_DOCUMENTS and form in ARCHIVED else form.value
