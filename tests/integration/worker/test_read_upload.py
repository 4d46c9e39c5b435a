"""What came from a browser in parts and batches, read by a worker."""

import io

import pytest
from sqlalchemy import select

from app.domain.sources import SourceKind
from app.domain.states import JobState, Queue
from app.models import Job, Refusal, Source, SourceFile, Tile
from app.services.create_tile_set import create_tile_set
from app.services.finish_upload import finish_upload
from app.services.upload_batch import take_batch
from app.services.upload_files import Named, name_files
from app.services.upload_parts import complete_file, missing_parts
from app.services.uploads import open_upload
from worker.jobs import parts
from worker.runner import run_next


@pytest.fixture
def send(session, storage, bell, owner):
    """Upload batches of small files, then large ones, into a new set."""

    def send(*batches, large=()):
        tile_set = create_tile_set(session, owner_id=owner, name="Lake house")
        upload = open_upload(session, owner_id=owner, tile_set_id=tile_set.id)
        who = {"owner_id": owner, "upload_id": upload.id}
        files = [file for batch in batches for file in batch] + list(large)
        name_files(session, files=[Named(n, len(body), 1) for n, body in files], **who)
        first = 0
        for batch in batches:
            body = b"".join(body for _, body in batch)
            stream = io.BytesIO(body)
            count = len(batch)
            take_batch(
                *(session, storage), first=first, count=count, body=stream, length=len(body), **who
            )
            first += count
        for number, (_, body) in enumerate(large, start=first):
            [part] = missing_parts(session, storage, number=number, **who).parts
            coming = missing_parts(session, storage, number=number, **who).coming
            storage.put_part(coming, part, io.BytesIO(body))
            complete_file(session, storage, number=number, **who)
        return finish_upload(session, storage, bell, **who)

    return send


@pytest.fixture
def read(workshop, session):
    """Work like one worker until there is nothing to claim, and show what came of it."""

    def read():
        while run_next(workshop, Queue.LIBRARIES):
            pass
        session.expire_all()
        assert session.scalars(select(Job.state).distinct()).all() == [JobState.SUCCEEDED]
        return session.scalars(select(Tile.name).order_by(Tile.number)).all()

    return read


def test_batches_are_read_as_the_pictures_they_are(send, read, session, storage, pictures):
    loose = ("camera.jpg", pictures[200][1])
    source_id = send(pictures[:30], pictures[30:50], large=[loose]).id
    assert read() == [name for name, _ in pictures[:50]] + ["camera.jpg"]
    source = session.get(Source, source_id)
    assert (source.kind, source.name, source.taken) == (SourceKind.PICTURES, "51 files", 51)
    assert session.scalars(select(Refusal)).all() == []
    assert session.scalars(select(SourceFile)).all() == []
    assert not [info.key for info in storage.list("o/") if "/uploads/" in info.key]


def test_many_batches_are_shared_among_workers(send, read, session, pictures, monkeypatch):
    monkeypatch.setattr(parts, "PART_TILES", 25)
    send(*(pictures[first : first + 20] for first in range(0, 100, 20)))
    assert read() == [name for name, _ in pictures[:100]]
    jobs = session.scalars(select(Job).where(Job.part.is_not(None)).order_by(Job.part)).all()
    assert len(jobs) > 1
    # Nobody sent a zip.
    assert jobs[0].details["says"].startswith("20 small files, files 1 to 20")


def test_a_small_picture_alone_and_one_that_is_none(send, read, session, pictures):
    send(pictures[:1])
    send([("notes.jpg", b"a text"), ("film/same.jpg", b"")])
    assert read() == [pictures[0][0]]
    assert {refusal.name for refusal in session.scalars(select(Refusal))} == {
        "notes.jpg",
        "same.jpg",
    }
    assert [
        source.name for source in session.scalars(select(Source).order_by(Source.created_at))
    ] == [
        pictures[0][0],
        "2 files",
    ]


def test_a_zip_beside_batches_keeps_its_pictures(send, read, session, pictures, zip_of_pictures):
    send(pictures[:10], large=[("pieces.zip", zip_of_pictures)])
    assert read() == [name for name, _ in pictures]
    assert session.scalars(select(Source)).one().duplicates == 10
