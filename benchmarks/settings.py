"""The demo site's settings without its middleware: the connector needs none, and a bare view has none."""

from demo.settings import *  # noqa: F403
from demo.settings import DATABASES

MIDDLEWARE = []
ROOT_URLCONF = 'benchmarks.urls'
WSGI_APPLICATION = 'benchmarks.wsgi.application'
DATABASES['default']['CONN_MAX_AGE'] = None
ALLOWED_HOSTS = ['*']
LOGGING = {'version': 1, 'disable_existing_loggers': True, 'root': {'level': 'CRITICAL'}}
MAELIS_INVOICES_WEB_HEARTBEAT = False
