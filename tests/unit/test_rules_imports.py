"""The import contracts are only worth something if they catch what they forbid."""

import shutil
import subprocess
import sys

import pytest

from cli.stack.process import ROOT

# In which module somebody imports what they should not.
VIOLATIONS = {
    "app/domain/names.py": "app.models",
    "app/domain/limits.py": "sqlalchemy",
    "app/models/owner.py": "app.services.browse",
    "app/queue.py": "app.storage",
    "app/services/browse.py": "flask",
    "app/services/owners.py": "app.settings",
    "app/services/cancel_job.py": "app.web.parts",
    "app/services/progress.py": "celery",
    "app/storage/disk.py": "boto3",
    "app/web/words.py": "numpy",
    "app/web/paging.py": "engine.grid",
    "app/web/health.py": "worker.runner",
    "cli/stack/ports.py": "cli.sample",
    "engine/place.py": "engine.build",
    "engine/ssim.py": "app.domain.limits",
    "engine/match.py": "sqlalchemy",
    "worker/errors.py": "worker.progress",
    "worker/jobs/results.py": "kombu",
    "worker/progress.py": "worker.jobs.make_mosaic",
    "worker/runner.py": "app.settings",
    "worker/sweeper.py": "cli.stack.ports",
}
STRAYS = ["app/utils.py", "engine/helpers.py", "worker/common.py", "cli/misc.py"]


def dotted(path):
    return path.removesuffix(".py").replace("/", ".")


@pytest.fixture(scope="module")
def verdict(tmp_path_factory):
    """What the linter says of a copy of the tree in which every rule is broken."""
    tree = tmp_path_factory.mktemp("tree")
    shutil.copy(ROOT / "pyproject.toml", tree)
    for package in ("app", "worker", "engine", "cli"):
        shutil.copytree(
            ROOT / package, tree / package, ignore=shutil.ignore_patterns("__pycache__")
        )
    for path, imported in VIOLATIONS.items():
        with (tree / path).open("a") as module:
            module.write(f"\nimport {imported}\n")
    for path in STRAYS:
        (tree / path).write_text("")
    program = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    done = subprocess.run(
        [sys.executable, "-c", program, "--no-cache"],
        cwd=tree,
        env={"COLUMNS": "300", "PYTHONPATH": str(tree)},
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1, done.stdout + done.stderr
    return done.stdout


@pytest.mark.parametrize(("path", "imported"), VIOLATIONS.items())
def test_a_wrong_import_is_found(verdict, path, imported):
    assert f"{dotted(path)} -> {imported} " in verdict


@pytest.mark.parametrize("path", STRAYS)
def test_a_stray_module_is_found(verdict, path):
    assert path.removesuffix(".py").rpartition("/")[2] in verdict
