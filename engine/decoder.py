"""The parent's end of a decoding child: start it, send it a batch, take the answers, end it."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator, Sequence

from engine.child import Child
from engine.decode_child import ANSWER, READ, REQUEST, SALIENT_TILES, SIZE, TILES, lengths
from engine.errors import Unreadable
from engine.kinds import Body
from engine.limits import FILE_WALL_SECONDS, PHOTO_MAX_PIXELS
from engine.tile_batch import Answer
from engine.types import Crop

STOPPED = (
    "This picture stopped the program that reads pictures. Save it again in a picture program, or leave it out; "
    "nothing else was touched."
)
SLOW = "This picture took too long to read. Make it smaller, or save it again in a picture program."

# No honest answer is longer, and no child makes the parent ask for more memory than this.
_LONGEST = SIZE.size + PHOTO_MAX_PIXELS * 3

_KINDS: dict[Crop, bytes] = {"centre": TILES, "salient": SALIENT_TILES}


class Stopped(Unreadable):
    """The child died over a file, or was killed for a reason of its own: asking once more tells."""


class Decoder:
    """One child process, started when first needed and again after a crash. For one thread at a time."""

    def __init__(self, *, wall_seconds: float = FILE_WALL_SECONDS) -> None:
        self._wall_seconds = wall_seconds
        self._child: Child | None = None

    @property
    def pid(self) -> int | None:
        """Process id of the child that runs now, if one does."""
        return self._child.process.pid if self._child else None

    def decode(self, kind: bytes, files: Sequence[Body]) -> Iterator[bytearray | Unreadable]:
        """One answer for each file, in order. A file that ends the child costs itself alone."""
        done = 0
        while done < len(files):
            child = self._child or self._start()
            with contextlib.suppress(BrokenPipeError):  # it died: the first answer will be missing
                _send(child, kind, files[done:])
            for _ in files[done:]:
                answer = self._receive(child)
                done += 1
                yield answer
                if self._child is None:
                    break

    def photo(self, kind: bytes, data: bytes) -> bytearray | Unreadable:
        """The answer for a single file, asked for twice where its child died: memory runs out through others, too."""
        answer = next(self.decode(kind, [data]))
        return next(self.decode(kind, [data])) if isinstance(answer, Stopped) else answer

    def tiles(
        self, files: Sequence[Body], tile_px: int, crop: Crop = "centre", *, again: bool = True
    ) -> list[Answer]:
        """Answers that together hold one for each file, in order: one for all, or one each after a file ended the child."""
        child = self._child or self._start()
        with contextlib.suppress(BrokenPipeError):
            _send(child, _KINDS[crop], files, tile_px)
        payload = self._receive(child)
        if not isinstance(payload, Unreadable):
            return [Answer.unpack(payload)]
        if len(files) == 1 and not (again and isinstance(payload, Stopped)):
            return [Answer.refusal(payload)]
        return [
            answer for data in files for answer in self.tiles([data], tile_px, crop, again=False)
        ]

    def close(self) -> None:
        """End the child, whatever it does."""
        child, self._child = self._child, None
        if child is not None:
            child.close()

    def _start(self) -> Child:
        self._child = Child("engine.decode_child")
        return self._child

    def _receive(self, child: Child) -> bytearray | Unreadable:
        deadline = time.monotonic() + self._wall_seconds
        try:
            status, length = ANSWER.unpack(child.read(ANSWER.size, deadline))
            payload = child.read(min(length, _LONGEST), deadline)
        except TimeoutError:
            self.close()
            return Unreadable(SLOW)
        except EOFError:
            self.close()
            return Stopped(STOPPED)
        return payload if status == READ else Unreadable(payload.decode())


def _send(child: Child, kind: bytes, files: Sequence[Body], tile_px: int = 0) -> None:
    child.requests.write(REQUEST.pack(kind, tile_px, len(files)))
    child.requests.write(lengths(len(files)).pack(*map(len, files)))
    child.requests.writelines(files)
    child.requests.flush()
