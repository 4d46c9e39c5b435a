"""The lines of docs/operate.md, run as they stand there, against a database with a mosaic in it."""

import os
import re
import subprocess
from pathlib import Path

import pytest
from sqlalchemy import func, select, text

from app import db
from app.domain.states import Queue
from app.models import Base, Mosaic
from app.storage import storage_from
from cli.stack.postgres import binary
from worker.context import Context
from worker.runner import run_next
from worker.tile_cache import TileCache

ROOT = Path(__file__).parents[3]
LINES = dict(
    re.findall(r"```sh (\w+)\n(.*?)```", (ROOT / "docs/operate.md").read_text(), re.DOTALL)
)


def follow(lines, **environ):
    """Run a piece of the page as a person would paste it."""
    tools = str(Path(binary("pg_dump")).parent)
    subprocess.run(
        ["/bin/sh", "-eu", "-c", LINES[lines]],
        env={"PATH": f"{tools}:{os.environ['PATH']}", **{k: str(v) for k, v in environ.items()}},
        check=True,
        capture_output=True,
    )


def rows(engine):
    """How many of each table."""
    with engine.connect() as line:
        return {
            table.name: line.execute(select(func.count()).select_from(table)).scalar_one()
            for table in Base.metadata.sorted_tables
        }


@pytest.fixture
def elsewhere(database, database_url):
    """An empty database beside the one that the tests use."""
    with database.connect().execution_options(isolation_level="AUTOCOMMIT") as line:
        line.execute(text("DROP DATABASE IF EXISTS restored"))
        line.execute(text("CREATE DATABASE restored"))
        url = database_url.rpartition("/")[0] + "/restored"
        engine = db.connect(url)
        yield url, engine
        engine.dispose()
        line.execute(text("DROP DATABASE restored"))


def test_what_is_backed_up_is_there_again_and_goes_on(
    workshop,
    session,
    storage,
    settings,
    tile_set,
    order,
    database,
    database_url,
    elsewhere,
    tmp_path,
    bell,
):
    order(tile_set)
    assert run_next(workshop, Queue.MOSAICS)
    order(tile_set, penalty=0.2)  # waits while the backup is made
    session.close()
    objects, backup = Path(settings.storage_url.removeprefix("file://")), tmp_path / "backup"
    backup.mkdir()
    pg_url = database_url.replace("+psycopg", "")
    follow("backup", PGURL=pg_url, BACKUP=backup, OBJECTS=objects)

    url, engine = elsewhere
    new_objects = tmp_path / "new-objects"
    follow("restore", PGURL=url.replace("+psycopg", ""), BACKUP=backup, OBJECTS=new_objects)
    assert rows(engine) == rows(database)
    restored = storage_from(new_objects.as_uri())
    assert {info.key: restored.get(info.key) for info in restored.list("o/")} == {
        info.key: storage.get(info.key) for info in storage.list("o/")
    }
    context = Context(
        sessions=db.sessions_from(engine),
        storage=restored,
        doorbell=bell,
        cache=TileCache(tmp_path / "new-cache", restored, 10**9),
        stopping=workshop.stopping,
    )
    assert run_next(context, Queue.MOSAICS)
    with context.sessions() as line:
        made = line.scalars(select(Mosaic)).all()
        assert [restored.head(mosaic.jpeg_key).size for mosaic in made] == [
            mosaic.jpeg_bytes for mosaic in made
        ]
        assert len(made) == 2
