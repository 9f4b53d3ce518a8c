"""An invoice's PDF, passed through: Maelis holds it, we never keep it."""

from collections.abc import Sequence

from ..errors import NeverLeft, NotFound
from ..maelis import Deadline
from ..models import Regie
from ..settings import app_settings
from .breaker import known_down
from .maelis_of import maelis_of
from .read_invoices import read_invoice


def read_invoice_pdf(*, regie: Regie, invoice_id: str, family_ids: Sequence[str] | None) -> bytes:
    """Raises NotFound as ``read_invoice`` does, or without a PDF; MaelisError when it cannot be had.

    PDF_DEADLINE is for all of it: what reading the list took is not there for the PDF any more.
    """
    deadline = Deadline.after(app_settings().PDF_DEADLINE)
    invoice = read_invoice(regie=regie, invoice_id=invoice_id, family_ids=family_ids)
    if not invoice.has_pdf:
        raise NotFound
    if known_down(regie.connector):
        raise NeverLeft(detail='breaker open')
    return maelis_of(regie.connector).read_pdf(
        regie_code=regie.code, number=invoice.number, deadline=deadline
    )
