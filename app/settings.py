"""Everything the environment decides, read once, typed, and refused at start with the variable's name."""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypedDict
from urllib.parse import unquote, urlsplit

from app.domain.errors import BadSetting
from app.domain.quotas import Quota
from app.domain.secret_words import what_is_wrong

SECRET_KEY_MIN = 32
PASSWORD_MIN = 12
LOOPBACK = {"localhost", "127.0.0.1", "::1"}


class S3Settings(TypedDict):
    """How to reach a bucket."""

    endpoint_url: str | None
    public_url: str | None
    region: str
    access_key_id: str | None
    secret_access_key: str | None


@dataclass(frozen=True)
class Settings:
    """One attribute a variable, in lower case; README.md's table lists them and a test holds it complete."""

    # What holds a secret is not shown where settings are: in a log, or on a page that somebody debugs with.
    database_url: str = field(repr=False)
    redis_url: str = field(repr=False)
    storage_url: str
    secret_key: str = field(repr=False)
    s3_endpoint_url: str | None = None
    s3_public_url: str | None = None
    s3_region: str = "us-east-1"
    s3_access_key_id: str | None = field(default=None, repr=False)
    s3_secret_access_key: str | None = field(default=None, repr=False)
    cookie_secure: bool = True
    trusted_hosts: tuple[str, ...] = ("localhost", "127.0.0.1")
    trusted_proxies: int = 0
    registration: str = "open"
    quota_bytes: int = 50_000_000_000
    quota_tiles: int = 1_000_000
    quota_jobs: int = 50
    quota_running: int = 4
    uploads_per_hour: int = 600
    jobs_per_hour: int = 200
    cache_dir: Path = Path("var/cache")
    cache_max_bytes: int = 20_000_000_000
    log_level: str = "INFO"
    log_format: str = "json"
    metrics_token: str | None = None
    otel_exporter_otlp_endpoint: str | None = None

    @property
    def s3(self) -> S3Settings:
        """What `app.storage.storage_from` takes beside the address."""
        return {
            "endpoint_url": self.s3_endpoint_url,
            "public_url": self.s3_public_url,
            "region": self.s3_region,
            "access_key_id": self.s3_access_key_id,
            "secret_access_key": self.s3_secret_access_key,
        }

    @property
    def quota(self) -> Quota:
        """What one owner may have."""
        return Quota(self.quota_bytes, self.quota_tiles, self.quota_jobs)

    @classmethod
    def from_environ(cls, environ: Mapping[str, str]) -> Settings:
        """Read the variables. Raises BadSetting naming the first one that is missing or wrong."""
        read = _Reader(environ)
        return cls(
            database_url=read.guarded_url("DATABASE_URL", ("postgresql+psycopg",)),
            redis_url=read.guarded_url("REDIS_URL", ("redis", "rediss")),
            storage_url=read.url("STORAGE_URL", ("file", "s3")),
            secret_key=read.secret("SECRET_KEY", least=SECRET_KEY_MIN),
            s3_endpoint_url=environ.get("S3_ENDPOINT_URL") or None,
            s3_public_url=read.origin("S3_PUBLIC_URL"),
            s3_region=environ.get("S3_REGION") or cls.s3_region,
            **read.s3_keys(),
            cookie_secure=read.flag("COOKIE_SECURE", default=cls.cookie_secure),
            trusted_hosts=read.hosts("TRUSTED_HOSTS", always=cls.trusted_hosts),
            trusted_proxies=read.count("TRUSTED_PROXIES", default=cls.trusted_proxies),
            registration=read.one_of("REGISTRATION", ("open", "closed")),
            quota_bytes=read.count("QUOTA_BYTES", default=cls.quota_bytes),
            quota_tiles=read.count("QUOTA_TILES", default=cls.quota_tiles),
            quota_jobs=read.count("QUOTA_JOBS", default=cls.quota_jobs, least=1),
            quota_running=read.count("QUOTA_RUNNING", default=cls.quota_running, least=1),
            uploads_per_hour=read.count("UPLOADS_PER_HOUR", default=cls.uploads_per_hour, least=1),
            jobs_per_hour=read.count("JOBS_PER_HOUR", default=cls.jobs_per_hour, least=1),
            cache_dir=Path(environ.get("CACHE_DIR") or cls.cache_dir),
            cache_max_bytes=read.count("CACHE_MAX_BYTES", default=cls.cache_max_bytes),
            log_level=read.level("LOG_LEVEL", default=cls.log_level),
            log_format=read.one_of("LOG_FORMAT", ("json", "text")),
            metrics_token=environ.get("METRICS_TOKEN") or None,
            otel_exporter_otlp_endpoint=environ.get("OTEL_EXPORTER_OTLP_ENDPOINT") or None,
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

    def guarded_url(self, name: str, schemes: tuple[str, ...]) -> str:
        """The address of a service that asks for a password. Only on this machine may it do without."""
        value = self.url(name, schemes)
        parts = urlsplit(value)
        if parts.password is None and (parts.hostname or "localhost") in LOOPBACK:
            return value
        if wrong := what_is_wrong(unquote(parts.password or ""), least=PASSWORD_MIN):
            raise BadSetting(f"{name} holds a password that {wrong}")
        return value

    def secret(self, name: str, *, least: int) -> str:
        value = self.environ.get(name, "")
        if wrong := what_is_wrong(value, least=least):
            raise BadSetting(f"{name} {wrong}")
        return value

    def s3_keys(self) -> dict[str, str]:
        """Both, or none where the machine itself has leave, as in AWS."""
        names = ("S3_ACCESS_KEY_ID", "S3_SECRET_ACCESS_KEY")
        there = [name for name in names if self.environ.get(name)]
        if len(there) == 1:
            [missing] = set(names) - set(there)
            raise BadSetting(f"{missing} is not set, though {there[0]} is")
        if there:
            self.secret(names[1], least=PASSWORD_MIN)
        return {name.lower(): self.environ[name] for name in there}

    def hosts(self, name: str, *, always: tuple[str, ...]) -> tuple[str, ...]:
        """Names under which browsers reach us; this machine's own are always among them, for its health checks."""
        named = [host.strip().lower() for host in self.environ.get(name, "").split(",")]
        for host in filter(None, named):
            if not re.fullmatch(r"\.?[a-z0-9-]+(\.[a-z0-9-]+)*|\[[0-9a-f:]+\]", host):
                raise BadSetting(f"{name} has to be names of hosts with commas between them")
        return (*always, *(host for host in named if host and host not in always))

    def one_of(self, name: str, choices: tuple[str, ...]) -> str:
        """The first is the default."""
        value = (self.environ.get(name) or choices[0]).lower()
        if value not in choices:
            raise BadSetting(f"{name} has to be {' or '.join(choices)}")
        return value

    def flag(self, name: str, *, default: bool) -> bool:
        value = self.environ.get(name, "")
        if value not in {"", "0", "1"}:
            raise BadSetting(f"{name} has to be 0 or 1")
        return value == "1" if value else default

    def count(self, name: str, *, default: int, least: int = 0) -> int:
        value = self.environ.get(name, "")
        if value and (not value.isdecimal() or int(value) < least):
            above = f" of at least {least}" if least else ""
            raise BadSetting(f"{name} has to be a whole number{above}")
        return int(value) if value else default

    def level(self, name: str, *, default: str) -> str:
        value = (self.environ.get(name) or default).upper()
        if value not in logging.getLevelNamesMapping():
            raise BadSetting(f"{name} has to be one of DEBUG, INFO, WARNING, ERROR")
        return value
