"""One upload read by many: its parts, their deaths, and what is left when somebody cancels."""

import io
import os
import signal
import zipfile
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from app.domain.states import JobKind, JobState, Queue
from app.models import Job, Pack, Refusal, Source, SourceFile, Tile, TileSet
from app.queue import CeleryDoorbell
from app.services import job_table
from app.services.be_seen import Presence
from app.services.cancel_job import cancel_job
from app.services.delete_tile_set import delete_tile_set
from app.services.end_reading import end_readings
from app.storage.base import MissingObject
from cli.stack import guard
from cli.stack.programs import WORKERS, Worker
from tests.integration.worker.waiting import wait_for
from worker.jobs import parts, pieces
from worker.runner import run_next
from worker.sweeper import Sweeper

PART = 50


@pytest.fixture(autouse=True)
def small_parts(monkeypatch):
    monkeypatch.setattr(parts, "PART_TILES", PART)
    monkeypatch.setattr(parts, "LEAST_OF_TILES", 1.0)


def job_of(session):
    # A sweeper beside may have asked for a survey by now.
    return session.scalars(select(Job).where(Job.kind == JobKind.READ_SOURCE)).one()


def parts_of(session):
    return session.scalars(select(Job).where(Job.part.is_not(None)).order_by(Job.part)).all()


def keys(storage):
    return {info.key for info in storage.list("o/")}


def tiles_are_right(session, storage, pictures):
    """Every picture once, in the order of the zip, and its bytes in the pack where the row says."""
    rows = session.execute(select(Tile, Pack).join(Pack, Pack.id == Tile.pack_id)).all()
    rows.sort(key=lambda row: row.Tile.number)
    assert [row.Tile.name for row in rows] == [name for name, _ in pictures]
    bodies = {pack.key: storage.get(pack.key) for pack in session.scalars(select(Pack))}
    for tile, pack in rows:
        jpeg = bodies[pack.key][tile.offset : tile.offset + tile.length]
        assert jpeg.startswith(b"\xff\xd8")
        assert jpeg.endswith(b"\xff\xd9")
        assert pack.first_tile <= tile.number < pack.first_tile + pack.tiles
    assert len({tile.digest for tile, _ in rows}) == len(rows)


def test_a_large_zip_is_read_in_parts(
    workshop, upload, run_all, session, storage, pictures, zip_of_pictures, bell
):
    tile_set = upload(("pieces.zip", zip_of_pictures))
    bell.rings.clear()
    assert run_next(workshop, Queue.LIBRARIES)
    assert job_of(session).state == JobState.SPLIT
    count = 8
    assert [job.state for job in parts_of(session)] == [JobState.QUEUED] * count
    assert len(bell.rings) == count + 1  # once for each part, and once more as after every job
    run_all()
    assert (job_of(session).state, job_of(session).taken) == (JobState.SUCCEEDED, 400)
    assert (tile_set.tile_count, tile_set.next_number) == (400, 400)
    assert session.scalars(select(Source)).one().taken == 400
    tiles_are_right(session, storage, pictures)
    assert not [key for key in keys(storage) if "/uploads/" in key]
    assert workshop.desk._decoder is None


def test_a_part_reads_no_more_than_its_own_bytes(
    workshop, upload, zip_of_pictures, storage, monkeypatch
):
    upload(("pieces.zip", zip_of_pictures))
    assert run_next(workshop, Queue.LIBRARIES)
    asked = []

    def range_(_storage, _key, start, length):
        asked.append(length)
        return zip_of_pictures[start : start + length]

    monkeypatch.setattr(type(storage), "range", range_)
    for whole in ("get", "open", "download"):
        monkeypatch.setattr(type(storage), whole, pytest.fail)
    assert run_next(workshop, Queue.LIBRARIES)
    assert sum(asked) < len(zip_of_pictures) / 4


def test_parts_done_in_any_order_give_the_same_numbers(
    workshop, upload, run_all, session, sessions, storage, pictures, zip_of_pictures
):
    upload(("pieces.zip", zip_of_pictures))
    assert run_next(workshop, Queue.LIBRARIES)
    with sessions.begin() as other:  # the last becomes the oldest
        other.execute(
            update(Job)
            .where(Job.part.is_not(None))
            .values(created_at=func.now() - Job.part * timedelta(minutes=1))
        )
    run_all()
    tiles_are_right(session, storage, pictures)


