"""The address that an administrator gives to the portal for one régie."""

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

TAIL = 'invoices/'


def base_path(slug: str, code: str) -> str:
    """'/passerelle-maelis-invoices/toulouse/regie/007/'; '' for a code that no address can hold ('A/B')."""
    try:
        invoices = reverse('passerelle_maelis_invoices:invoices', kwargs={'connector': slug, 'regie': code})
    except NoReverseMatch:
        return ''
    return invoices.removesuffix(TAIL)


def absolute_base_url(request: HttpRequest, slug: str, code: str) -> str:
    path = base_path(slug, code)
    return path and request.build_absolute_uri(path)
