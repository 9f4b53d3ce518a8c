"""What a failed call proves, in one table, closed by default.

A cause that the table does not list proves nothing: the outcome is unknown. The same holds for the codes
of faults and for result words: only listed ones are a definite refusal.
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum

from ..errors import (
    MaelisError,
    MisconfiguredConnector,
    NeverLeft,
    OutcomeUnknown,
    Refused,
    UnusableAnswer,
)


class Cause(StrEnum):
    """Why a call has no usable answer."""

    DNS = 'dns'
    CONNECTION_REFUSED = 'connection-refused'
    UNREACHABLE = 'unreachable'
    CONNECT_TIMEOUT = 'connect-timeout'
    CERTIFICATE = 'certificate'
    TLS = 'tls'
    PROXY = 'proxy'
    NOT_SENT = 'not-sent'
    SLOW = 'slow'
    CUT = 'cut'
    TOO_LARGE = 'too-large'
    REDIRECT = 'redirect'
    AUTHENTICATION = 'authentication'
    HTTP_STATUS = 'http-status'
    EMPTY = 'empty'
    HTML = 'html'
    MALFORMED = 'malformed'
    OTHER_ANSWER = 'other-answer'
    FOREIGN = 'foreign'
    UNREADABLE = 'unreadable'
    FAULT = 'fault'
    SECURITY_FAULT = 'security-fault'
    BUSINESS_REFUSAL = 'business-refusal'
    NEGATIVE_RESULT = 'negative-result'
    NOT_A_PDF = 'not-a-pdf'
    NOT_FOUND = 'not-found'
    NOT_A_WSDL = 'not-a-wsdl'


VERDICTS: Mapping[Cause, type[MaelisError]] = {
    Cause.DNS: NeverLeft,
    Cause.CONNECTION_REFUSED: NeverLeft,
    Cause.UNREACHABLE: NeverLeft,
    Cause.CONNECT_TIMEOUT: NeverLeft,
    Cause.CERTIFICATE: NeverLeft,
    Cause.TLS: NeverLeft,
    Cause.PROXY: NeverLeft,
    Cause.NOT_SENT: NeverLeft,
    Cause.BUSINESS_REFUSAL: Refused,
    Cause.FAULT: UnusableAnswer,
    Cause.NEGATIVE_RESULT: UnusableAnswer,
    Cause.NOT_A_PDF: UnusableAnswer,
    Cause.OTHER_ANSWER: UnusableAnswer,
    Cause.FOREIGN: UnusableAnswer,
    Cause.TOO_LARGE: UnusableAnswer,
    Cause.UNREADABLE: UnusableAnswer,
}

#: Causes that, met while fetching the WSDL, waiting does not cure.
MISCONFIGURATIONS = frozenset(
    {Cause.REDIRECT, Cause.AUTHENTICATION, Cause.NOT_FOUND, Cause.NOT_A_WSDL, Cause.TOO_LARGE}
)

#: Codes of faults that say no for good: nothing was done, and asking again changes nothing.
#: A duplicate is not among them: it says that Maelis holds the payment, which is then read back.
BUSINESS_REFUSALS = frozenset(
    {
        'FACTURE_INCONNUE',
        'REGIE_INCONNUE',
        'MONTANT_INVALIDE',
        'PDF_ABSENT',
    }
)

#: Codes of faults that WS-Security defines for credentials.
SECURITY_FAULTS = frozenset(
    {
        'FailedAuthentication',
        'FailedCheck',
        'InvalidSecurity',
        'InvalidSecurityToken',
        'SecurityTokenUnavailable',
    }
)

#: Result words, in lower case, that are not a success. None is known to prove that nothing was committed.
NEGATIVE_RESULTS: Mapping[str, Cause] = dict.fromkeys(
    ('ko', 'nok', 'error', 'erreur', 'echec', 'échec', 'failed', 'failure', 'false', 'refus', 'refused'),
    Cause.NEGATIVE_RESULT,
)


class Failure(Exception):
    """A call went wrong; ``detail`` is for logs.

    ``element`` names the culprit of an unreadable answer; ``found`` is its masked form, ``None`` when it is
    missing.
    """

    def __init__(
        self, cause: Cause, detail: str = '', *, element: str = '', found: str | None = None
    ) -> None:
        super().__init__(f'{cause}: {detail}' if detail else str(cause))
        self.cause = cause
        self.element = element
        self.found = found


def verdict(failure: Failure) -> MaelisError:
    """The error to raise for a call whose request was built."""
    kind = VERDICTS.get(failure.cause, OutcomeUnknown)
    error = kind(_message(failure), detail=str(failure))
    if isinstance(error, UnusableAnswer):
        error.element, error.found = failure.element, failure.found
        error.foreign = failure.cause is Cause.FOREIGN
    return error


def verdict_before_sending(failure: Failure) -> MaelisError | MisconfiguredConnector:
    """The error to raise when the WSDL could not be had: nothing of the call itself has left."""
    if failure.cause in MISCONFIGURATIONS:
        return MisconfiguredConnector(detail=f'WSDL: {failure}')
    return NeverLeft(detail=f'WSDL: {failure}')


def cause_of_fault(codes: Iterable[str]) -> Cause:
    known = frozenset(codes)
    if known & BUSINESS_REFUSALS:
        return Cause.BUSINESS_REFUSAL
    return Cause.SECURITY_FAULT if known & SECURITY_FAULTS else Cause.FAULT


def _message(failure: Failure) -> str:
    if not failure.element:
        return ''
    return f'Le service de facturation a donné une réponse illisible (élément « {failure.element} »).'
