"""A credit note as the document that its payer is given."""

from typing import Any

from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_GET

from ..errors import MisconfiguredConnector
from ..models import CreditNote
from ..use_cases.make_credit_note_pdf import make_credit_note_pdf
from .action_buttons import Button

NAME = 'passerelle_maelis_invoices_creditnote'


@require_GET
def credit_note_pdf_view(request: HttpRequest, pk: int, *, admin: 'ModelAdmin[Any]') -> HttpResponse:
    """For whoever may view credit notes; where documents cannot be made here, says so on the note's page."""
    note = admin.get_object(request, str(pk))
    if note is None:
        raise Http404
    if not admin.has_view_permission(request, note):
        raise PermissionDenied
    try:
        return _pdf(note)
    except MisconfiguredConnector as error:
        messages.error(request, str(error))
        return HttpResponseRedirect(reverse(f'admin:{NAME}_change', args=[pk]))


def pdf_button(note: CreditNote) -> Button:
    return Button('Télécharger l’avoir (PDF)', reverse(f'admin:{NAME}_pdf', args=[note.pk]), danger=False)


def _pdf(note: CreditNote) -> HttpResponse:
    answer = HttpResponse(make_credit_note_pdf(note), content_type='application/pdf')
    answer['Content-Disposition'] = f'attachment; filename="{note.number}.pdf"'
    answer['Cache-Control'] = 'no-store, private'
    answer['X-Content-Type-Options'] = 'nosniff'
    return answer
