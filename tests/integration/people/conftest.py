"""Accounts, and things that belong to somebody."""

from uuid import uuid4

import pytest

from app.models import Owner
from app.services.sign_up import sign_up

PASSWORD = "four words in a row"


@pytest.fixture
def account(session):
    """Somebody with an account, who had nothing before."""
    account = sign_up(session, email="ada@example.org", password=PASSWORD, came_as=None)
    session.commit()
    return account


@pytest.fixture
def browser(session):
    """The owner of a browser without an account."""
    owner = Owner(id=uuid4())
    session.add(owner)
    session.commit()
    return owner.id


@pytest.fixture
def password():
    return PASSWORD
