"""So many times in so many seconds, counted by the database."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select, update

from app.domain.quotas import Allowance
from app.models import Rate
from app.services.collect_garbage import collect_garbage
from app.services.rates import give_back, spend

FIVE = Allowance("tries", 5, 100_000)


def test_all_at_once_and_then_no_more(session):
    assert [spend(session, FIVE, b"ada") for _ in range(5)] == [None] * 5
    assert 15_000 < spend(session, FIVE, b"ada") <= 20_000
    assert spend(session, FIVE, b"bob") is None


def test_what_is_refused_costs_nothing(session):
    waits = [spend(session, FIVE, b"ada") for _ in range(12)][5:]
    assert all(15_000 < wait <= 20_000 for wait in waits)


@pytest.mark.parametrize(("passed", "allowed"), [(21_000, 1), (61_000, 3), (1_000_000, 5)])
def test_it_comes_back_evenly(session, passed, allowed):
    for _ in range(5):
        spend(session, FIVE, b"ada")
    session.execute(update(Rate).values(free_at=Rate.free_at - timedelta(seconds=passed)))
    session.commit()
    assert [spend(session, FIVE, b"ada") for _ in range(6)].count(None) == allowed


def test_at_the_same_time_no_more_than_one_after_the_other(sessions):
    def once(_):
        with sessions() as session:
            return spend(session, FIVE, b"ada")

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(once, range(24))).count(None) == 5


def test_what_is_given_back_and_what_limits_nobody_is_gone(sessions, session, storage):
    for key in (b"ada", b"bob", b"eve"):
        spend(session, FIVE, key)
    give_back(session, b"ada")
    session.execute(update(Rate).where(Rate.key == b"bob").values(free_at=datetime.now(UTC)))
    session.commit()
    collect_garbage(sessions, storage)
    assert session.scalars(select(Rate.key)).all() == [b"eve"]
    assert session.scalar(select(func.count()).select_from(Rate)) == 1
