"""Import the payments that the portal gave up telling: a file is looked at first, then recorded."""

from base64 import b64decode, b64encode
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse

from ..documents.payment_file import read_payment_file
from ..domain.french import counted
from ..errors import StorageError
from ..models import Connector, Payment
from ..use_cases.import_payments import WORDS, Plan, Step, Verdict, import_payments, plan_import
from .amounts import euros
from .badges import badge
from .payment_rights import actor_of, require_may_act

#: The file goes back and forth within a form, for which Django takes 2.5 MB; larger ones are for the command.
MAX_SIZE = 1024 * 1024
#: Rows shown of each kind.
MAX_SHOWN = 200
ORDER = (Verdict.DIFFERS, Verdict.NEW, Verdict.KNOWN)


class ImportForm(forms.Form):
    """The file is chosen once; its content comes back with the second button."""

    file = forms.FileField(
        label='Fichier CSV ou JSON',
        required=False,
        help_text='Colonnes : regie, invoice_id, transaction_id ; et si possible amount, transaction_date, '
        'connector, order_id, bank_transaction_id.',
    )
    connector = forms.ModelChoiceField(
        label='Connecteur',
        queryset=Connector.objects.all(),
        required=False,
        empty_label='Celui que dit le fichier',
        help_text='Inutile quand il n’y en a qu’un.',
    )
    content = forms.CharField(required=False, widget=forms.HiddenInput, strip=False)

    def clean_file(self) -> bytes | None:
        file = self.cleaned_data['file']
        if file and file.size > MAX_SIZE:
            raise ValidationError(
                'Ce fichier est trop grand pour cette page : coupez-le, ou utilisez maelis_import_payments.'
            )
        return file.read() if file else None

    def clean_content(self) -> bytes:
        try:
            return b64decode(self.cleaned_data['content'], validate=True)
        except ValueError as error:
            raise ValidationError('Choisissez de nouveau le fichier.') from error

    def clean(self) -> Any:
        cleaned = super().clean() or {}
        if not cleaned.get('file') and not cleaned.get('content') and not self.errors:
            self.add_error('file', ValidationError('Choisissez un fichier.'))
        return cleaned

    @property
    def read(self) -> bytes:
        return bytes(self.cleaned_data['file'] or self.cleaned_data['content'])


def import_payments_view(request: HttpRequest, *, admin: 'ModelAdmin[Any]') -> HttpResponse:
    """The first button shows what would be done, the second one does it: twice changes nothing."""
    require_may_act(request)
    asked = request.method == 'POST'
    form = ImportForm(request.POST, request.FILES) if asked else ImportForm()
    if not form.is_valid():
        return _page(request, admin, form, {})
    plan = _plan(form)
    if 'import' not in request.POST:
        return _page(request, admin, form, _looked_at(form, plan))
    _import(request, plan)
    return HttpResponseRedirect(reverse('admin:passerelle_maelis_invoices_payment_changelist'))


def _plan(form: ImportForm) -> Plan:
    read = read_payment_file(form.read)
    plan = plan_import(read.rows, connector=form.cleaned_data['connector'])
    return Plan(plan.steps, (*read.errors, *plan.errors))


def _import(request: HttpRequest, plan: Plan) -> None:
    try:
        recorded = import_payments(plan, actor=actor_of(request))
    except StorageError as error:
        messages.error(request, f'{error} Ce qui a été enregistré le reste ; importez de nouveau ce fichier.')
        return
    known = len(plan.steps) - recorded
    said = counted(recorded, 'règlement enregistré', 'règlements enregistrés')
    messages.success(request, f'{said}, {counted(known, "déjà connu", "déjà connus")}.')


def _looked_at(form: ImportForm, plan: Plan) -> dict[str, Any]:
    """A new form that holds the file, and what was found in it."""
    connector = form.cleaned_data['connector']
    held = {'content': b64encode(form.read).decode(), 'connector': connector}
    groups = [(verdict, plan.of(verdict)) for verdict in ORDER]
    return {
        'held': ImportForm(initial=held),
        'connector': connector,
        'new': len(plan.of(Verdict.NEW)),
        'counts': [(badge(f'import-{v}', WORDS[v]), len(steps)) for v, steps in groups],
        'rows': [_row(step) for _, steps in groups for step in steps[:MAX_SHOWN]],
        'hidden': sum(max(0, len(steps) - MAX_SHOWN) for _, steps in groups),
        'import_errors': plan.errors[:MAX_SHOWN],
        'error_count': len(plan.errors),
    }


def _row(step: Step) -> dict[str, Any]:
    notice = step.row.notice
    return {
        'place': step.row.place,
        'verdict': badge(f'import-{step.verdict}', WORDS[step.verdict]),
        'regie': step.regie.code,
        'invoice_id': step.row.invoice_id,
        'transaction_id': notice.transaction_id,
        'amount': 'ce qui reste à payer' if notice.amount is None else euros(notice.amount),
        'ours': None if step.ours is None else euros(step.ours),
        'paid_at': notice.paid_at,
    }


def _page(
    request: HttpRequest, admin: 'ModelAdmin[Any]', form: ImportForm, looked_at: dict[str, Any]
) -> HttpResponse:
    context = {
        **admin.admin_site.each_context(request),
        'title': 'Importer des règlements',
        'opts': Payment._meta,
        'media': admin.media,
        'form': form,
        **looked_at,
    }
    return TemplateResponse(request, 'admin/passerelle_maelis_invoices/payment/import.html', context)
