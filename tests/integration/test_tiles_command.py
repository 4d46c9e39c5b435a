"""An operator's folders and buckets into a shared set."""

import io
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from sqlalchemy import select

from app.domain.errors import BadInput, NotFound
from app.domain.limits import SYSTEM_OWNER
from app.domain.sources import SourceKind
from app.domain.states import Queue
from app.models import Source, SourceFile, Tile, TileSet
from app.services.create_tile_set import create_tile_set
from cli.running import environment_of
from cli.stack.process import ROOT
from cli.tiles import bundles
from cli.tiles.command import Services, add_places
from tests.swift_server.fixture import swift, swift_server
from tests.unit.engine.films import every_second, make_film
from worker.context import Context
from worker.runner import run_next
from worker.tile_cache import TileCache

__all__ = ["swift", "swift_server"]


def jpeg(number):
    out = io.BytesIO()
    pixels = np.random.default_rng(number).integers(0, 255, (20, 20, 3), np.uint8)
    Image.fromarray(pixels).save(out, "JPEG")
    return out.getvalue()


@pytest.fixture
def folder(tmp_path):
    """Six pictures, a zip of two more, a letter, and what is hidden."""
    place = tmp_path / "Lake house"
    (place / "1988").mkdir(parents=True)
    for number in range(6):
        (place / f"1988/{number}.jpg").write_bytes(jpeg(number))
    with zipfile.ZipFile(place / "more.zip", "w") as archive:
        for number in (6, 7):
            archive.writestr(f"{number}.jpg", jpeg(number))
    (place / "letter.txt").write_text("Dear tiles")
    (place / ".hidden.jpg").write_bytes(jpeg(8))
    (place / ".cache").mkdir()
    (place / ".cache/9.jpg").write_bytes(jpeg(9))
    return place


@pytest.fixture
def services(sessions, storage, bell):
    return Services(sessions, storage, bell, lambda _: storage)


@pytest.fixture
def read_all(sessions, storage, bell, tmp_path):
    context = Context(sessions, storage, bell, TileCache(tmp_path / "c", storage, 10**9), Still())

    def run():
        while run_next(context, Queue.LIBRARIES):
            pass

    return run


class Still:
    def is_set(self):
        return False


def test_a_folder_becomes_a_shared_set(services, folder, read_all, session, bell):
    said = []
    add_places(services, "Lake house", [str(folder)], said.append)
    sources = session.scalars(select(Source).order_by(Source.created_at)).all()
    assert {(source.name, source.kind) for source in sources} == {
        ("more.zip", SourceKind.ZIP),
        ("Lake house.zip", SourceKind.FOLDER),
    }
    assert len(session.scalars(select(SourceFile)).all()) == 2
    assert "7 files sent to “Lake house”" in said[1]
    assert bell.rings == [Queue.LIBRARIES] * 2
    read_all()
    tile_set = session.scalars(select(TileSet)).one()
    assert (tile_set.owner_id, tile_set.tile_count) == (SYSTEM_OWNER, 8)
    session.expire_all()
    assert sum(source.refused for source in sources) == 1


def test_films_go_as_they_are(services, folder, read_all, session, storage):
    film = make_film(folder / "1988/lake.mov", map(every_second(rate=5), range(50)), rate=5)
    add_places(services, "Lake house", [str(folder), str(film)], print)
    read_all()
    counts = select(Source.kind, Source.name, Source.taken, Source.duplicates)
    films = session.execute(counts.where(Source.kind == SourceKind.FILM)).all()
    assert sorted(tuple(row) for row in films) == [
        ("film", "lake.mov", 0, 20),
        ("film", "lake.mov", 20, 0),
    ]
    assert session.scalars(select(TileSet.tile_count)).one() == 8 + 20
    [kept] = session.scalars(select(SourceFile)).all()
    assert (kept.name, storage.get(kept.key)) == ("lake.mov", film.read_bytes())


