"""The photographs the sample is cut from: they come inside the wheels of scikit-image and scikit-learn.

Licences as those packages state them: `skimage/data/_fetchers.py` and `sklearn/datasets/images/README.txt`.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import cv2
import numpy as np

from cli.sample.errors import SampleError
from engine.types import Pixels

FOLDERS = {"skimage": "data", "sklearn": "datasets/images"}
DISTRIBUTIONS = {"skimage": "scikit-image", "sklearn": "scikit-learn"}


@dataclass(frozen=True)
class Photograph:
    """A photograph in a wheel.

    cuts : how many tiles are cut from it as it is; plain textures give fewer.
    """

    name: str
    package: str
    file: str
    credit: str
    cuts: int = 0

    def read(self) -> Pixels:
        """Its pixels. Raises SampleError where the wheel or the file is missing."""
        path = self._path()
        encoded = np.fromfile(path, np.uint8) if path.is_file() else np.empty(0, np.uint8)
        pixels = cv2.imdecode(encoded, cv2.IMREAD_COLOR_RGB) if encoded.size else None
        if pixels is None:
            raise SampleError(
                f"The sample photograph {self.file} is not in {DISTRIBUTIONS[self.package]} as it is installed. "
                "Install Tessera again (`make run` does it). Your own photos and tile sets are untouched."
            )
        return np.asarray(pixels, np.uint8)

    def _path(self) -> Path:
        # find_spec does not import the package: half a second saved.
        spec = find_spec(self.package)
        home = Path(spec.origin).parent if spec and spec.origin else Path("missing")
        return home / FOLDERS[self.package] / self.file


SOURCES = (
    Photograph(
        "coffee",
        "skimage",
        "coffee.png",
        "Coffee cup, by Rachel Michetti, courtesy of Pikolo Espresso Bar. CC0.",
        280,
    ),
    Photograph(
        "china",
        "sklearn",
        "china.jpg",
        "Pagoda by a lake, by danielbuechele on Flickr (photo 6061409035). CC BY 2.0.",
        280,
    ),
    Photograph(
        "flower",
        "sklearn",
        "flower.jpg",
        "Dahlia, by vultilion on Flickr (photo 6056698931; scikit-learn also names danielbuechele). CC BY 2.0.",
        250,
    ),
    Photograph(
        "rocket",
        "skimage",
        "rocket.jpg",
        "Falcon 9 before the launch of DSCOVR, by SpaceX. Public domain.",
        160,
    ),
    Photograph(
        "hubble",
        "skimage",
        "hubble_deep_field.jpg",
        "Hubble eXtreme Deep Field, by NASA and ESA. Public domain.",
        160,
    ),
    Photograph(
        "camera",
        "skimage",
        "camera.png",
        "Photographer with a camera, by Lav Varshney. CC0.",
        120,
    ),
    Photograph(
        "coins",
        "skimage",
        "coins.png",
        "Greek coins from Pompeii, Brooklyn Museum. No known copyright restrictions.",
        120,
    ),
    Photograph(
        "grass",
        "skimage",
        "grass.png",
        "Grass, by linolafett on DeviantArt. CC0.",
        60,
    ),
    Photograph(
        "gravel",
        "skimage",
        "gravel.png",
        "Gravel, from CC0Textures (Gravel04). CC0.",
        60,
    ),
    Photograph(
        "brick",
        "skimage",
        "brick.png",
        "Brick wall, from CC0Textures (Bricks25). CC0.",
        24,
    ),
)

# Photos to make mosaics of. None is a source of tiles, or a mosaic of it would be a jigsaw of itself.
ASTRONAUT = Photograph(
    "astronaut",
    "skimage",
    "astronaut.png",
    "Eileen Collins, astronaut, by NASA. Public domain.",
)
CHELSEA = Photograph(
    "chelsea",
    "skimage",
    "chelsea.png",
    "Chelsea the cat, by Stefan van der Walt. CC0.",
)


def credit_text() -> str:
    """A line per photograph, for the tile set's page."""
    lines = ["Sample tiles, cut, recoloured and partly mirrored from these photographs:"]
    lines += [
        f"{photo.name}: {photo.credit} (from {DISTRIBUTIONS[photo.package]})" for photo in SOURCES
    ]
    return "\n".join(lines)
