"""The child process that decodes untrusted pictures: `python -m engine.decode_child`, spoken to over pipes.

A request is a batch: `REQUEST` (kind, tile px, number of files), then `lengths` of all files, then their bytes. The child
reads a whole batch before it answers, so that neither side waits for the other with full pipes. Photos are answered one by
one, in order: `ANSWER` (status, length) and the payload. That the n-th answer is missing tells which file ended the child.
Tiles are answered all at once: where that answer is missing, the parent asks for them one by one.
"""

from __future__ import annotations

import resource
import struct
import sys
from collections.abc import Iterable
from typing import BinaryIO

from engine import pictures
from engine.errors import Unreadable
from engine.limits import CHILD_ADDRESS_SPACE, FILE_CPU_SECONDS, PIPE_BYTES
from engine.tile import Place

REQUEST = struct.Struct("!cHI")
ANSWER = struct.Struct("!cQ")
SIZE = struct.Struct("!II")
PHOTO, TILES, SALIENT_TILES = b"p", b"t", b"s"
READ, REFUSED = b"+", b"-"


def lengths(count: int) -> struct.Struct:
    """Of so many files."""
    return struct.Struct(f"!{count}Q")


def main() -> None:
    """Give up what decoding does not need, then serve until the parent closes the pipe."""
    limit_process()
    with open(sys.stdin.fileno(), "rb", buffering=PIPE_BYTES, closefd=False) as requests:
        serve(requests, sys.stdout.buffer)


def serve(requests: BinaryIO, answers: BinaryIO) -> None:
    """Answer batches until the requests end."""
    while header := requests.read(REQUEST.size):
        kind, tile_px, count = REQUEST.unpack(header)
        sizes = lengths(count)
        batch = [requests.read(size) for size in sizes.unpack(requests.read(sizes.size))]
        limit_cpu(FILE_CPU_SECONDS)
        if kind != PHOTO:
            _answer_together(kind, batch, tile_px, answers)
            continue
        for data in batch:
            limit_cpu(FILE_CPU_SECONDS)
            status, length, payload = _answer(data)
            answers.write(ANSWER.pack(status, length))
            answers.writelines(payload)
            answers.flush()


def _answer_together(kind: bytes, batch: list[bytes], tile_px: int, answers: BinaryIO) -> None:
    # OpenCV takes a tenth of a second to import, which a photo can save.
    from engine.cut_tiles import cut_tiles  # noqa: PLC0415

    payload = cut_tiles(batch, tile_px, _placing(kind)).pack()
    answers.write(ANSWER.pack(READ, len(payload)))
    answers.write(payload)
    answers.flush()


def _placing(kind: bytes) -> Place | None:
    if kind == TILES:
        return None
    # Looking for faces brings half of scikit-image, a second that other tiles can save.
    from engine.crop import salient_box  # noqa: PLC0415

    return salient_box


def _answer(data: bytes) -> tuple[bytes, int, Iterable[bytes]]:
    try:
        (width, height), strips = pictures.photo(data)
        return READ, SIZE.size + width * height * 3, _with_size(width, height, strips)
    except Unreadable as error:
        return _refusal(str(error))
    except MemoryError:
        return _refusal(pictures.HUNGRY)
    except Exception:  # noqa: BLE001  # decoders raise anything on damaged input, and all of it means the same
        return _refusal(pictures.DAMAGED)


def _with_size(width: int, height: int, strips: Iterable[bytes]) -> Iterable[bytes]:
    yield SIZE.pack(width, height)
    yield from strips


def _refusal(sentence: str) -> tuple[bytes, int, Iterable[bytes]]:
    text = sentence.encode()
    return REFUSED, len(text), (text,)


def limit_process() -> None:
    """Bound the memory of this process, and let it write no file."""
    _limit(resource.RLIMIT_AS, CHILD_ADDRESS_SPACE)
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_FSIZE, 0)


def limit_cpu(seconds: int) -> None:
    """Allow this process so many seconds from now on; the kernel ends it when they are used up."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    soft = int(used.ru_utime + used.ru_stime) + seconds
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    if hard == resource.RLIM_INFINITY or soft <= hard:
        resource.setrlimit(resource.RLIMIT_CPU, (soft, hard))


def _limit(what: int, value: int) -> None:
    _, hard = resource.getrlimit(what)
    ceiling = value if hard == resource.RLIM_INFINITY else min(value, hard)
    resource.setrlimit(what, (ceiling, ceiling))


if __name__ == "__main__":
    main()
