"""Two people with browsers of their own, and things that belong to one of them."""

import gzip
import io
import json
import re
import struct
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from PIL import Image
from sqlalchemy import select, update

from app.domain.limits import SYSTEM_OWNER
from app.domain.scopes import Scope
from app.domain.states import JobKind, JobState, Queue
from app.domain.tuned import Tuned
from app.factory import create_app
from app.models import (
    Account,
    Clip,
    Job,
    Login,
    Mosaic,
    Pack,
    Refusal,
    Share,
    Sheet,
    Source,
    SourceFile,
    Still,
    Takeaway,
    Tile,
    TileSet,
    Upload,
    UploadFile,
    Version,
)
from app.services.api_tokens import create_token
from app.services.logins import begin_login, logins_of
from app.services.owners import ensure_owner
from app.services.share_mosaic import link_of, share_mosaic
from app.services.upload_photo import upload_photo

EMAIL, PASSWORD = "ada@example.org", "four words in a row"
TOKEN = re.compile(rb'name="csrf_token" value="([^"]+)"')


def jpeg(size=(120, 90), colour=(200, 120, 40)):
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, "JPEG")
    return out.getvalue()


# As a zoom file of a single square would be: its place and its length, then the square.
ONE_SQUARE = {
    "width": 480,
    "height": 320,
    "stride": 1,
    "places_at": 0,
    "place_bytes": 8,
    "lengths_at": 8,
    "length_bytes": 4,
}


def plan(cols, rows):
    """Three tiles in turn, each cell a little better than the one before, the second of them mirrored."""
    cells = range(cols * rows)
    said = {
        "grid": {"cols": cols, "rows": rows},
        "tiles": [cell % 3 for cell in cells],
        "scores": [cell / (cols * rows) for cell in cells],
        "mirrored": [1],
    }
    return gzip.compress(json.dumps(said).encode())


@pytest.fixture
def picture():
    """`picture((120, 90))` is a JPEG of that size."""
    return jpeg


class Bell:
    def __init__(self):
        self.rings = []

    def ring(self, queue):
        self.rings.append(queue)


class Tuner:
    """A worker that has laid the mosaic anew before it was asked; it remembers for whom and how."""

    def __init__(self):
        self.asked = []
        self.answer = Tuned({"ssim_mean": 0.7071, "distinct": 4500, "nearest_twin": 1}, jpeg())

    def ask(self, mosaic_id, look, *, sharp, bare):
        self.asked.append((mosaic_id, look, sharp, bare))
        return self.answer.packed()

    def ask_curve(self, mosaic_id, look):
        self.asked.append((mosaic_id, look))
        points = [{"penalty": 0.0, "likeness": 0.7, "variety": 900}]
        return Tuned({"curve": points}).packed()

    def ask_cell(self, mosaic_id, look, *, col, row):
        self.asked.append((mosaic_id, look, col, row))
        choices = [
            {"tile": tile, "score": 0.7 - tile / 10, "mirrored": tile == 1, "uses": 1 + tile}
            for tile in range(3)
        ]
        return Tuned({"cell": {"shown": 1, "choices": choices}}).packed()

    def ask_fit(self, photo_id, tile_set_id, look):
        self.asked.append((photo_id, tile_set_id, look))
        return Tuned({"most_used": 97, "distinct": 4507}, sentence=self.answer.sentence).packed()


class Person:
    """A browser that keeps its cookies and sends the token of the last form it saw."""

    def __init__(self, app):
        self.client = app.test_client()
        self.look()

    @property
    def id(self):
        with self.client.session_transaction() as session:
            return UUID(session["owner"])

    def get(self, url, **options):
        return self.client.get(url, **options)

    def put(self, url, data=None, **options):
        return self.client.put(url, data=data, headers=self.as_script, **options)

    def ask(self, url, json=None):
        return self.client.post(url, json=json or {}, headers=self.as_script)

    @property
    def as_script(self):
        """What a script of ours sends along."""
        return {"X-CSRFToken": self.token, "Accept": "application/json"}

    def post(self, url, data=None, **options):
        return self.client.post(url, data={"csrf_token": self.token, **(data or {})}, **options)

    def begin(self, url, **typed):
        """Sign up or log in: the browser has another cookie then, and forms another token."""
        answer = self.post(url, {"email": EMAIL, "password": PASSWORD, **typed})
        self.look()
        return answer

    def look(self):
        """See a form, and its token."""
        self.token = TOKEN.search(self.client.get("/tiles").data)[1].decode()


@pytest.fixture
def bell():
    return Bell()


