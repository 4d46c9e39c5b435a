"""Names, sharing, and asking workers to look."""

from uuid import uuid4

import pytest
from sqlalchemy import select

from app.domain.errors import BadInput, NotFound
from app.domain.states import JobKind, JobState, Queue
from app.models import Job
from app.services import browse
from app.services.ask_to_look import ask_to_look, survey_set
from app.services.rename_tile_set import rename_tile_set
from app.services.share_tile_set import share_tile_set, tile_set_called


def test_a_set_gets_another_name(session, owner, library):
    tile_set = library.empty()
    rename_tile_set(session, owner_id=owner, tile_set_id=tile_set.id, name=" Sea  house ")
    session.expire_all()
    assert tile_set.name == "Sea house"
    with pytest.raises(BadInput):
        rename_tile_set(session, owner_id=owner, tile_set_id=tile_set.id, name=" ")
    with pytest.raises(NotFound):
        rename_tile_set(session, owner_id=uuid4(), tile_set_id=tile_set.id, name="Mine")


def test_a_shared_set_everybody_sees_and_nobody_changes(session, owner, library):
    tile_set, anybody = library.empty(), uuid4()
    with pytest.raises(NotFound):
        browse.tile_set_for(session, anybody, tile_set.id)
    share_tile_set(session, tile_set.id, shared=True)
    assert browse.tile_set_for(session, anybody, tile_set.id).id == tile_set.id
    assert [one.id for one in browse.tile_sets_of(session, anybody)] == [tile_set.id]
    for somebody in (owner, anybody):
        with pytest.raises(NotFound):
            browse.tile_set_for(session, somebody, tile_set.id, mine=True)
    share_tile_set(session, tile_set.id, shared=False)
    assert browse.tile_set_for(session, owner, tile_set.id, mine=True).id == tile_set.id
    assert browse.tile_sets_of(session, anybody) == []


def test_a_set_is_found_by_its_id_or_its_name(session, library):
    tile_set = library.empty("Lake house")
    assert tile_set_called(session, "Lake house").id == tile_set.id
    assert tile_set_called(session, str(tile_set.id)).id == tile_set.id
    library.empty("Lake house")
    with pytest.raises(BadInput, match="Several"):
        tile_set_called(session, "Lake house")
    with pytest.raises(NotFound):
        tile_set_called(session, "Sea house")
    with pytest.raises(NotFound):
        share_tile_set(session, uuid4(), shared=True)


def surveys(session):
    return session.scalars(select(Job).where(Job.kind == JobKind.SURVEY_SET)).all()


def test_a_set_that_was_changed_is_asked_for_once_a_generation(session, library):
    tile_set = library.empty()
    ask_to_look(session)
    assert surveys(session) == []
    library.add(tile_set, 2)
    for _ in range(2):
        ask_to_look(session)
        session.commit()
    (job,) = surveys(session)
    job.state = JobState.FAILED
    ask_to_look(session)
    assert len(surveys(session)) == 1
    library.add(tile_set, 2)
    ask_to_look(session)
    assert len(surveys(session)) == 2


def test_surveys_that_are_over_do_not_pile_up(session, bell, library):
    tile_set = library.empty()
    for _ in range(4):
        library.add(tile_set, 1)
        survey_set(session, bell, tile_set)
        for job in surveys(session):
            job.state = JobState.SUCCEEDED
        session.commit()
    assert len(surveys(session)) == 1
    assert bell.rings == [Queue.LIBRARIES] * 4
