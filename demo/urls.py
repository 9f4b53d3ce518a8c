"""The connector, Django's admin, and the portal that plays Publik in front of them."""

from django.contrib import admin
from django.urls import include, path

admin.site.site_header = 'Passerelle Maelis'
admin.site.site_title = 'Passerelle Maelis'

urlpatterns = [
    path('', include('passerelle_maelis_invoices.urls')),
    path('admin/', admin.site.urls),
    path('', include('demo.portal.urls')),
]
