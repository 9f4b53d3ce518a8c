"""Golden files: what each format looked like when a person last looked at it."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

GOLDEN = Path(__file__).parent / 'golden'
Golden = Callable[[str, str], None]


@pytest.fixture
def golden() -> Golden:
    """Compares a text with the file of that name; ``UPDATE_GOLDEN=1`` writes the file instead."""

    def compare(name: str, text: str) -> None:
        if os.environ.get('UPDATE_GOLDEN'):
            (GOLDEN / name).write_text(text, encoding='utf-8', newline='')
        with (GOLDEN / name).open(encoding='utf-8', newline='') as file:
            assert text == file.read()

    return compare
