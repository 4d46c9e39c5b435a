"""PostgreSQL and Valkey as the stack runs them."""

import os
import signal
import stat
from pathlib import Path

import psycopg
import pytest
import redis

from cli.stack import guard
from cli.stack.postgres import Postgres
from cli.stack.process import NotStarted
from cli.stack.valkey import Valkey


def address(server):
    return server.url.replace("postgresql+psycopg", "postgresql")


@pytest.fixture
def var(tmp_path):
    return tmp_path / "a folder with spaces"


def test_postgres_keeps_its_data(var):
    with Postgres(var) as server, psycopg.connect(address(server), autocommit=True) as line:
        line.execute("CREATE TABLE kept (word text)")
        line.execute("INSERT INTO kept VALUES ('ärger')")
    with Postgres(var) as server, psycopg.connect(address(server)) as line:
        assert line.execute("SELECT upper(word) FROM kept").fetchone() == ("ÄRGER",)
        assert line.info.server_version // 10000 == 18


def test_postgres_wants_the_password(var):
    with Postgres(var) as server:
        wrong = address(server).replace((var / "secrets/postgres").read_text(), "guess")
        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            psycopg.connect(wrong)


def test_postgres_starts_after_a_power_cut(var):
    server = Postgres(var)
    with server, psycopg.connect(address(server), autocommit=True) as line:
        line.execute("CREATE TABLE kept (n int)")
        server.kill()
    # The number in the file left behind is somebody else's by now: ours.
    left = (var / "postgres/postmaster.pid").read_text()
    (var / "postgres/postmaster.pid").write_text(left.replace(left.split()[0], str(os.getpid()), 1))
    with Postgres(var) as server, psycopg.connect(address(server)) as line:
        assert line.execute("SELECT count(*) FROM kept").fetchone() == (0,)


def test_a_cluster_made_half_way_is_made_again(var):
    draft = var / "postgres.draft"
    draft.mkdir(parents=True)
    (draft / "PG_VERSION").write_text("18")
    with Postgres(var, durable=False) as server, psycopg.connect(address(server)) as line:
        assert line.execute("SELECT 1").fetchone() == (1,)


def test_valkey_keeps_its_data(var):
    for expected in (1, 2):
        with Valkey(var) as server, redis.Redis.from_url(server.url) as client:
            assert client.incr("count") == expected


def test_valkey_wants_the_password(var):
    server = Valkey(var)
    with (
        server,
        redis.Redis(port=server.port, retry=None) as stranger,
        pytest.raises(redis.AuthenticationError),
    ):
        stranger.ping()


def test_secrets_are_private_and_on_no_command_line(var):
    postgres, valkey = Postgres(var, durable=False), Valkey(var)
    with postgres, valkey:
        secrets = [path.read_text() for path in (var / "secrets").iterdir()]
        for process in (postgres, valkey):
            assert not any(
                secret in Path(f"/proc/{process.pid}/cmdline").read_text() for secret in secrets
            )
            assert not any(secret in process.log.read_text() for secret in secrets)
    for path in [*(var / "secrets").iterdir(), var / "valkey/valkey.conf"]:
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_service_that_cannot_start_says_why(var):
    server = Postgres(var, durable=False)
    with server:
        pass
    (var / "postgres/postgresql.conf").write_text("nonsense = yes\n")
    with (
        pytest.raises(NotStarted, match="(?s)ended at once.*unrecognized configuration") as caught,
        server,
    ):
        pass
    assert str(server.log) in str(caught.value)


def test_postgres_takes_its_children_along(var):
    with Postgres(var, durable=False) as server:
        everybody = [server.pid, *guard.children(server.pid)]
        assert len(everybody) > 3
        os.kill(server.pid, signal.SIGKILL)
        server.wait()
        assert server.status == 128 + signal.SIGKILL
        assert not any(Path(f"/proc/{pid}").exists() for pid in everybody)
