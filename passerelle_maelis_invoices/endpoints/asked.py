"""What a request asks for: whose invoices, and which one."""

from ..errors import BadRequest, NotFound
from ..use_cases.link_family import families_of
from ..use_cases.read_invoices import is_family_id
from .endpoint import RegieCall

#: Of a family and of a number: what a payment's row can hold.
LONGEST_PART = 100


def families_asked(call: RegieCall) -> tuple[str, ...]:
    """The families of the user that the request names; none when it names no user, or one without a link."""
    query = call.request.GET
    if payer := query.get('payer_external_id'):
        return (payer,) if is_family_id(payer) else ()
    if name_id := query.get('NameID', '').replace('\0', '\ufffd'):
        return tuple(families_of(connector=call.connector, name_id=name_id))
    return ()


def families_allowed(call: RegieCall) -> tuple[str, ...] | None:
    """The same for one invoice: ``None`` when the request names no user, since its caller is trusted."""
    query = call.request.GET
    if any(query.get(name) for name in ('payer_external_id', 'NameID', 'email')):
        return families_asked(call)
    return None


def invoice_asked(call: RegieCall, invoice_id: str) -> str:
    """From the path, or from ``?invoice_id=``. Raises BadRequest when there is none."""
    asked = invoice_id or call.request.GET.get('invoice_id', '')
    if not asked:
        raise BadRequest('Le paramètre « invoice_id » est obligatoire.')
    return asked


def require_storable(invoice_id: str) -> None:
    """Raises NotFound for an id that no invoice has and no row could hold."""
    family_id, dash, number = invoice_id.partition('-')
    longest = max(len(family_id), len(number)) if dash else len(invoice_id)
    if longest > LONGEST_PART or not invoice_id.isprintable():
        raise NotFound
