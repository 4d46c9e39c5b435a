"""What pages show around a mosaic and a set, told to a script; and what a broken line leaves."""

import io

import pytest

from app.domain.states import JobKind, JobState, Queue
from app.models import Job
from tests.integration.web.api import Script, token_for
from tests.integration.web.test_try_again import fail


@pytest.fixture
def script(app, maker, person):
    return Script(app, token_for(maker.session, person.id))


def test_how_photo_and_set_fit(script, mine, maker):
    mine.photo.colors = [[2, 1, -4, 9_000], [5, 0, 0, 1_000]]
    mine.tile_set.colors = [[5, 0, 0, 3]]
    job = maker.job(mine.photo.owner_id, JobKind.LOOK_AT_PHOTO, JobState.QUEUED)
    job.photo_id = mine.photo.id
    maker.session.add(job)
    maker.session.commit()
    asked = {"photo_id": str(mine.photo.id), "tile_set_id": str(mine.tile_set.id)}
    fit = script.post("/fit", asked | {"options": {"cells_across": 24}}).json
    assert (fit["cells"], fit["tiles"], fit["waiting"]) == (24 * 16, 3, True)
    assert fit["gaps"][0].items() >= {"name": "dark blues", "tiles": 0}.items()
    assert fit["at_most"] >= fit["most_used"] >= fit["at_least"] > 3
    assert fit["distinct"] is None
    other = script.post("/fit", asked | {"options": {"matcher": "classic"}}).json
    assert other["most_used"] is None
    counted = script.post("/fit", asked | {"count": True, "options": {"matcher": "classic"}}).json
    names = ("most_used", "at_least", "at_most", "distinct")
    assert [counted[name] for name in names] == [97, 97, 97, 4507]
    assert script.post("/fit", asked | {"photo_id": asked["tile_set_id"]}).status_code == 404


def test_a_failed_job_is_tried_again_once(script, mine, sessions, bell):
    job = mine.running.job
    fail(sessions, Job.id == job.id)
    answer = script.post(f"/jobs/{job.id}/again")
    assert (answer.status_code, answer.json["state"], answer.json["error"]) == (202, "queued", None)
    assert bell.rings == [Queue.MOSAICS]
    script.post(f"/jobs/{job.id}/again")
    assert bell.rings == [Queue.MOSAICS]


def test_a_cell_its_tile_and_its_places(script, mine):
    path = f"/mosaics/{mine.finished.id}/cells"
    found = script.get(f"{path}/1/0").json
    assert found.items() >= {"column": 1, "row": 0, "tile": 1, "mirrored": True}.items()
    assert found["name"] == "1.jpg"
    assert found["source_name"] == "lake-house.zip"
    assert found["places"][:2] == [{"column": 1, "row": 0}, {"column": 4, "row": 0}]
    assert {"column": 0, "row": 1} not in found["places"]
    assert 0 < found["better_than"] < 0.01
    for column, row in ((96, 0), (0, 64)):
        answer = script.get(f"{path}/{column}/{row}")
        assert (answer.status_code, "no such place" in answer.json["detail"]) == (404, True)


def test_whose_pictures_it_shows(script, mine):
    given = script.get(f"/mosaics/{mine.finished.id}/credits").json
    assert (given["title"], given["tile_set_name"]) == ("Grandma 1984", "Lake house")
    assert given["cells"] == 96 * 64
    [source] = given["sources"]
    assert source == {"name": "lake-house.zip", "film": "lake.mp4", "tiles": 3, "uses": 96 * 64}
    assert given["gone"] == 0


def test_how_a_print_would_come_out(script, mine):
    path = f"/mosaics/{mine.finished.id}/print"
    layout = script.post(path, {"paper": "A4"}).json
    assert layout.items() >= {"sheets": 1, "sheet_mm": [297.0, 210.0], "cut_off": 0.0}.items()
    assert layout["mosaic_mm"] == [277.0, pytest.approx(277 * 64 / 96, abs=0.1)]
    assert "1 sheet of A4 landscape" in layout["says"]
    assert "stays white" in script.post(path, {"down": 2}).json["warning"]
    assert script.post(path, {"paper": "A1"}).json["warning"] is None
    assert script.post(path, {"bleed": 40}).status_code == 422


