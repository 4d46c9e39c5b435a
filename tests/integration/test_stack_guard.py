"""Nothing outlives its guard, however it ends."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from cli.stack import guard
from cli.stack.process import NotStarted, Process

# A parent that ignores SIGTERM, a child of its own, and a grandchild that has left the family.
FAMILY = """
import os, signal, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
def family(depth):
    if depth and os.fork() == 0:
        if depth == 1:
            os.setsid()
            if os.fork():
                os._exit(0)
        family(depth - 1)
    with open(sys.argv[1], "a") as file:
        print(os.getpid(), file=file)
    time.sleep(600)
family(2)
"""
# Starts a guard the way the supervisor does, then waits to be killed.
PARENT = """
import signal, sys
from pathlib import Path
from cli.stack.process import Process
Process("family", [sys.executable, "-c", sys.argv[1], sys.argv[2]], Path(sys.argv[3]), grace=0.2).start()
signal.pause()
"""


def alive(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def wait_for(condition):
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def pids(path):
    return [int(line) for line in path.read_text().split()] if path.exists() else []


@pytest.fixture
def members(tmp_path):
    return tmp_path / "members"


@pytest.fixture
def family(tmp_path, members):
    process = Process(
        "family", [sys.executable, "-c", FAMILY, str(members)], tmp_path / "log", grace=0.2
    )
    process.start()
    wait_for(lambda: len(pids(members)) == 3)
    yield process
    process.kill()
    # Where the guard died first, nobody else ends those that went out of its sight.
    for pid in filter(alive, pids(members)):
        os.kill(pid, signal.SIGKILL)


def test_a_stop_takes_even_those_who_do_not_listen(family, members):
    assert family.status is None
    family.stop()
    assert family.status == 128 + signal.SIGKILL
    assert not any(map(alive, pids(members)))


def test_a_kill_takes_all_at_once(family, members):
    family.kill()
    assert not any(map(alive, pids(members)))


def test_a_hard_death_of_the_program_takes_its_children_along(family, members):
    os.kill(family.pid, signal.SIGKILL)
    family.wait()
    assert not any(map(alive, pids(members)))


def test_a_hard_death_of_the_supervisor_takes_everything_along(tmp_path, members):
    with subprocess.Popen(
        [sys.executable, "-c", PARENT, FAMILY, str(members), str(tmp_path / "log")]
    ) as parent:
        wait_for(lambda: len(pids(members)) == 3)
        [watcher] = guard.children(parent.pid)
        parent.kill()
    wait_for(lambda: not any(map(alive, [watcher, *pids(members)])))


def test_a_hard_death_of_the_guard_takes_the_program_along(family):
    program = family.pid
    os.kill(guard.parent_of(program), signal.SIGKILL)
    wait_for(lambda: not alive(program))


@pytest.mark.parametrize(
    ("code", "status"), [("raise SystemExit(3)", 3), ("import os; os.abort()", 134)]
)
def test_it_ends_as_the_program_ended(tmp_path, code, status):
    process = Process("program", [sys.executable, "-c", code], tmp_path / "log")
    process.start()
    process.wait()
    assert process.status == status


def test_the_program_gets_the_signal_it_likes(tmp_path):
    code = "import signal; print(signal.sigwait({2, 15}), flush=True)"
    wait = "import signal; signal.pthread_sigmask(0, {2, 15}); print('up', flush=True);"
    log = tmp_path / "log"
    process = Process("program", [sys.executable, "-c", wait + code], log, stops=[signal.SIGINT])
    process.start()
    wait_for(lambda: log.exists() and "up" in log.read_text())
    process.stop()
    assert log.read_text().split() == ["up", "2"]
    assert process.status == 0


def test_a_program_that_is_not_there_is_named(tmp_path):
    process = Process("program", ["/no/such/program"], tmp_path / "log")
    process.start()
    process.wait()
    with pytest.raises(NotStarted, match="/no/such/program cannot be started: No such file"):
        process.wait_until_ready()
