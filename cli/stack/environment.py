"""The environment that the web server and the workers of a stack get."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from cli.stack.secret_files import secret_file

GENEROUS = {
    "QUOTA_BYTES": str(10**14),
    "QUOTA_TILES": str(10**9),
    "QUOTA_JOBS": str(10**6),
    "QUOTA_RUNNING": str(10**6),
    "UPLOADS_PER_HOUR": str(10**7),
    "JOBS_PER_HOUR": str(10**7),
}


def environment(
    var: Path, outside: Mapping[str, str], *, database_url: str, redis_url: str
) -> dict[str, str]:
    """What the outside says comes first; what it leaves open points into `var`."""
    return {
        "STORAGE_URL": (var / "objects").as_uri(),
        "SECRET_KEY": secret_file(var / "secrets", "session").read_text(),
        # Browsers would not send a secure cookie back to http://127.0.0.1.
        "COOKIE_SECURE": "0",
        # On one's own machine nobody has to be kept from anything.
        **GENEROUS,
        "CACHE_DIR": str(var / "cache"),
        # Compiled kernels: the second start finds them, whoever may or may not write beside the source.
        "NUMBA_CACHE_DIR": str(var / "numba"),
        "PYTHONUNBUFFERED": "1",
        "LOG_FORMAT": "text",
        **{name: value for name, value in outside.items() if value},
        "DATABASE_URL": database_url,
        "REDIS_URL": redis_url,
    }
