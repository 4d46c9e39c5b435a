"""Loops that are compiled: without the interpreter's lock, and kept on disk for the next process."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from numba import njit

log = logging.getLogger(__name__)


def kernel(function: Callable[..., Any] | None = None, **options: Any) -> Any:
    """Numba's `njit`, with or without options.

    It is kept where NUMBA_CACHE_DIR says, else beside the source, else in the home of whoever runs it. Where nobody may write
    to any of these, each process compiles anew: that takes a minute, and is better than not to start.
    """
    if function is None:
        return lambda given: kernel(given, **options)
    compiled = njit(nogil=True, **options)(function)
    try:
        compiled.enable_caching()
    except RuntimeError as error:
        log.debug("%s", error)
    return compiled