def test_films_are_cut_as_the_operator_says(services, folder, read_all, session):
    film = make_film(folder / "lake.mp4", map(every_second(rate=5), range(50)), rate=5)
    cutting = {"frames_per_second": "0.5", "squares": "1", "crop": "salient"}
    add_places(services, "Lake house", [str(film)], print, cutting=cutting)
    read_all()
    tile_set = session.scalars(select(TileSet)).one()
    assert (tile_set.tile_count, tile_set.crop) == (5, "salient")
    times = session.scalars(select(Tile.time_ms).order_by(Tile.number)).all()
    assert times == [0, 2_000, 4_000, 6_000, 8_000]
    with pytest.raises(BadInput, match="1 is a good start"):
        add_places(services, "Lake house", [str(film)], print, cutting={"frames_per_second": "9"})


def test_added_again_only_what_is_new_is_taken(services, folder, read_all, session):
    add_places(services, "Lake house", [str(folder)], print)
    read_all()
    (folder / "10.jpg").write_bytes(jpeg(10))
    add_places(services, "Lake house", [str(folder)], print)
    read_all()
    tile_set = session.scalars(select(TileSet)).one()
    assert tile_set.tile_count == len(session.scalars(select(Tile)).all()) == 9
    assert sum(source.duplicates for source in session.scalars(select(Source))) == 8


def test_anybody_s_set_by_its_id(services, folder, session, owner):
    tile_set = create_tile_set(session, owner_id=owner, name="Mine")
    add_places(services, str(tile_set.id), [str(folder / "more.zip")], print)
    assert session.scalars(select(Source)).one().owner_id == owner


def test_a_prefix_of_a_bucket(services, swift, read_all, session):
    bucket = swift.storage()
    for number in range(3):
        bucket.put(f"films/1988/{number}.jpg", jpeg(number))
    bucket.put("films/1988/.hidden.jpg", jpeg(3))
    bucket.put("other/4.jpg", jpeg(4))
    asked = []

    def open_bucket(address):
        asked.append(address)
        return bucket

    there = Services(services.sessions, services.storage, services.doorbell, open_bucket)
    add_places(there, "From the bucket", ["s3://archive/films/1988"], print)
    read_all()
    assert asked == ["s3://archive"]
    assert session.scalars(select(TileSet)).one().tile_count == 3


def test_many_files_are_several_sources(services, folder, session, monkeypatch):
    monkeypatch.setattr(bundles, "BUNDLE_FILES", 3)
    add_places(services, "Lake house", [str(folder / "1988")], print)
    assert len(session.scalars(select(Source)).all()) == 2


def test_a_place_that_is_not_there_is_said(services, tmp_path):
    with pytest.raises(BadInput, match="no file or folder"):
        add_places(services, "Lake house", [str(tmp_path / "nowhere")], print)


def test_a_set_that_is_not_there_is_said(services, folder):
    with pytest.raises(NotFound, match="no tile set with the id"):
        add_places(services, "00000000-0000-4000-8000-00000000ffff", [str(folder)], print)


def test_from_a_terminal(environ, folder, session):
    command = [sys.executable, "-m", "cli", "tiles", "add", "Lake house", str(folder / "1988")]
    done = subprocess.run(
        command, cwd=ROOT, env=environ, check=False, capture_output=True, text=True
    )
    assert done.stderr == ""
    assert "6 files sent to “Lake house”" in done.stdout
    assert session.scalars(select(TileSet)).one().name == "Lake house"
    missing = subprocess.run(
        [*command, "nowhere"], cwd=ROOT, env=environ, check=False, capture_output=True, text=True
    )
    assert missing.returncode == 1
    assert missing.stderr == "tessera tiles: There is no file or folder nowhere.\n"


def test_a_running_stack_is_found_by_its_folder(tmp_path):
    place = tmp_path / "secrets/environment.json"
    place.parent.mkdir()
    place.write_text('{"DATABASE_URL": "of the stack", "STORAGE_URL": "s"}')
    assert environment_of({"HOME": "h"}, tmp_path)["DATABASE_URL"] == "of the stack"
    assert environment_of({"DATABASE_URL": "mine"}, tmp_path) == {"DATABASE_URL": "mine"}
    assert environment_of({}, Path("nowhere")) == {}
