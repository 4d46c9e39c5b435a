"""Migrations are single-headed, go up, down and up again, and end where the models are."""

from uuid import uuid4

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, make_url, select, text

from app import db
from app.domain.options import MosaicOptions
from app.models import Base, Mosaic


@pytest.fixture
def empty(database_url, database):
    """The address of a database with nothing in it."""
    name = f"empty_{uuid4().hex}"
    with database.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    yield make_url(database_url).set(database=name).render_as_string(hide_password=False)
    with database.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))


def tables(url):
    pool = db.connect(url)
    try:
        return set(inspect(pool).get_table_names())
    finally:
        pool.dispose()


def test_up_down_and_up_again(empty):
    wanted = {"alembic_version", *Base.metadata.tables}
    db.migrate(empty)
    assert tables(empty) == wanted
    db.migrate(empty, "base")
    assert tables(empty) == {"alembic_version"}
    db.migrate(empty)
    assert tables(empty) == wanted


BEFORE = """
    INSERT INTO owners (id) VALUES (:id);
    INSERT INTO photos (id, owner_id, name, key, content_type, bytes, width, height)
    VALUES (:id, :id, 'a', 'k', 'image/jpeg', 1, 600, 400);
    INSERT INTO mosaics (id, owner_id, photo_id, tile_set_name, matcher, penalty, cols, rows)
    VALUES (:id, :id, :id, 'Lake house', 'classic', 0.12, 96, 64)
"""


def test_mosaics_of_before_keep_their_settings(empty):
    db.migrate(empty, "0001")
    pool, one = db.connect(empty), {"id": uuid4()}
    with pool.begin() as connection:
        for statement in BEFORE.split(";"):
            connection.execute(text(statement), one)
    db.migrate(empty)
    with db.sessions_from(pool)() as session:
        options = session.scalars(select(Mosaic)).one().options
    pool.dispose()
    assert options == MosaicOptions(penalty=0.12, matcher="classic", families=False)


def test_tables_and_models_do_not_drift(database):
    with database.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_server_default": True})
        assert compare_metadata(context, Base.metadata) == []


def test_there_is_one_head():
    config = Config()
    config.set_main_option("script_location", str(db.MIGRATIONS))
    assert len(ScriptDirectory.from_config(config).get_heads()) == 1
