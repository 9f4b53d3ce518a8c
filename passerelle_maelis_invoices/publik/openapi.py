"""The API as an OpenAPI 3.1 document, from the table of operations and the JSON Schemas."""

from typing import Any

from .json_schemas import schema
from .operations import OPERATIONS, Operation

Json = dict[str, Any]

DESCRIPTION = (
    'Connecteur de régie de Publik. Chaque adresse est servie avec et sans sa barre oblique finale. '
    'Les paramètres de requête inconnus sont ignorés.'
)
PARAMETERS = {
    'regie': 'Code de la régie.',
    'export_id': 'Numéro de l’export.',
    'invoice_id': 'Identifiant de la facture : « dossier-numéro ».',
    'NameID': 'L’usager connecté ; vide pour servir une facture à l’appelant sur son seul identifiant.',
    'email': 'Envoyée vide avec NameID par les notifications de paiement.',
    'status': 'État des exports : pending, created ou failed.',
    'state': 'État des règlements.',
    'family': 'Numéro du dossier famille.',
    'between': 'Deux jours compris, comme 2026-03-01,2026-03-31 ; l’un des deux peut manquer.',
    'after': 'Le « next » de la page précédente.',
    'limit': 'Nombre d’éléments d’une page : 100, au plus 1000.',
    'payer_external_id': 'Numéro du dossier famille ; l’emporte sur NameID.',
}
ERRORS = {
    '400': 'Requête illisible ou incomplète',
    '403': 'Accès refusé, sans dire pourquoi',
    '404': 'Connecteur, régie ou facture introuvable',
    '500': 'Erreur interne ou enregistrement impossible : renouveler la requête',
}
UNAVAILABLE = 'Service momentanément indisponible'
SECURITY = {
    'signature': {
        'type': 'apiKey',
        'in': 'query',
        'name': 'signature',
        'description': 'Signature de Publik : orig, algo, timestamp, nonce, puis signature.',
    },
    'apikey': {'type': 'apiKey', 'in': 'query', 'name': 'apikey'},
    'basic': {'type': 'http', 'scheme': 'basic'},
}
FILES = ('invoice', 'pay', 'link', 'payment', 'export_request')
_WITHOUT_BRACES = str.maketrans('/', '_', '{}')


def describe(*, title: str, base_url: str) -> Json:
    """``base_url`` is the connector's own address, without its last slash."""
    return {
        'openapi': '3.1.0',
        'info': {'title': title, 'version': '1', 'description': DESCRIPTION},
        'servers': [{'url': base_url}],
        'security': [{name: []} for name in SECURITY],
        'paths': _paths(),
        'components': {'securitySchemes': SECURITY, 'schemas': _components()},
    }


def _paths() -> Json:
    items: Json = {}
    for operation in OPERATIONS:
        for path in operation.paths:
            items.setdefault(path, {}).update(_path_item(operation, path))
    return items


def _path_item(operation: Operation, path: str) -> Json:
    described: Json = {
        'summary': operation.summary,
        'operationId': f'{operation.method}{path}'.strip('/').translate(_WITHOUT_BRACES),
        'parameters': [_parameter(*item, path) for item in operation.parameters(path).items()],
        'responses': _responses(operation),
    }
    if operation.body:
        described['requestBody'] = _body(operation.body)
    return {operation.method: described}


def _parameter(name: str, place: str, path: str) -> Json:
    required = place == 'path' or name == 'invoice_id'
    return {
        'name': name,
        'in': place,
        'required': required,
        'description': PARAMETERS[name],
        'schema': {'type': 'string', **({'minLength': 1} if required else {})},
    }


def _body(name: str) -> Json:
    forms = ('application/json', 'application/x-www-form-urlencoded')
    return {'required': True, 'content': {form: {'schema': _reference(name)} for form in forms}}


def _responses(operation: Operation) -> Json:
    content = {operation.media_type: {'schema': _answer(operation)}}
    statuses = {status: _failure(description) for status, description in ERRORS.items()}
    if operation.business_status != '200':
        statuses[operation.business_status] = _failure(UNAVAILABLE)
    return {'200': {'description': operation.summary, 'content': content}, **statuses}


def _answer(operation: Operation) -> Json:
    """An error of the back office is a 200 as well, with ``err`` 1, unless it has a status of its own."""
    if operation.media_type != 'application/json':
        return {'type': 'string', 'format': 'binary'}
    success = _success(operation) if operation.data else {'type': 'object'}
    if operation.business_status != '200':
        return success
    return {'anyOf': [success, _reference(operation.failure)]}


def _success(operation: Operation) -> Json:
    meta: Json = {'meta': _reference(operation.meta)} if operation.meta else {}
    properties = {'data': _reference(operation.data), **meta, 'err': {'const': 0}}
    return {
        'type': 'object',
        'required': list(properties),
        'properties': properties,
        'additionalProperties': False,
    }


def _failure(description: str) -> Json:
    return {'description': description, 'content': {'application/json': {'schema': _reference('failure')}}}


def _reference(name: str) -> Json:
    return {'$ref': f'#/components/schemas/{name}'}


def _components() -> Json:
    files = {name: _without_dialect(schema(name)) for name in FILES}
    return {**files, **schema('answers')}


def _without_dialect(content: Json) -> Json:
    return {key: value for key, value in content.items() if key != '$schema'}