def test_the_colors_of_a_set(script, mine, maker):
    path = f"/tile-sets/{mine.tile_set.id}/colors"
    assert script.get(path).json.items() >= {"counted": False, "colors": [], "lacking": []}.items()
    mine.tile_set.colors = [[5, 0, 0, 9_000], [2, 1, -4, 3]]
    maker.session.commit()
    told = script.get(path).json
    assert told["says"].startswith("Mostly greys. Few dark blues: 3 tiles.")
    assert told["colors"][1] == {"name": "dark blues", "tiles": 3}
    assert {"name": "greens", "tiles": 0} in told["lacking"]


def test_tiles_of_a_color_and_of_a_time(script, mine):
    """Tile 2 is the reddest, each one second after the one before."""
    path = f"/tile-sets/{mine.tile_set.id}/tiles"

    def numbers(**asked):
        page = script.get(path, query_string=asked).json
        return [tile["number"] for tile in page["items"]], page["next"]

    assert numbers(from_ms=1_000) == ([1, 2], None)
    assert numbers(from_ms=1_000, to_ms=1_000) == ([1], None)
    reddish = "6f5956"
    whole, _ = numbers(color=reddish)
    assert whole == [2, 1, 0]
    first, after = numbers(color=reddish, limit=2)
    assert (first, numbers(color=reddish, limit=2, cursor=after)) == ([2, 1], ([0], None))
    assert numbers(limit=2) == ([0, 1], "1")
    assert script.get(path, query_string={"color": "red"}).status_code == 422


def test_the_seconds_around_a_tile_come_in_part(script, mine):
    clip = script.get(f"/tile-sets/{mine.tile_set.id}/tiles/1/clip", headers={"Range": "bytes=2-"})
    assert (clip.status_code, clip.data, clip.mimetype) == (206, b"clip", "video/mp4")


def test_what_is_used_and_what_may_be(script, mine):
    me = script.get("/me").json
    assert me["used"]["tiles"] == 3
    assert me["used"]["bytes"] > 0
    assert me["quota"]["jobs"] > me["used"]["jobs"] == 2


def test_small_files_come_all_at_once(script, maker, person, storage):
    tiles = maker.tile_set(person.id, name="Empty", tiles=0)
    upload = script.post(f"/tile-sets/{tiles.id}/upload").json
    assert upload == {**upload, "here": 0, "here_bytes": 0, "waiting": 0, "waiting_names": []}
    path = f"/uploads/{upload['id']}"
    named = [{"path": f"{name}.jpg", "size": 2, "modified": 1} for name in "ab"]
    numbers = [
        file["number"] for file in script.post(f"{path}/files", {"files": named}).json["files"]
    ]
    assert script.post(f"/tile-sets/{tiles.id}/upload").json["waiting_names"] == ["a.jpg", "b.jpg"]
    place = f"{path}/files/{numbers[0]}/to/{numbers[1]}"
    told = {"content_type": "application/octet-stream"}
    assert "not as they were listed" in script("PUT", place, data=b"aab", **told).json["detail"]
    assert script("PUT", place, data=b"aabb", **told).status_code == 204
    assert script.post(f"/tile-sets/{tiles.id}/upload").json["here_bytes"] == 4
    assert script.post(f"{path}/finish", {}).status_code == 202


def broken(script, method, path, body, *, announced):
    """What is answered where the line ends early, as gunicorn shows it: an empty read where more was announced."""
    return script(
        method,
        path,
        input_stream=io.BytesIO(body),
        content_type="application/octet-stream",
        environ_overrides={"CONTENT_LENGTH": str(announced), "wsgi.input_terminated": True},
    )


def test_a_part_that_was_cut_short_is_told_so_and_sent_again(script, mine):
    path = f"/uploads/{mine.upload.id}/files/1"
    before = script.get(path).json
    first = before["parts"][0]
    part = first["url"].removeprefix("/api/v1")
    answer = broken(script, "PUT", part, b"x" * 9, announced=10)
    assert answer.status_code == 408
    assert "The line broke" in answer.json["detail"]
    assert script.get(path).json == before
    told = {"data": b"x" * 10, "content_type": "application/octet-stream"}
    assert script("PUT", part, **told).status_code == 204
    assert script.get(path).json["bytes"] == before["bytes"] - 10


@pytest.mark.parametrize("path", ["/photos", "/tile-sets/{tiles}/sources?name=a.jpg"])
def test_half_a_file_is_no_file(script, mine, picture, path):
    body = picture((300, 200))
    path = path.format(tiles=mine.tile_set.id)
    answer = broken(script, "POST", path, body[:-100], announced=len(body))
    assert answer.status_code == 408
    assert "Nothing was added" in answer.json["detail"]
