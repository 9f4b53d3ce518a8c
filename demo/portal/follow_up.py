"""How far a payment has come, told in steps that a newcomer can watch."""

from __future__ import annotations

from dataclasses import dataclass

from demo.portal.invoice import Invoice
from demo.portal.payment import Payment
from demo.portal.simulator_control import AppliedPayment, Maelis


@dataclass(frozen=True)
class Step:
    """`state` is 'done', 'waiting' or 'failed'."""

    state: str
    title: str
    detail: str


@dataclass(frozen=True)
class FollowUp:
    steps: tuple[Step, ...]

    @property
    def is_over(self) -> bool:
        return all(step.state == 'done' for step in self.steps)


def follow_up(payment: Payment, invoice: Invoice | None, maelis: Maelis | None) -> FollowUp:
    """The four steps, or the first three where no simulator tells what Maelis applied."""
    steps = [_bank(), _connector(payment), _citizen(payment, invoice)]
    if maelis:
        steps.append(_applied(payment, maelis))
    return FollowUp((*steps, _shown(payment, invoice)))


def _bank() -> Step:
    return Step('done', 'La banque a accepté le paiement', 'Banque fictive : rien n’a été débité.')


def _connector(payment: Payment) -> Step:
    title = 'Le connecteur a enregistré le paiement'
    if payment.is_notified:
        return Step('done', title, 'Il a répondu sans attendre Maelis.')
    return Step('failed', 'Le connecteur n’a pas acquitté', 'Lingo réessaierait chaque minute, 42 fois.')


def _citizen(payment: Payment, invoice: Invoice | None) -> Step:
    title = 'L’usager voit son paiement'
    if not payment.is_notified or invoice is None:
        return Step('waiting', title, 'Dès que le connecteur l’a enregistré.')
    if invoice.is_paid:
        return Step('done', title, 'La facture est dans l’historique, elle ne peut plus être payée.')
    return Step('done', title, 'Le reste à payer est déjà diminué.')


def _applied(payment: Payment, maelis: Maelis) -> Step:
    title = 'Maelis a reçu le paiement'
    calls = maelis.applied_for(str(payment.transaction_id))
    if len(calls) > 1:
        return Step('failed', 'Maelis l’a reçu plusieurs fois', f'{len(calls)} paiements appliqués.')
    if not calls:
        return Step('waiting', title, _why_not_yet(maelis))
    return Step('done', title, _once(calls[0]))


def _once(applied: AppliedPayment) -> str:
    return f'Appliqué une fois, une seule : référence {applied.reference[:8]}…'


def _why_not_yet(maelis: Maelis) -> str:
    return {
        'down': 'Maelis est arrêté : le paiement attend, il ne se perd pas.',
        'unknown': 'Maelis ne dit rien pour l’instant.',
    }.get(maelis.mode, 'Transmission dans quelques secondes.')


def _shown(payment: Payment, invoice: Invoice | None) -> Step:
    title = 'Maelis montre le paiement'
    if payment.is_notified and invoice is not None and not invoice.is_pending:
        return Step('done', title, 'Les chiffres de Maelis et ceux du portail sont les mêmes.')
    return Step('waiting', title, 'D’ici là, le connecteur répond la vérité à sa place.')
