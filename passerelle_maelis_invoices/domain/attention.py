"""Why a person is asked about a payment; while a reason stands, no worker sends the payment."""

from collections.abc import Collection
from enum import StrEnum


class Attention(StrEnum):
    UNKNOWN_INVOICE = 'unknown-invoice'
    NOTHING_DUE = 'nothing-due'
    AMOUNT_UNREADABLE = 'amount-unreadable'
    UNDECIDED = 'undecided'
    REFUSED = 'refused'
    OUT_OF_PATIENCE = 'out-of-patience'
    #: Maelis accepted it and never shows it. Nothing of it is sent, and Maelis goes on being asked.
    NOT_SHOWN = 'not-shown'


class Oddity(StrEnum):
    """Worth showing beside a payment, but no reason to hold it back."""

    UNREADABLE_AMOUNT = 'unreadable-amount'
    UNREADABLE_DATE = 'unreadable-date'
    SURPLUS = 'surplus'
    #: Less than what was due, as far as was known.
    PART_PAYMENT = 'part-payment'
    PAST_DUE_DATE = 'past-due-date'
    VANISHED_INVOICE = 'vanished-invoice'
    INVOICE_NOT_READ_YET = 'invoice-not-read-yet'
    #: Told after Maelis showed money that may be this payment: our database was restored, for example.
    TOLD_LATE = 'told-late'
    #: A person said that Maelis does not hold it: the figures are not asked about that again.
    SAID_ABSENT = 'said-absent'


#: A person is told of it once, and says that it was seen.
NOTEWORTHY = (
    Oddity.SURPLUS,
    Oddity.PART_PAYMENT,
    Oddity.PAST_DUE_DATE,
    Oddity.VANISHED_INVOICE,
    Oddity.UNREADABLE_DATE,
)


def noteworthy(oddities: Collection[str]) -> list[Oddity]:
    return [oddity for oddity in NOTEWORTHY if oddity in oddities]
