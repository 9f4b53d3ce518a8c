"""The body of an HTTP answer, within a size that holds once uncompressed."""

import zlib
from collections.abc import Iterator
from http.client import HTTPResponse
from typing import Protocol

from .outcomes import Cause, Failure

CHUNK = 64 * 1024

#: zlib's window sizes; the second tells the gzip and the zlib form apart by itself.
WINDOWS = {'gzip': 16 + zlib.MAX_WBITS, 'x-gzip': 16 + zlib.MAX_WBITS, 'deflate': 32 + zlib.MAX_WBITS}


def read_body(response: HTTPResponse, max_size: int) -> bytes:
    """Raises Failure when it is too large or ends early; ``max_size`` is in bytes."""
    if (response.length or 0) > max_size:
        raise Failure(Cause.TOO_LARGE, f'announces {response.length} bytes')
    decoder = _decoder_for(response.headers.get('Content-Encoding', ''))
    body = bytearray()
    for chunk in _chunks(response, max_size):
        body += decoder.decompress(chunk, max_size + 1 - len(body))
        if len(body) > max_size:
            raise Failure(Cause.TOO_LARGE, f'more than {max_size} bytes')
    if not decoder.eof:
        raise Failure(Cause.CUT, 'compressed body ends early')
    return bytes(body)


class _Decoder(Protocol):
    @property
    def eof(self) -> bool: ...

    def decompress(self, data: bytes, max_length: int, /) -> bytes: ...


class _Identity:
    eof = True

    def decompress(self, data: bytes, max_length: int, /) -> bytes:
        return data


def _decoder_for(encoding: str) -> _Decoder:
    name = encoding.strip().lower()
    if name in ('', 'identity'):
        return _Identity()
    if name not in WINDOWS:
        raise Failure(Cause.MALFORMED, 'unknown content encoding')
    return zlib.decompressobj(WINDOWS[name])


def _chunks(response: HTTPResponse, max_size: int) -> Iterator[bytes]:
    announced, received = response.length, 0
    while chunk := response.read(CHUNK):
        received += len(chunk)
        if received > max_size:
            raise Failure(Cause.TOO_LARGE, f'more than {max_size} bytes')
        yield chunk
    if announced is not None and received < announced:
        raise Failure(Cause.CUT, f'{received} bytes of {announced}')
