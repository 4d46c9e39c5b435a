"""A film from anybody to tiles: `splice` cuts it up, `still` shows one of its frames, `excerpt` some seconds of it.

A child process does the reading.

    for read in splice(path, FilmOptions(), start_ms=0):
        if isinstance(read, Refusal):  # the last one, if any: why the film, or the rest of it, was not read
            ...
        else:
            read.time_ms, read.family, read.jpeg, read.thumb, read.digest, read.phash

To go on after a worker was killed: `start_ms` = the greatest `time_ms` that was stored + 1. Store all tiles of one `time_ms`
together; there may be several. No tile comes twice then, and none is missing: `splice` from any time on gives exactly what
it gives from the beginning, less what is earlier. `time_ms` is when the frame is first shown, counted from the first frame;
`still(path, time_ms)` shows that very frame. Family numbers are unique within a film, and the same on every run.

To cancel: close the generator, leave its loop, or let `progress` raise. The child is gone when that returns. It never
holds more than a few frames, and neither does this side: tiles come as soon as they are cut.
"""

from __future__ import annotations

import dataclasses
import json
import os
import time
from collections.abc import Generator, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np

from engine.child import Child
from engine.decode_child import ANSWER, READ, REFUSED
from engine.errors import Unreadable
from engine.film_child import ALIVE, SHARE, TILE_HEAD
from engine.film_options import FilmOptions
from engine.fingerprint import digest
from engine.limits import FILM_WALL_SECONDS, STILL_MAX_PX, THUMB_PX
from engine.tile import unpack
from engine.types import Progress, Refusal, TileRead, silent

READING = "Reading the film"
STOPPED = (
    "This film stopped the program that reads films. What was read before is kept. "
    "Save it again as MP4 in a video program to get the rest."
)
SLOW = (
    "A part of this film took too long to read. What was read before is kept. "
    "Save it again as MP4 in a video program to get the rest."
)
# No still is larger, and no tile.
_LONGEST = 64 * 2**20
_DEFAULT = FilmOptions()


def splice(
    path: Path,
    options: FilmOptions = _DEFAULT,
    *,
    start_ms: int = 0,
    name: str | None = None,
    progress: Progress = silent,
) -> Iterator[TileRead | Refusal]:
    """Tiles of a film in the order of their times; several of one time from left to right, or from the top.

    path : an MP4, MOV, MKV or WebM file, whatever its name, on a disk: it is sought in.
    start_ms : tiles of frames that are first shown earlier are left out.
    name : what tiles and refusals are said to come from; None: the name of the file.
    progress : called about four times a second with the share of the film that has been read.

    A `Refusal`, if any, comes last. What came before it is good: a film whose end is missing gives the tiles of what is there.
    """
    name = path.name if name is None else name
    request = {"start_ms": start_ms, "options": dataclasses.asdict(options)}
    try:
        with closing(_answers(path, request)) as answers:
            for status, payload in answers:
                if status == ALIVE:
                    progress(READING, *SHARE.unpack(payload))
                else:
                    yield _tile(name, payload)
    except Unreadable as error:
        yield Refusal(name, str(error))


def still(path: Path, time_ms: int, long_side: int = 1_280) -> bytes:
    """JPEG of the frame that is shown at a time, upright, at most `long_side` px, without metadata.

    After the last frame that is the last one. Raises Unreadable with a sentence.
    """
    request = {"time_ms": max(0, time_ms), "long_side": min(long_side, STILL_MAX_PX)}
    with closing(_answers(path, request)) as answers:
        return next(bytes(payload) for status, payload in answers if status == READ)


def excerpt(path: Path, from_ms: int, to_ms: int, long_side: int = 640) -> bytes:
    """A film of its own from one time to another, upright, without sound and metadata: MP4, or WebM; see `engine.clip`.

    What is earlier than the first frame or later than the last is left out. Raises Unreadable with a sentence.
    """
    from_ms = max(0, from_ms)
    request = {"from_ms": from_ms, "to_ms": max(to_ms, from_ms + 1), "long_side": long_side}
    with closing(_answers(path, request)) as answers:
        return next(bytes(payload) for status, payload in answers if status == READ)


def _answers(path: Path, request: dict[str, Any]) -> Generator[tuple[bytes, bytearray]]:
    """What the child says until it is done. Raises Unreadable where it refuses, hangs or dies."""
    with closing(Child("engine.film_child")) as child:
        # ASCII with escapes, so that any bytes that name a file arrive as they are.
        asked = json.dumps({"path": os.fspath(path.absolute()), **request})
        child.requests.write(asked.encode() + b"\n")
        child.requests.flush()
        while True:
            status, payload = _answer(child)
            if status == REFUSED:
                raise Unreadable(payload.decode())
            if status not in {READ, ALIVE}:
                return
            yield status, payload


def _answer(child: Child) -> tuple[bytes, bytearray]:
    deadline = time.monotonic() + FILM_WALL_SECONDS
    try:
        status, length = ANSWER.unpack(child.read(ANSWER.size, deadline))
        return status, child.read(min(length, _LONGEST), deadline)
    except TimeoutError:
        raise Unreadable(SLOW) from None
    except EOFError:
        raise Unreadable(STOPPED) from None


def _tile(name: str, payload: bytearray) -> TileRead:
    time_ms, family = TILE_HEAD.unpack_from(payload)
    jpeg, thumb, phash = unpack(payload[TILE_HEAD.size :])
    pixels = np.frombuffer(thumb, np.uint8).reshape(THUMB_PX, THUMB_PX, 3)
    number = family if family >= 0 else None
    return TileRead(name, jpeg, pixels, digest(jpeg), phash, time_ms=time_ms, family=number)
