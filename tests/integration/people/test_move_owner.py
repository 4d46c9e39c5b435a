"""What a browser had is the account's afterwards, whatever it was."""

import io
from uuid import uuid4

from PIL import Image
from sqlalchemy import func, select

from app.domain.states import JobKind, Queue
from app.models import Base, Job, Owner, Photo
from app.services.move_owner import move_owner, owned_tables
from app.services.upload_photo import upload_photo


def photo(session, storage, owner_id):
    body = io.BytesIO()
    Image.new("RGB", (120, 90)).save(body, "JPEG")
    return upload_photo(session, storage, owner_id=owner_id, name="a.jpg", stream=body)


def test_photos_move_and_their_objects_stay_where_they_are(session, storage, browser, account):
    moved = photo(session, storage, browser)
    move_owner(session, came=browser, to=account.owner_id)
    session.commit()
    assert session.get(Photo, moved.id).owner_id == account.owner_id
    assert moved.key.startswith(f"o/{browser}/")
    assert storage.get(moved.key)
    assert session.get(Owner, browser).moved_to == account.owner_id


def test_every_table_with_an_owner_is_moved_and_none_is_forgotten():
    """A table whose owner is no column of this name would be left behind."""

    with_owner = {
        table.name
        for table in Base.metadata.sorted_tables
        for key in table.foreign_keys
        if key.column.table.name == "owners" and table.name != "owners"
    }
    assert {table.name for table in owned_tables()} == with_owner - {"accounts", "api_answers"}


def test_two_jobs_of_one_form_both_stay(session, storage, browser, account):
    for owner_id in (browser, account.owner_id):
        taken = photo(session, storage, owner_id)
        kind = JobKind.LOOK_AT_PHOTO
        job = {"queue": Queue.INTERACTIVE, "kind": kind, "idempotency_key": "the same"}
        session.add(Job(owner_id=owner_id, photo_id=taken.id, **job))
    session.commit()
    move_owner(session, came=browser, to=account.owner_id)
    session.commit()
    keys = session.scalars(select(Job.idempotency_key).where(Job.owner_id == account.owner_id))
    assert sorted(key.split()[0] for key in keys) == ["the", "the"]


def test_an_owner_moves_once(session, storage, browser, account):
    """Somebody with an old copy of the cookie logs in elsewhere: nothing of the first account comes along."""
    move_owner(session, came=browser, to=account.owner_id)
    session.commit()
    taken = photo(session, storage, browser)
    other = Owner()
    session.add(other)
    session.commit()
    move_owner(session, came=browser, to=other.id)
    session.commit()
    assert session.get(Owner, browser).moved_to == account.owner_id
    assert session.get(Photo, taken.id).owner_id == browser


def test_who_never_made_anything_moves_nothing(session, account):
    move_owner(session, came=uuid4(), to=account.owner_id)
    move_owner(session, came=None, to=account.owner_id)
    move_owner(session, came=account.owner_id, to=account.owner_id)
    assert session.scalar(select(func.count()).select_from(Owner)) == 1
