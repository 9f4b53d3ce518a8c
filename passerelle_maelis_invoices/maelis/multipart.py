"""Answers that come as multipart/related: the XML first, attachments behind it (MTOM)."""

import base64
import binascii
from collections.abc import Mapping
from email.message import Message
from email.parser import BytesHeaderParser

from .outcomes import Cause, Failure


def is_multipart(content_type: str) -> bool:
    return content_type.lower().lstrip().startswith('multipart/')


def split_parts(content_type: str, body: bytes) -> tuple[bytes, Mapping[str, bytes]]:
    """The root part, and all parts by Content-ID, without its angle brackets; raises Failure."""
    headers = Message()
    headers['Content-Type'] = content_type
    boundary, start = headers.get_param('boundary'), headers.get_param('start')
    delimiter = f'\r\n--{boundary}'.encode('latin-1', 'replace')
    pieces = (b'\r\n' + body).split(delimiter) if boundary else []
    if len(pieces) < 3 or not pieces[-1].startswith(b'--'):
        raise Failure(Cause.MALFORMED, 'multipart answer without its parts')
    parts = dict(_part(piece, rank) for rank, piece in enumerate(pieces[1:-1]))
    root = parts.get(_bare(str(start or '')))
    return (root if root is not None else next(iter(parts.values()))), parts


def _part(piece: bytes, rank: int) -> tuple[str, bytes]:
    head, separator, content = piece.partition(b'\r\n\r\n')
    if not separator:
        raise Failure(Cause.MALFORMED, 'part without headers')
    headers = BytesHeaderParser().parsebytes(head.lstrip(b' \t').removeprefix(b'\r\n'))
    name = _bare(headers.get('Content-ID', '')) or f'part {rank}'
    return name, _decoded(content, headers.get('Content-Transfer-Encoding', ''))


def _decoded(content: bytes, encoding: str) -> bytes:
    if encoding.strip().lower() != 'base64':
        return content
    try:
        return base64.b64decode(content.translate(None, b'\r\n'), validate=True)
    except binascii.Error:
        raise Failure(Cause.MALFORMED, 'damaged part') from None


def _bare(content_id: str) -> str:
    return content_id.strip().removeprefix('<').removesuffix('>')
