"""Garage's configuration and what Tessera is told of it are one."""

import tomllib

from tests.unit.deploy.files import OURS, ROOT, SERVICES

CONFIG = tomllib.loads((ROOT / "deploy/garage.toml").read_text())
GARAGE = SERVICES["garage"]


def test_bucket_region_port_and_keys_are_those_that_tessera_asks_for():
    port = CONFIG["s3_api"]["api_bind_addr"].rpartition(":")[2]
    for service in OURS.values():
        told = service["environment"]
        assert told["STORAGE_URL"] == f"s3://{GARAGE['environment']['GARAGE_DEFAULT_BUCKET']}"
        assert told["S3_REGION"] == CONFIG["s3_api"]["s3_region"]
        assert told["S3_ENDPOINT_URL"] == f"http://garage:{port}"
        assert told["S3_ACCESS_KEY_ID"] == GARAGE["environment"]["GARAGE_DEFAULT_ACCESS_KEY"]
        assert told["S3_SECRET_ACCESS_KEY"] == GARAGE["environment"]["GARAGE_DEFAULT_SECRET_KEY"]


def test_what_it_keeps_lies_in_volumes_and_is_written_through():
    mounted = [mount.split(":")[1] for mount in GARAGE["volumes"]]
    assert {CONFIG["metadata_dir"], CONFIG["data_dir"], "/etc/garage.toml"} == set(mounted)
    assert CONFIG["metadata_fsync"]
    assert CONFIG["data_fsync"]


def test_no_secret_is_in_the_file():
    assert "rpc_secret" not in CONFIG
    assert "GARAGE_RPC_SECRET" in GARAGE["environment"]
