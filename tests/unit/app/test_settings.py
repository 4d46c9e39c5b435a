from pathlib import Path

import pytest

from app.domain.errors import BadSetting
from app.settings import Settings

GOOD = {
    "DATABASE_URL": "postgresql+psycopg://app@db/app",
    "REDIS_URL": "redis://cache/0",
    "STORAGE_URL": "file:///data",
    "SECRET_KEY": "k" * 32,
}


def test_what_has_a_default_may_be_left_out():
    settings = Settings.from_environ(GOOD)
    assert settings.cookie_secure is True
    assert settings.trusted_proxies == 0
    assert settings.s3_endpoint_url is None
    assert settings.log_level == "INFO"


def test_everything_is_read_and_typed():
    settings = Settings.from_environ(
        GOOD
        | {
            "STORAGE_URL": "s3://bucket",
            "S3_ENDPOINT_URL": "http://s3:9000",
            "S3_PUBLIC_URL": "https://s3.example.org/",
            "S3_REGION": "garage",
            "S3_ACCESS_KEY_ID": "a",
            "S3_SECRET_ACCESS_KEY": "b",
            "COOKIE_SECURE": "0",
            "TRUSTED_PROXIES": "2",
            "CACHE_DIR": "/cache",
            "CACHE_MAX_BYTES": "1000",
            "LOG_LEVEL": "debug",
        }
    )
    assert (settings.cookie_secure, settings.trusted_proxies) == (False, 2)
    assert (settings.cache_dir, settings.cache_max_bytes) == (Path("/cache"), 1000)
    assert settings.s3_public_url == "https://s3.example.org"
    assert (settings.s3_region, settings.log_level) == ("garage", "DEBUG")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", ""),
        ("DATABASE_URL", "sqlite:///x"),
        ("REDIS_URL", ""),
        ("REDIS_URL", "http://x"),
        ("STORAGE_URL", "ftp://x"),
        ("SECRET_KEY", ""),
        ("SECRET_KEY", "secret"),
        ("COOKIE_SECURE", "yes"),
        ("TRUSTED_PROXIES", "-1"),
        ("CACHE_MAX_BYTES", "20 GB"),
        ("LOG_LEVEL", "LOUD"),
        ("S3_PUBLIC_URL", "s3.example.org"),
        ("S3_PUBLIC_URL", "https://example.org/s3"),
        ("S3_PUBLIC_URL", "https://example.org; script-src *"),
    ],
)
def test_a_wrong_variable_is_named_and_its_value_is_not(name, value):
    with pytest.raises(BadSetting) as caught:
        Settings.from_environ(GOOD | {name: value})
    assert str(caught.value).startswith(name)
    if value:
        assert value not in str(caught.value).removeprefix(name)
