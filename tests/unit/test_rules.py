"""Habits of this project that a reader would have to remember, held by tests instead."""

import ast
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("engine", "app", "worker", "cli")
MODULES = [path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]
LOCKS = ["requirements.lock", "requirements-uv.lock", "requirements-node.lock", "package-lock.json"]


def named(path):
    return str(path.relative_to(ROOT))


def body_lines(function):
    """Lines of a function without its docstring."""
    first, *rest = function.body
    spoken = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
    start = rest[0].lineno if spoken and rest else first.lineno
    return function.end_lineno - start + 1


def test_a_module_fits_in_the_head():
    long = {named(path): path.read_text().count("\n") for path in MODULES}
    assert {name: lines for name, lines in long.items() if lines > 250} == {}


def test_a_function_fits_on_a_screen():
    long = {
        f"{named(path)}: {node.name}": body_lines(node)
        for path in MODULES
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    assert {name: lines for name, lines in long.items() if lines > 50} == {}


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_names_no_registry(name):
    """Whoever installs decides where from."""
    text = (ROOT / name).read_text()
    # Where a project may be given money is no place to install from.
    text = re.sub(r'"funding": \{\s*"url": "[^"]*"\s*\}', "", text)
    assert re.findall(r"https?://|file://|--index-url|--find-links", text) == []


@pytest.mark.parametrize("name", LOCKS[:3])
def test_every_python_package_is_pinned_and_hashed(name):
    entries = re.split(
        r"\n(?=[a-z])", re.sub(r"^ *#.*\n", "", (ROOT / name).read_text(), flags=re.MULTILINE)
    )
    assert entries
    assert [entry for entry in entries if "==" not in entry or "--hash=sha256:" not in entry] == []


def test_every_front_end_package_is_hashed():
    packages = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    assert [name for name, entry in packages.items() if name and "integrity" not in entry] == []


def test_migrations_are_numbered_without_gaps():
    numbers = [path.name[:4] for path in sorted((ROOT / "migrations/versions").glob("*.py"))]
    assert numbers == [f"{number:04}" for number in range(1, len(numbers) + 1)]


def test_make_help_lists_what_there_is():
    shown = subprocess.run(
        ["make", "help"], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout
    listed = re.findall(r"^  make (\S+)", shown, flags=re.MULTILINE)
    assert {"run", "test", "lint", "types", "bench", "bench-quick", "format"} <= set(listed)


def test_a_change_passes_style_and_types_before_tests():
    lines = (ROOT / ".ci/run").read_text().splitlines()
    assert lines[-2:] == ["make lint types", "make test"]


def test_a_test_that_skips_itself_fails(tmp_path):
    shutil.copy(ROOT / "tests/conftest.py", tmp_path)
    (tmp_path / "test_it.py").write_text(
        "import pytest\n\ndef test_it():\n    pytest.skip('no Swift')\n"
    )
    command = [sys.executable, "-m", "pytest", "-c", "/dev/null", tmp_path]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert done.returncode == 1
    assert "skipped itself. Tests here run or fail: no Swift" in done.stdout
    assert "1 failed in" in done.stdout


def test_what_is_set_up_for_a_package_is_taken_down_with_it():
    """Folders of tests have no `__init__.py`, and pytest keeps a fixture of such a package to the end of all tests.

    A server of the pages lived on that way, and was asked for one while a test without sockets ran.
    """
    kept = [
        f"{named(path)}: {node.lineno}"
        for path in (ROOT / "tests").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.keyword) and node.arg == "scope"
        if isinstance(node.value, ast.Constant) and node.value.value == "package"
        if not (path.parent / "__init__.py").exists()
    ]
    assert kept == []


def test_where_several_processes_run_the_tests_a_file_stays_together(tmp_path):
    shutil.copy(ROOT / "tests/conftest.py", tmp_path)
    for name in "abcd":
        tests = "".join(f"def test_{n}(): pass\n" for n in range(6))
        (tmp_path / f"test_{name}.py").write_text(tests)
    command = [sys.executable, "-m", "pytest", "-c", "/dev/null", "-v", "-n", "2", tmp_path]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    ran = set(re.findall(r"\[(gw\d)\].* PASSED .*(test_\w\.py)::", done.stdout))
    assert len(ran) == 4, done.stdout
    assert {worker for worker, _ in ran} == {"gw0", "gw1"}
