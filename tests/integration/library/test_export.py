"""A set taken away as a zip."""

import csv
import io
import zipfile

from app.domain.manifest import COLUMNS, MANIFEST
from app.services import export_tiles as export
from app.services.export_tiles import export_tiles
from app.services.remove_tiles import remove_tiles


def exported(sessions, storage, tile_set):
    return zipfile.ZipFile(io.BytesIO(b"".join(export_tiles(sessions, storage, tile_set.id))))


def table(archive):
    return list(csv.DictReader(io.StringIO(archive.read(MANIFEST).decode())))


def test_every_tile_is_in_it_with_what_is_known_of_it(
    session, sessions, storage, library, monkeypatch
):
    monkeypatch.setattr(export, "BATCH", 4)
    tile_set = library.empty()
    library.add(tile_set, 6)
    library.add(tile_set, 3, name="Sommer, 1988.mp4", film_ms=61_500)
    with exported(sessions, storage, tile_set) as archive:
        rows = table(archive)
        assert archive.testzip() is None
        assert [row["file"] for row in rows] == archive.namelist()[:-1]
        pictures = [archive.read(row["file"]) for row in rows]
    assert tuple(rows[0]) == COLUMNS
    assert rows[0]["name"] == "0000, “x”.jpg"
    assert (rows[0]["source"], rows[0]["time"]) == ("lake.zip", "")
    assert (rows[7]["source"], rows[7]["time"]) == ("Sommer, 1988.mp4", "7:10.5")
    assert rows[7]["hash"] == (7).to_bytes(16, "big").hex()
    assert len(set(pictures)) == 9
    assert all(picture.startswith(b"\xff\xd8") for picture in pictures)


def test_removed_tiles_are_not_in_it(session, sessions, storage, bell, owner, library):
    tile_set = library.empty()
    library.add(tile_set, 3)
    remove_tiles(session, storage, bell, owner_id=owner, tile_set_id=tile_set.id, numbers=[1])
    with exported(sessions, storage, tile_set) as archive:
        assert archive.namelist() == ["tiles/0000000.jpg", "tiles/0000002.jpg", MANIFEST]


def test_an_empty_set_is_an_empty_table(sessions, storage, library):
    with exported(sessions, storage, library.empty()) as archive:
        assert archive.namelist() == [MANIFEST]
        assert table(archive) == []
