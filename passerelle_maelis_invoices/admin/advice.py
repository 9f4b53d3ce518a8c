"""What to do first about an anomaly, in a sentence or two."""

from ..domain.attention import Attention
from ..domain.payment_states import State
from ..use_cases.list_anomalies import Anomaly

ADVICE = {
    Attention.UNKNOWN_INVOICE: 'Maelis ne liste pas cette facture pour cette famille. Retrouvez la bonne et '
    'rattachez-y le règlement ; ou renvoyez-le quand la facture est dans Maelis ; sinon, émettez un avoir.',
    Attention.NOTHING_DUE: 'La facture est déjà réglée ; rien n’a été transmis à Maelis. Vérifiez-y les '
    'chiffres, puis émettez un avoir, ou rattachez le règlement à une autre facture.',
    Attention.AMOUNT_UNREADABLE: 'L’usager a payé, mais le montant annoncé est illisible : retrouvez-le '
    'auprès de la banque.',
    Attention.UNDECIDED: 'La réponse de Maelis s’est perdue et ses chiffres ne disent pas s’il a pris le '
    'règlement. Cherchez-le dans Maelis, puis dites s’il y est : rien n’est renvoyé sans vous.',
    Attention.REFUSED: 'Maelis a dit non trois fois. Réglez-y la cause, puis renvoyez ; ou annulez et faites '
    'rembourser l’usager.',
    Attention.NOT_SHOWN: 'Maelis a accepté le règlement et ne le montre toujours pas. Cherchez-le dans '
    'Maelis, puis dites s’il y est : rien n’est renvoyé sans vous. S’il apparaît enfin, ceci s’efface seul.',
    Attention.OUT_OF_PATIENCE: 'Maelis n’a pas pu être joint pendant trente jours. Réparez la liaison, puis '
    'renvoyez.',
}
OTHER_REGIE = (
    'Cette facture est d’une autre régie, donc d’un autre compte bancaire : le règlement ne peut pas y '
    'passer. Faites vérifier l’adresse donnée au portail, puis émettez un avoir, ou annulez et remboursez.'
)
SECOND = 'Une autre transaction a déjà payé cette facture. '
NO_AMOUNT = 'La notification ne dit pas le montant : retrouvez-le auprès de la banque et indiquez-le. '
ON_ITS_WAY = 'Le règlement est en cours de transmission : attendez-en l’issue.'
ODD = 'Le règlement suit son cours. Voyez si ce qui est signalé demande une suite, puis marquez-le comme vu.'
REJECTED = (
    'Un usager a peut-être payé. Retrouvez la transaction auprès du portail ou de la banque, complétez et '
    'enregistrez ; ou classez sans suite.'
)


def advice_on(anomaly: Anomaly) -> str:
    payment = anomaly.payment
    if payment is None:
        return REJECTED if anomaly.rejected and not anomaly.rejected.settled_at else ''
    if anomaly.known.in_other_regies:
        return OTHER_REGIE
    if payment.attention:
        nothing_due = payment.attention == Attention.NOTHING_DUE
        second = SECOND if nothing_due and anomaly.known.others else ''
        unsaid = NO_AMOUNT if nothing_due and payment.amount is None else ''
        return second + unsaid + ADVICE[Attention(payment.attention)]
    if payment.asked:
        return ON_ITS_WAY if payment.state in (State.SENDING, State.UNCERTAIN) else ODD
    return ''
