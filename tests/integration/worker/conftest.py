"""A worker's collaborators in this process, and things for it to do."""

import io
import threading
import zipfile
from uuid import uuid4

import numpy as np
import pytest
import skimage.data
from PIL import Image

from app.domain.options import MosaicOptions
from app.domain.states import Queue
from app.services.add_pictures import add_pictures
from app.services.create_tile_set import create_tile_set
from app.services.make_mosaic import make_mosaic
from app.services.upload_photo import upload_photo
from worker.context import Context
from worker.runner import run_next
from worker.tile_cache import TileCache


@pytest.fixture
def workshop(sessions, storage, bell, tmp_path):
    context = Context(
        sessions=sessions,
        storage=storage,
        doorbell=bell,
        cache=TileCache(tmp_path / "tile-cache", storage, 10**9),
        stopping=threading.Event(),
    )
    yield context
    context.desk.clear()


def jpeg(pixels, **options):
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, "JPEG", **options)
    return out.getvalue()


@pytest.fixture(scope="session")
def pictures():
    """400 small pictures cut from photographs, as (name, bytes)."""
    cut = []
    for name in ("chelsea", "coffee"):
        photo = getattr(skimage.data, name)()
        rng = np.random.default_rng(len(name))
        for number in range(200):
            side = int(rng.integers(20, 120))
            top = int(rng.integers(0, photo.shape[0] - side))
            left = int(rng.integers(0, photo.shape[1] - side))
            piece = photo[top : top + side, left : left + side]
            cut.append((f"{name}-{number}.jpg", jpeg(piece)))
    return cut


@pytest.fixture(scope="session")
def zip_of_pictures(pictures):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, body in pictures:
            archive.writestr(name, body)
    return out.getvalue()


@pytest.fixture
def upload(session, storage, bell, owner):
    """Add files to a tile set (a new one unless given) as a person would."""

    def send(*files, tile_set=None):
        tile_set = tile_set or create_tile_set(session, owner_id=owner, name="Lake house")
        add_pictures(
            session,
            storage,
            bell,
            owner_id=owner,
            tile_set_id=tile_set.id,
            files=[(name, io.BytesIO(body)) for name, body in files],
            idempotency_key=str(uuid4()),
        )
        return tile_set

    return send


@pytest.fixture
def run_all(workshop, session):
    """Work like one worker until there is nothing to claim."""

    def run():
        while run_next(workshop, Queue.LIBRARIES):
            pass
        session.expire_all()

    return run


@pytest.fixture
def tile_set(workshop, upload, zip_of_pictures, session):
    """A set that was read for real."""
    tile_set = upload(("pieces.zip", zip_of_pictures))
    assert run_next(workshop, Queue.LIBRARIES)
    session.refresh(tile_set)
    return tile_set


@pytest.fixture
def order(session, storage, bell, owner):
    """Ask for a mosaic of the astronaut."""

    def send(tile_set, **options):
        photo = skimage.data.astronaut()[::2, ::2]
        uploaded = upload_photo(
            session, storage, owner_id=owner, name="astronaut.jpg", stream=io.BytesIO(jpeg(photo))
        )
        return make_mosaic(
            session,
            bell,
            owner_id=owner,
            photo_id=uploaded.id,
            tile_set_id=tile_set.id,
            options=MosaicOptions(**options),
            idempotency_key=str(uuid4()),
        )

    return send
