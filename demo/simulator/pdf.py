"""A real invoice on one page, with text that can be selected and searched."""

from decimal import Decimal
from io import BytesIO

from demo.simulator.invoice import Invoice, Line
from demo.simulator.words import REGIE_LABELS

LEFT, RIGHT, TOP, STEP = 60, 535, 780, 20


def invoice_pdf(invoice: Invoice) -> bytes:
    """The same invoice always gives the same bytes."""
    from reportlab.lib.pagesizes import A4
    from reportlab.pdfgen.canvas import Canvas

    page = BytesIO()
    canvas = Canvas(page, pagesize=A4, invariant=1)
    canvas.setTitle(f'Facture {invoice.number}')
    canvas.setAuthor('Ville de Maelis-sur-Garonne')
    height = TOP
    for left, right, bold in _rows(invoice):
        canvas.setFont('Helvetica-Bold' if bold else 'Helvetica', 12 if bold else 10)
        canvas.drawString(LEFT, height, _printable(left))
        canvas.drawRightString(RIGHT, height, _printable(right))
        height -= STEP
    canvas.showPage()
    canvas.save()
    return page.getvalue()


def _rows(invoice: Invoice) -> list[tuple[str, str, bool]]:
    payer = invoice.payer
    return [
        ('Ville de Maelis-sur-Garonne', f'Facture n° {invoice.number}', True),
        (f'Régie {invoice.regie} – {REGIE_LABELS.get(invoice.regie, "")}', '', False),
        (invoice.label, f'du {invoice.issued:%d/%m/%Y}', True),
        (f'{payer.civility} {payer.firstname} {payer.lastname}', f'Dossier {invoice.family}', False),
        ('', '', False),
        *(_line(line) for line in invoice.lines),
        ('Total', _euros(invoice.amount), True),
        ('Déjà réglé', _euros(invoice.paid + invoice.treasury), False),
        ('Reste à payer', _euros(invoice.remaining), True),
        (f'À régler avant le {invoice.deadline:%d/%m/%Y}', '', False),
    ]


def _line(line: Line) -> tuple[str, str, bool]:
    detail = f'{line.quantity} × {_euros(line.unit_price)}'
    return f'{line.label} – {line.name} : {detail}', _euros(line.amount), False


def _euros(amount: Decimal) -> str:
    return f'{amount:.2f} €'.replace('.', ',')


def _printable(text: str) -> str:
    """The standard fonts know the letters of Western Europe only."""
    return text.encode('cp1252', 'replace').decode('cp1252')
