"""Settings of the demo site, all from the environment; `manage.py` and `demo.wsgi` use them.

`DATABASE_URL`, `SECRET_KEY`, `DEBUG`, `ALLOWED_HOSTS`, `HTTPS` (1 behind a proxy that ends TLS and sets
`X-Forwarded-Proto`), `CLUSTER` (1: payments are jobs of procrastinate too, on PostgreSQL), and any
`MAELIS_INVOICES_…` of the connector and `PORTAL_…` of the portal.
"""

import os
from pathlib import Path
from typing import Any

from demo.environment import database_settings, kept_secret, settings_from

ROOT = Path(__file__).resolve().parent.parent
VAR = ROOT / 'var'

DEBUG = os.environ.get('DEBUG', '0') == '1'
SECRET_KEY = os.environ.get('SECRET_KEY') or kept_secret(VAR / 'secret_key')
HOSTS = os.environ.get('ALLOWED_HOSTS', 'localhost,127.0.0.1,[::1]')
ALLOWED_HOSTS = [host.strip() for host in HOSTS.split(',') if host.strip()]

INSTALLED_APPS = [
    'django.contrib.admin',
    'django.contrib.auth',
    'django.contrib.contenttypes',
    'django.contrib.sessions',
    'django.contrib.messages',
    'django.contrib.staticfiles',
    'passerelle_maelis_invoices',
    'demo.portal',
]
if os.environ.get('CLUSTER', '0') == '1':
    INSTALLED_APPS.insert(0, 'procrastinate.contrib.django')
MIDDLEWARE = [
    'django.middleware.security.SecurityMiddleware',
    'whitenoise.middleware.WhiteNoiseMiddleware',
    'django.contrib.sessions.middleware.SessionMiddleware',
    'django.middleware.common.CommonMiddleware',
    'django.middleware.csrf.CsrfViewMiddleware',
    'django.contrib.auth.middleware.AuthenticationMiddleware',
    'django.contrib.messages.middleware.MessageMiddleware',
    'django.middleware.clickjacking.XFrameOptionsMiddleware',
]
ROOT_URLCONF = 'demo.urls'
WSGI_APPLICATION = 'demo.wsgi.application'
TEMPLATES: list[dict[str, Any]] = [
    {
        'BACKEND': 'django.template.backends.django.DjangoTemplates',
        'APP_DIRS': True,
        'OPTIONS': {
            'context_processors': [
                'django.template.context_processors.request',
                'django.contrib.auth.context_processors.auth',
                'django.contrib.messages.context_processors.messages',
            ]
        },
    }
]

DATABASES = {'default': database_settings(os.environ.get('DATABASE_URL', f'sqlite:///{ROOT}/db.sqlite3'))}
# Opening a connection costs as much as reading a list; one that died meanwhile is noticed and replaced.
DATABASES['default'] |= {'CONN_MAX_AGE': 60, 'CONN_HEALTH_CHECKS': True}
DEFAULT_AUTO_FIELD = 'django.db.models.BigAutoField'

LANGUAGE_CODE = 'fr'
TIME_ZONE = 'Europe/Paris'
USE_TZ = True
USE_I18N = True

#: Seconds: a mail server that does not answer would hold alerts up.
EMAIL_TIMEOUT = 10

STATIC_URL = '/static/'
WHITENOISE_USE_FINDERS = True

HTTPS = os.environ.get('HTTPS', '0') == '1'
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_PROXY_SSL_HEADER = ('HTTP_X_FORWARDED_PROTO', 'https') if HTTPS else None
SECURE_HSTS_SECONDS = 3600 if HTTPS else 0

LOGGING = {
    'version': 1,
    'disable_existing_loggers': False,
    'formatters': {'line': {'format': '%(asctime)s %(levelname)s %(name)s: %(message)s'}},
    'handlers': {'console': {'class': 'logging.StreamHandler', 'formatter': 'line'}},
    'root': {'handlers': ['console'], 'level': 'WARNING'},
    'loggers': {'passerelle_maelis_invoices': {'level': 'INFO'}},
}

globals().update(settings_from(os.environ, 'MAELIS_INVOICES_', 'PORTAL_'))
