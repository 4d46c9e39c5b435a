"""The files that OpenStack Swift reads at its start: one device, one copy of everything, all on loopback."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from page import PAGE
from swift.common.ring import RingBuilder, RingData

DEVICE = "disk"
BACKENDS = ("account", "container", "object")

SWIFT = """
[swift-hash]
swift_hash_path_prefix = tessera
swift_hash_path_suffix = tests

[storage-policy:0]
name = one
default = yes
"""

# Nothing may reach the machine's system log, and a nearly full disk is no reason to refuse a test's few bytes.
COMMON = """
[DEFAULT]
swift_dir = {etc}
log_level = WARNING
log_address = /nonexistent
"""

BACKEND = """
devices = {devices}
mount_check = false
disable_fallocate = true
fallocate_reserve = 0

[pipeline:main]
pipeline = {name}-server

[app:{name}-server]
use = egg:swift#{name}
"""

# s3api stores what was sent in parts through slo, and checks for itself that tempauth follows it.
PIPELINE = ("catch_errors", "gatekeeper", "memory", "s3api", "tempauth", "copy", "slo", "dlo")

PROXY = """
[pipeline:main]
pipeline = {pipeline} proxy-server

[app:proxy-server]
use = egg:swift#proxy
account_autocreate = true
# Browsers send to it from pages of any address: what a bucket's CORS rules would allow elsewhere.
cors_allow_origin = *

[filter:memory]
paste.filter_factory = memory_cache:filter_factory

[filter:s3api]
use = egg:swift#s3api
location = us-east-1
# A listing of three pages takes some fifty objects, not two thousand.
max_bucket_listing = {page}
cors_preflight_allow_origin = *

[filter:tempauth]
use = egg:swift#tempauth
user_{account}_{user} = {secret_access_key} .admin
"""

PLAIN_FILTER = """
[filter:{name}]
use = egg:swift#{name}
"""


@dataclass(frozen=True)
class Keys:
    """What a client signs with. Swift's access key is `account:user`."""

    access_key_id: str
    secret_access_key: str

    @property
    def account(self) -> str:
        return self.access_key_id.partition(":")[0]

    @property
    def user(self) -> str:
        return self.access_key_id.partition(":")[2]


def write(folder: Path, ports: dict[str, int], keys: Keys) -> Path:
    """Write every file for servers on these ports; returns the folder they are in."""
    etc, devices = folder / "etc", folder / "devices"
    etc.mkdir(parents=True)
    (devices / DEVICE).mkdir(parents=True)
    (etc / "swift.conf").write_text(SWIFT)
    common = COMMON.format(etc=etc)
    for name in BACKENDS:
        _ring(ports[name]).save(str(etc / f"{name}.ring.gz"))
        (etc / f"{name}.conf").write_text(common + BACKEND.format(name=name, devices=devices))
    (etc / "proxy.conf").write_text(common + _proxy(keys))
    return etc


def _proxy(keys: Keys) -> str:
    plain = [name for name in PIPELINE if f"[filter:{name}]" not in PROXY]
    return PROXY.format(
        pipeline=" ".join(PIPELINE),
        page=PAGE,
        account=keys.account,
        user=keys.user,
        secret_access_key=keys.secret_access_key,
    ) + "".join(PLAIN_FILTER.format(name=name) for name in plain)


def _ring(port: int) -> RingData:
    """A ring of one device; its 2**4 parts are more than enough for one."""
    builder = RingBuilder(part_power=4, replicas=1, min_part_hours=1)
    address = {"ip": "127.0.0.1", "port": port}
    replication = {f"replication_{name}": value for name, value in address.items()}
    place = {"id": 0, "region": 1, "zone": 1, "device": DEVICE, "weight": 1.0, "meta": ""}
    builder.add_dev({**place, **address, **replication})
    builder.rebalance()
    return builder.get_ring()
