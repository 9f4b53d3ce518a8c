from django.urls import include, path

from benchmarks.bare import commit_one_row, ready_body, rows
from benchmarks.naive import naive_list

urlpatterns = [
    path('', include('passerelle_maelis_invoices.urls')),
    path('bare/rows/', rows),
    path('bare/body/', ready_body),
    path('bare/commit/', commit_one_row),
    path('naive/<str:slug>/', naive_list),
]