@pytest.fixture
def tuner():
    return Tuner()


@pytest.fixture
def app(settings, sessions, bell, tuner):
    app = create_app(settings, doorbell=bell, tuner=tuner)
    yield app
    app.extensions["tessera"].sessions.kw["bind"].dispose()


@pytest.fixture
def limited(settings, sessions, bell, tuner):
    """`limited(quota_bytes=1)` is an application with other limits."""
    apps = []

    def limited(**limits):
        apps.append(create_app(replace(settings, **limits), doorbell=bell, tuner=tuner))
        return Person(apps[-1])

    yield limited
    for app in apps:
        app.extensions["tessera"].sessions.kw["bind"].dispose()


@pytest.fixture
def person(app):
    return Person(app)


@pytest.fixture
def stranger(app):
    return Person(app)


@dataclass
class Belongings:
    """Everything one owner can have, with its objects in storage."""

    photo: object
    tile_set: TileSet
    finished: Mosaic
    running: Mosaic
    reading: Job
    source_id: UUID
    upload: Upload
    version: Version
    token_id: UUID
    login: Login
    takeaway: Takeaway
    share: Share
    link: str

    @property
    def addresses(self):
        """A value for each variable part of an address."""
        return {
            "photo_id": self.photo.id,
            "tile_set_id": self.tile_set.id,
            "mosaic_id": self.finished.id,
            "job_id": self.finished.job.id,
            "number": 1,
            "cell": 40,
            "level": 0,
            "column": 0,
            "row": 0,
            "sheet": 0,
            "source_id": self.source_id,
            "kind": "jpg",
            "upload_id": self.upload.id,
            "version_id": self.version.id,
            "token_id": self.token_id,
            "login_id": self.login.id,
            "takeaway_id": self.takeaway.id,
            "share_id": self.share.id,
            "link": self.link,
            "part": 1,
            "first": 1,
            "last": 2,
        }


