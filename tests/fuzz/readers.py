"""Everything that reads what strangers send, each giving "read" or "refused"; whatever else it does is a defect."""

import io
import resource
import tempfile
import time
from collections import Counter
from contextlib import closing
from pathlib import Path

from app.domain.errors import TesseraError
from app.services.upload_photo import read_header
from engine.decode_child import PHOTO
from engine.decoder import SLOW, STOPPED, Decoder
from engine.errors import BadArchive, Unreadable
from engine.read_batches import read_tiles
from engine.splice import STOPPED as FILM_STOPPED
from engine.splice import splice
from engine.types import Refusal
from engine.zipped import read_zip

READ, REFUSED = "read", "refused"
# Sentences that mean that a child was ended: it cost this one file, as it should, and is counted.
ENDED = {STOPPED, SLOW, FILM_STOPPED}


class Readers:
    """The readers, and what they cost: `ended` children, the `slowest` file in seconds."""

    def __init__(self):
        self._decoder = Decoder()
        self.ended = 0
        self.slowest = 0.0

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._decoder.close()

    def each(self, reader, files):
        """What a reader of this object makes of files, one after the other: how many were read, how many refused."""
        found = Counter()
        for file in files:
            start = time.monotonic()
            found[getattr(self, reader)(file)] += 1
            self.slowest = max(self.slowest, time.monotonic() - start)
        return found

    def tiles(self, files):
        """As a worker makes tiles of pictures, some hundred at a time; the slowest counts for all of its batch."""
        found, start = Counter(), time.monotonic()
        for tile in read_tiles(((f"{n}", file) for n, file in enumerate(files)), tile_px=64):
            found[self._told(tile.reason if isinstance(tile, Refusal) else None)] += 1
            self.slowest = max(self.slowest, time.monotonic() - start)
            start = time.monotonic()
        return found

    def photo(self, file):
        """As a worker reads the photo of a mosaic."""
        [found] = self._decoder.decode(PHOTO, [file])
        return self._told(str(found) if isinstance(found, Unreadable) else None)

    def header(self, file):
        """As the web process looks at an upload."""
        try:
            read_header(io.BytesIO(file))
        except TesseraError as error:
            return self._told(str(error))
        return READ

    def film(self, file):
        """As a worker cuts a film up."""
        with tempfile.TemporaryDirectory() as folder:
            place = Path(folder) / "film.mp4"
            place.write_bytes(file)
            with closing(splice(place)) as tiles:
                *_, last = [None, *tiles]
        return self._told(last.reason if isinstance(last, Refusal) else None)

    def zip(self, file):
        """As a worker goes through a zip."""
        try:
            found = [isinstance(item, Refusal) for item in read_zip(io.BytesIO(file))]
        except BadArchive:
            return REFUSED
        return REFUSED if any(found) else READ

    @property
    def largest(self):
        """Megabytes that the largest child so far had in memory; counted once it is gone."""
        return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024

    def _told(self, sentence):
        if sentence is None:
            return READ
        assert sentence.endswith("."), sentence
        self.ended += sentence in ENDED
        return REFUSED
