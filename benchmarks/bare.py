"""What the same answers cost when nothing is checked, laid over or explained: the floor to compare with."""

import json

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt

from benchmarks import town
from passerelle_maelis_invoices.models import Invoice, Regie, RejectedNotification

COLUMNS = ('family_id', 'number', 'label', 'invoice_date', 'due_date', 'total', 'paid', 'has_pdf')


def rows(request: HttpRequest) -> HttpResponse:
    """One indexed query of twenty rows, and the same bytes as the connector answers."""
    own = Invoice.objects.filter(regie=_regie(), family_id=town.FAMILY)
    found = own.order_by('-invoice_date', '-number').values_list(*COLUMNS)
    data = [_payload(*row) for row in found]
    content = {'data': data, 'meta': {'source': 'local', 'as_of': town.READ_AT.isoformat()}, 'err': 0}
    return JsonResponse(content, json_dumps_params={'ensure_ascii': False})


def ready_body(request: HttpRequest) -> HttpResponse:
    """One indexed query of one row that holds the whole answer: the least that an ORM can do."""
    ready = Invoice.objects.filter(regie__code=town.READY, number='0').values_list('label', flat=True)
    return HttpResponse(ready.get(), content_type='application/json')


@csrf_exempt
def commit_one_row(request: HttpRequest) -> HttpResponse:
    """A JSON body, one row, one commit."""
    body = request.body.decode()
    transaction_id = json.loads(body)['transaction_id']
    RejectedNotification.objects.create(regie_id=_regie(), invoice_id='1', body=body, reason='')
    return JsonResponse({'data': {'transaction_id': transaction_id}, 'err': 0})


_known: dict[str, int] = {}


def _regie() -> int:
    """Looked up once: the view is to do one query."""
    if not _known:
        _known['pk'] = Regie.objects.get(connector__slug=town.SLUG, code=town.REGIE).pk
    return _known['pk']


def _payload(family: str, number: str, label: str, created, due, total, paid, has_pdf: bool) -> object:  # type: ignore[no-untyped-def]
    remaining = f'{total - paid:f}'
    return {
        'id': f'{family}-{number}',
        'display_id': number,
        'label': label,
        'invoice_label': label,
        'amount': remaining,
        'remaining_amount': remaining,
        'total_amount': f'{total:f}',
        'amount_paid': f'{paid:f}',
        'paid': False,
        'created': created.isoformat(),
        'pay_limit_date': due.isoformat(),
        'due_date': due.isoformat(),
        'payment_deadline_date': due.isoformat(),
        'online_payment': True,
        'has_pdf': has_pdf,
        'disabled': False,
        'is_line': False,
        'payment_pending': False,
    }
