"""Owners, photos and tile sets as services make them, and a doorbell that remembers."""

import io
from uuid import uuid4

import pytest
from PIL import Image

from app.models import Owner
from app.services.create_tile_set import create_tile_set
from app.services.upload_photo import upload_photo


def jpeg(size=(120, 90), colour=(200, 120, 40)):
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, "JPEG")
    out.seek(0)
    return out


@pytest.fixture
def stranger(session):
    owner_id = uuid4()
    session.add(Owner(id=owner_id))
    session.commit()
    return owner_id


@pytest.fixture
def photo(session, storage, owner):
    return upload_photo(session, storage, owner_id=owner, name="Grandma.jpg", stream=jpeg())


@pytest.fixture
def tile_set(session, owner):
    """A set that claims to have tiles: services look at the row alone."""
    tile_set = create_tile_set(session, owner_id=owner, name="Lake house")
    tile_set.tile_count = 100
    session.commit()
    return tile_set
