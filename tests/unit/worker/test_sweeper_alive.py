"""Whoever watches over a worker looks at the age of a file."""

import os
import time

from sqlalchemy.exc import OperationalError

from app.services.be_seen import Presence
from worker.sweeper import Sweeper

READER = Presence("reader", ["libraries"])


class Rounds:
    """Stands in for the event that ends the thread: so many rounds, no waiting."""

    def __init__(self, number):
        self.number = number

    def wait(self, _):
        self.number -= 1
        return self.number < 0


class NoDatabase:
    def begin(self):
        raise OperationalError("BEGIN", {}, Exception("away"))


def test_it_shows_that_it_lives_even_while_the_database_is_away(tmp_path):
    alive = tmp_path / "alive"
    alive.touch()
    os.utime(alive, (0, 0))
    sweeper = Sweeper(NoDatabase(), None, None, alive=alive, presence=READER)
    sweeper._over = Rounds(2)
    sweeper._run()
    assert alive.stat().st_mtime > time.time() - 3600


def test_it_goes_on_where_it_cannot_show_it(tmp_path):
    sweeper = Sweeper(NoDatabase(), None, None, alive=tmp_path / "no" / "alive", presence=READER)
    sweeper._over = Rounds(2)
    sweeper._run()
    assert sweeper._over.number == -1
