"""The table of what is served: OpenAPI is made from it, and a test compares it with ``urls.py``."""

from dataclasses import dataclass

REGIE = '/regie/{regie}'
#: How a request names the user who reads; ``payer_external_id`` wins over ``NameID``.
USER = ('NameID', 'email', 'payer_external_id')
#: Which part of a long list.
PAGE = ('after', 'limit')


@dataclass(frozen=True, slots=True)
class Operation:
    """One address below a connector's own, with its last slash; it is served without it too."""

    method: str
    path: str
    summary: str
    #: Schema of the answer's ``data``; '' when the answer is no envelope.
    data: str = ''
    #: The name that the design card gives it; an invoice's id is then a query parameter.
    also: str = ''
    #: Optional query parameters.
    query: tuple[str, ...] = ()
    #: Schema of the body.
    body: str = ''
    #: Schema of the ``meta`` that stands beside ``data``.
    meta: str = ''
    media_type: str = 'application/json'
    #: What answers when Maelis fails or the connector is misconfigured.
    business_status: str = '200'
    #: Schema of that answer.
    failure: str = 'failure'

    @property
    def paths(self) -> tuple[str, ...]:
        return (self.path, self.also) if self.also else (self.path,)

    def parameters(self, path: str) -> dict[str, str]:
        """Where each parameter of ``path``, one of ``paths``, is: 'path' or 'query'."""
        inside = {name: 'path' for name in ('regie', 'invoice_id', 'export_id') if f'{{{name}}}' in path}
        beside = ('invoice_id', *self.query) if '{invoice_id}' in self.path else self.query
        return {**dict.fromkeys(beside, 'query'), **inside}


OPERATIONS = (
    Operation('get', '/regies/', 'Les régies, comme source de données', 'regies'),
    Operation('post', '/link/', 'Rattacher un usager à un dossier famille', 'link', body='link'),
    Operation('post', '/unlink/', 'Détacher un usager d’un dossier famille', 'link', body='link'),
    Operation(
        'get',
        '/status/',
        'L’état du connecteur et de Maelis',
        'checks',
        meta='outages',
        failure='connector_down',
    ),
    Operation('get', '/openapi.json/', 'Cette description'),
    Operation(
        'get',
        '/exports/',
        'Les exports, le dernier demandé d’abord',
        'exports',
        query=('status', 'regie', 'family', 'between', *PAGE),
        meta='page',
    ),
    Operation('post', '/exports/', 'Demander un export', 'export', body='export_request'),
    Operation('get', '/exports/{export_id}/', 'Un export', 'export'),
    Operation('get', '/exports/{export_id}/download/', 'Le fichier d’un export', media_type='*/*'),
    Operation(
        'get',
        '/payments/',
        'Les règlements, dans l’ordre de leur enregistrement',
        'payments',
        query=('state', 'regie', 'between', *PAGE),
        meta='page',
    ),
    Operation(
        'get',
        f'{REGIE}/invoices/',
        'Les factures actives : il reste quelque chose à payer',
        'invoices',
        also=f'{REGIE}/invoice/current/',
        query=USER,
        meta='age',
    ),
    Operation(
        'get',
        f'{REGIE}/invoices/history/',
        'L’historique des factures : il ne reste rien à payer',
        'invoices',
        also=f'{REGIE}/invoice/history/',
        query=USER,
        meta='age',
    ),
    Operation(
        'get',
        f'{REGIE}/invoice/{{invoice_id}}/',
        'Une facture',
        'invoice',
        also=f'{REGIE}/invoice/detail/',
        query=USER,
    ),
    Operation(
        'get',
        f'{REGIE}/invoice/{{invoice_id}}/pdf/',
        'Le PDF d’une facture',
        also=f'{REGIE}/invoice/pdf/',
        query=USER,
        media_type='application/pdf',
        business_status='503',
    ),
    Operation(
        'get',
        f'{REGIE}/invoice/{{invoice_id}}/receipt/',
        'La quittance des règlements faits en ligne',
        query=USER,
        media_type='application/pdf',
        business_status='503',
    ),
    Operation(
        'post',
        f'{REGIE}/invoice/{{invoice_id}}/pay/',
        'Notifier un paiement',
        'receipt',
        also=f'{REGIE}/invoice/pay/',
        body='pay',
        business_status='503',
    ),
    Operation(
        'get',
        f'{REGIE}/users/with-pending-invoices/',
        'Les usagers qui ont des factures à payer',
        'pending_users',
    ),
)
