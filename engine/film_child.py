"""The child process that reads an untrusted film: `python -m engine.film_child`, one film and then its end.

The request is one line of JSON: `path`, and `options` and `start_ms`, or `time_ms` and `long_side`, or `from_ms`, `to_ms`
and `long_side`. Answers are `ANSWER` (status, length) and the payload: tiles (`TILE_HEAD` and what `engine.tile` packs) in the
order of their times, or the JPEG of a still, or a clip; in between ALIVE with the share of the film that has been read; at last DONE, or REFUSED with a sentence.
"""

from __future__ import annotations

import json
import os
import resource
import struct
import sys
import time
from importlib import import_module
from pathlib import Path
from typing import Any, BinaryIO

from PIL import Image

from engine.clip import clip, coding
from engine.decode_child import ANSWER, READ, REFUSED, limit_cpu, limit_process
from engine.errors import Unreadable
from engine.film import DAMAGE, NO_FRAME, Film, inspect
from engine.film_frames import frames
from engine.film_options import FilmOptions
from engine.film_tiles import film_tiles
from engine.frame import upright
from engine.limits import FILM_CPU_SECONDS
from engine.tile import Place, encode, pack

TILE_HEAD = struct.Struct("!Qi")
SHARE = struct.Struct("!d")
ALIVE, DONE = b"~", b"."
# Four times a second is often enough for a bar that moves, and for a limit of a minute.
_ALIVE_SECONDS = 0.25
# Tracks of one film end a little apart; what is short by more than this and a step has been cut off.
_SHORT_MS = 2_000

# What is imported when it is first used, by then with no file to be had any more.
_LATE = ("av.subtitles.stream", "numpy.ma")

HUNGRY = (
    "This film needs more memory than we give one film. Save it in 4K or smaller and try again."
)
DAMAGED = (
    "This film is damaged. What was read before is kept. "
    "Save it again as MP4 in a video program to get the rest."
)
PARTLY = "Parts of this film are damaged and were passed over. The tiles of the rest are kept."
NOTHING = (
    "Every frame of this film is black, of one colour, or credits, so no tile was made of it. "
    "Frames like these can be kept by a setting."
)


def main() -> None:
    """Give up what reading a film does not need, then read the one that is asked for."""
    limit_process()
    request = json.loads(sys.stdin.buffer.readline())
    answer(request, _Answers(sys.stdout.buffer))


class _Answers:
    """The way back to the parent."""

    def __init__(self, pipe: BinaryIO) -> None:
        self._pipe = pipe
        self._next = 0.0
        self.share = 0.0

    def send(self, status: bytes, payload: bytes) -> None:
        self._pipe.write(ANSWER.pack(status, len(payload)))
        self._pipe.write(payload)
        self._pipe.flush()

    def alive(self) -> None:
        """Say so now and then; with it the seconds are counted anew."""
        now = time.monotonic()
        if now >= self._next:
            self._next = now + _ALIVE_SECONDS
            limit_cpu(FILM_CPU_SECONDS)
            self.send(ALIVE, SHARE.pack(self.share))


def answer(request: dict[str, Any], answers: _Answers) -> None:
    """Read the film, and say how it ended."""
    try:
        ending = _read(request, answers)
    except Unreadable as error:
        ending = str(error)
    except MemoryError:
        ending = HUNGRY
    except BrokenPipeError:
        raise  # nobody is there any more
    except Exception:  # noqa: BLE001  # FFmpeg raises anything on damaged input, and all of it means the same
        ending = DAMAGED
    answers.send(REFUSED if ending else DONE, ending.encode())


def _read(request: dict[str, Any], answers: _Answers) -> str:
    path = Path(request["path"])
    if "time_ms" in request:
        one_more_file()
        answers.send(READ, _still(inspect(path), answers, request["time_ms"], request["long_side"]))
        return ""
    if "from_ms" in request:
        answers.send(READ, _clip(path, answers, request))
        return ""
    options = FilmOptions(**request["options"])
    place = _placing(options)
    one_more_file()
    return _tiles(inspect(path), options, place, request["start_ms"], answers)


def _tiles(
    film: Film, options: FilmOptions, place: Place | None, start_ms: int, answers: _Answers
) -> str:
    reached, made, damaged = 0, 0, False

    def alive(ms: int) -> None:
        nonlocal reached, damaged
        reached = max(reached, ms)
        damaged = damaged or ms == DAMAGE
        answers.share = min(1.0, reached / film.length_ms) if film.length_ms else 0.0
        answers.alive()

    for ms, family, tile in film_tiles(film, options, start_ms, alive, place=place):
        answers.send(READ, TILE_HEAD.pack(ms, family) + pack(tile))
        made += 1
    if (
        film.length_ms
        and reached + film.frame_ms + 1000 / options.rate + _SHORT_MS < film.length_ms
    ):
        return _short(reached, film.length_ms)
    if damaged:
        return PARTLY
    return NOTHING if start_ms == 0 and not made else ""


def _still(film: Film, answers: _Answers, time_ms: int, long_side: int) -> bytes:
    shown = None
    for ms, frame in frames(film, time_ms, lambda _: answers.alive()):
        if shown is not None and ms > time_ms:
            break
        shown = frame
    if shown is None:
        raise Unreadable(NO_FRAME)
    return encode(Image.fromarray(upright(shown, film.aspect, long=long_side)))


def _clip(path: Path, answers: _Answers, request: dict[str, Any]) -> bytes:
    how = coding()
    one_more_file()
    span = request["from_ms"], request["to_ms"], request["long_side"]
    return clip(inspect(path), *span, lambda _: answers.alive(), how=how)


def _placing(options: FilmOptions) -> Place | None:
    if options.crop == "centre":
        return None
    # Looking for faces brings half of scikit-image, a second that other films can save.
    from engine.crop import salient_box  # noqa: PLC0415

    salient_box(Image.new("RGB", (64, 128)))  # reads its file of faces while it may
    return salient_box


def one_more_file() -> None:
    """Let this process have one more file or connection open at a time: the film, and nothing that the film names."""
    Image.preinit()
    for module in _LATE:
        import_module(module)
    lowest = os.open("/dev/null", os.O_RDONLY)
    os.close(lowest)
    resource.setrlimit(resource.RLIMIT_NOFILE, (lowest + 1, lowest + 1))


def _short(reached_ms: int, length_ms: int) -> str:
    return (
        f"The picture of this film ends at {_clock(reached_ms)}, though the film says {_clock(length_ms)}. "
        "The tiles up to there are kept. If the copy broke off, copy it again."
    )


def _clock(ms: int) -> str:
    minutes, seconds = divmod(ms // 1000, 60)
    return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"


if __name__ == "__main__":
    main()
