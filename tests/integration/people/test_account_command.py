"""`tessera account`: what the operator does, and what never is an argument."""

import re

import pytest

from app.models import Account
from app.services.log_in import log_in
from app.services.reset_password import reset_password
from cli.__main__ import main


@pytest.fixture
def tessera(environ, monkeypatch, capsys, tmp_path):
    """A terminal where Tessera runs."""
    for name, value in environ.items():
        monkeypatch.setenv(name, value)

    def tessera(*words):
        status = main(["account", "--var", str(tmp_path), *words])
        said = capsys.readouterr()
        return status, said.out + said.err

    return tessera


def test_an_account_is_made_with_a_code_for_its_password(tessera, session):
    status, said = tessera("create", "Ada@Example.org", "--operator")
    assert status == 0
    assert "ada@example.org has an account and may look after this Tessera" in said
    code = re.search(r"24 hours: (\S+)", said)[1]
    reset_password(session, email="ada@example.org", code=code, password="four words in a row")
    session.commit()
    account = log_in(session, email="ada@example.org", password="four words in a row", came_as=None)
    assert account.operator


def test_a_code_for_somebody_who_forgot(tessera, session, account):
    status, said = tessera("reset", "ada@example.org")
    assert status == 0
    code = re.search(r"24 hours: (\S+)", said)[1]
    reset_password(session, email="ada@example.org", code=code, password="five words in a row")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["reset", "nobody@example.org"], "There is no account with the e-mail address nobody@"),
        (["create", "ada"], "This is no e-mail address"),
        (["create", "ada@example.org"], "There is an account with this e-mail address already"),
    ],
)
def test_a_mistake_is_a_line(tessera, account, words, sentence):
    status, said = tessera(*words)
    assert status == 1
    assert said.startswith(sentence)
    assert said.count("\n") == 1


def test_all_accounts_are_listed(tessera, session, account):
    session.get(Account, account.id).operator = True
    session.commit()
    status, said = tessera("list")
    assert status == 0
    assert re.fullmatch(
        r"ada@example\.org, operator: since 20\d\d-\d\d-\d\d, 0 tiles, 0 kB\n", said
    )


def test_no_password_is_an_argument(tessera):
    with pytest.raises(SystemExit):
        tessera("create", "ada@example.org", "--password", "four words in a row")
