"""deploy/new-env: a file with every secret, fresh, private, and never over an older one."""

import re
import shutil
import stat
import subprocess

import pytest

from app.settings import SECRET_KEY_MIN
from tests.unit.deploy.files import ROOT, variables


@pytest.fixture
def checkout(tmp_path):
    (tmp_path / "deploy").mkdir()
    shutil.copy(ROOT / "deploy/new-env", tmp_path / "deploy")
    shutil.copy(ROOT / ".env.example", tmp_path)
    return tmp_path


def new_env(checkout):
    return subprocess.run(
        [checkout / "deploy/new-env"], cwd="/", capture_output=True, text=True, check=False
    )


def read(checkout):
    lines = (checkout / ".env").read_text().splitlines()
    return dict(line.split("=", 1) for line in lines if re.match(r"\w+=", line))


def test_every_secret_is_written_and_fit_for_its_place(checkout):
    assert new_env(checkout).returncode == 0
    written = read(checkout)
    assert set(written) == {name for name, how, _ in variables() if how == "?"}
    assert len(written["SECRET_KEY"]) >= SECRET_KEY_MIN
    assert re.fullmatch(r"GK[0-9a-f]{32}", written["S3_ACCESS_KEY_ID"])
    assert re.fullmatch(r"[0-9a-f]{64}", written["S3_SECRET_ACCESS_KEY"])
    assert re.fullmatch(r"[0-9a-f]{64}", written["GARAGE_RPC_SECRET"])
    assert all(re.fullmatch(r"[0-9A-Za-z]+", value) for value in written.values())
    assert len(set(written.values())) == len(written)


def test_only_its_owner_reads_it(checkout):
    new_env(checkout)
    assert stat.S_IMODE((checkout / ".env").stat().st_mode) == 0o600


def test_an_older_one_is_left_alone(checkout):
    (checkout / ".env").write_text("SECRET_KEY=precious\n")
    answer = new_env(checkout)
    assert answer.returncode == 1
    assert "left as it is" in answer.stderr
    assert (checkout / ".env").read_text() == "SECRET_KEY=precious\n"


def test_twice_is_never_the_same(checkout):
    new_env(checkout)
    first = read(checkout)
    (checkout / ".env").unlink()
    new_env(checkout)
    assert not set(first.values()) & set(read(checkout).values())


def test_secrets_stay_out_of_git_and_out_of_the_image():
    assert ".env" in (ROOT / ".gitignore").read_text().splitlines()
