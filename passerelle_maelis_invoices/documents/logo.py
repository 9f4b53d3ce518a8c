from io import BytesIO

from .optional import optional_libraries


def is_picture(content: bytes) -> bool:
    """Whether a document can show it."""
    with optional_libraries():
        from reportlab.lib.utils import ImageReader
    try:
        width, height = ImageReader(BytesIO(content)).getSize()
    except Exception:
        return False
    return bool(width and height)
