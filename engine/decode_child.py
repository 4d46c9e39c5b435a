"""The child process that decodes untrusted pictures: `python -m engine.decode_child`, spoken to over pipes.

A request is a batch: `REQUEST` (kind, tile px, number of files), then for each file `LENGTH` and its bytes. The child
reads a whole batch before it answers, so that neither side waits for the other with full pipes. Answers come one a file,
in order: `ANSWER` (status, length) and the payload. That the n-th answer is missing tells which file ended the child.
Files asked for as `TILES` are answered all at once: where that answer is missing, the parent asks for them one by one.
"""

from __future__ import annotations

import resource
import struct
import sys
from collections.abc import Iterable
from typing import BinaryIO

from engine import pictures
from engine.errors import Unreadable
from engine.limits import CHILD_ADDRESS_SPACE, FILE_CPU_SECONDS

REQUEST = struct.Struct("!cHI")
LENGTH = struct.Struct("!Q")
ANSWER = struct.Struct("!cQ")
SIZE = struct.Struct("!II")
PHOTO, TILE, TILES = b"p", b"t", b"b"
READ, REFUSED = b"+", b"-"
# The most that Linux gives a pipe of an ordinary user.
PIPE_BYTES = 1 << 20

HUNGRY = "This picture needs more memory than we give one picture. Make it smaller and try again."


def main() -> None:
    """Give up what decoding does not need, then serve until the parent closes the pipe."""
    _limit(resource.RLIMIT_AS, CHILD_ADDRESS_SPACE)
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_FSIZE, 0)
    with open(sys.stdin.fileno(), "rb", buffering=PIPE_BYTES, closefd=False) as requests:
        serve(requests, sys.stdout.buffer)


def serve(requests: BinaryIO, answers: BinaryIO) -> None:
    """Answer batches until the requests end."""
    while header := requests.read(REQUEST.size):
        kind, tile_px, count = REQUEST.unpack(header)
        batch = [requests.read(LENGTH.unpack(requests.read(LENGTH.size))[0]) for _ in range(count)]
        _limit_cpu()
        if kind == TILES:
            _answer_together(batch, tile_px, answers)
            continue
        for data in batch:
            _limit_cpu()
            status, length, payload = _answer(kind, tile_px, data)
            answers.write(ANSWER.pack(status, length))
            answers.writelines(payload)
            answers.flush()


def _answer_together(batch: list[bytes], tile_px: int, answers: BinaryIO) -> None:
    # OpenCV takes a tenth of a second to import, which a photo can save.
    from engine.cut_tiles import cut_tiles  # noqa: PLC0415

    payload = cut_tiles(batch, tile_px).pack()
    answers.write(ANSWER.pack(READ, len(payload)))
    answers.write(payload)
    answers.flush()


def _answer(kind: bytes, tile_px: int, data: bytes) -> tuple[bytes, int, Iterable[bytes]]:
    try:
        if kind == TILE:
            jpeg, thumb = pictures.tile(data, tile_px)
            return READ, len(thumb) + len(jpeg), (thumb, jpeg)
        (width, height), strips = pictures.photo(data)
        return READ, SIZE.size + width * height * 3, _with_size(width, height, strips)
    except Unreadable as error:
        return _refusal(str(error))
    except MemoryError:
        return _refusal(HUNGRY)
    except Exception:  # noqa: BLE001  # decoders raise anything on damaged input, and all of it means the same
        return _refusal(pictures.DAMAGED)


def _with_size(width: int, height: int, strips: Iterable[bytes]) -> Iterable[bytes]:
    yield SIZE.pack(width, height)
    yield from strips


def _refusal(sentence: str) -> tuple[bytes, int, Iterable[bytes]]:
    text = sentence.encode()
    return REFUSED, len(text), (text,)


def _limit(what: int, value: int) -> None:
    _, hard = resource.getrlimit(what)
    ceiling = value if hard == resource.RLIM_INFINITY else min(value, hard)
    resource.setrlimit(what, (ceiling, ceiling))


def _limit_cpu() -> None:
    """Allow this file its seconds; the kernel ends the child when they are used up."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    soft = int(used.ru_utime + used.ru_stime) + FILE_CPU_SECONDS
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    if hard == resource.RLIM_INFINITY or soft <= hard:
        resource.setrlimit(resource.RLIMIT_CPU, (soft, hard))


if __name__ == "__main__":
    main()
