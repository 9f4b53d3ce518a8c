"""Write the stored configuration as the document that ``configure`` reads."""

from collections.abc import Mapping
from typing import Any

from ..domain.money import amount_text
from ..models import ApiClient, Connector, FamilyLink, Regie

CONNECTOR_FIELDS = (
    'slug',
    'title',
    'description',
    'wsdl_url',
    'username',
    'verify_tls',
    'ca_bundle',
    'client_certificate',
    'proxy_url',
    'deadline',
    'fresh_for',
    'payment_lag',
    'refresh_rate',
    'treasury_included',
    'alert_webhook',
)


def dump_configuration(*, with_secrets: bool = False) -> dict[str, Any]:
    """Without secrets, the passwords and signature keys are left out; API keys and the passwords of API
    clients always are, since only their hashes are stored.
    """
    return {
        'connectors': [_connector(row, with_secrets) for row in Connector.objects.defer('password')],
        'api_clients': [_api_client(row, with_secrets) for row in ApiClient.objects.defer('keys')],
        'links': [_link(row) for row in FamilyLink.objects.values('connector__slug', 'name_id', 'family_id')],
    }


def _connector(row: Connector, with_secrets: bool) -> dict[str, Any]:
    return {
        **{name: getattr(row, name) for name in CONNECTOR_FIELDS},
        'service_url': row.service_url or None,
        'alert_emails': row.alert_emails.split(),
        **({'password': row.password} if with_secrets else {}),
        'regies': [_regie(regie) for regie in row.regies.order_by('code')],
    }


def _regie(row: Regie) -> dict[str, Any]:
    return {
        'code': row.code,
        'label': row.label,
        'active': row.active,
        'online_payment': row.online_payment,
        'minimum_amount': row.minimum_amount and amount_text(row.minimum_amount),
        'maximum_amount': row.maximum_amount and amount_text(row.maximum_amount),
    }


def _api_client(row: ApiClient, with_secrets: bool) -> dict[str, Any]:
    regies = row.regies.order_by('connector__slug', 'code').values_list('connector__slug', 'code')
    return {
        'name': row.name,
        'active': row.active,
        'may_export': row.may_export,
        'orig': row.orig,
        **({'keys': row.keys} if with_secrets else {}),
        'username': row.username,
        'connectors': list(row.connectors.order_by('slug').values_list('slug', flat=True)),
        'regies': [f'{slug}/{code}' for slug, code in regies],
    }


def _link(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        'connector': row['connector__slug'],
        'name_id': row['name_id'],
        'family_id': row['family_id'],
    }
