"""Which files a set has: asked for thousands at a time, of a table that may be new or hold millions of others."""

import pytest
from sqlalchemy import event, text

from app.services.tile_digests import known_digests


@pytest.fixture
def tile_set(library):
    """Tiles 0 to 19; another set has 20 to 39 beside the same."""
    one, other = library.empty(), library.empty("Forest")
    library.add(one, 20)
    library.add(other, 40)
    return one


def digests(*numbers):
    return [number.to_bytes(16, "big") for number in numbers]


def test_those_of_the_set_and_of_no_other(session, tile_set):
    asked = digests(*range(10, 8_000), 15)
    assert known_digests(session, tile_set.id, asked) == set(digests(*range(10, 20)))
    assert known_digests(session, tile_set.id, []) == set()


def test_they_are_looked_up_before_the_set_is(session, tile_set):
    """Whatever is known of the table, no plan goes through all of a set for each digest."""
    asked = []

    @event.listens_for(session.connection(), "before_cursor_execute")
    def _remember(_connection, _cursor, statement, values, _context, _many):
        asked.append((statement, values))

    known_digests(session, tile_set.id, digests(1, 2, 3))
    (statement, values) = asked.pop()
    session.execute(text("SET LOCAL enable_seqscan = off"))
    session.execute(text("SET LOCAL plan_cache_mode = force_generic_plan"))
    cursor = session.connection().connection.cursor()
    plan = "\n".join(line for (line,) in cursor.execute(f"EXPLAIN {statement}", values))
    assert "ix_tiles_digest" in plan
    assert "pk_tiles" not in plan
