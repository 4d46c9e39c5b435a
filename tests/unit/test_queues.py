"""Every queue has a worker that takes from it, in the local stack and in the compose file."""

import itertools
import shlex
from pathlib import Path

import yaml

from app.domain.states import QUEUE_OF, JobKind, Queue
from cli.stack.programs import WORKERS
from worker.runner import JOBS

ROOT = Path(__file__).parents[2]
ALL = {queue.value for queue in Queue}


def test_the_local_stack_takes_from_every_queue():
    assert {queue for queues, _ in WORKERS.values() for queue in queues.split(",")} == ALL


def test_the_compose_file_takes_from_every_queue():
    services = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
    taken = set()
    for service in services.values():
        command = service.get("command", [])
        words = shlex.split(command) if isinstance(command, str) else [str(w) for w in command]
        for before, word in itertools.pairwise(words):
            if before in {"-Q", "--queues"}:
                taken |= set(word.split(","))
    assert taken == ALL


def test_an_import_never_shares_a_worker_with_what_people_wait_for():
    for queues, _ in WORKERS.values():
        assert queues == "libraries" or "libraries" not in queues


def test_every_kind_of_job_has_a_queue_and_a_function():
    assert set(QUEUE_OF) == set(JOBS) == set(JobKind)
