"""Bodies and streams that behave as real ones do: large, slow, broken, or watched while they are read."""

import io
import random

# The least that S3 takes as a part.
PART = 5 << 20
SMALL = b"a small body"


def body(size):
    """Bytes that repeat nowhere, the same for the same size."""
    return random.Random(size).randbytes(size)


# Round the size from which S3 takes a body in parts.
SIZES = [0, 1, PART - 1, PART, PART + 1, 2 * PART + 12_345]


class Trickle(io.RawIOBase):
    """Gives a few bytes at a time and knows no seeking, as a connection does."""

    def __init__(self, content, at_most=70_000):
        self._content = io.BytesIO(content)
        self._at_most = at_most

    def readable(self):
        return True

    def read(self, size=-1):
        return self._content.read(min(size, self._at_most) if size > 0 else self._at_most)


class Watched(io.BytesIO):
    """Calls `look` before every read, so while the object is being written."""

    def __init__(self, content, look):
        super().__init__(content)
        self._look = look

    def read(self, size=-1):
        self._look()
        return super().read(size)


class Cut(io.BytesIO):
    """Breaks after its content, as an upload does whose sender went away."""

    def read(self, size=-1):
        piece = super().read(size)
        if not piece:
            raise ConnectionAbortedError("the sender went away")
        return piece
