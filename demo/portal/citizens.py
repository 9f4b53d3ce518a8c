"""The people one can play. A portal would know them by their session; here a plain cookie says who."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpRequest

COOKIE = 'portail_citoyen'


@dataclass(frozen=True)
class Citizen:
    name: str
    name_id: str

    @property
    def initials(self) -> str:
        return ''.join(word[0] for word in self.name.split()[:2]).upper()


def current_citizen(request: HttpRequest, citizens: Sequence[Citizen]) -> Citizen:
    """The citizen that the cookie names, else the first one of the list."""
    return citizen_named(request.COOKIES.get(COOKIE, ''), citizens) or citizens[0]


def citizen_named(name_id: str, citizens: Sequence[Citizen]) -> Citizen | None:
    return next((citizen for citizen in citizens if citizen.name_id == name_id), None)
