"""gunicorn in front of the benchmarks' site, and a town for it to serve."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from django.core.management import call_command

from benchmarks import town
from benchmarks.ground import Ground
from passerelle_maelis_invoices.models import Regie
from tests.site import Process, Site, connected_to

APPLICATION = 'benchmarks.wsgi:application'


@contextmanager
def site(ground: Ground, vendor: str) -> Iterator[Site]:
    """On an empty database of its own, which the ORM of this process works on too."""
    if vendor == 'postgresql':
        assert ground.postgresql  # noqa: S101
        url = ground.postgresql.create('served')
    else:
        url = f'sqlite:///{ground.folder}/served.sqlite3'
    environment = os.environ | {'DATABASE_URL': url, 'GUNICORN_CMD_ARGS': '--log-level critical'}
    with connected_to(url):
        call_command('migrate', verbosity=0)
        served = Site(vendor, url, environment, lambda: url)
        try:
            if not Regie.objects.exists():
                town.build(ground.wsdl_url, ground.service_url())
            yield served
        finally:
            served.stop()


def children_of(process: Process) -> list[int]:
    """Process ids; of gunicorn's workers, for one."""
    pid = process.child.pid
    with open(f'/proc/{pid}/task/{pid}/children') as file:  # noqa: PTH123
        return [int(child) for child in file.read().split()]
