"""What a person can do about a notification that could not be read."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from django.utils.safestring import SafeString

from ..models import Payment, RejectedNotification
from ..publik.payment_notice import read_what_can_be_read
from ..use_cases.list_anomalies import anomaly_of
from ..use_cases.settle_rejected_notification import Corrected, dismiss_notification, replay_notification
from .action_forms import ReasonForm, ReplayForm
from .actions import Action, Kind
from .anomaly_card import anomaly_card

Given = Mapping[str, Any]


def _is_open(rejected: RejectedNotification) -> bool:
    return rejected.settled_at is None


def _what_it_says(rejected: RejectedNotification) -> Given:
    notice = read_what_can_be_read(rejected.body.encode())
    return {
        'invoice_id': rejected.invoice_id,
        'transaction_id': notice.transaction_id,
        'amount': notice.amount,
        'paid_at': notice.paid_at,
    }


def _replay(rejected: RejectedNotification, actor: str, given: Given) -> Payment:
    names = ('invoice_id', 'transaction_id', 'amount', 'paid_at')
    corrected = Corrected(**{name: given[name] for name in names})
    return replay_notification(rejected, corrected, actor=actor, reason=given['reason'])


REJECTED_ACTIONS: tuple[Action[RejectedNotification], ...] = (
    Action(
        name='replay',
        label='Corriger et enregistrer',
        explains='Complétez ce que la notification ne dit pas : le règlement sera enregistré, puis transmis '
        'à Maelis. Une transaction déjà connue pour cette facture n’est pas enregistrée deux fois.',
        form=ReplayForm,
        offered=_is_open,
        act=_replay,
        done='le règlement est enregistré et sera transmis.',
        initial=_what_it_says,
    ),
    Action(
        name='dismiss',
        label='Classer sans suite',
        explains='Aucun règlement ne sera enregistré. Assurez-vous que l’usager n’a rien payé, ou que son '
        'règlement a été enregistré autrement.',
        form=ReasonForm,
        offered=_is_open,
        act=lambda rejected, actor, given: dismiss_notification(
            rejected, actor=actor, reason=given['reason']
        ),
        done='classée sans suite.',
        danger=True,
    ),
)


def _settled(rejected: RejectedNotification) -> str:
    return rejected.settled_at.isoformat() if rejected.settled_at else 'open'


def _card(request: HttpRequest, rejected: RejectedNotification) -> SafeString:
    return anomaly_card(anomaly_of(rejected))


REJECTED: Kind[RejectedNotification] = Kind(REJECTED_ACTIONS, _settled, _card)
