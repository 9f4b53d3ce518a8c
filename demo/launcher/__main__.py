"""The whole product on this machine: `python -m demo.launcher`, which `run.py demo` calls inside .venv.

`PORT` says where it listens, `DEMO_DATA` which folder keeps its data.
"""

from __future__ import annotations

import argparse
import logging
import os
import shutil
import signal
import socket
import sys
import webbrowser
from pathlib import Path
from typing import Any, NoReturn

import django
import requests

from demo.environment import kept_secret
from demo.launcher import town
from demo.launcher.children import ROOT, Child, ChildEndedError, Children
from demo.launcher.room import CannotStartError, free_port_near, listen, only_one

DATA = Path(os.environ.get('DEMO_DATA', ROOT / 'var' / 'demo')).absolute()
PORTAL_KEY = 'portal_key'  # a folder that holds it is ours to delete


def main(arguments: list[str]) -> int:
    options = _options(arguments)
    _turn_signals_into_interrupts()
    try:
        with only_one(DATA), listen(os.environ.get('PORT') or '8000') as listener:
            run(listener, reset=options.reset, browser=options.browser)
    except (CannotStartError, ChildEndedError) as problem:
        print(f'\n{problem}', file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print('\nArrêté.')
    return 0


def run(listener: socket.socket, *, reset: bool, browser: bool) -> None:
    """Brings everything up, then waits until something ends or somebody interrupts."""
    if reset and (DATA / PORTAL_KEY).exists():
        shutil.rmtree(DATA)
    DATA.mkdir(exist_ok=True, mode=0o700)
    (DATA / 'logs').mkdir(exist_ok=True)
    url = f'http://127.0.0.1:{listener.getsockname()[1]}'
    children = Children(DATA / 'logs', _environment(url))
    try:
        control = _bring_up(children, listener, url)
        print(_addresses(url, control), flush=True)
        if browser:
            webbrowser.open(url)
        children.wait()
    finally:
        _ignore_interrupts()
        children.stop()


def _bring_up(children: Children, listener: socket.socket, url: str) -> str:
    """In the order in which one needs the other; returns the address of the simulator's control."""
    _tell('base de données')
    os.environ.update(children.environment)
    django.setup()
    logging.disable(logging.INFO)
    town.migrate()
    town.open_account()
    _tell('Maelis (simulateur)')
    wsdl_url, control = _start_simulator(children, listener.getsockname()[1] + 1)
    children.environment['PORTAL_SIMULATOR_CONTROL'] = control
    _tell('connecteur et régies')
    town.configure(
        town.configuration(wsdl_url, children.environment['PORTAL_KEY']), DATA / 'configuration.json'
    )
    _tell('portail et transmission des paiements')
    children.start('transmission', 'manage.py', 'maelis_worker')
    bind = f'fd://{listener.fileno()}'
    gunicorn = ['-m', 'gunicorn', '-c', 'demo/gunicorn_conf.py', '-b', bind, 'demo.wsgi:application']
    site = children.start('site', *gunicorn, keep=(listener.fileno(),))
    listener.close()
    site.wait_for('Listening at')
    _visit(site, url)
    return control


def _start_simulator(children: Children, port: int) -> tuple[str, str]:
    """The addresses of its WSDL and of its control, the same at each start when they can be."""
    ports = ['--port', str(free_port_near(port)), '--control-port', str(free_port_near(port + 1))]
    kept = ['--journal', str(DATA / 'maelis.jsonl')]
    simulator = children.start('simulateur', '-m', 'demo.simulator', *ports, *kept, *town.SIMULATOR)
    base = simulator.wait_for(r'simulator listening on (\S+)')[1]
    return f'{base}/services/InvoiceService?wsdl', simulator.wait_for(r'control on (\S+)')[1]


def _environment(url: str) -> dict[str, str]:
    """What every process of the demo is told; the addresses of this machine never pass through a proxy."""
    return os.environ | {
        'DJANGO_SETTINGS_MODULE': 'demo.settings',
        'PYTHONUNBUFFERED': '1',
        'DATABASE_URL': f'sqlite:///{DATA / "db.sqlite3"}',
        'SECRET_KEY': kept_secret(DATA / 'secret_key'),
        'MAELIS_INVOICES_WSDL_DIR': str(DATA / 'wsdl'),
        'PORTAL_CONNECTOR_URL': f'{url}/passerelle-maelis-invoices/{town.SLUG}/',
        'PORTAL_WIRE_JOURNAL': str(DATA / 'portal_wire.jsonl'),
        'PORTAL_KEY': kept_secret(DATA / PORTAL_KEY),
        'NO_PROXY': '127.0.0.1',
        'no_proxy': '127.0.0.1',
    }


def _visit(site: Child, url: str) -> None:
    """Waits until the portal's first page is there, so that nobody meets a site that still wakes up."""
    with requests.Session() as session:
        session.trust_env = False
        try:
            session.get(url, timeout=60).raise_for_status()
        except requests.RequestException as problem:
            raise CannotStartError(f'Le portail ne répond pas ({problem}) ; voir {site.log}.') from problem


def _addresses(url: str, control: str) -> str:
    return f"""
  Portail des familles   {url}/
  Administration         {url}/admin/   (compte {town.ACCOUNT}, mot de passe {town.PASSWORD})
  Maelis (simulateur)    {control}

Les données restent dans {DATA} ; « python3 run.py demo --reset » repart de zéro.
Ctrl-C arrête tout."""


def _options(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog='run.py demo', description='La démonstration ; le port vient de PORT.'
    )
    parser.add_argument('--reset', action='store_true', help='effacer les données et repartir de zéro')
    parser.add_argument('--browser', action=argparse.BooleanOptionalAction, help='ouvrir le portail')
    return parser.parse_args(arguments)


def _turn_signals_into_interrupts() -> None:
    """Also SIGINT, which a shell turns off for what it starts in the background."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupt)


def _interrupt(number: int, frame: Any) -> NoReturn:
    raise KeyboardInterrupt


def _ignore_interrupts() -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)


def _tell(step: str) -> None:
    print(f'… {step}', flush=True)


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
