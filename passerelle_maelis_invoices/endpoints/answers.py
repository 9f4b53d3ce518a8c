"""HTTP answers: the envelope, its status and its headers, for successes and for errors alike."""

import logging

from django.core.exceptions import SuspiciousOperation
from django.db import Error as DatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse, UnreadablePostError
from django.http.response import HttpResponseBase

from ..errors import BadRequest, CallerError, ConnectorError, MethodNotAllowed, StorageError
from ..publik.envelope import Envelope, failure, success

logger = logging.getLogger(__name__)


class UnexpectedError(ConnectorError):
    """A fault of ours: the log has the trace, the caller has none."""

    http_status = 500
    err_class = 'internal-error'
    message = 'Une erreur inattendue est survenue ; elle a été consignée. Réessayez plus tard.'


def answer(data: object, **beside: object) -> HttpResponse:
    return json_answer(success(data, **beside))


def json_answer(content: Envelope, status: int = 200) -> HttpResponse:
    return JsonResponse(content, status=status, json_dumps_params={'ensure_ascii': False})


def error_answer(request: HttpRequest, raised: Exception, *, business_status: int) -> HttpResponse:
    """The envelope of any exception. ``business_status``: what stands for the 200 of a business error."""
    error = _in_the_tree(raised)
    _log(request, error, raised)
    status = business_status if error.http_status == 200 else error.http_status
    response = json_answer(failure(error), status)
    if isinstance(error, MethodNotAllowed):
        response['Allow'] = ', '.join(error.allowed)
    return response


def private(response: HttpResponseBase) -> HttpResponseBase:
    """Nobody else may keep it, and no browser may take it for something else."""
    response['Cache-Control'] = 'no-store, private'
    response['X-Content-Type-Options'] = 'nosniff'
    return response


def _in_the_tree(raised: Exception) -> ConnectorError:
    match raised:
        case ConnectorError():
            return raised
        case DatabaseError():
            return StorageError()
        case SuspiciousOperation() | UnreadablePostError():
            return BadRequest()
    return UnexpectedError()


def _log(request: HttpRequest, error: ConnectorError, raised: Exception) -> None:
    line, detail = f'{request.method} {request.path!r}: {error.err_class}', error.detail or str(raised)
    if isinstance(error, CallerError):
        logger.info('%s (%s)', line, detail)
    elif error is raised:
        logger.warning('%s (%s)', line, detail)
    else:
        logger.error(line, exc_info=raised)
