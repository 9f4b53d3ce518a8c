"""The four operations, honestly done."""

from __future__ import annotations

import hmac
from base64 import b64encode
from copy import copy
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from threading import Lock

from lxml import etree

from demo.simulator.books import Books, Order, Refusal
from demo.simulator.calendar import day_of
from demo.simulator.envelope import Request, envelope, fault
from demo.simulator.invoice import Invoice
from demo.simulator.node import Node
from demo.simulator.pdf import invoice_pdf
from demo.simulator.style import Style
from demo.simulator.town import CODES
from demo.simulator.words import REGIES

PAID = 'OK'
WSDL = 'wsdl'


@dataclass(frozen=True)
class Answer:
    """`refused` tells that nothing was done; the HTTP status of a fault is 500, as SOAP 1.1 wants it."""

    root: etree._Element
    refused: bool = False

    @property
    def status(self) -> int:
        return 500 if self.refused else 200


class Service:
    """`credentials` are a user and a password; None lets everybody in."""

    def __init__(self, books: Books, style: Style, credentials: tuple[str, str] | None = None) -> None:
        self.books, self.style, self.credentials = books, style, credentials
        self.address = ''
        self._schema, self._schema_lock = style.schema(), Lock()

    def with_books(self, books: Books) -> Service:
        other = copy(self)
        other.books = books
        return other

    def answer(self, request: Request, *, refuse_duplicates: bool = False) -> Answer:
        """Does what is asked; a `payInvoices` that is not refused is in the journal when this returns."""
        if request.operation == WSDL:
            return Answer(etree.fromstring(self.style.wsdl(self.address)))
        try:
            self._let_in(request)
            self._check_form(request)
            content = self._content(request, refuse_duplicates)
        except Refusal as refusal:
            return self._refused(refusal)
        return Answer(self.say(request, content))

    def peek(self, request: Request) -> Answer:
        """The answer to somebody who may ask anything; a payment is pretended, not made."""
        try:
            paid = self.style.word(PAID)
            content = paid if request.operation == 'payInvoices' else self._content(request, False)
        except Refusal as refusal:
            return self._refused(refusal)
        return Answer(self.say(request, content))

    def say(self, request: Request, content: tuple[Node, ...]) -> etree._Element:
        return envelope(request.operation, content, self.style)

    def _content(self, request: Request, refuse_duplicates: bool) -> tuple[Node, ...]:
        match request.operation:
            case 'readRegieList':
                return self.style.regies(REGIES)
            case 'readInvoices':
                return self.style.invoices(self._invoices(request))
            case 'getInvoicePDF':
                return self.style.pdf(b64encode(self._pdf(request)).decode())
            case _:
                self.books.pay(_order(request), refuse_duplicates=refuse_duplicates)
                return self.style.word(PAID)

    def _invoices(self, request: Request) -> list[Invoice]:
        """A family that does not exist has no invoices; the dates are compared by day, both included."""
        regie = request.get('codeRegie')
        if regie not in CODES:
            raise Refusal('REGIE_INCONNUE', f'Régie {regie} inconnue')
        found = self.books.invoices(str(int(request.get('numDossier'))), regie)
        start, end = request.get('dateStart'), request.get('dateEnd')
        if start:
            found = [invoice for invoice in found if invoice.issued >= day_of(start)]
        if end:
            found = [invoice for invoice in found if invoice.issued <= day_of(end)]
        return found

    def _pdf(self, request: Request) -> bytes:
        regie, number = request.get('codeRegie'), str(int(request.get('numInvoice')))
        invoice = self.books.invoice(regie, number)
        if not invoice:
            raise Refusal('FACTURE_INCONNUE', f'Facture {number} inconnue dans la régie {regie}')
        if not invoice.has_pdf:
            raise Refusal('PDF_ABSENT', f'La facture {number} n’a pas de PDF')
        return invoice_pdf(invoice)

    def _let_in(self, request: Request) -> None:
        if self.credentials is None:
            return
        given = '\0'.join(request.credentials or ('', ''))
        if not hmac.compare_digest(given.encode(), '\0'.join(self.credentials).encode()):
            raise Refusal('wsse:FailedAuthentication', 'The security token could not be authenticated')

    def _check_form(self, request: Request) -> None:
        with self._schema_lock:
            try:
                self._schema.assertValid(request.body)
            except etree.DocumentInvalid as error:
                raise Refusal('soap:Client', f'Requête non conforme : {error}') from error

    def _refused(self, refusal: Refusal) -> Answer:
        """Technical refusals say it in the fault code, business ones in the detail."""
        if ':' in refusal.code:
            return Answer(fault(refusal.code, str(refusal)), refused=True)
        root = fault('soap:Client', str(refusal), refusal.code, namespace=self.style.namespace)
        return Answer(root, refused=True)


def _order(request: Request) -> Order:
    try:
        amount = Decimal(request.get('amount').strip())
    except InvalidOperation as error:
        raise Refusal('MONTANT_INVALIDE', 'Montant illisible') from error
    return Order(
        family=str(int(request.get('numDossier'))),
        regie=request.get('codeRegie'),
        numbers=tuple(str(int(number)) for number in request.fields.get('numInvoices', ())),
        amount=amount,
        reference=request.get('refTransaction'),
        paid_at=request.get('datePaiement'),
    )
