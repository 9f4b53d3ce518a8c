"""French words for what the journal of a payment says in codes; an unknown code is shown as it is."""

from ..domain.attention import Oddity
from ..domain.payment_states import Event

RECORDED = 'recorded'
#: What happens to a payment in any state, and is no step of it.
WITHDRAWN = 'withdrawn'
REMOVED = 'removed'
ERASED = 'erased'
EVENTS = {
    RECORDED: 'notification du portail enregistrée',
    Event.CLAIMED: 'pris en charge pour transmission',
    Event.NEVER_LEFT: 'Maelis injoignable, rien n’est parti',
    Event.DECLINED: 'refusé par Maelis, sera retenté',
    Event.SET_ASIDE: 'mis de côté',
    Event.LOST: 'réponse perdue',
    Event.ACKNOWLEDGED: 'accepté par Maelis',
    Event.FOUND: 'retrouvé dans Maelis',
    Event.ABSENT: 'absent de Maelis, sera renvoyé',
    Event.SHOWN: 'visible dans Maelis',
    Event.DEAD_LETTERED: 'abandonné après plusieurs refus',
    Event.RESUBMITTED: 'remis en file',
    Event.CREDITED: 'avoir émis',
    Event.NOTED: 'vu',
    Event.REVERSED: 'annulé',
    WITHDRAWN: 'retiré de Maelis, selon une personne',
    REMOVED: 'retiré de Maelis, d’après ses chiffres',
    ERASED: 'famille effacée',
    'credited': 'couvert par un avoir',
}
ODDITIES = {
    Oddity.UNREADABLE_AMOUNT: 'montant illisible dans la notification',
    Oddity.UNREADABLE_DATE: 'date illisible dans la notification',
    Oddity.SURPLUS: 'trop-perçu',
    Oddity.PART_PAYMENT: 'moins que le reste à payer',
    Oddity.PAST_DUE_DATE: 'payé après l’échéance',
    Oddity.VANISHED_INVOICE: 'facture disparue de Maelis',
    Oddity.INVOICE_NOT_READ_YET: 'facture pas encore lue',
    Oddity.TOLD_LATE: 'appris tard, peut-être déjà dans Maelis',
    Oddity.SAID_ABSENT: 'absent de Maelis selon une personne',
}


def event_words(code: str) -> str:
    return {str(event): words for event, words in EVENTS.items()}.get(code, code)


def oddity_words(code: str) -> str:
    return {str(oddity): words for oddity, words in ODDITIES.items()}.get(code, code)
