"""The parent's end of a decoding child: start it, send it a batch, take the answers, end it."""

from __future__ import annotations

import contextlib
import os
import select
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, cast

from engine.decode_child import ANSWER, LENGTH, PIPE_BYTES, READ, REQUEST, SIZE, TILES
from engine.errors import Unreadable
from engine.limits import FILE_WALL_SECONDS, PHOTO_MAX_PIXELS
from engine.tile_batch import Answer

STOPPED = (
    "This picture stopped the program that reads pictures. Save it again in a picture program, or leave it out; "
    "nothing else was touched."
)
SLOW = "This picture took too long to read. Make it smaller, or save it again in a picture program."

# No honest answer is longer, and no child makes the parent ask for more memory than this.
_LONGEST = SIZE.size + PHOTO_MAX_PIXELS * 3

_ROOT = Path(__file__).resolve().parent.parent


class Decoder:
    """One child process, started when first needed and again after a crash. For one thread at a time."""

    def __init__(self, *, wall_seconds: float = FILE_WALL_SECONDS) -> None:
        self._wall_seconds = wall_seconds
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int | None:
        """Process id of the child that runs now, if one does."""
        return self._process.pid if self._process else None

    def decode(
        self, kind: bytes, files: Sequence[bytes], *, tile_px: int = 0
    ) -> Iterator[bytearray | Unreadable]:
        """One answer for each file, in order. A file that ends the child costs itself alone."""
        done = 0
        while done < len(files):
            process = self._process or self._start()
            with contextlib.suppress(BrokenPipeError):  # it died: the first answer will be missing
                _send(process, kind, files[done:], tile_px)
            for _ in files[done:]:
                answer = self._receive(process)
                done += 1
                yield answer
                if self._process is None:
                    break

    def tiles(self, files: Sequence[bytes], tile_px: int) -> list[Answer]:
        """Answers that together hold one for each file, in order: one for all, or one each after a file ended the child."""
        process = self._process or self._start()
        with contextlib.suppress(BrokenPipeError):
            _send(process, TILES, files, tile_px)
        payload = self._receive(process)
        if not isinstance(payload, Unreadable):
            return [Answer.unpack(payload)]
        if len(files) == 1:
            return [Answer.refusal(payload)]
        return [answer for data in files for answer in self.tiles([data], tile_px)]

    def close(self) -> None:
        """End the child, whatever it does."""
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            # What the pipe still held was for a child that is gone.
            with contextlib.suppress(OSError):
                cast("IO[bytes]", pipe).close()

    def _start(self) -> subprocess.Popen[bytes]:
        # No environment: secrets of the parent are none of its business. A session of its own: a Ctrl-C is the parent's.
        self._process = subprocess.Popen(
            [sys.executable, "-s", "-B", "-m", "engine.decode_child"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd="/",
            env={"PYTHONPATH": str(_ROOT), "LC_ALL": "C.UTF-8"},
            start_new_session=True,
            # A batch of small pictures goes through at once, and wakes the other side once.
            pipesize=PIPE_BYTES,
        )
        return self._process

    def _receive(self, process: subprocess.Popen[bytes]) -> bytearray | Unreadable:
        deadline = time.monotonic() + self._wall_seconds
        try:
            status, length = ANSWER.unpack(_read(process, ANSWER.size, deadline))
            payload = _read(process, min(length, _LONGEST), deadline)
        except TimeoutError:
            self.close()
            return Unreadable(SLOW)
        except EOFError:
            self.close()
            return Unreadable(STOPPED)
        return payload if status == READ else Unreadable(payload.decode())


def _send(
    process: subprocess.Popen[bytes], kind: bytes, files: Sequence[bytes], tile_px: int
) -> None:
    pipe = cast("IO[bytes]", process.stdin)
    pieces = [REQUEST.pack(kind, tile_px, len(files))]
    for data in files:
        pieces += (LENGTH.pack(len(data)), data)
    pipe.write(b"".join(pieces))
    pipe.flush()


def _read(process: subprocess.Popen[bytes], length: int, deadline: float) -> bytearray:
    """Exactly `length` bytes. Raises EOFError where the child is gone, TimeoutError at the deadline."""
    pipe = cast("IO[bytes]", process.stdout).fileno()
    poll = select.poll()
    poll.register(pipe, select.POLLIN)
    data = bytearray(length)
    view, got = memoryview(data), 0
    while got < length:
        if not poll.poll(max(0.0, deadline - time.monotonic()) * 1000):
            raise TimeoutError
        count = os.readv(pipe, [view[got:]])
        if count == 0:
            raise EOFError
        got += count
    return data
