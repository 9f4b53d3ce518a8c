"""The demo site, and the named points at which its processes can be made to die or to freeze."""

import os

from demo.settings import *  # noqa: F403
from demo.settings import INSTALLED_APPS, LOGGING, MIDDLEWARE, TIME_ZONE

INSTALLED_APPS = [*INSTALLED_APPS, 'tests.promises.crashing.Crashing']
MIDDLEWARE = ['tests.promises.crashing.arm_by_header', *MIDDLEWARE]
TIME_ZONE = os.environ.get('TIME_ZONE', TIME_ZONE)
LOGGING = LOGGING | {'loggers': {}}
