"""Pictures for the stories: a photo with something to recognise, tiles in many colours, and how alike two pictures are."""

import colorsys
import io
import random
import zipfile

import numpy as np
from PIL import Image, ImageDraw

# The classic matcher takes the 100 nearest in colour: a tile set has to have many more to be any good.
TILES = 2000


def photo(size=(320, 240)):
    """A sun over hills, as PNG bytes."""
    width, height = size
    picture = Image.linear_gradient("L").resize(size).convert("RGB")
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, height * 0.65, width, height), fill=(40, 110, 50))
    draw.ellipse((width * 0.55, height * 0.1, width * 0.85, height * 0.5), fill=(240, 180, 40))
    draw.polygon(
        [(0, height), (width * 0.35, height * 0.35), (width * 0.7, height)], fill=(120, 70, 50)
    )
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


def tile(rng):
    """A small JPEG of one colour with a line through it."""
    hue, light, saturation = rng.random(), rng.random(), rng.random()
    colour = tuple(int(255 * part) for part in colorsys.hls_to_rgb(hue, light, saturation))
    picture = Image.new("RGB", (150, 130), colour)
    ImageDraw.Draw(picture).line(
        [(rng.randrange(150), rng.randrange(130)) for _ in range(2)],
        fill=tuple(part // 2 for part in colour),
        width=8,
    )
    out = io.BytesIO()
    picture.save(out, "JPEG")
    return out.getvalue()


def tiles_zip(*, count=TILES, **more):
    """A zip of tiles, and of whatever else a story needs to be in it."""
    rng = random.Random(1)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for number in range(count):
            archive.writestr(f"holiday/{number:04}.jpg", tile(rng))
        for name, body in more.items():
            archive.writestr(f"holiday/{name}.jpg", body)
    return out.getvalue()


def likeness(mosaic_bytes, photo_bytes, grid):
    """Correlation of the two, each seen at one pixel a cell."""
    seen = [
        np.asarray(Image.open(io.BytesIO(body)).convert("RGB").resize(grid, Image.Resampling.BOX))
        for body in (mosaic_bytes, photo_bytes)
    ]
    return np.corrcoef(seen[0].ravel(), seen[1].ravel())[0, 1]
