"""The sample is made by the services, the tables and the workers of everybody else."""

import io
import subprocess
import sys
import threading
import zipfile
from collections import Counter

import numpy as np
import pytest
from PIL import Image
from sqlalchemy import func, select, text

from app.domain.limits import SYSTEM_OWNER
from app.domain.options import MosaicOptions
from app.domain.states import JobKind, JobState, Queue
from app.models import Job, Mosaic, Photo, Source, Tile, TileSet
from app.services.browse import example_mosaic, sample_photos, tile_sets_of
from cli.sample.ensure import ensure_sample
from cli.sample.errors import SampleError
from cli.sample.ready import sample_is_ready, sample_set
from cli.sample.waiting import _look as look
from cli.sample.waiting import wait_for
from cli.stack.process import ROOT
from cli.stack.programs import Worker
from worker.context import Context
from worker.runner import run_next
from worker.tile_cache import TileCache


class Silent:
    """A doorbell that nobody hears."""

    def ring(self, queue):
        pass


class Working:
    """A doorbell whose ringing does the work at once, in this process."""

    def __init__(self, context):
        self.context = context

    def ring(self, queue):
        while run_next(self.context, queue):
            pass


class PowerCut(Exception):
    pass


class Cut:
    """A doorbell at whose ringing the light goes out, once for each queue named."""

    def __init__(self, bell, *queues):
        self.bell = bell
        self.left = list(queues)

    def ring(self, queue):
        if queue in self.left:
            self.left.remove(queue)
            raise PowerCut
        self.bell.ring(queue)


@pytest.fixture
def bell(sessions, storage, tmp_path):
    return Working(
        Context(
            sessions=sessions,
            storage=storage,
            doorbell=Silent(),
            cache=TileCache(tmp_path / "tiles", storage, 10**9),
            stopping=threading.Event(),
        )
    )


def write_few(stream):
    """120 tiles of noise: enough for a mosaic of which only the rows are looked at."""
    chance = np.random.default_rng(0)
    with zipfile.ZipFile(stream, "w") as archive:
        for number in range(120):
            picture = io.BytesIO()
            noise = chance.integers(0, 256, (4, 4, 3), dtype=np.uint8)
            Image.fromarray(noise).resize((128, 128)).save(picture, "JPEG")
            archive.writestr(f"noise-{number}.jpg", picture.getvalue())


@pytest.fixture
def ensure(sessions, storage, bell, monkeypatch):
    """Run it with few tiles and few cells; what it said is the answer."""
    monkeypatch.setattr("cli.sample.ensure.EXAMPLE", MosaicOptions(cells_across=8))

    def run(*, doorbell=bell, write=write_few):
        said = []
        ensure_sample(sessions, storage, doorbell, say=said.append, write=write)
        return said

    return run


def rows(session):
    """How many there are of everything."""
    models = (TileSet, Source, Photo, Mosaic, Job, Tile)
    return {
        model.__name__: session.scalar(select(func.count()).select_from(model)) for model in models
    }


ONCE = {"TileSet": 1, "Source": 1, "Photo": 2, "Mosaic": 1, "Job": 2, "Tile": 120}


def test_a_first_visitor_finds_photos_tiles_and_a_mosaic(sessions, ensure):
    with sessions() as session:
        assert not sample_is_ready(session)
    assert "Cutting" in ensure()[0]
    with sessions() as session:
        assert sample_is_ready(session)
        assert rows(session) == ONCE
        tile_set = sample_set(session)
        assert tile_set.sample
        assert tile_set.tile_count == 120
        assert tile_set.owner_id == SYSTEM_OWNER
        assert "Rachel Michetti" in tile_set.credit
        assert [photo.name for photo in sample_photos(session)] == ["astronaut.jpg", "chelsea.jpg"]
        assert all(photo.credit for photo in sample_photos(session))
        assert example_mosaic(session).photo.name == "astronaut.jpg"


def test_a_second_time_changes_nothing(sessions, ensure):
    ensure()
    with sessions() as session:
        before = example_mosaic(session).jpeg_key
    assert ensure(doorbell=None, write=None) == []
    with sessions() as session:
        assert rows(session) == ONCE
        assert example_mosaic(session).jpeg_key == before


@pytest.mark.parametrize("queue", [Queue.LIBRARIES, Queue.MOSAICS])
def test_cut_off_before_the_bell_rang_it_goes_on_from_there(queue, sessions, ensure, bell):
    with pytest.raises(PowerCut):
        ensure(doorbell=Cut(bell, queue))
    ensure()
    with sessions() as session:
        assert rows(session) == ONCE
        assert sample_is_ready(session)


