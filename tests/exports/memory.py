"""Exports payments in this process alone, and prints the most memory that it took, in MB.

python -m tests.exports.memory FORMAT
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import django
from django.core.management import call_command


def main(form: str) -> None:
    os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'demo.settings')
    django.setup()
    where = {'connector': 'toulouse', 'regie': '007'}
    call_command('maelis_export', **where, kind='payments', format=form, output=Path(os.devnull))
    print(peak())


def peak() -> int:
    """Of this process since it was started; `getrusage` would count the one that started it."""
    status = Path('/proc/self/status').read_text()
    [line] = [line for line in status.splitlines() if line.startswith('VmHWM')]
    return int(line.split()[1]) // 1024


if __name__ == '__main__':
    main(sys.argv[1])
