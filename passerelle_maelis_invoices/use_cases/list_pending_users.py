"""Portal users who have something to pay, from the local copy alone: nobody waits for Maelis."""

from collections import defaultdict

from ..domain.invoice import ShownInvoice
from ..models import FamilyLink, Invoice, Regie
from .show_invoices import show_invoices


def list_pending_users(*, regie: Regie) -> dict[str, list[ShownInvoice]]:
    """Active invoices by NameID; a user without any is left out."""
    users = _users_by_family(regie)
    linked = FamilyLink.objects.filter(connector_id=regie.connector_id).values('family_id')
    invoices = Invoice.objects.filter(regie=regie, family_id__in=linked)
    pending: dict[str, list[ShownInvoice]] = defaultdict(list)
    for invoice in show_invoices(regie, invoices):
        for name_id in users[invoice.family_id] if invoice.active else ():
            pending[name_id].append(invoice)
    return dict(pending)


def _users_by_family(regie: Regie) -> dict[str, list[str]]:
    users: dict[str, list[str]] = defaultdict(list)
    links = FamilyLink.objects.filter(connector_id=regie.connector_id)
    for family_id, name_id in links.values_list('family_id', 'name_id'):
        users[family_id].append(name_id)
    return users
