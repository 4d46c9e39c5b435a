import stat

from alembic.config import Config
from alembic.script import ScriptDirectory

from app.db import MIGRATIONS
from app.domain.states import Queue
from app.settings import Settings
from cli.stack.environment import environment
from cli.stack.programs import WORKERS
from cli.stack.secret_files import secret_file
from cli.stack.tables import newest_revision

SERVICES = {
    "database_url": "postgresql+psycopg://a@localhost/d",
    "redis_url": "redis://localhost",
}


def test_it_is_all_that_the_settings_need(tmp_path):
    settings = Settings.from_environ(environment(tmp_path, {}, **SERVICES))
    assert settings.storage_url == f"file://{tmp_path}/objects"
    assert not settings.cookie_secure
    assert settings.cache_dir == tmp_path / "cache"


def test_what_the_outside_says_comes_first(tmp_path):
    outside = {
        "STORAGE_URL": "s3://tiles",
        "COOKIE_SECURE": "1",
        "SECRET_KEY": "0123456789abcdef" * 2,
        "PATH": "/bin",
    }
    environ = environment(tmp_path, outside, **SERVICES)
    assert outside.items() <= environ.items()
    assert environ["DATABASE_URL"] == SERVICES["database_url"]


def test_an_empty_variable_counts_as_unset(tmp_path):
    assert environment(tmp_path, {"STORAGE_URL": ""}, **SERVICES)["STORAGE_URL"]


def test_sessions_outlive_a_restart(tmp_path):
    first, second = (environment(tmp_path, {}, **SERVICES)["SECRET_KEY"] for _ in range(2))
    assert first == second
    assert len(first) == 64


def test_a_secret_is_its_owners_alone(tmp_path):
    path = secret_file(tmp_path / "secrets", "key")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert [entry.name for entry in path.parent.iterdir()] == ["key"]


def test_the_workers_listen_to_every_queue_once():
    heard = [queue for queues, _ in WORKERS.values() for queue in queues.split(",")]
    assert sorted(heard) == sorted(queue.value for queue in Queue)


def test_the_last_migration_is_alembics_head():
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    assert ScriptDirectory.from_config(config).get_heads() == [newest_revision()]
