"""Which store an address opens, and what is said of one that opens none."""

import pytest

from app.settings import BadSetting
from app.storage import storage_from
from app.storage.checks import BadKey, checked_prefix
from app.storage.disk import DiskStorage
from app.storage.s3 import CONNECTIONS, S3Storage


def test_a_folder_is_made_where_its_address_says(tmp_path):
    store = storage_from(f"file://{tmp_path}/with%20space")
    assert isinstance(store, DiskStorage)
    store.put("a", b"body")
    assert (tmp_path / "with space" / "objects" / "a").read_bytes() == b"body"


def test_a_bucket_is_reached_through_its_endpoint():
    store = storage_from(
        "s3://tiles",
        endpoint_url="http://s3.example:9000",
        region="eu-north-1",
        access_key_id="who",
        secret_access_key="secret",
    )
    assert isinstance(store, S3Storage)
    url = store._s3.generate_presigned_url("get_object", Params={"Bucket": "tiles", "Key": "a b"})
    assert url.startswith("http://s3.example:9000/tiles/a%20b?X-Amz-Algorithm=AWS4-HMAC-SHA256")
    assert "eu-north-1" in url
    assert store._bucket == "tiles"


def test_at_aws_itself_a_bucket_is_a_host():
    store = storage_from(
        "s3://tiles", region="eu-north-1", access_key_id="a", secret_access_key="b"
    )
    url = store._s3.generate_presigned_url("get_object", Params={"Bucket": "tiles", "Key": "a"})
    assert url.startswith("https://tiles.s3")


def test_a_web_process_has_a_connection_for_each_of_its_threads():
    store = storage_from("s3://tiles", access_key_id="who", secret_access_key="secret")
    assert store._s3.meta.config.max_pool_connections == CONNECTIONS == 32


@pytest.mark.parametrize(
    "url",
    ["file://var/objects", "file:objects", "s3://", "s3:tiles", "s3://tiles/folder", "/srv/tessera", "http://tiles"],
)  # fmt: skip
def test_an_address_that_names_no_store(url):
    with pytest.raises(BadSetting, match="STORAGE_URL"):
        storage_from(url)


@pytest.mark.parametrize("keys", [("who", None), (None, "secret"), ("who", "")])
def test_half_a_pair_of_keys(keys):
    with pytest.raises(BadSetting, match="S3_SECRET_ACCESS_KEY"):
        storage_from("s3://tiles", access_key_id=keys[0], secret_access_key=keys[1])


def test_a_prefix_may_end_anywhere():
    for prefix in ["", "o", "o/", "o/1/ph", "o/1/.."]:
        assert checked_prefix(prefix) == prefix
    with pytest.raises(BadKey):
        checked_prefix("o/../1/")
