"""What docker-compose.yml runs once, run on a real PostgreSQL as the image would."""

import subprocess
import sys
from pathlib import Path

from cli.stack.tables import newest_revision, revision
from tests.unit.deploy.files import OURS, ROOT


def test_migrate_runs_with_the_database_alone_and_may_run_again(database_url):
    program, *words = OURS["migrate"]["command"]
    answer = subprocess.run(
        [Path(sys.executable).with_name(program), *words],
        cwd=ROOT,
        env={"DATABASE_URL": database_url},
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 0, answer.stderr
    assert revision(database_url) == newest_revision()
