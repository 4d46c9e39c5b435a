"""What is looked at, in the order in which one thing stands on another."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import redis
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, func, select
from sqlalchemy.exc import SQLAlchemyError

from app.db import MIGRATIONS, connect, sessions_from
from app.domain.errors import BadSetting, OurFailure
from app.domain.states import Queue
from app.services.be_seen import workers_seen
from app.settings import Settings
from app.storage import storage_from
from cli.running import environment_of

# A lease is 60 s by the database's clock; whoever compares logs wants less.
SKEW_SECONDS = 5.0
# A mosaic of 100 megapixels and a set's packs find room in this.
FREE_BYTES = 5_000_000_000
GB = 1_000_000_000


@dataclass(frozen=True)
class Finding:
    """What was found, and what to do; None where all is well."""

    what: str
    remedy: str | None = None


def look_over(environ: Mapping[str, str], var: Path) -> list[Finding]:
    """Every check whose ground is there."""
    try:
        settings = Settings.from_environ(environment_of(environ, var))
    except BadSetting as error:
        return [
            Finding(
                f"The environment: {error}.", "Set it as README.md's table says, and start again."
            )
        ]
    return [
        Finding("The environment has all that is needed."),
        *_safe(settings),
        *_database(settings),
        *_redis(settings),
        *_storage(settings),
        *_disk(settings),
    ]


def _safe(settings: Settings) -> Iterator[Finding]:
    if settings.cookie_secure:
        yield Finding("Cookies travel over HTTPS alone.")
    elif "127.0.0.1" in settings.database_url or "localhost" in settings.database_url:
        yield Finding("Cookies travel without TLS, which is right on this machine alone.")
    else:
        yield Finding(
            "COOKIE_SECURE is 0, so whoever listens on the line can act for your users.",
            "Put TLS in front of Tessera (docs/deploy.md) and remove COOKIE_SECURE.",
        )


def _database(settings: Settings) -> Iterator[Finding]:
    engine = connect(settings.database_url, pool_size=1)
    try:
        with engine.connect() as line:
            yield Finding("PostgreSQL answers.")
            yield _tables(line)
            yield _clock(line)
        yield from _workers(engine)
    except SQLAlchemyError as error:
        yield Finding(
            f"PostgreSQL does not answer: {type(error).__name__}.",
            "Is it running, and are host, user and password in DATABASE_URL right? Jobs that were accepted are in its files.",
        )
    finally:
        engine.dispose()


def _tables(line: Connection) -> Finding:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    newest = ScriptDirectory.from_config(config).get_current_head()
    present = MigrationContext.configure(line).get_current_revision()
    if newest == present:
        return Finding(f"The tables are those of this version ({newest}).")
    return Finding(
        f"The tables stand at {present or 'nothing'}; this version needs {newest}.",
        "Run `alembic upgrade head` with the environment of a worker (in compose: `docker compose run --rm migrate`).",
    )


def _clock(line: Connection) -> Finding:
    theirs = float(line.execute(select(func.extract("epoch", func.now()))).scalar_one())
    skew = abs(time.time() - theirs)
    if skew < SKEW_SECONDS:
        return Finding("The clocks of this machine and of PostgreSQL agree.")
    return Finding(
        f"The clocks of this machine and of PostgreSQL are {skew:.0f} s apart.",
        "Let both keep time by NTP: links that expire and lines in logs go by these clocks.",
    )


def _workers(engine: Engine) -> Iterator[Finding]:
    with sessions_from(engine)() as session:
        served = {queue for worker in workers_seen(session) for queue in worker.queues}
    for queue in Queue:
        if queue.value in served:
            yield Finding(f"A worker works on the queue “{queue.value}”.")
        else:
            yield Finding(
                f"No worker works on the queue “{queue.value}”: what is asked of it waits.",
                f"Start one: celery --app worker.celery:celery_app worker --queues {queue.value}",
            )


def _redis(settings: Settings) -> Iterator[Finding]:
    line = redis.Redis.from_url(
        settings.redis_url, socket_timeout=2, socket_connect_timeout=2, retry=None
    )
    yield _tried(
        "Valkey, or Redis, answers.",
        line.ping,
        (redis.RedisError, OSError),
        "Is it running, and is REDIS_URL right? No job is lost meanwhile, but each waits some seconds longer, "
        "and nothing can be tuned.",
    )


def _storage(settings: Settings) -> Iterator[Finding]:
    def there_and_back() -> None:
        storage = storage_from(settings.storage_url, **settings.s3)
        key = f"o/doctor/{uuid4()}"
        storage.put(key, b"well")
        try:
            if storage.get(key) != b"well" or storage.range(key, 1, 2) != b"el":
                raise OurFailure("it gave back something else than was put")
        finally:
            storage.delete(key)

    yield _tried(
        "Storage takes an object, gives it back and deletes it.",
        there_and_back,
        (OurFailure,),
        "Is STORAGE_URL right, is the disk full or read-only, may the key of S3 read, write and delete?",
    )


def _disk(settings: Settings) -> Iterator[Finding]:
    place = settings.cache_dir
    while not place.exists() and place != place.parent:
        place = place.parent
    free = shutil.disk_usage(place).free
    if free >= FREE_BYTES:
        yield Finding(f"CACHE_DIR has {free / GB:,.0f} GB free.")
    else:
        yield Finding(
            f"CACHE_DIR has {free / GB:,.1f} GB free.",
            f"Make room for {FREE_BYTES // GB} GB, or lower CACHE_MAX_BYTES: workers unpack tile sets and draw mosaics there.",
        )


def _tried(
    well: str, do: Callable[[], object], wrong: tuple[type[Exception], ...], remedy: str
) -> Finding:
    try:
        do()
    except wrong as error:
        return Finding(f"Not so: {well} ({type(error).__name__}: {error})", remedy)
    return Finding(well)
