"""Films that become tiles: in stretches, going on where a killed worker was, with a sentence for what is wrong."""

import os
import signal
from datetime import timedelta
from itertools import pairwise

import pytest
from sqlalchemy import func, select, update

from app.domain.sources import SourceKind
from app.domain.states import JobState, Queue
from app.models import Job, Pack, Refusal, Source, SourceFile, Tile, TileSet
from app.queue import CeleryDoorbell
from app.services import job_table
from app.services.cancel_job import cancel_job
from app.services.collect_garbage import collect_garbage
from app.services.delete_tile_set import delete_tile_set
from app.services.remove_tiles import remove_source
from app.services.wall import has_times
from cli.stack import guard
from cli.stack.programs import Worker
from engine.film import NO_FILM, NO_PICTURE
from engine.film_options import FilmOptions
from engine.splice import splice
from tests.integration.worker.waiting import wait_for
from tests.unit.engine.films import every_second, make_film, shot, sound
from worker.jobs import read_film, stretches
from worker.runner import run_next


@pytest.fixture(scope="session")
def holiday(tmp_path_factory):
    """Three and a half minutes, another picture each second: four blocks of looks."""
    path = tmp_path_factory.mktemp("films") / "holiday.mp4"
    pictures = map(every_second(rate=5), range(5 * 210))
    return make_film(path, pictures, rate=5, options={"movflags": "faststart"})


@pytest.fixture(scope="session")
def expected(holiday):
    return [(read.time_ms, read.digest, read.jpeg) for read in splice(holiday)]


@pytest.fixture
def small_stretches(monkeypatch):
    """A stretch is a block."""
    monkeypatch.setattr(stretches, "STRETCH_TILES", 1)


def job_of(session):
    session.expire_all()
    return session.scalars(select(Job).where(Job.source_id.is_not(None), Job.part.is_(None))).one()


def part_of(session):
    session.expire_all()
    return session.scalars(select(Job).where(Job.part.is_not(None))).one()


def tiles_of(session):
    return session.scalars(select(Tile).order_by(Tile.number)).all()


def as_expected(session, storage, expected):
    """Every frame once, in order; its bytes where its row says; families that no other film has."""
    tiles = tiles_of(session)
    assert [(tile.time_ms, tile.digest) for tile in tiles] == [(ms, d) for ms, d, _ in expected]
    packs = {pack.id: pack for pack in session.scalars(select(Pack))}
    for tile, (_, _, jpeg) in zip(tiles, expected, strict=True):
        assert storage.range(packs[tile.pack_id].key, tile.offset, tile.length) == jpeg
    numbers = {tile.number for tile in tiles}
    assert {tile.family for tile in tiles} <= numbers
    assert {pack.film for pack in packs.values()} == {0}


def uploads(storage):
    return [info.key for info in storage.list("o/") if "/uploads/" in info.key]


def test_a_film_becomes_tiles_with_times_and_families(
    upload, run_all, session, storage, holiday, expected
):
    tile_set = upload(("holiday.mp4", holiday.read_bytes()))
    run_all()
    as_expected(session, storage, expected)
    assert {tile.name for tile in tiles_of(session)} == {"holiday.mp4"}
    source = session.scalars(select(Source)).one()
    assert (source.kind, source.taken, source.refused) == (SourceKind.FILM, 420, 0)
    assert (job_of(session).state, job_of(session).taken) == (JobState.SUCCEEDED, 420)
    assert tile_set.tile_count == 420
    assert len(session.scalars(select(Pack)).all()) == 1


def test_stretches_give_the_same_tiles(
    upload, run_all, session, storage, holiday, expected, small_stretches
):
    upload(("holiday.mp4", holiday.read_bytes()))
    run_all()
    as_expected(session, storage, expected)
    assert len(session.scalars(select(Pack)).all()) == 4
    assert session.scalars(select(Source)).one().taken == job_of(session).taken == 420
    generation = session.scalars(select(TileSet.generation)).one()
    assert generation == 4


def test_a_film_is_known_by_what_is_in_it(upload, run_all, session, holiday, pictures):
    upload(("holiday.jpg", holiday.read_bytes()))
    run_all()
    assert session.scalars(select(Source)).one().taken == 420


