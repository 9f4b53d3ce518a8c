"""Who is at the admin's keyboard."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client


def logged_in(user: User, *, enforce_csrf_checks: bool = False) -> Client:
    client = Client(enforce_csrf_checks=enforce_csrf_checks)
    client.force_login(user)
    return client


def staff(name: str, *rights: str) -> User:
    """Somebody who has only those rights, by their code names: 'view_payment'."""
    user = User.objects.create_user(name, is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=rights))
    return user


@pytest.fixture
def browser(db: None) -> Client:
    """Of somebody who may do everything."""
    return logged_in(User.objects.create_superuser('admin'))


@pytest.fixture
def viewer(db: None) -> Client:
    """Of somebody who may look at everything, and do nothing."""
    rights = Permission.objects.filter(codename__startswith='view_').values_list('codename', flat=True)
    return logged_in(staff('viewer', *rights))


@pytest.fixture
def clerk(db: None) -> Client:
    """Of somebody who deals with payments, and nothing else."""
    return logged_in(staff('camille', 'view_payment', 'change_payment'))