def test_cut_off_while_cutting_it_uses_the_set_that_is_there(sessions, ensure):
    def write_nothing(stream):
        raise PowerCut

    with pytest.raises(PowerCut):
        ensure(write=write_nothing)
    with sessions() as session:
        assert not sample_is_ready(session)
    ensure()
    with sessions() as session:
        assert rows(session) == ONCE


def test_two_at_once_make_one_sample(sessions, ensure):
    threads = [threading.Thread(target=ensure) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with sessions() as session:
        assert rows(session) == ONCE


@pytest.mark.parametrize("kind", [JobKind.READ_SOURCE, JobKind.MAKE_MOSAIC])
def test_a_job_that_failed_is_told_and_tried_again_next_time(kind, sessions, ensure, bell):
    class Failing:
        def ring(self, queue):
            with sessions.begin() as session:
                for job in session.scalars(select(Job).where(Job.kind == kind)):
                    job.state, job.error = JobState.FAILED, "The disk is full."
            bell.ring(queue)

    with pytest.raises(SampleError, match=r"did not work: The disk is full\. It is tried again"):
        ensure(doorbell=Failing())
    ensure()
    with sessions() as session:
        assert sample_is_ready(session)
        assert rows(session) | {"Mosaic": 1, "Job": 2} == ONCE
        assert Counter(session.scalars(select(Job.state)))[JobState.SUCCEEDED] == 2


def test_without_a_worker_it_gives_up_and_says_what_to_do(sessions, ensure, storage):
    with pytest.raises(PowerCut):
        ensure(doorbell=Cut(Silent(), Queue.LIBRARIES))
    with sessions() as session:
        job = session.scalars(select(Job)).one()
    with pytest.raises(SampleError, match="Start it with `tessera up`"):
        wait_for(sessions, Silent(), job.id, "Reading", say=print, patience=0)


def test_the_command_makes_it_with_real_workers_and_leaves_it_alone_afterwards(
    sessions, tmp_path, environ, celery_worker_process
):
    def command():
        return subprocess.run(
            [sys.executable, "-m", "cli", "sample"],
            cwd=ROOT,
            env=environ,
            capture_output=True,
            text=True,
            check=False,
        )

    with Worker("reader", tmp_path / "log", environ):
        done = command()
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[-1].startswith("The sample is ready: ")
    with sessions() as session:
        mosaic = example_mosaic(session)
        assert sample_set(session).tile_count >= 3000
        assert (mosaic.cols, mosaic.rows) == (76, 96)
        assert mosaic.receipt["ssim_mean"] > 0.65
        assert mosaic.receipt["distinct"] > 2000
        source = session.scalars(select(Source)).one()
        assert source.refused == 0
        assert tile_sets_of(session, SYSTEM_OWNER) == [sample_set(session)]
    again = command()
    assert again.stdout.splitlines() == done.stdout.splitlines()[-1:]


def test_the_command_says_what_is_wrong_with_the_environment(environ):
    environ["DATABASE_URL"] = "mysql://elsewhere"
    done = subprocess.run(
        [sys.executable, "-m", "cli", "sample"],
        cwd=ROOT,
        env=environ,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.startswith("The sample is not ready. DATABASE_URL has to start with")


class Watching:
    """A doorbell, and a writer of tiles, that look whether a transaction is open meanwhile."""

    def __init__(self, bell, sessions):
        self.bell = bell
        self.sessions = sessions
        self.open = []

    def look(self, when):
        with self.sessions() as session:
            idle = text(
                "SELECT count(*) FROM pg_stat_activity WHERE state = 'idle in transaction' "
                "AND datname = current_database() AND pid <> pg_backend_pid()"
            )
            self.open.append((when, session.scalar(idle)))

    def write(self, stream):
        self.look("cutting")
        write_few(stream)

    def ring(self, queue):
        self.bell.ring(queue)


def test_no_transaction_is_left_open_while_tiles_are_cut_and_jobs_run(
    sessions, ensure, bell, monkeypatch
):
    """Postgres ends a connection whose transaction has been idle for two minutes, as on a slow machine."""
    watching = Watching(bell, sessions)
    monkeypatch.setattr(
        "cli.sample.waiting._look", lambda *job: watching.look("waiting") or look(*job)
    )
    ensure(doorbell=watching, write=watching.write)
    assert {when for when, _ in watching.open} == {"cutting", "waiting"}
    assert [count for _, count in watching.open] == [0] * len(watching.open)


def test_whoever_prepares_the_sample_is_alone(sessions, ensure):
    """A second one waits at the lock until the first has gone."""
    first = threading.Event()

    def write(stream):
        other = threading.Thread(target=lambda: (ensure(doorbell=None, write=None), first.set()))
        other.start()
        others.append(other)
        assert not first.wait(1)
        write_few(stream)

    others = []
    ensure(write=write)
    others[0].join()
    assert first.is_set()
