"""The blocks that documents are made of: sender, payer, title, tables, notes."""

from collections.abc import Iterable, Sequence
from io import BytesIO
from typing import Any

from reportlab.lib.units import mm
from reportlab.lib.utils import ImageReader
from reportlab.platypus import Image, Spacer, Table, TableStyle

from .document import Payer, Sender
from .pages import WIDTH
from .typography import BODY, REGULAR, RULE, SHADE, SMALL, STRONG, STRONG_RIGHT, TITLE, paragraph

LOGO_SIZE = (45 * mm, 20 * mm)
#: Cells of text: the first column wraps, the others are numbers.
Cells = Sequence[Any]

FONT = ('FONTNAME', (0, 0), (-1, -1), REGULAR)
PLAIN = [
    FONT,
    ('VALIGN', (0, 0), (-1, -1), 'TOP'),
    ('LEFTPADDING', (0, 0), (-1, -1), 0),
    ('RIGHTPADDING', (0, 0), (-1, -1), 0),
]
ROWS = [
    FONT,
    ('VALIGN', (0, 0), (-1, -1), 'TOP'),
    ('LINEBELOW', (0, 0), (-1, -1), 0.5, RULE),
    ('LEFTPADDING', (0, 0), (-1, -1), 4),
    ('RIGHTPADDING', (0, 0), (-1, -1), 4),
    ('TOPPADDING', (0, 0), (-1, -1), 3),
    ('BOTTOMPADDING', (0, 0), (-1, -1), 3),
]
RULED = [*ROWS, ('BACKGROUND', (0, 0), (-1, 0), SHADE)]


def parties(sender: Sender, payer: Payer) -> list[Any]:
    """Sender on the left, payer on the right, where the window of an envelope is."""
    table = Table([[_sender(sender), _payer(payer)]], colWidths=[WIDTH * 0.55, WIDTH * 0.45])
    table.setStyle(TableStyle(PLAIN))
    return [table, Spacer(1, 12 * mm)]


def heading(title: str, *lines: str) -> list[Any]:
    return [paragraph(title, TITLE), *(paragraph(line, BODY) for line in lines if line), Spacer(1, 6 * mm)]


def ruled_table(titles: Iterable[str], rows: Iterable[Cells], shares: Sequence[float]) -> list[Any]:
    """The first column is text, the others numbers; goes on over pages under the same titles."""
    first, *others = titles
    head = [paragraph(first, STRONG), *(paragraph(title, STRONG_RIGHT) for title in others)]
    widths = [WIDTH * share / sum(shares) for share in shares]
    table = Table([head, *rows], colWidths=widths, repeatRows=1)
    table.setStyle(TableStyle(RULED))
    return [table, Spacer(1, 3 * mm)]


def totals(lines: Sequence[tuple[str, str]]) -> list[Any]:
    """At the right, the last one in bold, never apart from one another."""
    rows = [
        [paragraph(label, STRONG), paragraph(text, STRONG_RIGHT)]
        if (label, text) == lines[-1]
        else [paragraph(label), paragraph(text, STRONG_RIGHT)]
        for label, text in lines
    ]
    table = Table(rows, colWidths=[WIDTH * 0.3, WIDTH * 0.2], hAlign='RIGHT')
    whole, last = ('NOSPLIT', (0, 0), (-1, -1)), ('BACKGROUND', (0, -1), (-1, -1), SHADE)
    table.setStyle(TableStyle([*ROWS, whole, last]))
    return [table, Spacer(1, 8 * mm)]


def notes(texts: Sequence[str], small: str = '') -> list[Any]:
    said = [item for text in texts for item in (paragraph(text), Spacer(1, 2 * mm))]
    return [*said, *([paragraph(small, SMALL)] if small else [])]


def foot(sender: Sender) -> str:
    parts = [sender.footer or sender.name, f'SIRET {sender.siret}' if sender.siret else '']
    return ' – '.join(part for part in parts if part)


def _sender(sender: Sender) -> list[Any]:
    logo = [_logo(sender.logo), Spacer(1, 2 * mm)] if sender.logo else []
    lines = [paragraph(line) for line in (sender.regie, *sender.address) if line != sender.name]
    return [*logo, paragraph(sender.name, STRONG), *lines]


def _payer(payer: Payer) -> list[Any]:
    family = [paragraph(f'Dossier famille n° {payer.family_id}', SMALL)] if payer.family_id else []
    address = [paragraph(line) for line in payer.address]
    return [Spacer(1, 14 * mm), paragraph(payer.name, STRONG), *address, *family]


def _logo(content: bytes) -> Image:
    width, height = ImageReader(BytesIO(content)).getSize()
    scale = min(LOGO_SIZE[0] / width, LOGO_SIZE[1] / height)
    return Image(BytesIO(content), width * scale, height * scale, hAlign='LEFT')
