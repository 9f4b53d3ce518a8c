"""Attach a portal user to a family, so that the user reads the family's invoices."""

from django.db.models import QuerySet

from ..errors import BadRequest
from ..maelis import Deadline
from ..models import Connector, FamilyLink
from ..models.prepared import prepared
from .ask_alone import ask_alone
from .ask_maelis import Wanted
from .read_invoices import is_family_id


def link_family(*, connector: Connector, name_id: str, family_id: str) -> None:
    """Linked at once, whether Maelis answers or not; each régie's list is then read, within one deadline.

    That the user belongs to the family is the caller's to prove. Linking again changes nothing.
    """
    if not name_id or len(name_id) > 150:
        raise BadRequest('NameID est vide ou trop long.')
    if not is_family_id(family_id):
        raise BadRequest('family_id doit être un numéro de dossier : des chiffres, quinze au plus.')
    FamilyLink.objects.get_or_create(connector=connector, name_id=name_id, family_id=family_id)
    regies = connector.regies.filter(active=True).select_related('connector')
    wanted = [Wanted(regie, family_id) for regie in regies]
    ask_alone(connector, wanted, Deadline.after(connector.deadline))


def unlink_family(*, connector: Connector, name_id: str, family_id: str) -> None:
    """Unlinking what is not linked changes nothing."""
    FamilyLink.objects.filter(connector=connector, name_id=name_id, family_id=family_id).delete()


def families_of(*, connector: Connector, name_id: str) -> list[str]:
    return [family_id for (family_id,) in _linked(connector.pk, name_id)]


@prepared(FamilyLink)
def _linked(connector_id: int, name_id: str) -> QuerySet[FamilyLink, tuple[str]]:
    links = FamilyLink.objects.filter(connector=connector_id, name_id=name_id)
    return links.order_by('family_id').values_list('family_id')
