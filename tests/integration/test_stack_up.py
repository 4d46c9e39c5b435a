"""`tessera up` as a person meets it: one address, one Ctrl-C, and no way to break it."""

import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path

import pytest

from cli.stack import guard
from cli.stack.ports import free_port, is_free
from cli.stack.process import ROOT

# Should the test run itself be killed, the stack gets a stop; what the stack started gets no help from us.
WITH_US = """
import os, signal, sys
from cli.stack import guard
guard.prctl(guard.PR_SET_PDEATHSIG, signal.SIGTERM)
os.execv(sys.argv[1], sys.argv[1:])
"""
READY = re.compile(r"Tessera is ready: (http://127\.0\.0\.1:(\d+))\n")


def wait_for(condition, seconds=60):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def family(pid):
    """Everybody who descends from a process."""
    return [each for child in guard.children(pid) for each in (child, *family(child))]


def command_line(pid):
    try:
        return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")
    except OSError:  # it has just ended
        return ""


class Up:
    """A running `tessera up`, without any help of ours in stopping it."""

    def __init__(self, process, var, output):
        self.process = process
        self.var = var
        self.output = output

    @property
    def said(self):
        return self.output.read_text()

    @property
    def address(self):
        return READY.search(self.said)[1]

    def page(self):
        with urllib.request.urlopen(self.address, timeout=30) as answer:
            return answer.read().decode()

    def who(self, words):
        """Whose command line holds these words, of all that it started."""
        return [pid for pid in family(self.process.pid) if words in command_line(pid)]


def command(var, *options):
    return [sys.executable, "-m", "cli", "up", "--var", str(var), *(options or ["--no-sample"])]


def refused(var, *options, **environ):
    """What a start that must not succeed says."""
    done = subprocess.run(
        command(var, *options),
        cwd=ROOT,
        env=os.environ | environ,
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 1, done.stdout
    assert "Traceback" not in done.stderr
    return done.stderr


@contextmanager
def up(var, *options, **environ):
    output = var.with_suffix(".output")
    with (
        output.open("wb") as file,
        subprocess.Popen(
            [sys.executable, "-c", WITH_US, *command(var, *options)],
            cwd=ROOT,
            env=os.environ | environ,
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=file,
            start_new_session=True,
        ) as process,
    ):
        wait_for(lambda: READY.search(output.read_text()) or process.poll() is not None)
        assert process.poll() is None, output.read_text()
        try:
            yield Up(process, var, output)
        finally:
            process.send_signal(signal.SIGINT)
            assert process.wait(60) in {0, -signal.SIGKILL}, output.read_text()


@pytest.fixture(scope="module")
def stack(tmp_path_factory):
    with up(tmp_path_factory.mktemp("stack") / "var") as running:
        yield running


def test_the_address_leads_to_the_first_page(stack):
    assert "<title>" in stack.page()
    assert f"Data is in {stack.var}" in stack.said


def test_it_says_when_the_usual_port_was_taken(stack):
    assert READY.search(stack.said)[2] == "8000" or "Port 8000 is taken" in stack.said


def test_no_secret_is_on_a_command_line_or_in_a_log(stack):
    folder = stack.var / "secrets"
    environment = json.loads((folder / "environment.json").read_text())
    passwords = [(folder / name).read_text() for name in ("session", "postgres", "valkey")]
    addresses = [
        value for value in environment.values() if any(word in value for word in passwords)
    ]
    assert len(addresses) > 1
    secrets = [*passwords, *addresses]
    lines = [command_line(pid) for pid in family(stack.process.pid)]
    logs = [path.read_text() for path in (stack.var / "log").iterdir()]
    assert len(lines) > 10
    assert not [
        secret for secret in secrets for text in [*lines, *logs, stack.said] if secret in text
    ]


def test_a_second_one_in_the_same_folder_is_told_where_the_first_is(stack):
    sentence = refused(stack.var)
    assert f"(process {stack.process.pid}): {stack.address}\n" in sentence
    assert "tessera up --var FOLDER" in sentence


def test_a_port_that_is_taken_is_refused(stack, tmp_path):
    port = READY.search(stack.said)[2]
    assert f"Port {port} is taken by another program." in refused(tmp_path / "var", "--port", port)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SECRET_KEY", "short"),
        ("SECRET_KEY", "change-me-please-this-is-a-default-secret-key"),
        ("DATABASE_URL", "mysql://x"),
        ("LOG_LEVEL", "LOUD"),
    ],
)
def test_a_wrong_variable_is_named_before_anything_starts(tmp_path, name, value):
    assert name in refused(tmp_path / "var", **{name: value})
    assert not (tmp_path / "var/postgres").exists()


def test_a_database_that_does_not_answer_is_named(tmp_path):
    sentence = refused(
        tmp_path / "var", DATABASE_URL="postgresql+psycopg://tessera@127.0.0.1:1/tessera"
    )
    assert "The database that DATABASE_URL names does not answer" in sentence


def test_what_the_environment_names_is_used(tmp_path, sessions, database_url, redis_url):
    with up(tmp_path / "var", DATABASE_URL=database_url, REDIS_URL=redis_url) as running:
        assert "<title>" in running.page()
        assert running.who("postgres -D") + running.who("valkey") == []
    assert not (tmp_path / "var/postgres").exists()


@pytest.mark.parametrize("name", ["gunicorn", "maker@", "reader@", "valkey.conf"])
def test_who_dies_is_reported_and_started_again(stack, name):
    """Its children go with it, or the next one would run beside them."""

    def watchers():
        return [pid for pid in guard.children(stack.process.pid) if name in command_line(pid)]

    before = stack.said
    [watcher] = watchers()
    lost = family(watcher)
    os.kill(lost[0], signal.SIGKILL)
    wait_for(lambda: watchers() not in ([], [watcher]))
    assert not any(map(command_line, lost))
    said = stack.said.removeprefix(before)
    assert "ended by itself. The end of " in said
    assert "It is started again in " in said


def test_a_hard_death_leaves_no_orphans_and_a_start_right_after_works(tmp_path):
    with up(tmp_path / "var") as killed:
        wait_for(lambda: len(killed.who("maker@")) > 2)
        everybody = family(killed.process.pid)
        names = " ".join(map(command_line, everybody))
        assert all(name in names for name in ("postgres: ", "valkey-server", "gunicorn", "celery"))
        killed.process.kill()
        with up(tmp_path / "var") as again:
            assert "<title>" in again.page()
            assert not any(map(command_line, everybody))


def test_the_sample_comes_by_itself(tmp_path):
    """As `make run` does it: the address first, then the sample, made by the workers while pages answer."""
    with up(tmp_path / "var", "--port", str(free_port())) as running:
        before = running.page()
        wait_for(lambda: "The sample is ready: " in running.said, seconds=600)
        assert running.page() != before
        assert "could not be prepared" not in running.said
        assert running.process.poll() is None


def test_one_signal_stops_everything(tmp_path):
    with up(tmp_path / "var") as running:
        everybody = family(running.process.pid)
        running.process.send_signal(signal.SIGTERM)
        assert running.process.wait(60) == 0
        assert not any(map(command_line, everybody))
        assert running.said.endswith(f"Stopped. Your data stays in {tmp_path / 'var'}\n")
        assert is_free(int(READY.search(running.said)[2]))