@pytest.mark.parametrize("suffix", ["mov", "mkv", "webm"])
def test_films_of_other_kinds(upload, run_all, session, tmp_path, suffix):
    codec = {"webm": "libvpx"}.get(suffix, "libx264")
    film = make_film(
        tmp_path / f"a.{suffix}", map(every_second(rate=5), range(30)), rate=5, codec=codec
    )
    upload((f"a.{suffix}", film.read_bytes()), ("b.jpg", b"none"))
    run_all()
    assert [tile.time_ms for tile in tiles_of(session)] == [1000 * (i // 2) for i in range(12)]
    assert session.scalars(select(Refusal)).one().name == "b.jpg"


def test_pictures_and_films_together(upload, run_all, session, holiday, pictures):
    short = pictures[:20]
    tile_set = upload(short[0], ("holiday.mp4", holiday.read_bytes()), *short[1:])
    run_all()
    tiles = tiles_of(session)
    assert [tile.name for tile in tiles[:20]] == [name for name, _ in short]
    assert {tile.name for tile in tiles[20:]} == {"holiday.mp4"}
    assert (tile_set.tile_count, len(tiles)) == (440, 440)
    assert session.scalars(select(SourceFile.name)).all() == ["holiday.mp4"]
    assert has_times(session, tile_set)


def test_what_is_dead_costs_no_more_than_a_stretch(
    upload,
    workshop,
    run_all,
    session,
    sessions,
    storage,
    holiday,
    expected,
    small_stretches,
    monkeypatch,
):
    """The claim is lost in the middle of the third block: what it held is somebody else's, who begins with that block."""
    upload(("holiday.mp4", holiday.read_bytes()))
    assert run_next(workshop, Queue.LIBRARIES)
    save, begun = read_film.save_tiles, []

    def die(*given, **named):
        if len(begun) == 2:
            begun.append("dead")
            raise RuntimeError("a power cut")
        begun.append(given[3].packs)
        return save(*given, **named)

    monkeypatch.setattr(read_film, "save_tiles", die)
    assert run_next(workshop, Queue.LIBRARIES)
    part = part_of(session)
    assert part.state == JobState.QUEUED
    assert part.details["pieces"][0]["details"] == {
        "start_ms": 120_000,
        "taken": len(tiles_of(session)),
        "refused": 0,
        "duplicates": 0,
    }
    started = []
    monkeypatch.setattr(read_film, "save_tiles", save)
    monkeypatch.setattr(
        read_film,
        "splice",
        lambda *a, start_ms, **k: started.append(start_ms) or splice(*a, start_ms=start_ms, **k),
    )
    with sessions.begin() as other:
        other.execute(update(Job).values(not_before=func.now()))
    run_all()
    assert started == [120_000]
    as_expected(session, storage, expected)
    assert (job_of(session).taken, session.scalars(select(Source)).one().taken) == (420, 420)


@pytest.fixture(scope="session")
def long_film(tmp_path_factory):
    """Ten minutes at five frames a second, each second another picture: some seconds of work."""
    path = tmp_path_factory.mktemp("films") / "long.mp4"
    pictures = map(every_second((320, 180), rate=5), range(5 * 600))
    return make_film(path, pictures, rate=5, options={"movflags": "faststart"})


def test_a_killed_worker_is_taken_over_where_it_was(
    tmp_path, upload, workshop, session, sessions, storage, redis_url, environ, long_film
):
    """Looked at five times a second, ten minutes are fifty blocks; a stretch is cut short by the clock, as it would be."""
    upload(("long.mp4", long_film.read_bytes()))
    with sessions.begin() as other:
        other.execute(update(Source).values(films={"frames_per_second": 5.0}))
    assert run_next(workshop, Queue.LIBRARIES)
    with Worker("reader", tmp_path / "log", environ) as worker:
        CeleryDoorbell(redis_url).ring(Queue.LIBRARIES)
        wait_for(
            lambda: part_of(session).details["pieces"][0]["details"],
            seconds=90,
            what="the first stretch",
        )
        for process in guard.children(worker.pid):
            os.kill(process, signal.SIGKILL)
        with sessions.begin() as other:
            ago = func.now() - timedelta(seconds=1)
            running = Job.state == JobState.RUNNING
            other.execute(update(Job).where(running).values(lease=ago, not_before=ago))
        before = len(tiles_of(session))
        assert before
        with sessions.begin() as other:
            job_table.sweep(other)
            other.execute(update(Job).values(not_before=func.now()))
        CeleryDoorbell(redis_url).ring(Queue.LIBRARIES)
        wait_for(
            lambda: JobState(job_of(session).state).is_over,
            seconds=150,
            what="the rest of the film",
        )
    times = [(tile.time_ms, tile.digest) for tile in tiles_of(session)]
    assert before < len(times) == len(set(times))
    straight = {}
    for read in splice(long_film, FilmOptions(frames_per_second=5.0)):
        straight.setdefault(read.digest, read.time_ms)  # what is the same twice is taken once
    assert times == [(time_ms, digest) for digest, time_ms in straight.items()]
    assert all(one.time_ms <= other.time_ms for one, other in pairwise(tiles_of(session)))


def test_cancelling_keeps_what_was_read(
    upload, workshop, session, sessions, owner, holiday, small_stretches, monkeypatch
):
    """After the first stretch somebody presses Cancel; the next one finds out."""
    tile_set = upload(("holiday.mp4", holiday.read_bytes()))
    assert run_next(workshop, Queue.LIBRARIES)
    reserved, asked = read_film.reserved, []

    def cancel_meanwhile(*given):
        asked.append(given)
        if len(asked) == 2:
            with sessions() as other:
                cancel_job(other, owner_id=owner, job_id=job_of(session).id)
        return reserved(*given)

    monkeypatch.setattr(read_film, "reserved", cancel_meanwhile)
    assert run_next(workshop, Queue.LIBRARIES)
    assert (job_of(session).state, len(asked)) == (JobState.CANCELLED, 2)
    session.refresh(tile_set)
    assert tile_set.tile_count == len(tiles_of(session)) == 120
    assert session.scalars(select(SourceFile.kept)).all() == [True]


@pytest.fixture
def refused(upload, run_all, session):
    """The sentence that is said of a file with these bytes, and how many tiles it gave."""

    def read(name, body):
        upload((name, body))
        run_all()
        refusal = session.scalars(select(Refusal)).one()
        assert refusal.name == name
        return refusal.reason, len(tiles_of(session))

    return read


def test_a_playlist_named_mp4_opens_nothing(refused, tmp_path):
    secret = make_film(tmp_path / "secret.mp4", map(shot, range(3)), rate=1)
    playlist = f"#EXTM3U\n#EXTINF:3,\nfile://{secret}\n"
    assert refused("holiday.mp4", playlist.encode()) == (NO_FILM, 0)


def test_music_is_no_film(refused, tmp_path):
    music = sound(tmp_path / "song.mp4", cover=shot(1))
    assert refused("song.mp4", music.read_bytes()) == (NO_PICTURE, 0)


def test_a_film_that_breaks_off_gives_what_is_there(refused, holiday):
    reason, tiles = refused("holiday.mp4", holiday.read_bytes()[: holiday.stat().st_size // 2])
    assert "though the film says 0:03:30" in reason
    assert 150 < tiles < 270


def test_a_hole_of_ten_seconds_is_one_frame(upload, run_all, session, tmp_path):
    times = [200 * i for i in range(50)] + [20_000 + 200 * i for i in range(50)]
    film = make_film(
        tmp_path / "hole.mp4", map(every_second(rate=5), range(100)), times=times, rate=5
    )
    upload(("hole.mp4", film.read_bytes()))
    run_all()
    seconds = [tile.time_ms // 1000 for tile in tiles_of(session)][::2]
    # Looked at at ten seconds, there is still the picture of 9.8; until twenty it counts once.
    assert seconds == [*range(10), 9, *range(20, 30)]
    assert session.scalars(select(Refusal)).all() == []


def test_a_film_sent_twice_is_taken_once(upload, run_all, session, storage, holiday):
    tile_set = upload(("holiday.mp4", holiday.read_bytes()))
    run_all()
    upload(("again.mp4", holiday.read_bytes()), tile_set=tile_set)
    run_all()
    counts = session.execute(
        select(Source.name, Source.taken, Source.duplicates).order_by(Source.name)
    ).all()
    assert [tuple(row) for row in counts] == [("again.mp4", 0, 420), ("holiday.mp4", 420, 0)]
    # The second film has no tile, so nobody will ask for its frames.
    assert len(uploads(storage)) == 1


def test_a_film_stays_as_long_as_its_source(
    upload, run_all, session, sessions, storage, bell, owner, holiday, pictures
):
    tile_set = upload(("holiday.mp4", holiday.read_bytes()))
    run_all()
    upload(pictures[0], tile_set=tile_set)
    run_all()
    [kept] = uploads(storage)
    assert storage.get(kept) == holiday.read_bytes()
    collect_garbage(sessions, storage, grace=timedelta(0))
    assert uploads(storage) == [kept]
    source = session.scalars(select(Source).where(Source.kind == SourceKind.FILM)).one()
    remove_source(
        session, storage, bell, owner_id=owner, tile_set_id=tile_set.id, source_id=source.id
    )
    assert uploads(storage) == []


def test_a_set_takes_its_films_with_it(upload, run_all, session, storage, owner, holiday):
    tile_set = upload(("holiday.mp4", holiday.read_bytes()))
    run_all()
    delete_tile_set(session, storage, owner_id=owner, tile_set_id=tile_set.id)
    assert list(storage.list("o/")) == []
    assert [
        m for m in (Source, SourceFile, Pack, Tile, Job) if session.scalars(select(m)).all()
    ] == []
