"""A real S3 server for tests: `from tests.swift_server.fixture import swift, swift_server` in a conftest."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from uuid import uuid4

import boto3
import pytest
from botocore.config import Config

from app.settings import Settings
from app.storage.s3 import S3Storage

SERVER = Path(__file__).with_name("server.py")
# It takes two seconds; a machine busy with other tests gets the time it needs.
START_SECONDS = 120
STOP_SECONDS = 30


@dataclass(frozen=True)
class Swift:
    """How to reach a bucket, and the process behind it."""

    endpoint_url: str
    access_key_id: str
    secret_access_key: str
    pid: int
    bucket: str = ""
    region: str = "us-east-1"

    @property
    def environ(self) -> dict[str, str]:
        """What Tessera's processes need in their environment to keep their objects here."""
        return {
            "STORAGE_URL": f"s3://{self.bucket}",
            "S3_ENDPOINT_URL": self.endpoint_url,
            "S3_REGION": self.region,
            "S3_ACCESS_KEY_ID": self.access_key_id,
            "S3_SECRET_ACCESS_KEY": self.secret_access_key,
        }

    def open_to_browsers(self, settings: Settings) -> Settings:
        """Settings of a Tessera that keeps its objects here, where browsers may go themselves."""
        return replace(
            settings,
            storage_url=f"s3://{self.bucket}",
            s3_endpoint_url=self.endpoint_url,
            s3_public_url=self.endpoint_url,
            s3_access_key_id=self.access_key_id,
            s3_secret_access_key=self.secret_access_key,
        )

    def storage(self, **changes) -> S3Storage:
        """Our side of it. Changes replace arguments: a wrong key, less patience."""
        arguments = {
            "bucket": self.bucket,
            "endpoint_url": self.endpoint_url,
            "region": self.region,
            "access_key_id": self.access_key_id,
            "secret_access_key": self.secret_access_key,
        }
        return S3Storage(**(arguments | changes))

    def client(self):
        """A plain client, to look at the bucket from outside."""
        return boto3.session.Session().client(
            "s3",
            endpoint_url=self.endpoint_url,
            region_name=self.region,
            aws_access_key_id=self.access_key_id,
            aws_secret_access_key=self.secret_access_key,
            config=Config(signature_version="s3v4", s3={"addressing_style": "path"}),
        )

    def with_bucket(self) -> Swift:
        """The same server with a new bucket."""
        mine = replace(self, bucket=f"tessera-{uuid4().hex}")
        with contextlib.closing(mine.client()) as client:
            client.create_bucket(Bucket=mine.bucket)
        return mine

    @contextlib.contextmanager
    def frozen(self) -> Iterator[None]:
        """Connections are taken, and never answered."""
        os.kill(self.pid, signal.SIGSTOP)
        try:
            yield
        finally:
            os.kill(self.pid, signal.SIGCONT)


@pytest.fixture(scope="session")
def swift_server(tmp_path_factory):
    """One server for the whole run. It ends when we close its standard input, or die."""
    with serving(tmp_path_factory.mktemp("swift")) as server:
        yield server


@pytest.fixture
def swift(swift_server):
    """The server with an empty bucket of this test's own."""
    return swift_server.with_bucket()


@contextlib.contextmanager
def serving(folder: Path) -> Iterator[Swift]:
    """A server that keeps its objects in `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    keys = ("test:tester", uuid4().hex)
    with _process(folder, keys) as server:
        yield Swift(_address(server, folder), *keys, pid=server.pid)


@contextlib.contextmanager
def _process(folder: Path, keys: tuple[str, str]) -> Iterator[subprocess.Popen[str]]:
    # Swift's own warnings are not ours to mend, and coverage has nothing to measure there.
    environ = {
        name: value for name, value in os.environ.items() if not name.startswith("COVERAGE_")
    }
    command = [sys.executable, "-W", "ignore", str(SERVER), str(folder / "swift"), *keys]
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(
            command,
            env=environ,
            text=True,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            # Ctrl-C is for pytest, which then ends the server in its own time.
            start_new_session=True,
        )
    with server:
        try:
            yield server
        finally:
            server.stdin.close()
            try:
                server.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                server.kill()
                raise


def _address(server: subprocess.Popen[str], folder: Path) -> str:
    """The line that it prints once it answers. A server that does not start fails the test with its log."""
    ready, _, _ = select.select([server.stdout], [], [], START_SECONDS)
    if not ready or not (line := server.stdout.readline().strip()):
        pytest.fail(f"OpenStack Swift did not start:\n{(folder / 'log').read_text()}")
    return line
