from pathlib import Path

import pytest

from app.domain.errors import BadSetting
from app.settings import Settings

GOOD = {
    "DATABASE_URL": "postgresql+psycopg://app:Zoo-4711-Lantern@db/app",
    "REDIS_URL": "redis://:f00dc0ffee42@cache/0",
    "STORAGE_URL": "file:///data",
    "SECRET_KEY": "0123456789abcdef" * 2,
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
            "S3_SECRET_ACCESS_KEY": "jHr7wq0Lp2sVb9",
            "COOKIE_SECURE": "0",
            "TRUSTED_HOSTS": "tessera.example.org, Mosaics.example.org",
            "TRUSTED_PROXIES": "2",
            "REGISTRATION": "closed",
            "QUOTA_BYTES": "5000",
            "QUOTA_TILES": "600",
            "QUOTA_JOBS": "7",
            "QUOTA_RUNNING": "2",
            "UPLOADS_PER_HOUR": "80",
            "JOBS_PER_HOUR": "9",
            "CACHE_DIR": "/cache",
            "CACHE_MAX_BYTES": "1000",
            "LOG_LEVEL": "debug",
        }
    )
    assert (settings.cookie_secure, settings.trusted_proxies) == (False, 2)
    assert settings.trusted_hosts == (
        *("localhost", "127.0.0.1"),
        *("tessera.example.org", "mosaics.example.org"),
    )
    assert settings.registration == "closed"
    assert (settings.quota_bytes, settings.quota_tiles) == (5000, 600)
    assert (settings.quota_jobs, settings.quota_running) == (7, 2)
    assert (settings.uploads_per_hour, settings.jobs_per_hour) == (80, 9)
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
        ("SECRET_KEY", "x7" * 16),
        ("SECRET_KEY", "changeme-changeme-changeme-changeme"),
        ("SECRET_KEY", "your-super-secret-key-here-1234567890"),
        ("DATABASE_URL", "postgresql+psycopg://app@db/app"),
        ("DATABASE_URL", "postgresql+psycopg://app:postgres@db/app"),
        ("DATABASE_URL", "postgresql+psycopg://app:tessera-password@127.0.0.1/app"),
        ("REDIS_URL", "redis://cache:6379/0"),
        ("REDIS_URL", "redis://:redis@cache:6379/0"),
        ("TRUSTED_HOSTS", "https://example.org"),
        ("TRUSTED_HOSTS", "example.org/path"),
        ("REGISTRATION", "maybe"),
        ("QUOTA_JOBS", "0"),
        ("QUOTA_RUNNING", "0"),
        ("QUOTA_BYTES", "50 GB"),
        ("UPLOADS_PER_HOUR", "0"),
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


@pytest.mark.parametrize(
    ("keys", "named"),
    [
        ({"S3_ACCESS_KEY_ID": "a"}, "S3_SECRET_ACCESS_KEY"),
        ({"S3_SECRET_ACCESS_KEY": "jHr7wq0Lp2sVb9"}, "S3_ACCESS_KEY_ID"),
        ({"S3_ACCESS_KEY_ID": "a", "S3_SECRET_ACCESS_KEY": "minioadmin"}, "S3_SECRET_ACCESS_KEY"),
    ],
)
def test_keys_of_a_bucket_come_in_pairs_and_are_none_of_the_examples(keys, named):
    with pytest.raises(BadSetting, match=f"^{named} "):
        Settings.from_environ(GOOD | keys)


@pytest.mark.parametrize("host", ["", "localhost", "127.0.0.1:5432"])
def test_on_this_machine_a_service_may_do_without_a_password(host):
    url = f"postgresql+psycopg://{host}/app"
    assert Settings.from_environ(GOOD | {"DATABASE_URL": url}).database_url == url


def test_what_is_shown_of_settings_holds_no_secret():
    keys = {"S3_ACCESS_KEY_ID": "GKab12cd34", "S3_SECRET_ACCESS_KEY": "jHr7wq0Lp2sVb9"}
    shown = repr(Settings.from_environ(GOOD | keys))
    secrets = (GOOD["SECRET_KEY"], "Zoo-4711-Lantern", "f00dc0ffee42", *keys.values())
    assert [secret for secret in secrets if secret in shown] == []
