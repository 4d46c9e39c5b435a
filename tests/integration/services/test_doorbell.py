"""A dead or hung Redis costs delay, never an upload."""

import socket
import time

import pytest
import redis

from app.domain.states import Queue
from app.queue import CeleryDoorbell


def test_a_ring_arrives_in_its_queue(redis_url):
    CeleryDoorbell(redis_url).ring(Queue.MOSAICS)
    with redis.Redis.from_url(redis_url) as client:
        assert client.llen("mosaics") == 1
        assert client.llen("libraries") == 0


@pytest.fixture
def hung():
    """Takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def test_a_hung_redis_is_given_up_within_3_seconds(hung):
    start = time.monotonic()
    CeleryDoorbell(f"redis://127.0.0.1:{hung}/0").ring(Queue.MOSAICS)
    assert time.monotonic() - start < 3


def test_a_dead_redis_is_no_error():
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    CeleryDoorbell(f"redis://127.0.0.1:{port}/0").ring(Queue.MOSAICS)
