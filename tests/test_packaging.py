"""What an integrator gets: the wheel, in a Django project that never heard of this repository."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from subprocess import PIPE, STDOUT
from zipfile import ZipFile

import pytest
import requests

from tests.site import ROOT

PACKAGE = 'passerelle_maelis_invoices'
META = ['LICENSE', 'CHANGELOG.md', 'MANIFEST.in', 'README.md', 'pyproject.toml', 'setup.py']
UV = shutil.which('uv')
OUTSIDE = {name: value for name, value in os.environ.items() if name != 'DJANGO_SETTINGS_MODULE'}
SERVE = """
from wsgiref.simple_server import make_server
from city.wsgi import application

server = make_server('127.0.0.1', 0, application)
print(server.server_port, flush=True)
server.handle_request()
"""

pytestmark = pytest.mark.timeout(900)


@pytest.fixture(scope='session')
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built from the source distribution, which must hold all that it needs."""
    source = tmp_path_factory.mktemp('source')
    for part in ['fixtures', PACKAGE, *META]:
        _copy(ROOT / part, source / part)
    run([sys.executable, '-m', 'build', *(['--installer', 'uv'] if UV else []), str(source)])
    return next((source / 'dist').glob('*.whl'))


def test_all_that_is_not_python_reaches_the_wheel(wheel: Path) -> None:
    files = [path for path in (ROOT / PACKAGE).rglob('*.*') if path.suffix not in ('.py', '.pyc')]
    expected = {str(path.relative_to(ROOT)) for path in files} | {f'{PACKAGE}/wsdl/InvoiceService.wsdl'}
    assert expected - set(ZipFile(wheel).namelist()) == set()


def test_the_wheel_holds_nothing_of_the_demo_nor_the_tests(wheel: Path) -> None:
    tops = {name.partition('/')[0] for name in ZipFile(wheel).namelist()}
    assert {top for top in tops if not top.endswith('.dist-info')} == {PACKAGE}


def test_every_translation_is_compiled(wheel: Path) -> None:
    names = set(ZipFile(wheel).namelist())
    assert {name.removesuffix('.po') + '.mo' for name in names if name.endswith('.po')} <= names


def test_the_wheel_says_its_licence(wheel: Path) -> None:
    with ZipFile(wheel) as archive:
        [metadata] = [name for name in archive.namelist() if name.endswith('.dist-info/METADATA')]
        assert 'AGPL-3.0-or-later' in archive.read(metadata).decode()
        assert any(name.endswith('LICENSE') for name in archive.namelist())


@pytest.fixture(params=['django', 'django==4.2.*'], ids=['newest-django', 'django-4.2'])
def project(request: pytest.FixtureRequest, wheel: Path, tmp_path: Path) -> Iterator[Path]:
    """A bare project in an empty environment, with the two lines that plug the connector in."""
    install(tmp_path / 'venv', str(wheel), request.param)
    project = tmp_path / 'project'
    project.mkdir()
    run([tmp_path / 'venv/bin/python', '-m', 'django', 'startproject', 'city', '.'], project)
    append(project / 'city/settings.py', f"INSTALLED_APPS += ['{PACKAGE}']")
    append(project / 'city/urls.py', 'from django.urls import include')
    append(project / 'city/urls.py', f"urlpatterns += [path('', include('{PACKAGE}.urls'))]")
    yield project


def test_the_installed_wheel_serves_a_request_in_a_bare_project(project: Path) -> None:
    python = project.parent / 'venv/bin/python'
    run([python, 'manage.py', 'check'], project)
    run([python, 'manage.py', 'makemigrations', '--check', '--dry-run', PACKAGE], project)
    run([python, 'manage.py', 'migrate'], project)
    status, body = ask(python, project, '/passerelle-maelis-invoices/nowhere/regies/')
    assert status in (403, 404)
    assert json.loads(body)['err'] == 1
    status, body = ask(python, project, '/admin/login/')
    assert status == 200


def ask(python: Path, project: Path, path: str) -> tuple[int, bytes]:
    """One real request to one real server."""
    server = subprocess.Popen([python, '-c', SERVE], cwd=project, env=OUTSIDE, stdout=PIPE, text=True)
    with server:
        assert server.stdout
        port = server.stdout.readline().strip()
        with requests.Session() as session:
            session.trust_env = False
            answer = session.get(f'http://127.0.0.1:{port}{path}', timeout=60)
    return answer.status_code, answer.content


def install(venv: Path, *requirements: str) -> None:
    if UV:
        run([UV, 'venv', '--python', sys.executable, venv])
        run([UV, 'pip', 'install', '--python', venv / 'bin/python', *requirements])
    else:
        run([sys.executable, '-m', 'venv', '--without-pip', venv])
        pip = [sys.executable, '-m', 'pip', '--python', venv / 'bin/python']
        run([*pip, 'install', '--quiet', '--no-compile', *requirements])


def run(command: list[str | Path], folder: Path | None = None) -> None:
    done = subprocess.run(command, cwd=folder, env=OUTSIDE, stdout=PIPE, stderr=STDOUT, text=True)
    assert done.returncode == 0, done.stdout


def append(file: Path, line: str) -> None:
    file.write_text(f'{file.read_text()}{line}\n')


def _copy(source: Path, target: Path) -> None:
    if source.is_dir():
        shutil.copytree(source, target, ignore=shutil.ignore_patterns('__pycache__'))
    else:
        shutil.copyfile(source, target)