def test_what_comes_twice_is_taken_once(
    upload, run_all, session, storage, pictures, zip_of_pictures
):
    twice = io.BytesIO()
    with zipfile.ZipFile(twice, "w") as archive:
        for name, body in pictures[:120]:
            archive.writestr(name, body)
        for name, body in [*pictures[60:70], *pictures[100:105]]:
            archive.writestr(f"again/{name}", body)
    tile_set = upload(("twice.zip", twice.getvalue()))
    run_all()
    first = session.scalars(select(Source)).one()
    assert (first.taken, first.duplicates) == (120, 15)
    upload(("pieces.zip", zip_of_pictures), tile_set=tile_set)
    run_all()
    second = session.scalars(select(Source).where(Source.id != first.id)).one()
    assert (second.taken, second.duplicates) == (280, 120)
    assert tile_set.tile_count == 400
    generation, objects = tile_set.generation, keys(storage)
    upload(("pieces.zip", zip_of_pictures), tile_set=tile_set)
    run_all()
    assert (tile_set.tile_count, tile_set.generation) == (400, generation)
    assert keys(storage) == objects


def test_twins_in_two_parts_at_once_are_found_when_rows_are_written(
    upload, workshop, run_all, session, storage, pictures, monkeypatch
):
    """The second worker decoded its part before the first one's rows were there."""
    both = io.BytesIO()
    with zipfile.ZipFile(both, "w") as archive:
        for number in range(2):
            for name, body in pictures[:PART]:
                archive.writestr(f"{number}/{name}", body)
    tile_set = upload(("both.zip", both.getvalue()))
    run_all()
    source = session.scalars(select(Source)).one()
    assert (source.taken, source.duplicates, tile_set.tile_count) == (PART, PART, PART)
    assert len(session.scalars(select(Pack)).all()) == 1
    assert len([key for key in keys(storage) if key.endswith(".jpegs")]) == 1


def test_a_broken_member_costs_itself(upload, run_all, session, pictures, zip_of_pictures):
    damaged = bytearray(zip_of_pictures)
    at = zip_of_pictures.find(pictures[130][1])
    damaged[at + 40] ^= 0xFF
    tile_set = upload(("pieces.zip", bytes(damaged)))
    run_all()
    refusal = session.scalars(select(Refusal)).one()
    assert refusal.name == pictures[130][0]
    assert "damaged inside the zip" in refusal.reason
    assert (tile_set.tile_count, job_of(session).refused) == (399, 1)


def test_refusals_stand_in_the_order_of_the_files(workshop, upload, run_all, session, pictures):
    mixed = io.BytesIO()
    with zipfile.ZipFile(mixed, "w") as archive:
        for number, (name, body) in enumerate(pictures[:200]):
            archive.writestr(name, b"a text" if number % 60 == 7 else body)
    upload(("mixed.zip", mixed.getvalue()))
    run_all()
    refused = session.scalars(select(Refusal.name).order_by(Refusal.number)).all()
    assert refused == [pictures[number][0] for number in (7, 67, 127, 187)]


def test_cancelling_ends_all_parts_and_keeps_what_was_read(
    workshop, upload, session, storage, owner, zip_of_pictures
):
    tile_set = upload(("pieces.zip", zip_of_pictures))
    for _ in range(3):
        assert run_next(workshop, Queue.LIBRARIES)
    cancel_job(session, owner_id=owner, job_id=job_of(session).id)
    assert not run_next(workshop, Queue.LIBRARIES)
    session.expire_all()
    assert {job.state for job in parts_of(session)} == {JobState.SUCCEEDED, JobState.CANCELLED}
    assert tile_set.tile_count == session.scalars(select(Source)).one().taken == 100
    with session.begin_nested():
        forgotten = end_readings(session)
    assert len(forgotten) == 1
    session.commit()
    delete_tile_set(session, storage, owner_id=owner, tile_set_id=tile_set.id)
    for model in (TileSet, Source, SourceFile, Pack, Tile, Job):
        assert session.scalar(select(func.count()).select_from(model)) == 0
    assert keys(storage) <= set(forgotten)


def test_cancelling_in_the_middle_of_a_part_leaves_nothing_of_it(
    workshop, upload, session, sessions, storage, owner, zip_of_pictures, monkeypatch
):
    tile_set = upload(("pieces.zip", zip_of_pictures))
    assert run_next(workshop, Queue.LIBRARIES)
    before = keys(storage)
    read = pieces.Reader.read

    def cancel_meanwhile(reader, piece):
        with sessions() as other:
            cancel_job(other, owner_id=owner, job_id=job_of(other).id)
        yield from read(reader, piece)

    monkeypatch.setattr(pieces.Reader, "read", cancel_meanwhile)
    assert run_next(workshop, Queue.LIBRARIES)
    session.expire_all()
    assert tile_set.tile_count == 0
    assert {job.state for job in session.scalars(select(Job))} == {JobState.CANCELLED}
    assert keys(storage) == {key for key in before if "/uploads/" not in key}


