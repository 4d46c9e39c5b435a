"""A set that was taken away as a zip, brought back: sources, times, hashes, families."""

import io
import zipfile

import pytest
from sqlalchemy import select

from app.domain.manifest import MANIFEST
from app.domain.sources import SourceKind
from app.models import Pack, Refusal, Source, Tile
from app.services.browse import sources_of
from app.services.export_tiles import export_tiles
from app.services.remove_tiles import remove_source
from tests.unit.engine.films import every_second, make_film
from worker.jobs import parts


@pytest.fixture
def exported(upload, run_all, sessions, storage, session, pictures, tmp_path):
    """Forty pictures and a film of ten seconds, as rows and as a zip."""
    film = make_film(tmp_path / "lake.mp4", map(every_second(rate=5), range(50)), rate=5)
    tile_set = upload(*pictures[:40])
    run_all()
    upload(("lake.mp4", film.read_bytes()), tile_set=tile_set)
    run_all()
    return told(session, tile_set), b"".join(export_tiles(sessions, storage, tile_set.id))


def told(session, tile_set):
    """What is known of each tile, and of which tiles it is a family."""
    rows = session.execute(
        select(Tile, Source.name)
        .join(Source, Source.id == Tile.source_id)
        .where(Tile.tile_set_id == tile_set.id)
        .order_by(Tile.number)
    ).all()
    places = {row.Tile.number: place for place, row in enumerate(rows)}
    return [
        (tile.name, name, tile.time_ms, tile.digest, places.get(tile.family)) for tile, name in rows
    ]


def test_tiles_come_back_to_the_byte(upload, run_all, sessions, storage, exported):
    _, body = exported
    tile_set = upload(("one.zip", body))
    run_all()
    again = b"".join(export_tiles(sessions, storage, tile_set.id))
    assert len(jpegs(again)) == 60
    assert jpegs(again) == jpegs(body)


def jpegs(zipped):
    """In the order of their numbers, which have gaps."""
    with zipfile.ZipFile(io.BytesIO(zipped)) as archive:
        return [archive.read(name) for name in archive.namelist() if name != MANIFEST]


@pytest.mark.parametrize("in_parts", [False, True])
def test_what_was_taken_away_comes_back(upload, run_all, session, exported, in_parts, monkeypatch):
    before, body = exported
    if in_parts:
        monkeypatch.setattr(parts, "PART_TILES", 25)
    tile_set = upload(("Lake house-tiles.zip", body))
    run_all()
    after = told(session, tile_set)
    assert [row[:4] for row in after] == [row[:4] for row in before]
    assert len({row[1] for row in after}) == 2
    if not in_parts:  # a family ends where a part ends
        assert after == before
    assert tile_set.tile_count == 60
    assert session.scalars(select(Refusal)).all() == []
    found = {view.source.name: view.source for view in sources_of(session, tile_set)}
    assert {name: (source.kind, source.taken) for name, source in found.items()} == {
        "Lake house-tiles.zip": (SourceKind.SET, 60),
        "40 files": (SourceKind.PICTURES, 40),
        "lake.mp4": (SourceKind.FILM, 20),
    }


def test_what_is_there_already_is_known(upload, run_all, session, exported):
    before, body = exported
    tile_set = upload(("one.zip", body))
    run_all()
    upload(("again.zip", body), tile_set=tile_set)
    run_all()
    again = session.scalars(select(Source).where(Source.name == "again.zip")).one()
    assert (again.taken, again.duplicates) == (0, 60)
    assert len(told(session, tile_set)) == tile_set.tile_count == len(before)


def test_a_former_upload_goes_with_its_tiles_and_the_zip_with_none(
    upload, run_all, session, storage, bell, owner, exported
):
    tile_set = upload(("one.zip", exported[1]))
    run_all()
    sources = {view.source.name: view.source for view in sources_of(session, tile_set)}
    for name, left in (("one.zip", 60), ("40 files", 20)):
        remove_source(
            session,
            storage,
            bell,
            owner_id=owner,
            tile_set_id=tile_set.id,
            source_id=sources[name].id,
        )
        session.expire_all()
        assert len(told(session, tile_set)) == tile_set.tile_count == left
    assert len(session.scalars(select(Pack).where(Pack.tile_set_id == tile_set.id)).all()) == 1


def zip_with(table, pictures):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for number, (_, body) in enumerate(pictures):
            archive.writestr(f"tiles/{number:07}.jpg", body)
        archive.writestr(MANIFEST, table)
    return out.getvalue()


@pytest.mark.parametrize(
    "table",
    [
        b"",
        b"\xff\xfe\x00 no table",
        b"file,hash\ntiles/0000000.jpg,xyz\ntiles/0000001.jpg,abcd\n",
        b"file,time,family\ntiles/0000000.jpg,yesterday,-1\ntiles/0000001.jpg,,99999999999999\n",
        b"file,name,source\ntiles/0000000.jpg," + b"x" * 200_000 + b",y\n",
        b"file,name,source\ntiles/0000000.jpg,a\tb\\N,\x01\n",
    ],
)
def test_a_table_of_nonsense_costs_no_picture(upload, run_all, session, pictures, table):
    tile_set = upload(("strange.zip", zip_with(table, pictures[:3])))
    run_all()
    assert tile_set.tile_count == 3
    assert len({tile.digest for tile in session.scalars(select(Tile))}) == 3


def test_a_hash_told_of_two_tiles_is_one_tiles(upload, run_all, session, pictures):
    table = "file,hash\n" + "".join(f"tiles/{n:07}.jpg,{'ab' * 16}\n" for n in range(3))
    tile_set = upload(("strange.zip", zip_with(table, pictures[:3])))
    run_all()
    digests = [tile.digest for tile in session.scalars(select(Tile).order_by(Tile.number))]
    assert digests[0] == b"\xab" * 16
    assert len(set(digests)) == tile_set.tile_count == 3
