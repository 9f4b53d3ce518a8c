"""Everything that can go wrong, as one tree.

    ConnectorError
    ├── CallerError               the request is at fault; repeating it changes nothing
    │   ├── BadRequest            400, unreadable body or missing field
    │   ├── Forbidden             403, one body whatever the reason
    │   ├── NotFound              404, one body whatever the reason
    │   └── MethodNotAllowed      405
    ├── StorageError              500, our own database failed: the caller must try again
    ├── MaelisError               the back office is at fault, or between us
    │   ├── NeverLeft             the request did not reach it: may be sent again
    │   ├── Refused               it said no, in words that we know: final
    │   └── OutcomeUnknown        anything else: ask before sending again
    │       └── UnusableAnswer    it is up and answered, but not in a way that can be used
    ├── MisconfiguredConnector    an administrator must act: address, certificate, password, WSDL
    ├── RefreshUnderWay           somebody refreshes this connector already: wait, or join
    └── ForbiddenTransition       a payment was asked to make a step that its table does not have

``err_class`` names the error for machines, ``str(error)`` explains it to people, in French and without
secrets or SOAP; ``detail`` is for logs and administrators only.
"""


class ConnectorError(Exception):
    """Root of the tree; ``http_status`` 200 is a business error, final for the portal."""

    http_status = 200
    err_class = 'error'
    message = 'Une erreur est survenue.'

    def __init__(self, message: str = '', *, detail: str = '') -> None:
        super().__init__(message or self.message)
        self.detail = detail


class CallerError(ConnectorError):
    http_status = 400


class BadRequest(CallerError):
    err_class = 'bad-request'
    message = 'Requête invalide.'


class Forbidden(CallerError):
    """The reason is kept in ``detail``: the caller is never told which check failed."""

    http_status = 403
    err_class = 'forbidden'
    message = 'Accès refusé : la signature, la clé ou les droits de l’appelant ne conviennent pas.'


class NotFound(CallerError):
    http_status = 404
    err_class = 'not-found'
    message = 'Introuvable : vérifiez l’adresse, la régie et le numéro de facture.'


class MethodNotAllowed(CallerError):
    http_status = 405
    err_class = 'method-not-allowed'

    def __init__(self, *allowed: str) -> None:
        super().__init__(f'Méthode non permise ; utilisez {" ou ".join(allowed)}.')
        self.allowed = allowed


class StorageError(ConnectorError):
    http_status = 500
    err_class = 'storage-error'
    message = 'L’enregistrement a échoué ; renouvelez la requête.'


class MaelisError(ConnectorError):
    err_class = 'maelis-error'
    message = 'Le service de facturation ne répond pas correctement ; réessayez plus tard.'


class NeverLeft(MaelisError):
    err_class = 'maelis-unreachable'
    message = 'Le service de facturation est injoignable ; réessayez plus tard.'


class Refused(MaelisError):
    err_class = 'maelis-refused'
    message = 'Le service de facturation a refusé la demande.'


class OutcomeUnknown(MaelisError):
    err_class = 'maelis-outcome-unknown'
    message = 'Le service de facturation n’a pas donné de réponse exploitable ; réessayez plus tard.'


class UnusableAnswer(OutcomeUnknown):
    """What is wrong with the answer, where that is known."""

    err_class = 'maelis-unusable-answer'
    #: Name of the element that is missing or cannot be read.
    element: str = ''
    #: Form of what was found in its place, without what it says; ``None`` when it is missing.
    found: str | None = None
    #: It is about another family or another régie.
    foreign: bool = False


class MisconfiguredConnector(ConnectorError):
    """``str(error)`` tells the administrator what is wrong and what to do."""

    err_class = 'misconfigured-connector'
    message = 'Le connecteur est mal configuré ; prévenez son administrateur.'


class RefreshUnderWay(ConnectorError):
    err_class = 'refresh-under-way'
    message = 'Une actualisation de ce connecteur est déjà en cours.'


class ForbiddenTransition(ConnectorError):
    http_status = 500
    err_class = 'forbidden-transition'
