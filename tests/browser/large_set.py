"""What somebody has who made much of it: 190,000 pictures in a zip, a film in colours that no photo has, and a photo with both."""

import io
import zipfile
from concurrent.futures import ThreadPoolExecutor

import cv2
import numpy as np
from PIL import Image
from skimage import data

from tests.browser.pictures import photo
from tests.unit.engine.films import make_film

TILES = 190_000
# Some cuts come out the same to a byte, where there is only sky, and are taken once.
SPARE = 4_000
PHOTOGRAPHS = ("astronaut", "chelsea", "coffee", "rocket", "hubble_deep_field", "retina")
TILE_PX = 32
CHUNK = 4_000
CORES = 2

# Odd, so that one of them is the one in the middle.
ACROSS, DOWN = 61, 41
CELL_PX = 10
# Around it a piece of the photo is made of the film's own squares, each of them many times.
FROM_FILM = range(26, 35), range(17, 24)
SQUARES = 4
FILM_SIZE, FILM_RATE, FILM_SECONDS = (640, 360), 5, 20


def large_zip(path):
    """Cuts of photographs from near and afar, each in a light of its own: the same ones each time, no two of them alike."""
    starts = range(0, TILES + SPARE, CHUNK)
    with zipfile.ZipFile(path, "w") as archive, ThreadPoolExecutor(CORES) as pool:
        for start, jpegs in zip(starts, pool.map(_cuts, starts), strict=True):
            for number, jpeg in enumerate(jpegs, start):
                archive.writestr(f"{number:06}.jpg", jpeg)
    return path


def _cuts(start):
    rng = np.random.default_rng(start)
    views = _views()
    which = rng.integers(len(views), size=CHUNK)
    tops, lefts = rng.random((2, CHUNK))
    contrast, light = rng.uniform(0.6, 1.25, CHUNK), rng.uniform(-30, 30, (CHUNK, 3))
    jpegs = []
    for i in range(CHUNK):
        view = views[which[i]]
        height, width = view.shape[:2]
        top, left = int(tops[i] * (height - TILE_PX)), int(lefts[i] * (width - TILE_PX))
        square = view[top : top + TILE_PX, left : left + TILE_PX]
        lit = cv2.add(cv2.convertScaleAbs(square, alpha=contrast[i]), (*light[i], 0.0))
        jpegs.append(cv2.imencode(".jpg", lit)[1].tobytes())
    return jpegs


def _views():
    """Each photograph from close by, and from ever farther away."""
    pictures = [cv2.cvtColor(getattr(data, name)(), cv2.COLOR_RGB2BGR) for name in PHOTOGRAPHS]
    farther = [
        cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        for picture in pictures
        for scale in (0.75, 0.5, 0.33)
    ]
    return pictures + farther


def vivid_film(path):
    """Another picture each second."""
    count = FILM_RATE * FILM_SECONDS
    return make_film(path, (_frame(i // FILM_RATE) for i in range(count)), rate=FILM_RATE)


def _frame(second):
    """Fields of magenta: a square of them has a colour that cuts of photographs have not."""
    width, height = FILM_SIZE
    fields = np.array((165, 0, 165)) + np.random.default_rng(second).integers(0, 90, (6, 12, 3))
    small = Image.fromarray(fields.astype(np.uint8))
    return np.asarray(small.resize((width, height), Image.Resampling.NEAREST))


def photo_with_film():
    """The hills with a piece of the film in their middle, as PNG bytes."""
    picture = Image.open(io.BytesIO(photo((CELL_PX * ACROSS, CELL_PX * DOWN))))
    left_half = (0, 0, FILM_SIZE[1], FILM_SIZE[1])
    squares = [
        Image.fromarray(_frame(second)).resize((CELL_PX, CELL_PX), Image.Resampling.BOX, left_half)
        for second in range(SQUARES)
    ]
    columns, rows = FROM_FILM
    for row in rows:
        for column in columns:
            picture.paste(squares[(row + column) % SQUARES], (CELL_PX * column, CELL_PX * row))
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()
