"""Dockerfile and .dockerignore: whatever they name is there, and the image holds all that we import."""

import ast
import fnmatch
import functools
import json
import re
import shlex
import sys
import tomllib
from importlib.metadata import packages_distributions, requires
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.unit.deploy.files import LAST_STAGE, OURS, ROOT, STEPS, final

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


def copied():
    """Paths of this repository that the Dockerfile copies."""
    for _, step, arguments in STEPS:
        if step == "COPY" and not arguments.startswith("--from"):
            *sources, _ = arguments.split()
            yield from sources


def is_sent(path):
    """Whether .dockerignore lets a path through: the last pattern that matches decides."""
    sent = True
    here = Path(path)
    for line in (ROOT / ".dockerignore").read_text().splitlines():
        pattern = line.lstrip("!")
        names = here.parts if pattern.startswith("**/") else [path, *map(str, here.parents)]
        if pattern and not line.startswith("#"):
            hit = any(fnmatch.fnmatch(name, pattern.removeprefix("**/")) for name in names)
            sent = line.startswith("!") if hit else sent
    return sent


def test_the_base_images_are_pinned_and_slim():
    for _, step, arguments in STEPS:
        if step == "FROM":
            assert re.match(
                r"[a-z]+:\d+\.\d+\.\d+-slim-|[a-z]+:\d+\.\d+\.\d+-trixie-slim", arguments
            )


def test_the_image_has_the_python_that_the_lock_is_for():
    bases = [arguments for _, step, arguments in STEPS if step == "FROM" and "python" in arguments]
    assert len({base.split()[0] for base in bases}) == 1
    assert (
        re.search(r"--python-version (\d+\.\d+)", (ROOT / "requirements.lock").read_text())[1]
        in bases[0]
    )


def test_it_runs_as_a_plain_user():
    (user,) = final("USER")
    assert user not in {"root", "0"}
    order = [step for stage, step, _ in STEPS if stage == LAST_STAGE]
    assert order.index("USER") > len(order) - 1 - order[::-1].index("COPY")


@pytest.mark.parametrize("source", list(copied()))
def test_what_is_copied_is_there_and_sent(source):
    assert (ROOT / source).exists()
    assert is_sent(source)


def test_nothing_else_is_sent():
    tops = {path.name for path in ROOT.iterdir()} | {".env", ".git", "var"}
    assert {name for name in tops if is_sent(name)} == set(copied())
    assert not is_sent("static/vendor")
    assert not is_sent("app/__pycache__")


def test_every_package_of_ours_is_in_the_image():
    backend = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["uv"]["build-backend"]
    assert set(backend["module-name"]) <= set(copied())


def test_the_front_end_files_are_those_of_make():
    wanted = {"Dockerfile": set(), "Makefile": set()}
    for name, files in wanted.items():
        for line in (ROOT / name).read_text().replace("\\\n", " ").splitlines():
            files.update(re.findall(r"node_modules/\S+", line) if "cp " in line else [])
    assert wanted["Dockerfile"] == wanted["Makefile"] != set()
    owners = {
        re.match(r"node_modules/((?:@[^/]+/)?[^/]+)", path)[1] for path in wanted["Dockerfile"]
    }
    assert owners == set(json.loads((ROOT / "package.json").read_text())["dependencies"])


def test_packages_come_from_the_lock_with_hashes():
    steps = "\n".join(arguments for _, step, arguments in STEPS if step == "RUN")
    for install in re.findall(r"pip install[^&\n]*", steps):
        assert "--require-hashes" in install
        assert "requirements.lock" in install or "requirements-uv.lock" in install


@functools.cache
def installed():
    """Distributions that the image holds: what pyproject.toml asks for, and what they ask for in turn."""
    (extra,) = re.findall(r"--extra (\w+)", (ROOT / "Dockerfile").read_text())
    wanted = [*PROJECT["dependencies"], *PROJECT["optional-dependencies"][extra]]
    found = set()
    while wanted:
        requirement = Requirement(wanted.pop())
        extras = requirement.extras or {""}
        for name in extras:
            key = (canonicalize_name(requirement.name), name)
            if key not in found and _applies(requirement, ""):
                found.add(key)
                wanted += [
                    r for r in requires(requirement.name) or [] if _applies(Requirement(r), name)
                ]
    return {name for name, _ in found}


def _applies(requirement, extra):
    return requirement.marker is None or requirement.marker.evaluate({"extra": extra})


def imported(folder):
    """Top-level modules of others that a folder's code imports, anywhere in it."""
    for path in sorted((ROOT / folder).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                yield from (name.name.partition(".")[0] for name in node.names)
            elif isinstance(node, ast.ImportFrom):
                yield node.module.partition(".")[0]


# Of cli only what a container runs: the local stack is a laptop's.
@pytest.mark.parametrize("folder", ["app", "worker", "engine", "cli/sample", "migrations"])
def test_all_that_we_import_is_in_the_image(folder):
    # For types alone: the checker has them, the running code does not ask.
    types = {"_typeshed", "mypy_boto3_s3"}
    ours = {"app", "worker", "engine", "cli"}
    others = set(imported(folder)) - set(sys.stdlib_module_names) - ours - types
    distributions = packages_distributions()
    missing = {
        name
        for name in others
        if not {canonicalize_name(d) for d in distributions[name]} & installed()
    }
    assert missing == set()


def test_the_programs_of_the_image_are_installed_in_it():
    programs = {
        "gunicorn",
        *(service["command"][0] for service in OURS.values() if "command" in service),
    }
    assert programs - {"python"} <= installed()


def test_commands_are_in_exec_form_so_that_signals_arrive():
    for command in [*final("CMD"), final("HEALTHCHECK")[0].partition("CMD ")[2]]:
        assert all(isinstance(word, str) for word in json.loads(command))


def test_the_health_check_asks_a_page_that_exists_and_is_python():
    words = json.loads(final("HEALTHCHECK")[0].partition("CMD ")[2])
    code = words[-1]
    compile(code, "HEALTHCHECK", "exec")
    path = re.search(r"http://127\.0\.0\.1:8000(/\w+)", code)[1]
    assert f'blueprint.get("{path}")' in (ROOT / "app/web/health.py").read_text()
    assert final("EXPOSE") == ["8000"]


def test_what_the_plain_user_writes_to_is_theirs():
    environment = dict(word.split("=", 1) for word in shlex.split(final("ENV")[0]))
    owned = re.search(r"install -d -o tessera (.*)", final("RUN")[0])[1].split()
    assert {environment["CACHE_DIR"], environment["NUMBA_CACHE_DIR"]} <= set(owned)
    for service in OURS.values():
        for mount in service.get("volumes", []):
            assert mount.split(":")[1] in owned
