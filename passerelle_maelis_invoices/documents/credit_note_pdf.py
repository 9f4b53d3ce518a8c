"""Credit notes (avoirs) as PDF, for people."""

from collections.abc import Iterable
from io import BytesIO
from typing import Any, BinaryIO

from .blocks import foot, heading, notes, parties, ruled_table, totals
from .document import CreditNoteDocument
from .french import day_text, euros
from .pages import Story, write_stories
from .typography import RIGHT, SMALL, paragraph


def credit_note_pdf(credit_note: CreditNoteDocument) -> bytes:
    out = BytesIO()
    write_credit_notes_pdf([credit_note], out, title=f'Avoir {credit_note.number}')
    return out.getvalue()


def write_credit_notes_pdf(credit_notes: Iterable[CreditNoteDocument], out: BinaryIO, *, title: str) -> None:
    """Each on pages of its own."""
    write_stories(map(credit_note_story, credit_notes), out, title=title, author='')


def credit_note_story(credit_note: CreditNoteDocument) -> Story:
    amount = euros(credit_note.amount)
    return Story(
        [
            *parties(credit_note.sender, credit_note.payer),
            *heading(
                f'Avoir n° {credit_note.number}',
                f'Du {day_text(credit_note.day)}, sur la facture n° {_invoice(credit_note)}',
            ),
            *ruled_table(('Désignation', 'Montant'), [_cells(credit_note)], (83, 17)),
            *totals([('Total en votre faveur', amount)]),
            *notes(credit_note.notes, credit_note.sender.vat_note),
        ],
        foot(credit_note.sender),
    )


def _invoice(credit_note: CreditNoteDocument) -> str:
    day = f' du {day_text(credit_note.invoice_day)}' if credit_note.invoice_day else ''
    return f'{credit_note.invoice_number}{day}'


def _cells(credit_note: CreditNoteDocument) -> list[Any]:
    about = [paragraph(credit_note.reason), paragraph(f'Transaction {credit_note.transaction_id}', SMALL)]
    return [about, paragraph(euros(credit_note.amount), RIGHT)]