class Maker:
    """Puts rows and objects where a worker would have put them."""

    def __init__(self, sessions, storage, secret):
        self.session = sessions()
        self.storage = storage
        self.secret = secret

    def everything(self, owner_id):
        photo, tile_set = self.photo(owner_id), self.tile_set(owner_id)
        self.film_behind(tile_set)
        finished = self.mosaic(photo, tile_set)
        share = self.share(finished)
        return Belongings(
            photo,
            tile_set,
            finished=finished,
            version=self.version(finished),
            takeaway=self.takeaway(finished),
            share=share,
            link=link_of(share, self.secret),
            running=self.mosaic(photo, tile_set, state=JobState.RUNNING),
            reading=self.source(tile_set, state=JobState.RUNNING),
            source_id=self.session.scalars(
                select(Tile.source_id).where(Tile.tile_set_id == tile_set.id)
            ).first(),
            upload=self.upload(tile_set),
            token_id=create_token(
                self.session, owner_id=owner_id, name="Laptop", scopes=set(Scope), lasts=None
            )[0].id,
            login=self.login(owner_id),
        )

    def login(self, owner_id):
        """A browser somewhere, logged in with an account of this owner's."""
        account = Account(owner_id=owner_id, email=f"{owner_id}@example.org")
        self.session.add(account)
        self.session.flush()
        begin_login(self.session, account, agent="Firefox/140.0")
        self.session.commit()
        return logins_of(self.session, account.id)[0]

    def upload(self, tile_set):
        """With one file on its way, of three parts."""
        upload = Upload(owner_id=tile_set.owner_id, tile_set_id=tile_set.id)
        self.session.add(upload)
        self.session.flush()
        key = f"o/{upload.owner_id}/uploads/{upload.id}/1"
        self.session.add(
            UploadFile(
                upload_id=upload.id,
                number=1,
                fingerprint="1",
                name="Lake house.zip",
                bytes=25,
                part_bytes=10,
                key=key,
                token=self.storage.begin(key),
            )
        )
        self.session.commit()
        return upload

    def photo(self, owner_id, name="grandma_1984.jpg", size=(600, 400)):
        return upload_photo(
            self.session,
            self.storage,
            owner_id=owner_id,
            name=name,
            stream=io.BytesIO(jpeg(size)),
        )

    def tile_set(self, owner_id, *, tiles=3, name="Lake house"):
        ensure_owner(self.session, owner_id)
        tile_set = TileSet(
            owner_id=owner_id,
            name=name,
            tile_count=tiles,
            next_number=tiles,
            generation=1,
            shared=owner_id == SYSTEM_OWNER,
        )
        self.session.add(tile_set)
        self.session.flush()
        if tiles:
            self._fill(tile_set, tiles)
        self.session.commit()
        return tile_set

    def _fill(self, tile_set, tiles):
        bodies = [jpeg((8, 8), (number % 256, 0, 0)) for number in range(tiles)]
        folder = f"o/{tile_set.owner_id}/tile-sets/{tile_set.id}"
        pack = Pack(
            id=uuid4(),
            tile_set_id=tile_set.id,
            key=f"{folder}/pack",
            thumbs_key=f"{folder}/thumbs",
            first_tile=0,
            tiles=tiles,
            bytes=sum(map(len, bodies)),
        )
        tile_set.strip_key = f"{folder}/strip"
        self.storage.put(pack.key, b"".join(bodies))
        self.storage.put(tile_set.strip_key, jpeg((1152, 96)))
        source = self.source(tile_set, commit=False)
        self.session.add(pack)
        self.session.flush()
        at = 0
        for number, body in enumerate(bodies):
            self.session.add(
                Tile(
                    tile_set_id=tile_set.id,
                    number=number,
                    pack_id=pack.id,
                    offset=at,
                    length=len(body),
                    source_id=source.source_id,
                    name=f"{number}.jpg",
                    lab_l=400,
                    lab_a=10 * number,
                    lab_b=0,
                )
            )
            at += len(body)
        self.draw(tile_set)

    def film_behind(self, tile_set, *, shown=True):
        """All tiles are from one film, a second apart; the frames behind them were looked at before, if `shown`."""
        tiles = self.session.scalars(select(Tile).where(Tile.tile_set_id == tile_set.id)).all()
        folder = f"o/{tile_set.owner_id}/uploads/{tiles[0].source_id}"
        film = {"source_id": tiles[0].source_id, "number": 0}
        self.session.add(SourceFile(**film, name="lake.mp4", key=f"{folder}/0", bytes=4, kept=True))
        self.session.execute(update(Pack).where(Pack.tile_set_id == tile_set.id).values(film=0))
        self.session.flush()
        self.storage.put(f"{folder}/0", b"film")
        for tile in tiles:
            tile.time_ms = 1_000 * tile.number
            if shown:
                key = f"o/{tile_set.owner_id}/tile-sets/{tile_set.id}/{tile.number}-frame.jpg"
                self.storage.put(key, jpeg((320, 180)))
                place = {"source_id": tile.source_id, "film": 0, "time_ms": tile.time_ms}
                self.session.add(Still(**place, key=key))
                key = key.replace("frame.jpg", "clip")
                self.storage.put(key, b"a clip", content_type="video/mp4")
                self.session.add(Clip(**place, key=key, content_type="video/mp4"))
        self.session.commit()

    def draw(self, tile_set):
        """A sheet of the first tiles, as a survey would have made it."""
        key = f"o/{tile_set.owner_id}/tile-sets/{tile_set.id}/sheets"
        body = jpeg((1024, 1024))
        self.storage.put(key, b"before" + body)
        until = min(tile_set.tile_count, 256)
        self.session.add(
            Sheet(
                tile_set_id=tile_set.id,
                number=0,
                key=key,
                offset=6,
                length=len(body),
                until=until,
                tiles=until,
            )
        )

    def source(self, tile_set, *, state=JobState.SUCCEEDED, refused=(), commit=True):
        source = Source(
            owner_id=tile_set.owner_id,
            tile_set_id=tile_set.id,
            name="lake-house.zip",
            bytes=1,
            taken=tile_set.tile_count,
            refused=len(refused),
        )
        self.session.add(source)
        self.session.flush()
        for number, (name, reason) in enumerate(refused):
            self.session.add(Refusal(source_id=source.id, number=number, name=name, reason=reason))
        job = self.job(tile_set.owner_id, JobKind.READ_SOURCE, state, source_id=source.id)
        self.session.add(job)
        if commit:
            self.session.commit()
        return job

    def job(self, owner_id, kind, state, **subject):
        running = state == JobState.RUNNING
        now = datetime.now(UTC)
        return Job(
            owner_id=owner_id,
            kind=kind,
            queue=Queue.MOSAICS,
            idempotency_key=uuid4().hex,
            state=state,
            stage="Comparing tiles",
            share=0.4,
            taken=12,
            refused=1,
            token=uuid4() if running else None,
            lease=now + timedelta(minutes=1) if running else None,
            started_at=now - timedelta(seconds=20),
            finished_at=now if state.is_over else None,
            error="The photo is cut off in the middle." if state == JobState.FAILED else None,
            **subject,
        )

    def mosaic(self, photo, tile_set, *, state=JobState.SUCCEEDED, body=b"", cells_across=None):
        mosaic = Mosaic(
            id=uuid4(),
            owner_id=photo.owner_id,
            photo_id=photo.id,
            tile_set_id=tile_set.id,
            tile_set_name=tile_set.name,
            matcher="classic",
            penalty=0.12,
            cells_across=cells_across,
            cols=96,
            rows=64,
        )
        if state == JobState.SUCCEEDED:
            self._finish(mosaic, body or jpeg((96, 64)))
        mosaic.job = self.job(photo.owner_id, JobKind.MAKE_MOSAIC, state)
        self.session.add(mosaic)
        self.session.commit()
        return mosaic

    def share(self, mosaic, **wished):
        """A link for everybody who has it."""
        told = {"title": "", "names_set": False, "lasts": None, "secret": self.secret} | wished
        return share_mosaic(self.session, owner_id=mosaic.owner_id, mosaic_id=mosaic.id, **told)

    def version(self, mosaic, **look):
        """Kept by the mosaic's owner."""
        version = Version(
            id=uuid4(),
            owner_id=mosaic.owner_id,
            mosaic_id=mosaic.id,
            name="Grandma, calm",
            look=mosaic.options.written() | {"penalty": "0.08"} | look,
            figures=mosaic.receipt,
            picture_key=f"o/{mosaic.owner_id}/mosaics/{mosaic.id}/versions/{uuid4()}.jpg",
        )
        self.storage.put(version.picture_key, jpeg((96, 64)))
        self.session.add(version)
        self.session.commit()
        return version

    def takeaway(
        self, mosaic, *, kind="png", state=JobState.SUCCEEDED, options=None, media="image/png"
    ):
        """Asked for by the mosaic's owner."""
        done = state == JobState.SUCCEEDED
        folder = f"o/{mosaic.owner_id}/mosaics/{mosaic.id}/takeaways/{uuid4()}"
        takeaway = Takeaway(
            id=uuid4(),
            owner_id=mosaic.owner_id,
            mosaic_id=mosaic.id,
            kind=kind,
            options={"cell_px": 50} if options is None else options,
            key=f"{folder}/file" if done else None,
            bytes=10 if done else None,
            media=media if done else None,
            suffix=kind if done else None,
        )
        if done:
            self.storage.put(takeaway.key, b"0123456789")
        takeaway.job = self.job(mosaic.owner_id, JobKind.TAKE_AWAY, state)
        self.session.add(takeaway)
        self.session.commit()
        return takeaway

    def _finish(self, mosaic, body):
        folder = f"o/{mosaic.owner_id}/mosaics/{mosaic.id}/token"
        for name in ("photo_view", "preview", "jpeg", "png"):
            setattr(mosaic, f"{name}_key", f"{folder}/{name}")
            self.storage.put(f"{folder}/{name}", body)
        self.storage.put(f"{folder}/plan.json.gz", plan(mosaic.cols, mosaic.rows))
        self.storage.put(f"{folder}/mosaic.tiff", struct.pack("<QI", 12, len(body)) + body)
        mosaic.plan_key, mosaic.zoom_key = f"{folder}/plan.json.gz", f"{folder}/mosaic.tiff"
        mosaic.zoom = {"head": "/9g=", "levels": [ONE_SQUARE]}
        mosaic.jpeg_bytes = mosaic.png_bytes = len(body)
        mosaic.receipt = {
            "cells": 6144,
            "tiles": 3,
            "distinct": 3,
            "most_used_tile": 2,
            "most_used_times": 3000,
            "uses": [1, 0, 2],
            "ssim_mean": 0.6789,
            "ssim_median": 0.7,
            "ssim_best": 0.98,
            "ssim_worst": -0.1,
            "effective": 2.34,
            "nearest_twin": 4,
            "mirrored": 1200,
            "shift": 0.2,
            "far_color_error": 3.14,
            "far_ssim": 0.8768,
            "objective": 3826.1,
            "gap": 0.0042,
        }


@pytest.fixture
def maker(sessions, storage, settings):
    maker = Maker(sessions, storage, settings.secret_key)
    yield maker
    maker.session.close()


@pytest.fixture
def mine(maker, person):
    """Things of the person's."""
    return maker.everything(person.id)


@pytest.fixture
def shared(maker):
    """Things everybody may look at."""
    return maker.everything(SYSTEM_OWNER)
