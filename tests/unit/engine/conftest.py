"""Pictures and thumbs for the engine's tests: from the photographs in scikit-image, and made up."""

import io

import numpy as np
import pytest
from PIL import Image
from skimage import data

from engine.index import Index


@pytest.fixture(scope="session")
def astronaut():
    return data.astronaut()


@pytest.fixture(scope="session")
def photo():
    """A photograph of 300 x 200 px: 48 x 32 cells."""
    return np.asarray(Image.fromarray(data.chelsea()).resize((300, 200)))


@pytest.fixture(scope="session")
def real_thumbs():
    """1,500 thumbs cut from three photographs at several scales."""
    rng = np.random.default_rng(0)
    thumbs = []
    for source in (data.astronaut(), data.coffee(), data.rocket()):
        picture = Image.fromarray(source)
        for _ in range(500):
            side = int(rng.integers(10, 200))
            left = int(rng.integers(0, picture.width - side))
            top = int(rng.integers(0, picture.height - side))
            box = (left, top, left + side, top + side)
            thumbs.append(np.asarray(picture.resize((5, 5), Image.Resampling.BOX, box=box)))
    return np.stack(thumbs)


@pytest.fixture(scope="session")
def index(real_thumbs):
    return Index.build(real_thumbs)


@pytest.fixture(scope="session")
def encoded():
    """Bytes of a picture: encoded(pixels or Image, "PNG", quality=..., exif=...)."""

    def encode(picture, form="JPEG", **options):
        if isinstance(picture, np.ndarray):
            picture = Image.fromarray(picture)
        out = io.BytesIO()
        picture.save(out, form, **options)
        return out.getvalue()

    return encode


@pytest.fixture(scope="session")
def corners():
    """40 x 60 px whose four quarters are red, green, blue and white, from the top left in rows."""
    pixels = np.zeros((60, 40, 3), np.uint8)
    pixels[:30, :20], pixels[:30, 20:] = (255, 0, 0), (0, 255, 0)
    pixels[30:, :20], pixels[30:, 20:] = (0, 0, 255), (255, 255, 255)
    return pixels
