"""No room left, however it is said."""

from __future__ import annotations

import errno

FULL = {errno.ENOSPC, errno.EDQUOT}
# As libraries write it that lose the number, and S3 servers.
FULL_IN_WORDS = (
    "No space left on device",
    "InsufficientStorage",
    "XMinioStorageFull",
    "QuotaExceeded",
)


def is_full(error: BaseException | None) -> bool:
    """Whether it came of a disk or a bucket without room; what an error was raised from counts, too."""
    while error is not None:
        if isinstance(error, OSError) and error.errno in FULL:
            return True
        if any(words in str(error) for words in FULL_IN_WORDS):
            return True
        error = error.__cause__
    return False
