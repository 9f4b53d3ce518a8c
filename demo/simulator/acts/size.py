"""Faults of size, and PDFs that are not what they should be. Only single texts are built in memory."""

import gzip
from base64 import b64decode, b64encode
from collections.abc import Iterator

from lxml import etree

from demo.simulator.acts.call import Call
from demo.simulator.acts.content import MAINTENANCE
from demo.simulator.envelope import to_bytes

MEGABYTE = 1_000_000
XOP = 'http://www.w3.org/2004/08/xop/include'
MTOM = (
    'multipart/related; type="application/xop+xml"; boundary="limite"; '
    'start="<enveloppe@maelis>"; start-info="text/xml"'
)


def big_text(call: Call) -> None:
    call.spoil(lambda root: setattr(_last(root), 'text', 'a' * _size(call)))


def big_answer(call: Call) -> None:
    call.wire.stream(_padded(call.body(), call))


def gzip_bomb(call: Call) -> None:
    blank = gzip.compress(b' ' * MEGABYTE)
    start, end = _halves(call.body())
    pieces = [gzip.compress(start), *([blank] * (_size(call) // MEGABYTE)), gzip.compress(end)]
    call.wire.stream(pieces, {'Content-Encoding': 'gzip'})


def mtom_pdf(call: Call) -> None:
    answer = call.answer()
    if answer.refused:
        call.send(answer.root, answer.status)
        return
    holder = _last(answer.root)
    pdf = b64decode(holder.text or '')
    holder.text = None
    etree.SubElement(holder, f'{{{XOP}}}Include', href='cid:facture@maelis')
    call.wire.send(200, _multipart(to_bytes(answer.root), pdf), MTOM)


def big_pdf(call: Call) -> None:
    def fatten(root: etree._Element) -> None:
        pdf = b64decode(_last(root).text or '')
        _last(root).text = b64encode(pdf + b'%' * _size(call)).decode()

    call.spoil(fatten)


def not_a_pdf(call: Call) -> None:
    root = call.service.say(call.request, call.service.style.pdf(b64encode(MAINTENANCE).decode()))
    call.send(root)


def _size(call: Call) -> int:
    return int(call.number('megabytes') * MEGABYTE)


def _last(root: etree._Element) -> etree._Element:
    """The last element without children."""
    return list(root.iter())[-1]


def _halves(body: bytes) -> tuple[bytes, bytes]:
    """Between them, blanks change nothing."""
    cut = body.rindex(b'</')
    return body[:cut], body[cut:]


def _padded(body: bytes, call: Call) -> Iterator[bytes]:
    start, end = _halves(body)
    blank = b' ' * 100_000
    yield start
    for _ in range(_size(call) // len(blank)):
        yield blank
    yield end


def _multipart(envelope: bytes, pdf: bytes) -> bytes:
    return b'\r\n'.join(
        (
            b'--limite',
            b'Content-Type: application/xop+xml; charset=UTF-8; type="text/xml"',
            b'Content-Transfer-Encoding: binary',
            b'Content-ID: <enveloppe@maelis>',
            b'',
            envelope,
            b'--limite',
            b'Content-Type: application/pdf',
            b'Content-Transfer-Encoding: binary',
            b'Content-ID: <facture@maelis>',
            b'',
            pdf,
            b'--limite--',
            b'',
        )
    )


ACTS = {
    'big_text_12mb': big_text,
    'big_answer_200mb': big_answer,
    'gzip_bomb': gzip_bomb,
    'mtom_pdf': mtom_pdf,
    'big_pdf': big_pdf,
    'not_a_pdf': not_a_pdf,
}
