"""Documentation that can be wrong is compared with what it describes."""

import re
from dataclasses import fields
from pathlib import Path

from passerelle_maelis_invoices.domain.payment_diagram import payment_diagram
from passerelle_maelis_invoices.settings import PREFIX, Settings

ROOT = Path(__file__).resolve().parent.parent


def test_the_diagram_of_states_is_drawn_from_their_table() -> None:
    page = (ROOT / 'docs/payments.md').read_text(encoding='utf-8')
    drawn = page.split('```mermaid\n')[1].split('\n```')[0]
    assert drawn == payment_diagram()


def test_every_local_link_of_the_documentation_leads_somewhere() -> None:
    pages = [ROOT / 'README.md', *sorted((ROOT / 'docs').glob('*.md'))]
    links = [(page, link) for page in pages for link in _links(page)]
    assert [f'{page.name}: {link}' for page, link in links if not (page.parent / link).exists()] == []


def test_every_setting_is_explained_to_those_who_run_it() -> None:
    pages = [
        (ROOT / f'docs/{name}.md').read_text(encoding='utf-8')
        for name in ('operations', 'cluster', 'refresh')
    ]
    told = set(re.findall(rf'\b{PREFIX}([A-Z_]+)\b', ''.join(pages)))
    assert [field.name for field in fields(Settings) if field.name not in told] == []


def _links(page: Path) -> list[str]:
    parts = page.read_text(encoding='utf-8').split('](')[1:]
    links = [part.split(')')[0].split('#')[0] for part in parts]
    return [link for link in links if link and '://' not in link]
