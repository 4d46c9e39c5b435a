"""The parent's end of a child process that reads what strangers sent: start it, take exact bytes from it, end it."""

from __future__ import annotations

import contextlib
import os
import select
import subprocess
import sys
import time
from pathlib import Path
from typing import IO, cast

from engine.limits import PIPE_BYTES

_ROOT = Path(__file__).resolve().parent.parent
# Pictures come and go by the thousand: glibc keeps their room instead of asking the kernel for fresh pages each time, which is a
# seventh of the time that a small tile takes. Only larger blocks than 8 MB go back at once.
_HEAP = {"MALLOC_MMAP_THRESHOLD_": str(8 * 2**20), "MALLOC_TRIM_THRESHOLD_": str(64 * 2**20)}


class Child:
    """`python -m module`, spoken to over its standard input and output. It ends at the latest when this is closed."""

    def __init__(self, module: str) -> None:
        # No environment: secrets of the parent are none of its business. A session of its own: a Ctrl-C is the parent's.
        self.process = subprocess.Popen(
            [sys.executable, "-s", "-B", "-m", module],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd="/",
            env={"PYTHONPATH": str(_ROOT), "LC_ALL": "C.UTF-8", "OPENBLAS_NUM_THREADS": "1"}
            | _HEAP,
            start_new_session=True,
            # A batch of small pictures goes through at once, and wakes the other side once; a large one is not copied before.
            pipesize=PIPE_BYTES,
            bufsize=PIPE_BYTES,
        )

    @property
    def requests(self) -> IO[bytes]:
        """What it reads."""
        return cast("IO[bytes]", self.process.stdin)

    def read(self, length: int, deadline: float) -> bytearray:
        """Exactly `length` bytes. Raises EOFError where the child is gone, TimeoutError at the (monotonic) deadline."""
        pipe = cast("IO[bytes]", self.process.stdout).fileno()
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

    def close(self) -> None:
        """End it, whatever it does."""
        self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            # What the pipe still held was for a child that is gone.
            with contextlib.suppress(OSError):
                cast("IO[bytes]", pipe).close()
