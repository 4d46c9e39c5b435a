"""Every test of the contract runs on a disk and on an S3 server."""

import pytest

from app.storage.disk import DiskStorage
from tests.integration.storage.streams import PART
from tests.swift_server.fixture import swift, swift_server

__all__ = ["swift", "swift_server"]


@pytest.fixture
def disk(tmp_path):
    return DiskStorage(tmp_path / "store")


@pytest.fixture(scope="session")
def bucket_store(swift_server):
    """One client for all tests of the contract: to make one takes longer than most of them."""
    return swift_server.with_bucket().storage(part_bytes=PART)


@pytest.fixture
def bucket(bucket_store):
    """An empty bucket."""
    for found in bucket_store.list(""):
        bucket_store.delete(found.key)
    return bucket_store


@pytest.fixture(params=["disk", "bucket"])
def store(request):
    """The store under test."""
    return request.getfixturevalue(request.param)
