"""The description of the API."""

from django.http import HttpResponse

from ..publik.openapi import describe
from .answers import json_answer
from .endpoint import ConnectorCall, connector_endpoint


@connector_endpoint('GET')
def openapi(call: ConnectorCall) -> HttpResponse:
    """An OpenAPI document, without the envelope: its readers are tools."""
    base_url = call.request.path.rstrip('/').removesuffix('/openapi.json')
    return json_answer(describe(title=call.connector.title, base_url=base_url))
