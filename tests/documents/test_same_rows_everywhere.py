"""The API and the exports give the same payments."""

from __future__ import annotations

import json
from importlib import resources

from passerelle_maelis_invoices.documents import schemas
from passerelle_maelis_invoices.publik.json_schemas import schema


def test_a_payment_is_described_in_the_same_words() -> None:
    exported = json.loads(resources.files(schemas).joinpath('payments.json').read_text('utf-8'))
    listed = {key: value for key, value in schema('payment').items() if key not in ('$schema', 'title')}
    assert listed == exported['$defs']['payment']
