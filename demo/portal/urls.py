"""The portal's pages."""

from django.urls import path

from demo.portal.views import backstage, bank, home, invoices, payments, wire

app_name = 'portal'

urlpatterns = [
    path('', home.show, name='home'),
    path('factures/', home.cells, name='cells'),
    path('citoyen/', home.choose_citizen, name='choose-citizen'),
    path('rattacher/', home.link_family, name='link-family'),
    path('facture/<str:regie>/<str:invoice_id>/', invoices.show, name='invoice'),
    path('facture/<str:regie>/<str:invoice_id>/etat/', invoices.state, name='invoice-state'),
    path('facture/<str:regie>/<str:invoice_id>/pdf/', invoices.pdf, name='pdf'),
    path('facture/<str:regie>/<str:invoice_id>/payer/', bank.pay, name='pay'),
    path('paiement/<uuid:transaction_id>/', payments.show, name='payment'),
    path('paiement/<uuid:transaction_id>/suivi/', payments.steps, name='payment-steps'),
    path('paiement/<uuid:transaction_id>/notifier/', payments.notify_again, name='notify-again'),
    path('coulisses/', backstage.panel, name='backstage'),
    path('echanges/', wire.show, name='wire'),
]
