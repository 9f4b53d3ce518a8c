"""The demo site's settings without its portal, its admin and their middleware: the connector needs none."""

from demo.settings import *  # noqa: F403
from demo.settings import DATABASES

INSTALLED_APPS = ['django.contrib.auth', 'django.contrib.contenttypes', 'passerelle_maelis_invoices']
MIDDLEWARE = []
ROOT_URLCONF = 'benchmarks.urls'
WSGI_APPLICATION = 'benchmarks.wsgi.application'
DATABASES['default']['CONN_MAX_AGE'] = None
ALLOWED_HOSTS = ['*']
LOGGING = {'version': 1, 'disable_existing_loggers': True, 'root': {'level': 'CRITICAL'}}
MAELIS_INVOICES_WEB_HEARTBEAT = False