def test_a_part_that_cannot_be_done_is_told_of_and_the_others_are_kept(
    workshop, upload, session, sessions, run_all, pictures, zip_of_pictures, monkeypatch
):
    tile_set = upload(("pieces.zip", zip_of_pictures))
    assert run_next(workshop, Queue.LIBRARIES)
    read = pieces.Reader.read

    def lose_one(reader, piece):
        if (
            piece.details["before"]
            == parts_of(session)[2].details["pieces"][0]["details"]["before"]
        ):
            raise MissingObject("o/gone")
        yield from read(reader, piece)

    monkeypatch.setattr(pieces.Reader, "read", lose_one)
    run_all()
    job = job_of(session)
    assert (job.state, job.error) == (JobState.SUCCEEDED, None)
    refusal = session.scalars(select(Refusal)).one()
    assert refusal.name == "pieces.zip, files 101 to 150"
    assert "gone from storage" in refusal.reason
    source = session.scalars(select(Source)).one()
    assert (source.taken, source.refused, tile_set.tile_count) == (350, PART, 350)


def test_a_part_whose_worker_died_three_times_ends_the_job(
    workshop, upload, session, sessions, storage, run_all, zip_of_pictures, bell, tmp_path
):
    upload(("pieces.zip", zip_of_pictures))
    assert run_next(workshop, Queue.LIBRARIES)
    sweeper = Sweeper(
        sessions,
        storage,
        bell,
        alive=tmp_path / "alive",
        presence=Presence("reader", ["libraries"]),
    )
    for _ in range(job_table.MAX_ATTEMPTS):
        with sessions.begin() as other:
            other.execute(update(Job).where(Job.part == 0).values(not_before=func.now()))
            job_table.claim(other, Queue.LIBRARIES)
            other.execute(
                update(Job)
                .where(Job.state == JobState.RUNNING)
                .values(lease=func.now() - timedelta(seconds=1))
            )
        sweeper.sweep()
    run_all()
    job = job_of(session)
    assert (job.state, job.taken) == (JobState.SUCCEEDED, 350)
    assert job_table.GAVE_UP in session.scalars(select(Refusal.reason)).all()


def test_the_sweeper_ends_what_the_last_worker_could_not(
    workshop,
    upload,
    session,
    sessions,
    storage,
    run_all,
    zip_of_pictures,
    bell,
    tmp_path,
    monkeypatch,
):
    upload(("pieces.zip", zip_of_pictures))
    monkeypatch.setattr("worker.runner._end_reading", lambda *_: None)
    run_all()
    assert job_of(session).state == JobState.SPLIT
    presence = Presence("reader", ["libraries"])
    sweeper = Sweeper(sessions, storage, bell, alive=tmp_path / "alive", presence=presence)
    sweeper.sweep()
    sweeper.tidy()
    session.expire_all()
    assert job_of(session).state == JobState.SUCCEEDED
    assert not [key for key in keys(storage) if "/uploads/" in key]


@pytest.fixture
def many_pictures(pictures):
    """16,000 pictures that differ in a byte behind their end, in a zip."""
    named = [
        (f"{copy}-{name}", body + bytes([copy])) for copy in range(40) for name, body in pictures
    ]
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, body in named:
            archive.writestr(name, body)
    return named, out.getvalue()


def running(session):
    session.expire_all()
    return [job for job in parts_of(session) if job.state == JobState.RUNNING]


def test_all_worker_processes_take_parts_and_a_killed_one_costs_its_part_alone(
    tmp_path,
    sessions,
    environ,
    upload,
    workshop,
    session,
    storage,
    many_pictures,
    redis_url,
    monkeypatch,
):
    pictures, body = many_pictures
    monkeypatch.setattr(parts, "PART_TILES", 4000)
    tile_set = upload(("many.zip", body))
    assert run_next(workshop, Queue.LIBRARIES)
    count = len(parts_of(session))
    assert count == 4
    with Worker("reader", tmp_path / "log", environ) as worker:
        for _ in range(count):
            CeleryDoorbell(redis_url).ring(Queue.LIBRARIES)
        jobs = WORKERS["reader"][1]
        at_once = wait_for(
            lambda: len(now := running(session)) == jobs and all(job.share for job in now) and now,
            seconds=60,
            what="a part in each process",
        )
        tokens = {job.token for job in at_once}
        assert len(tokens) == jobs
        os.kill(guard.children(worker.pid)[0], signal.SIGKILL)
        # The others finish their parts; what still holds its token then is the dead one's.
        [dead] = wait_for(
            lambda: len(left := [j for j in running(session) if j.token in tokens]) == 1 and left,
            seconds=60,
            what="the other parts",
        )
        with sessions.begin() as other:
            ago = func.now() - timedelta(seconds=1)
            other.execute(update(Job).where(Job.id == dead.id).values(lease=ago))
        wait_for(
            lambda: session.expire_all() or JobState(job_of(session).state).is_over,
            seconds=150,
            what="the heir",
        )
    assert job_of(session).state == JobState.SUCCEEDED
    assert {job.part: job.attempt for job in parts_of(session)} == {
        part: 1 + (part == dead.part) for part in range(count)
    }
    assert tile_set.tile_count == len(pictures)
    tiles_are_right(session, storage, pictures)
