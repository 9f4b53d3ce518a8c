"""Every way in which this Maelis can go wrong, as one table.

Each fault declares what its outcome proves to a caller who reads, and to one who pays (MAELIS's four
classes), and whether the payment is in Maelis's books afterwards. Tests go through the table.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

Verdict = Literal['done', 'refused', 'never_left', 'unknown']
READINGS = ('readRegieList', 'readInvoices', 'getInvoicePDF')
ALL = (*READINGS, 'payInvoices')
XML = ('readRegieList', 'readInvoices', 'payInvoices')
LISTS = ('readInvoices',)
PDF = ('getInvoicePDF',)
PAYING = ('payInvoices',)

#: The details of the faults that say no for good: nothing was done, and nothing ever will.
BUSINESS_CODES = (
    'FACTURE_INCONNUE', 'REGIE_INCONNUE', 'MONTANT_INVALIDE', 'PAIEMENT_EN_DOUBLE', 'PDF_ABSENT',
)  # fmt: skip


@dataclass(frozen=True)
class Fault:
    """`reading` or `paying` is None where the fault does not concern such operations.

    `committed` tells whether a `payInvoices` so treated is applied; `late`, whether that happens only
    `seconds` after the connection was dropped. `parameters` are its own, with their defaults (`element`
    empty: the one that matters most in that answer). The verdicts hold for the default parameters, an
    answer that is not empty, and a caller whose deadline is a few seconds.
    """

    name: str
    says: str
    reading: Verdict | None
    paying: Verdict | None
    committed: bool = False
    late: bool = False
    operations: tuple[str, ...] = ALL
    whole_port: bool = False
    parameters: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))


def _unknown(name: str, says: str, *, committed: bool, late: bool = False, **parameters: object) -> Fault:
    return Fault(name, says, 'unknown', 'unknown', committed, late, parameters=parameters)


def _spoilt(name: str, says: str, **parameters: object) -> Fault:
    """The work is done, its answer is spoilt."""
    return Fault(name, says, 'unknown', 'unknown', True, parameters=parameters)


def _odd(name: str, says: str, **parameters: object) -> Fault:
    """The work is done, its answer looks unusual and is all right."""
    return Fault(name, says, 'done', 'done', True, parameters=parameters)


def _list(name: str, says: str, **parameters: object) -> Fault:
    return Fault(name, says, 'unknown', None, operations=LISTS, parameters=parameters)


_TABLE = (
    # The request does not get there. These two concern the whole port, as long as they are armed.
    Fault('refuse', 'refuses connections', 'never_left', 'never_left', whole_port=True),
    Fault('blackhole', 'lets connections wait for ever', 'never_left', 'never_left', whole_port=True),
    # The answer does not come, or not whole.
    _unknown('hang', 'takes the request, does nothing and says nothing', committed=False, seconds=60),
    _unknown('header_trickle', 'one byte of header at a time', committed=True, seconds=60, interval=0.2),
    _unknown('body_trickle', 'one byte of body at a time', committed=True, seconds=60, interval=0.2),
    _unknown('half_body', 'closes in the middle of the body', committed=True),
    _unknown('cut_headers', 'closes in the middle of the headers', committed=True),
    _unknown('reset_before_commit', 'resets the connection and does nothing', committed=False),
    # The payment is applied, its answer is lost.
    _unknown('commit_then_close', 'applies, then closes without a word', committed=True),
    _unknown('commit_then_reset', 'applies, then resets the connection', committed=True),
    _unknown('commit_then_hang', 'applies, then says nothing', committed=True, seconds=60),
    _unknown('commit_then_500', 'applies, then answers a 500 page', committed=True),
    _unknown('commit_then_fault', 'applies, then answers a fault', committed=True, code='ERREUR_INTERNE'),
    _unknown('late_commit', 'drops the request, applies it later', committed=True, late=True, seconds=2),
    # Something else is answered.
    _unknown('other_answer', 'applies, answers what another operation would', committed=True),
    _unknown('empty_200', 'applies, answers 200 without a body', committed=True),
    _unknown('empty_202', 'does nothing, answers 202 without a body', committed=False),
    _unknown('html_200', 'does nothing, answers a maintenance page with 200', committed=False),
    _unknown('redirect', 'redirects to itself: who follows has it applied', committed=False, status=307),
    Fault('other_word', 'does nothing, says so in the result word', None, 'unknown', operations=PAYING,
          parameters={'word': 'ECHEC'}),
    # The answer is spoilt.
    _unknown('truncated_xml', 'cuts the XML, with a length that fits', committed=True),
    _spoilt('missing_element', 'leaves out an element everywhere', element=''),
    _spoilt('renamed_element', 'renames an element everywhere', element='', to='nouveauNom'),
    _list('wrong_type', 'writes a value that is none', element='amountInvoice', value='42,00'),
    Fault('big_text_12mb', 'has one text of 12 MB', 'unknown', 'unknown', True, operations=XML,
          parameters={'megabytes': 12}),
    _unknown('big_answer_200mb', 'streams 200 MB', committed=True, megabytes=200),
    _unknown('gzip_bomb', 'streams a few kB of gzip that become 1 GB', committed=True, megabytes=1000),
    _unknown('dtd_entities', 'has a DTD with entities, one of them external', committed=True),
    _list('foreign_family', 'gives the invoices of another family', as_family=''),
    _list('foreign_regie', 'gives the invoices of another régie', as_regie=''),
    # The answer is all right.
    _odd('unknown_element', 'has unannounced elements', element='nouveauChamp', value='inconnu & neuf'),
    _odd('reordered_elements', 'has its elements in reverse order'),
    _odd('slow', 'takes its time', ms=300),
    Fault('mtom_pdf', 'sends the PDF as an MTOM part', 'done', None, operations=PDF),
    Fault('big_pdf', 'sends a big PDF', 'done', None, operations=PDF, parameters={'megabytes': 1}),
    Fault('not_a_pdf', 'sends an HTML page as the PDF', 'unknown', None, operations=PDF),
    # It says no.
    Fault('business_fault', 'refuses, with a code that is listed', 'refused', 'refused',
          parameters={'code': 'FACTURE_INCONNUE', 'text': 'Facture inconnue'}),
    Fault('refuse_duplicate', 'refuses a reference that it knows already', None, 'done', True,
          operations=PAYING),
    _unknown('unknown_fault', 'answers a fault with a code that nobody knows', committed=False,
             code='TRAITEMENT_IMPOSSIBLE', text='java.lang.NullPointerException'),
    _unknown('soap12_fault', 'answers a fault of SOAP 1.2', committed=False, code='TRAITEMENT_IMPOSSIBLE'),
    _unknown('fault_without_text', 'answers a fault with a code and nothing else', committed=False),
)  # fmt: skip

FAULTS: Mapping[str, Fault] = MappingProxyType({fault.name: fault for fault in _TABLE})
