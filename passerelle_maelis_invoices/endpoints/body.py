"""The bytes that a request carries, never more than the setting allows."""

from django.http import HttpRequest

from ..errors import BadRequest
from ..settings import app_settings


def read_body(request: HttpRequest) -> bytes:
    """The body, or its beginning: ``require_whole`` tells."""
    body: bytes = request.read(app_settings().MAX_NOTIFICATION_SIZE + 1)
    return body


def require_whole(body: bytes) -> None:
    """Raises BadRequest for a body that was cut."""
    limit = app_settings().MAX_NOTIFICATION_SIZE
    if len(body) > limit:
        raise BadRequest(f'Le corps de la requête dépasse {limit} octets.')
