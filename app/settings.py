"""Everything the environment decides, read once, typed, and refused at start with the variable's name."""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from app.domain.errors import BadSetting

SECRET_KEY_MIN = 32


@dataclass(frozen=True)
class Settings:
    """One attribute a variable, in lower case; README.md's table lists them and a test holds it complete."""

    database_url: str
    redis_url: str
    storage_url: str
    secret_key: str
    s3_endpoint_url: str | None = None
    s3_public_url: str | None = None
    s3_region: str = "us-east-1"
    s3_access_key_id: str | None = None
    s3_secret_access_key: str | None = None
    cookie_secure: bool = True
    trusted_proxies: int = 0
    cache_dir: Path = Path("var/cache")
    cache_max_bytes: int = 20_000_000_000
    log_level: str = "INFO"

    @classmethod
    def from_environ(cls, environ: Mapping[str, str]) -> Settings:
        """Read the variables. Raises BadSetting naming the first one that is missing or wrong."""
        read = _Reader(environ)
        return cls(
            database_url=read.url("DATABASE_URL", ("postgresql+psycopg",)),
            redis_url=read.url("REDIS_URL", ("redis", "rediss")),
            storage_url=read.url("STORAGE_URL", ("file", "s3")),
            secret_key=read.secret("SECRET_KEY"),
            s3_endpoint_url=environ.get("S3_ENDPOINT_URL") or None,
            s3_public_url=read.origin("S3_PUBLIC_URL"),
            s3_region=environ.get("S3_REGION") or cls.s3_region,
            s3_access_key_id=environ.get("S3_ACCESS_KEY_ID") or None,
            s3_secret_access_key=environ.get("S3_SECRET_ACCESS_KEY") or None,
            cookie_secure=read.flag("COOKIE_SECURE", default=cls.cookie_secure),
            trusted_proxies=read.count("TRUSTED_PROXIES", default=cls.trusted_proxies),
            cache_dir=Path(environ.get("CACHE_DIR") or cls.cache_dir),
            cache_max_bytes=read.count("CACHE_MAX_BYTES", default=cls.cache_max_bytes),
            log_level=read.level("LOG_LEVEL", default=cls.log_level),
        )


class _Reader:
    def __init__(self, environ: Mapping[str, str]) -> None:
        self.environ = environ

    def url(self, name: str, schemes: tuple[str, ...]) -> str:
        value = self.environ.get(name, "")
        if not value:
            raise BadSetting(
                f"{name} is not set. It takes an address that starts with {schemes[0]}://"
            )
        if urlsplit(value).scheme not in schemes:
            raise BadSetting(f"{name} has to start with {' or '.join(f'{s}://' for s in schemes)}")
        return value

    def origin(self, name: str) -> str | None:
        """Scheme and host alone: it goes into a header that lists origins."""
        value = self.environ.get(name, "").rstrip("/")
        if value and not re.fullmatch(r"https?://[\w.-]+(:\d+)?", value, re.ASCII):
            raise BadSetting(f"{name} has to be an address without a path: https://host")
        return value or None

    def secret(self, name: str) -> str:
        value = self.environ.get(name, "")
        if len(value) < SECRET_KEY_MIN:
            raise BadSetting(
                f"{name} has to be a random text of at least {SECRET_KEY_MIN} characters"
            )
        return value

    def flag(self, name: str, *, default: bool) -> bool:
        value = self.environ.get(name, "")
        if value not in {"", "0", "1"}:
            raise BadSetting(f"{name} has to be 0 or 1")
        return value == "1" if value else default

    def count(self, name: str, *, default: int) -> int:
        value = self.environ.get(name, "")
        if value and not value.isdecimal():
            raise BadSetting(f"{name} has to be a whole number")
        return int(value) if value else default

    def level(self, name: str, *, default: str) -> str:
        value = (self.environ.get(name) or default).upper()
        if value not in logging.getLevelNamesMapping():
            raise BadSetting(f"{name} has to be one of DEBUG, INFO, WARNING, ERROR")
        return value
