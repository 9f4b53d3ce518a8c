"""What a régie's documents have in common: its block, and its texts."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from django.template import Context
from django.template.loader import render_to_string

from ..documents.document import NOT_SUBJECT_TO_VAT, Sender
from ..models import DocumentSettings, Regie
from ..models.document_settings import ENGINE

logger = logging.getLogger(__name__)
TEMPLATES = 'passerelle_maelis_invoices/documents'
Text = Literal['invoice', 'credit_note', 'receipt']


@dataclass(frozen=True, slots=True)
class Letterhead:
    sender: Sender
    #: An administrator's own texts; '' where the default holds.
    texts: Mapping[str, str]

    def notes(self, text: Text, values: Mapping[str, object]) -> tuple[str, ...]:
        """The paragraphs under a document; ``values`` are texts ready to print."""
        said = self._own(text, values) or render_to_string(f'{TEMPLATES}/{text}.txt', dict(values))
        return tuple(part.strip() for part in said.replace('\r\n', '\n').split('\n\n') if part.strip())

    def _own(self, text: Text, values: Mapping[str, object]) -> str:
        """A text that cannot be rendered must not keep a payer from a receipt: the default stands in."""
        try:
            return ENGINE.from_string(self.texts[text]).render(Context(dict(values), autoescape=False))
        except Exception:
            logger.exception('the %s text of %s cannot be rendered', text, self.sender.regie)
            return ''


def letterhead(regie: Regie) -> Letterhead:
    """Read once for all the documents of an export."""
    own = DocumentSettings.objects.filter(regie=regie).first() or DocumentSettings(regie=regie)
    sender = Sender(
        name=own.organisation or regie.connector.title,
        regie=regie.label,
        regie_code=regie.code,
        address=tuple(line.strip() for line in own.address.splitlines() if line.strip()),
        siret=own.siret,
        logo=bytes(own.logo or b''),
        vat_note=own.vat_note or NOT_SUBJECT_TO_VAT,
        footer=own.footer,
    )
    texts = {
        'invoice': own.invoice_text,
        'credit_note': own.credit_note_text,
        'receipt': own.receipt_text,
    }
    return Letterhead(sender, texts)
