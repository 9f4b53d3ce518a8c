"""Packaging of the connector; tool settings are in pyproject.toml."""

from pathlib import Path

from setuptools import find_packages, setup
from setuptools.command.build_py import build_py

HERE = Path(__file__).parent


class BuildWithWsdl(build_py):
    """The WSDL is at the top of the repository, where people look for it; once installed, in the package."""

    def run(self) -> None:
        super().run()
        if not self.editable_mode:
            target = Path(self.build_lib, 'passerelle_maelis_invoices', 'wsdl')
            self.mkpath(str(target))
            self.copy_file(str(HERE / 'fixtures/wsdl/InvoiceService.wsdl'), str(target))


POSTGRESQL = ['psycopg[binary]>=3.1']
METRICS = ['prometheus-client>=0.20']
CLUSTER = ['procrastinate[django]>=3.2,<4', *POSTGRESQL]
DOCUMENTS = ['reportlab>=4.2', 'drafthorse>=2024.2', 'factur-x>=3.1', 'openpyxl>=3.1']
DEMO = ['gunicorn>=22', 'whitenoise>=6.6', 'reportlab>=4.2', *POSTGRESQL]
TEST = [
    *DEMO,
    *METRICS,
    'build>=1.2',
    'hypothesis>=6.100',
    'import-linter>=2.0',
    'playwright>=1.44',
    'pypdf>=4.2',
    'pytest>=8',
    'pytest-django>=4.8',
    'pytest-timeout>=2.3',
    'pytest-xdist>=3.6',
    'responses>=0.25',
    'saxonche>=12.4',
    'schemathesis>=4',
    'syrupy>=4.6',
    'time-machine>=2.14',
]
CHECK = [
    'django-stubs[compatible-mypy]>=5',
    'import-linter>=2.0',
    'lxml-stubs',
    'mypy>=1.11',
    'ruff>=0.6',
    'types-jsonschema',
    'types-requests',
]

setup(
    name='passerelle-maelis-invoices',
    version='0.1.0',
    description="Connector between a city's Maelis invoices and its citizens' Publik portal",
    long_description=(HERE / 'README.md').read_text(encoding='utf-8'),
    long_description_content_type='text/markdown',
    license='AGPL-3.0-or-later',
    python_requires='>=3.11',
    packages=find_packages(include=['passerelle_maelis_invoices', 'passerelle_maelis_invoices.*']),
    include_package_data=True,
    cmdclass={'build_py': BuildWithWsdl},
    install_requires=[
        'django>=4.2,<6.2',
        'zeep>=4.2.1',
        'requests>=2.31',
        'jsonschema>=4.20',
        'lxml>=5',
        'cryptography>=42',
    ],
    extras_require={
        'postgresql': POSTGRESQL,
        'cluster': CLUSTER,
        'documents': DOCUMENTS,
        'metrics': METRICS,
        'demo': DEMO,
        'test': TEST,
        'check': CHECK,
    },
    classifiers=[
        'Environment :: Web Environment',
        'Framework :: Django :: 4.2',
        'Framework :: Django :: 5.2',
        'Framework :: Django :: 6.0',
        'Intended Audience :: Developers',
        'Natural Language :: French',
        'Programming Language :: Python :: 3.11',
        'Programming Language :: Python :: 3.12',
        'Programming Language :: Python :: 3.13',
    ],
)
