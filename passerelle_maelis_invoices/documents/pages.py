"""Pages of a PDF: one document after another, each on pages of its own, drawn as they come."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Frame

from .typography import QUIET, REGULAR, drawable, register_fonts, shortened

MARGIN, FOOT = 18 * mm, 22 * mm
WIDTH = A4[0] - 2 * MARGIN
Flowables = Sequence[Any]


@dataclass(frozen=True, slots=True)
class Story:
    """One document: what flows over its pages, and the line at their foot."""

    flowables: Flowables
    footer: str


def new_canvas(out: BinaryIO, *, title: str, author: str, pagesize: tuple[float, float] = A4) -> Canvas:
    """A PDF in French, whose title is what its reader shows."""
    register_fonts()
    canvas = Canvas(out, pagesize=pagesize, lang='fr-FR', pageCompression=1, initialFontName=REGULAR)
    canvas.setTitle(title)
    canvas.setAuthor(author)
    canvas.setSubject(title)
    canvas.setCreator('Passerelle Maelis')
    canvas.setViewerPreference('DisplayDocTitle', 'true')
    return canvas


def draw_story(canvas: Canvas, story: Story) -> None:
    left, page = list(story.flowables), 0
    while left:
        page += 1
        first = left[0]
        _draw_foot(canvas, story.footer, page)
        _fill(_frame(), left, canvas)
        if left and left[0] is first:
            raise ValueError(f'larger than a page: {first!r:.100}')
        canvas.showPage()


def write_stories(stories: Iterable[Story], out: BinaryIO, *, title: str, author: str) -> None:
    canvas = new_canvas(out, title=title, author=author)
    for story in stories:
        draw_story(canvas, story)
    canvas.save()


def _fill(frame: Frame, left: list[Any], canvas: Canvas) -> None:
    while left and frame.add(left[0], canvas):
        del left[0]
    pieces = frame.split(left[0], canvas) if left else []
    if len(pieces) > 1 and frame.add(pieces[0], canvas):
        left[:1] = pieces[1:]


def _frame() -> Frame:
    height = A4[1] - MARGIN - FOOT
    return Frame(MARGIN, FOOT, WIDTH, height, leftPadding=0, rightPadding=0, topPadding=0, bottomPadding=0)


def _draw_foot(canvas: Canvas, footer: str, page: int) -> None:
    canvas.setFont(REGULAR, 7)
    canvas.setFillColor(QUIET)
    canvas.drawString(MARGIN, 12 * mm, shortened(footer, WIDTH - 25 * mm, REGULAR, 7))
    canvas.drawRightString(A4[0] - MARGIN, 12 * mm, drawable(f'page {page}'))
