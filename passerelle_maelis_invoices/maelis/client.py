"""The four operations of Maelis, each within its deadline.

Whatever happens, a call ends with its result or with NeverLeft, Refused, OutcomeUnknown, or with
MisconfiguredConnector or BadRequest, and then nothing was sent.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from decimal import Decimal
from typing import Protocol, TypeVar

from ..domain.money import amount_text
from ..errors import ConnectorError, OutcomeUnknown
from ..settings import app_settings
from .arguments import Values
from .contract import Operation
from .contracts import Contracts
from .deadline import Deadline, DeadlineExceeded
from .deployment import Deployment
from .diagnosis import diagnosed
from .envelope import Content, open_envelope
from .exchange_log import Exchange, exchange_log
from .invoices import Asked, InvoicesRead, invoices_in
from .outcomes import Cause, Failure, verdict, verdict_before_sending
from .pdf import pdf_in
from .receipts import result_word
from .regies import RegieFound, regies_in
from .transport import Answer, Request, Transport

Result = TypeVar('Result')

OPERATIONS = ('readRegieList', 'readInvoices', 'getInvoicePDF', 'payInvoices')

#: Bytes of the answer that carries a PDF, for each byte of the PDF: base64, with line ends.
BASE64_GROWTH = 1.4


class Send(Protocol):
    """One of the transport's two ways."""

    def __call__(self, request: Request, *, deadline: Deadline, max_size: int) -> Answer: ...


class MaelisClient:
    """For one deployment; safe to share between threads."""

    def __init__(self, deployment: Deployment) -> None:
        self._deployment = deployment
        self._transport = Transport(deployment)
        self._contracts = Contracts(deployment, self._transport)

    def read_regies(self, *, deadline: Deadline) -> list[RegieFound]:
        return self._read('readRegieList', {}, deadline, lambda content, _: regies_in(content))

    def read_invoices(
        self,
        *,
        family_id: str,
        regie_code: str,
        deadline: Deadline,
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> InvoicesRead:
        """``since`` and ``until`` are aware, and left out where the WSDL does not have them."""
        values: Values = {
            'numDossier': family_id,
            'codeRegie': regie_code,
            'dateStart': since,
            'dateEnd': until,
        }

        def understand(content: Content, operation: Operation) -> InvoicesRead:
            asked = Asked(family_id, regie_code, operation, self._deployment.treasury_included)
            return invoices_in(content, asked, deadline)

        return self._read('readInvoices', values, deadline, understand)

    def read_pdf(self, *, regie_code: str, number: str, deadline: Deadline) -> bytes:
        """Byte for byte what Maelis holds, at most MAX_PDF_SIZE of them."""
        largest = app_settings().MAX_PDF_SIZE
        values: Values = {'codeRegie': regie_code, 'numInvoice': number}
        with exchange_log('getInvoicePDF', self._deployment.name) as exchange:
            operation, request = self._prepared('getInvoicePDF', values, deadline)
            with _judged():
                size = int(largest * BASE64_GROWTH)
                answer = self._sent(self._transport.send, exchange, request, deadline, size)
                content = open_envelope(answer, operation.answer, deadline, huge=True)
                return pdf_in(content, largest)

    def pay_invoices(
        self,
        *,
        family_id: str,
        regie_code: str,
        amount: Decimal,
        paid_at: datetime,
        reference: str,
        numbers: Sequence[str],
        deadline: Deadline,
    ) -> str:
        """The result word of a success. Sent once at most, whatever happens."""
        values: Values = {
            'numDossier': family_id,
            'codeRegie': regie_code,
            'amount': amount_text(amount),
            'datePaiement': paid_at,
            'refTransaction': reference,
            'numInvoices': tuple(numbers),
        }
        with exchange_log('payInvoices', self._deployment.name) as exchange:
            operation, request = self._prepared('payInvoices', values, deadline)
            with _judged():
                size = app_settings().MAX_ANSWER_SIZE
                answer = self._sent(self._transport.send_once, exchange, request, deadline, size)
                return result_word(open_envelope(answer, operation.answer, deadline), operation)

    def refresh_wsdl(self, *, deadline: Deadline) -> None:
        """Fetches the WSDL anew, for this process and, through the copy on disk, for the others."""
        with exchange_log('wsdl', self._deployment.name), _judged_before_sending():
            self._contracts.refresh(deadline)

    def diagnose(self, *, deadline: Deadline) -> None:
        """Raises MisconfiguredConnector that says, in plain words, what is wrong and what to do."""
        with diagnosed('wsdl'):
            self.refresh_wsdl(deadline=deadline)
        for name in OPERATIONS:
            self._contracts.get(deadline).operation(name)
        with diagnosed('service'):
            self.read_regies(deadline=deadline)

    def _read(
        self,
        name: str,
        values: Values,
        deadline: Deadline,
        understand: Callable[[Content, Operation], Result],
    ) -> Result:
        with exchange_log(name, self._deployment.name) as exchange:
            operation, request = self._prepared(name, values, deadline)
            with _judged():
                size = app_settings().MAX_ANSWER_SIZE
                answer = self._sent(self._transport.send, exchange, request, deadline, size)
                return understand(open_envelope(answer, operation.answer, deadline), operation)

    def _prepared(self, name: str, values: Values, deadline: Deadline) -> tuple[Operation, Request]:
        with _judged_before_sending():
            operation = self._contracts.get(deadline).operation(name)
            return operation, operation.request(values)

    @staticmethod
    def _sent(send: Send, exchange: Exchange, request: Request, deadline: Deadline, max_size: int) -> Answer:
        exchange.request(request)
        answer = send(request, deadline=deadline, max_size=max_size)
        exchange.answer(answer)
        return answer


@contextmanager
def _judged_before_sending() -> Iterator[None]:
    try:
        yield
    except Failure as failure:
        raise verdict_before_sending(failure) from failure
    except DeadlineExceeded as error:
        raise verdict_before_sending(Failure(Cause.NOT_SENT)) from error


@contextmanager
def _judged() -> Iterator[None]:
    """Closed by default: what nobody foresaw proves nothing either."""
    try:
        yield
    except ConnectorError:
        raise
    except Failure as failure:
        raise verdict(failure) from failure
    except Exception as error:
        raise OutcomeUnknown(detail=f'unforeseen {type(error).__name__}') from error
