"""Photos and pictures coming in."""

import io

import pytest
from PIL import Image
from sqlalchemy import func, select

from app.domain.errors import BadInput, NotFound, TooBig
from app.domain.limits import PHOTO_MAX_BYTES, UPLOAD_MAX_FILES
from app.domain.states import Queue
from app.models import Job, Photo, Source, SourceFile
from app.services.add_pictures import add_pictures
from app.services.upload_photo import upload_photo


def test_a_photo_is_stored_as_it_came(session, storage, photo, owner):
    body = storage.get(photo.key)
    with Image.open(io.BytesIO(body)) as picture:
        assert picture.size == (photo.width, photo.height) == (120, 90)
    assert photo.key.startswith(f"o/{owner}/photos/")
    assert photo.name == "Grandma.jpg"
    assert storage.head(photo.key).content_type == "image/jpeg"


class Endless(io.BytesIO):
    """Says that it is too long without being it."""

    def tell(self):
        return PHOTO_MAX_BYTES + 1


def test_too_many_bytes_are_refused_before_they_are_stored(session, storage, owner):
    with pytest.raises(TooBig, match="100 MB; the largest we take is 100 MB"):
        upload_photo(session, storage, owner_id=owner, name="x", stream=Endless())
    assert list(storage.list("o/")) == []


def test_a_text_file_named_jpg_leaves_nothing_behind(session, storage, owner):
    with pytest.raises(BadInput, match="not a picture we can read"):
        upload_photo(session, storage, owner_id=owner, name="x.jpg", stream=io.BytesIO(b"text"))
    assert list(storage.list("o/")) == []
    assert session.scalar(select(func.count()).select_from(Photo)) == 0


@pytest.fixture
def add(session, storage, bell, owner, tile_set):
    def call(*files, key="upload-1", owner_id=owner):
        return add_pictures(
            session,
            storage,
            bell,
            owner_id=owner_id,
            tile_set_id=tile_set.id,
            files=[(name, io.BytesIO(body)) for name, body in files],
            idempotency_key=key,
        )

    return call


def test_an_upload_is_one_source_and_one_job(add, session, storage, bell):
    source = add(("a.jpg", b"aa"), ("dir/b.png", b"bbb"))
    files = session.scalars(select(SourceFile).order_by(SourceFile.number)).all()
    assert [(f.name, storage.get(f.key)) for f in files] == [("a.jpg", b"aa"), ("b.png", b"bbb")]
    assert (source.name, source.bytes) == ("2 files", 5)
    assert bell.rings == [Queue.LIBRARIES]


def test_a_zip_keeps_its_name(add):
    assert add(("Summer 1988.zip", b"PK")).name == "Summer 1988.zip"


def test_the_same_upload_again_gives_the_same_source(add, session, bell):
    assert add(("a.jpg", b"a")).id == add(("a.jpg", b"a")).id
    assert session.scalar(select(func.count()).select_from(Job)) == 1
    assert bell.rings == [Queue.LIBRARIES]


def test_nothing_chosen_is_said(add, session):
    with pytest.raises(BadInput, match="No file was chosen"):
        add()
    assert session.scalar(select(func.count()).select_from(Source)) == 0


def test_too_many_files_are_said(add):
    with pytest.raises(TooBig, match="up to 5,000 files; these are 5,001"):
        add(*[("a.jpg", b"")] * (UPLOAD_MAX_FILES + 1))


def test_a_stranger_cannot_add(add, stranger):
    with pytest.raises(NotFound):
        add(("a.jpg", b"a"), owner_id=stranger)


def test_a_set_deleted_while_files_come_in_leaves_no_object(
    session, storage, bell, owner, tile_set
):
    def files():
        yield "a.jpg", io.BytesIO(b"a")
        session.delete(tile_set)
        session.commit()

    with pytest.raises(NotFound):
        add_pictures(
            session,
            storage,
            bell,
            owner_id=owner,
            tile_set_id=tile_set.id,
            files=files(),
            idempotency_key="k",
        )
    assert list(storage.list("o/")) == []
    assert bell.rings == []
