"""P16: PDFs of all sizes, and things that are none, from a Maelis of our own to the portal."""

from __future__ import annotations

from random import Random

from django.test import Client, override_settings

from passerelle_maelis_invoices.models import Connector
from tests.builders import an_invoice
from tests.promises.figures import Figures
from tests.promises.stage import FAMILIES, Bill, Stage
from tests.test_p16_pdf import HTML, LARGEST, MEGABYTE, PDF, Maelis, a_maelis, noise

#: What may stand before a PDF, and makes it none.
BEFORE = (b'\n', b' ', HTML, b'PK\x03\x04', b'GIF89a', b'\xef\xbb\xbf', b'%pdf-', b'%PDF')
#: One document in so many is of megabytes, and one of those is too large.
RARITY = 25


def pass_documents(stage: Stage, *, documents: int, number: int) -> Figures:
    """Half of them are PDFs; `passed` those that must not be, `altered` those that are not the same bytes."""
    wrong = ('passed', 'altered')
    figures, dice = Figures('P16', stage.site.vendor, number, wrong=wrong), Random(number)
    http = Client(raise_request_exception=False, headers={'host': 'localhost'})
    with a_maelis() as maelis, override_settings(MAELIS_INVOICES_PDF_DEADLINE=60.0):
        address = f'http://127.0.0.1:{maelis.server_port}/'
        mine = Connector.objects.filter(pk=stage.connector.pk)
        mine.update(wsdl_url=f'{address}?wsdl', service_url=address)
        for _ in range(documents):
            maelis.document, is_pdf = _document(dice)
            _one(stage, http, maelis, is_pdf, figures)
    return figures


def _document(dice: Random) -> tuple[bytes, bool]:
    """With whether it may be passed."""
    big = dice.randrange(RARITY) == 0
    if big and dice.random() < 0.2:
        return noise(LARGEST + dice.randint(1, MEGABYTE)), False
    size = dice.randint(MEGABYTE, LARGEST) if big else dice.randint(5, 10 ** dice.randint(1, 5))
    document = noise(size)
    if dice.random() < 0.5:
        return document, True
    return dice.choice([*(start + document for start in BEFORE), document[: dice.randrange(5)], HTML]), False


def _one(stage: Stage, http: Client, maelis: Maelis, is_pdf: bool, figures: Figures) -> None:
    family = str(next(FAMILIES))
    invoice = an_invoice(family, regie=stage.regies['007'], family=family)
    answer = http.get(Bill('007', family, family, invoice.total).path(f'invoice/{family}-{family}/pdf/'))
    figures.counts['documents'] += 1
    figures.counts['megabytes'] += len(maelis.document) // MEGABYTE
    if is_pdf:
        figures.counts['altered'] += (answer.status_code, answer.content) != (200, maelis.document)
    else:
        refused = (answer.status_code, answer['Content-Type']) == (503, 'application/json')
        figures.counts['passed'] += not refused or PDF[:5] in answer.content
