"""How long anybody waits for what does not answer; `make chaos` measures it, and these are the numbers it rests on."""

import redis

from app.db import AWAY_SECONDS, connect
from app.domain.states import Queue
from app.queue import SOCKET_SECONDS, CeleryDoorbell
from app.services.job_table import LEASE, RENEW_EVERY, RETRY_DELAY_SECONDS
from worker.sweeper import SWEEP_EVERY


def test_a_page_says_within_five_seconds_that_the_database_is_away():
    pool = connect("postgresql+psycopg://nobody@127.0.0.1:1/none")
    assert pool.pool.timeout() + AWAY_SECONDS < 5


def test_an_upload_is_accepted_within_three_seconds_while_redis_hangs():
    assert SOCKET_SECONDS < 3


def test_a_dead_worker_s_job_runs_within_ninety_seconds():
    delay = LEASE.total_seconds() + SWEEP_EVERY + RETRY_DELAY_SECONDS + SWEEP_EVERY
    assert delay < 90
    assert RENEW_EVERY * 3 < LEASE


def test_whatever_redis_answers_the_bell_raises_nothing(monkeypatch, caplog):
    bell = CeleryDoorbell("redis://127.0.0.1:1/0")

    def full(*_, **__):
        raise redis.ResponseError("OOM command not allowed when used memory > 'maxmemory'")

    monkeypatch.setattr(bell._celery, "send_task", full)
    bell.ring(Queue.MOSAICS)
    assert "doorbell for mosaics not heard" in caplog.text
