"""Logging in, browsers that are logged in, passwords and codes for new ones."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select, update

from app.domain.errors import BadInput, NotFound
from app.models import Account, Login, ResetCode
from app.services import passwords
from app.services.change_account import change_email, change_password
from app.services.collect_garbage import collect_garbage
from app.services.log_in import WRONG, log_in
from app.services.logins import begin_login, end_login, end_logins, login_of, logins_of, saw
from app.services.reset_password import new_reset_code, reset_password
from app.services.sign_up import sign_up

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


@pytest.fixture
def enter(session):
    def enter(email, password):
        return log_in(session, email=email, password=password, came_as=None)

    return enter


def test_a_password_is_kept_as_argon2id_and_nowhere_else(session, account, password):
    assert account.password_hash.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert password not in account.password_hash


def test_the_address_is_found_in_whatever_case(enter, account, password):
    assert enter(" ADA@Example.org ", password).id == account.id


@pytest.mark.parametrize(
    ("email", "typed"),
    [
        ("ada@example.org", "another password"),
        ("nobody@example.org", "four words in a row"),
        ("nobody\0@example.org", ""),
        ("", ""),
    ],
)
def test_who_is_wrong_hears_the_same_after_the_same_work(enter, account, monkeypatch, email, typed):
    """Whether there is such an account shows neither in the words nor in the time."""
    verified = []
    verify = passwords.HASHER.verify
    monkeypatch.setattr(
        passwords, "HASHER", Spy(lambda kept, tried: verified.append(kept) or verify(kept, tried))
    )
    with pytest.raises(BadInput) as caught:
        enter(email, typed)
    assert (caught.value.sentence, caught.value.field) == (WRONG, "form")
    [kept] = verified
    assert kept.split("$")[:4] == account.password_hash.split("$")[:4]


class Spy:
    def __init__(self, verify):
        self.verify = verify


def test_an_account_without_a_password_lets_nobody_in(session, enter, account):
    account.password_hash = None
    session.commit()
    with pytest.raises(BadInput, match="do not belong together"):
        enter("ada@example.org", "nobody's password")


def test_a_hash_of_other_days_is_made_anew(session, enter, account, password):
    weak = passwords.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    account.password_hash = weak.hash(password)
    session.commit()
    enter("ada@example.org", password)
    assert "m=19456" in account.password_hash


@pytest.mark.parametrize(
    "email", ["", "ada", "a b@c.org", "ada@", "@c", f"{'a' * 250}@c.org", "a@b..c"]
)
def test_what_is_no_address_opens_no_account(session, email):
    with pytest.raises(BadInput) as caught:
        sign_up(session, email=email, password="four words in a row", came_as=None)
    assert caught.value.field == "email"


@pytest.mark.parametrize("tried", ["", "short", "aaaaaaaaaaaaaa", "bob@example.org", "x" * 501])
def test_what_anybody_would_guess_is_no_password(session, tried):
    with pytest.raises(BadInput) as caught:
        sign_up(session, email="bob@example.org", password=tried, came_as=None)
    assert caught.value.field == "password"
    assert tried not in caught.value.sentence or not tried


def test_an_address_has_one_account(session, account):
    with pytest.raises(BadInput, match="already"):
        sign_up(session, email="Ada@example.org", password="five words in a row", came_as=None)


def test_the_cookie_of_a_browser_is_kept_as_a_digest(session, account):
    secret = begin_login(session, account, agent=FIREFOX)
    session.commit()
    login = login_of(session, secret)
    assert (login.account_id, login.browser) == (account.id, "Firefox on Linux")
    assert len(secret) == 43
    assert secret.encode() not in login.digest
    assert login_of(session, secret[:-1]) is None


def test_a_browser_that_was_logged_out_is_not_known(session, account):
    secrets = [begin_login(session, account, agent="") for _ in range(3)]
    session.commit()
    first, second, third = (login_of(session, secret) for secret in secrets)
    end_login(session, account_id=account.id, login_id=first.id)
    assert login_of(session, secrets[0]) is None
    with pytest.raises(NotFound):
        end_login(session, account_id=None, login_id=second.id)
    end_logins(session, account.id, but=third.id)
    assert [login.id for login in logins_of(session, account.id)] == [third.id]


def test_when_a_browser_was_last_here_is_written_down_now_and_then(session, account):
    login = login_of(session, begin_login(session, account, agent=""))
    before = login.seen_at
    saw(session, login)
    assert session.scalar(select(Login.seen_at)) == before
    earlier = datetime.now(UTC) - timedelta(hours=1)
    session.execute(update(Login).values(seen_at=earlier))
    session.refresh(login)
    saw(session, login)
    assert session.scalar(select(Login.seen_at)) > earlier


def test_a_cookie_that_nobody_used_for_longer_than_it_lasts_is_forgotten(
    sessions, session, storage, account
):
    secret = begin_login(session, account, agent="")
    session.execute(update(Login).values(seen_at=datetime.now(UTC) - timedelta(days=401)))
    session.commit()
    assert login_of(session, secret) is None
    collect_garbage(sessions, storage)
    assert session.scalar(select(func.count()).select_from(Login)) == 0


def test_a_new_password_logs_everybody_out(session, enter, account, password):
    begin_login(session, account, agent="")
    with pytest.raises(BadInput) as caught:
        change_password(session, account, current="wrong", password="five words in a row")
    assert caught.value.field == "current"
    change_password(session, account, current=password, password="five words in a row")
    session.commit()
    assert logins_of(session, account.id) == []
    assert enter("ada@example.org", "five words in a row")
    with pytest.raises(BadInput):
        enter("ada@example.org", password)


def test_another_address(session, enter, account, password):
    sign_up(session, email="bob@example.org", password=password, came_as=None)
    session.commit()
    with pytest.raises(BadInput, match="already"):
        change_email(session, account, current=password, email="bob@example.org")
    change_email(session, session.get(Account, account.id), current=password, email="Eve@c.org")
    session.commit()
    assert enter("eve@c.org", password)


def test_a_code_is_good_once_for_its_own_address(session, enter, account, password):
    begin_login(session, account, agent="")
    code = new_reset_code(session, account)
    session.commit()
    assert code.encode() not in session.scalars(select(ResetCode.digest)).one()
    new = {"password": "five words in a row"}
    for email, tried in (("bob@example.org", code), ("ada@example.org", code[:-1] + "!")):
        with pytest.raises(BadInput, match="does not belong"):
            reset_password(session, email=email, code=tried, **new)
    # As somebody reads it from a slip of paper.
    reset_password(session, email="Ada@example.org", code=code.upper().replace("-", " "), **new)
    session.commit()
    assert logins_of(session, account.id) == []
    assert enter("ada@example.org", "five words in a row")
    with pytest.raises(BadInput, match="does not belong"):
        reset_password(session, email="ada@example.org", code=code, **new)


def test_a_code_is_good_for_a_day_and_the_last_one_alone(session, account):
    first, second = new_reset_code(session, account), new_reset_code(session, account)
    session.commit()
    new = {"email": "ada@example.org", "password": "five words in a row"}
    with pytest.raises(BadInput, match="does not belong"):
        reset_password(session, code=first, **new)
    session.execute(update(ResetCode).values(expires_at=datetime.now(UTC)))
    session.commit()
    with pytest.raises(BadInput, match="does not belong"):
        reset_password(session, code=second, **new)
