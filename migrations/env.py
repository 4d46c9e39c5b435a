"""Run migrations against the database that `app.db.migrate` or DATABASE_URL names."""

import os

from alembic import context
from sqlalchemy import create_engine

from app.models import Base

url = context.config.attributes.get("database_url") or os.environ["DATABASE_URL"]
engine = create_engine(url)
with engine.connect() as connection:
    context.configure(connection=connection, target_metadata=Base.metadata, compare_type=True)
    with context.begin_transaction():
        # Two processes that start at once migrate one after the other.
        connection.exec_driver_sql("SELECT pg_advisory_xact_lock(7355608)")
        context.run_migrations()
engine.dispose()
