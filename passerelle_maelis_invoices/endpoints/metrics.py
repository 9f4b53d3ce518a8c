"""Measurements for Prometheus, which asks for them with an API key or with HTTP Basic."""

from django.http import HttpResponse

from ..use_cases.read_metrics import read_metrics
from .endpoint import ClientCall, client_endpoint


@client_endpoint('GET')
def metrics(call: ClientCall) -> HttpResponse:
    """Without the envelope: its reader is a tool."""
    found = read_metrics(client=call.client)
    return HttpResponse(found.content, content_type=found.content_type)
